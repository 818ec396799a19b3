import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { layUsbBed, type UsbBed } from '#test/support/usb/usb-bed.ts';

/** Real udev events, a real tty and the real driver, in a USB tree of umockdev's. The deadlines are those of a slow machine; see `scanner-in-child.ts`. */
const within = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 10_000, interval: 5 });

const CH340 = { vendor: '1a86', product: '7523' };
const HONEYWELL = { node: 'ttyACM0', vendor: '0c2e', product: '0caa', socket: '1-1.1', manufacturer: 'Honeywell', serial: '19290B0123' };

async function startScanners(plugged: (bed: UsbBed) => Promise<void> = async () => undefined) {
  const bed = await layUsbBed();
  await plugged(bed);
  const lines: Record<string, unknown>[] = [];
  bed.run(fileURLToPath(new URL('scanner-in-child.ts', import.meta.url)), (line) => lines.push(Object(line)));
  await within(() => expect(lines).toContainEqual({ event: 'listening' }));
  const last = (device: string): string | undefined => {
    const health = lines.filter((line) => line.event === 'health' && line.device === device).at(-1);
    return health === undefined ? undefined : [health.state, ...[health.reasons].flat()].join(' ');
  };
  const codes = (device: string): unknown[] => lines.flatMap((line) => (line.event === 'code' && line.device === device ? [line.text] : []));
  return { bed, lines, last, codes };
}

describe('hot plug', { timeout: 60_000 }, () => {
  it('opens a scanner when it is plugged in, reads from it, notices when it goes, and opens it again in the same socket', async () => {
    const { bed, lines, last, codes } = await startScanners();
    await within(() => expect(last('kiosk-scanner')).toBe('absent port-missing'));
    await bed.plug(HONEYWELL);
    await within(() => expect(last('kiosk-scanner')).toBe('ready'));
    expect(lines).toContainEqual({ event: 'ports', appeared: ['/dev/ttyACM0'], gone: [] });
    await bed.say('ttyACM0', 'TICKET-1\r');
    await within(() => expect(codes('kiosk-scanner')).toEqual(['TICKET-1']));
    await bed.unplug('ttyACM0');
    await within(() => expect(last('kiosk-scanner')).toMatch(/^absent /));
    await within(() => expect(lines).toContainEqual({ event: 'ports', appeared: [], gone: ['/dev/ttyACM0'] }));
    // The kernel gives the next name as long as somebody holds the last one; umockdev never gives one twice.
    await bed.plug({ ...HONEYWELL, node: 'ttyACM1' });
    await within(() => expect(last('kiosk-scanner')).toBe('ready'));
    await bed.say('ttyACM1', 'TICKET-2\r');
    await within(() => expect(codes('kiosk-scanner')).toEqual(['TICKET-1', 'TICKET-2']));
  });

  it('takes an adapter that is everywhere only in the socket that the configuration names', async () => {
    const { bed, lines, last, codes } = await startScanners();
    await bed.plug({ node: 'ttyUSB0', ...CH340, socket: '1-1.4' });
    await within(() => expect(lines).toContainEqual({ event: 'ports', appeared: ['/dev/ttyUSB0'], gone: [] }));
    expect(last('gate-scanner')).toBe('absent port-missing');
    // Something is there that the other scanner might be, by its chip alone: nobody guesses.
    expect(last('kiosk-scanner')).toBe('absent port-missing');
    await bed.plug({ node: 'ttyUSB1', ...CH340, socket: '1-1.3' });
    await within(() => expect(last('gate-scanner')).toBe('ready'));
    await bed.say('ttyUSB1', 'GATE\r');
    await within(() => expect(codes('gate-scanner')).toEqual(['GATE']));
    expect(codes('kiosk-scanner')).toEqual([]);
  });

  it('has what was plugged in before it was started', async () => {
    const { last } = await startScanners((bed) => bed.plug(HONEYWELL));
    await within(() => expect(last('kiosk-scanner')).toBe('ready'));
  });
});
