import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { systemClock, systemTimers } from '#agent/runtime/clock.ts';
import { ascii } from '#core/base/bytes.ts';
import { createPrinterSimulator } from '#drivers/escpos-printer/simulator.ts';
import { createHidPosSimulator } from '#drivers/hid-pos-scanner/hid-pos-simulator.ts';
import { HID_POS_MODEL, startHidBed } from '#test/support/hid/hid-bed.ts';
import { layUsbBed, runInTree, type UsbBed } from '#test/support/usb/usb-bed.ts';

/** Real udev events, real nodes and the real drivers, in a USB tree of umockdev's. The deadlines are those of a slow machine; see `plugged-lobby.ts`. */
const within = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 20_000, interval: 5 });

const CH340 = { vendor: '1a86', product: '7523' };
const HONEYWELL = { node: 'ttyACM0', vendor: '0c2e', product: '0caa', socket: '1-1.1', manufacturer: 'Honeywell', serial: '19290B0123' };

const programOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** What a program tells of its devices. */
function listen() {
  const lines: Record<string, unknown>[] = [];
  const last = (device: string): string | undefined => {
    const health = lines.filter((line) => line.event === 'health' && line.device === device).at(-1);
    return health === undefined ? undefined : [health.state, ...[health.reasons].flat()].join(' ');
  };
  const codes = (device: string): unknown[] => lines.flatMap((line) => (line.event === 'code' && line.device === device ? [line.text] : []));
  return { lines, last, codes, onLine: (line: unknown) => void lines.push(Object(line)) };
}

async function startScanners(plugged: (bed: UsbBed) => Promise<void> = async () => undefined) {
  const bed = await layUsbBed();
  await plugged(bed);
  const told = listen();
  bed.run(programOf('scanner-in-child.ts'), told.onLine);
  await within(() => expect(told.lines).toContainEqual({ event: 'listening' }));
  return { bed, ...told };
}

describe('hot plug', { timeout: 180_000 }, () => {
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

describe('hot plug of other buses', { timeout: 180_000 }, () => {
  it('finds a HID scanner by its usage, reads from it, notices when it goes, and has it again at another node', async () => {
    const bed = await startHidBed();
    onTestFinished(() => bed.close());
    const scanner = createHidPosSimulator({ timers: systemTimers, profile: 'honeywell' });
    scanner.setFault('unplugged', true);
    const served = await bed.serve(scanner, HID_POS_MODEL);
    const told = listen();
    runInTree(bed.environment, programOf('hid-scanner-in-child.ts'), told.onLine);
    await within(() => expect(told.last('hid-scanner')).toBe('absent port-missing'));
    await within(() => expect(told.lines).toContainEqual({ event: 'listening' }));
    for (const code of ['TICKET-1', 'TICKET-2']) {
      scanner.setFault('unplugged', false);
      await within(() => expect(told.last('hid-scanner')).toBe('ready'));
      const path = served.path();
      expect(told.lines).toContainEqual({ event: 'ports', appeared: [path], gone: [] });
      await within(() => expect(scanner.present(ascii(code))).toBe(true));
      await within(() => expect(told.codes('hid-scanner').at(-1)).toBe(code));
      scanner.setFault('unplugged', true);
      await within(() => expect(told.last('hid-scanner')).toMatch(/^absent /));
      await within(() => expect(told.lines).toContainEqual({ event: 'ports', appeared: [], gone: [path] }));
    }
    expect(told.codes('hid-scanner')).toEqual(['TICKET-1', 'TICKET-2']);
  });

  it('finds a USB printer by its numbers, prints, notices when it goes, and prints again at another node', async () => {
    const bed = await layUsbBed();
    const told = listen();
    const order = bed.run(programOf('usb-printer-in-child.ts'), told.onLine);
    await within(() => expect(told.last('printer')).toBe('absent port-missing'));
    await within(() => expect(told.lines).toContainEqual({ event: 'listening' }));
    const printer = createPrinterSimulator({ clock: systemClock, timers: systemTimers, mmPerSecond: 1_500, model: 'epson' });
    const printed = () => told.lines.flatMap((line) => (line.event === 'printed' ? [line.kind] : []));
    // Its owner switches it off and on with each move: what it held is gone.
    for (const [index, node] of ['usb/lp0', 'usb/lp1'].entries()) {
      bed.serve(node, printer);
      await bed.plug({ node, vendor: '04b8', product: '0202', socket: `1-1.${index + 2}` });
      await within(() => expect(told.last('printer')).toBe('ready'));
      expect(told.lines).toContainEqual({ event: 'ports', appeared: [`/dev/${node}`], gone: [] });
      order('print');
      await within(() => expect(printed()).toEqual(Array.from({ length: index + 1 }, () => 'printed')));
      expect(printer.papers()).toHaveLength(index + 1);
      await bed.unplug(node);
      await within(() => expect(told.last('printer')).toMatch(/^absent /));
      await within(() => expect(told.lines).toContainEqual({ event: 'ports', appeared: [], gone: [`/dev/${node}`] }));
    }
  });
});
