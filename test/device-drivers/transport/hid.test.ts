import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { assert, type Fault } from '#core/base/fault.ts';
import type { LinkEvents } from '#core/ports/link.ts';
import { describeReportTransport, describeTransport, type TransportUnderTest } from '#test/contract/transport.contract.ts';
import { createScriptedDevice, type ScriptedDevice } from '#test/device-drivers/simulation/scripted-device.ts';
import { type HidBed, type HidModel, startHidBed } from '#test/support/hid/hid-bed.ts';

const deaf: LinkEvents = { bytes: () => undefined, closed: () => undefined };
const eventually = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 20_000, interval: 2 });

/** A vendor's own collection: input, output and feature reports of 63 bytes. */
const MODEL: HidModel = {
  vendorId: '1209',
  productId: '0001',
  manufacturer: 'Foyer',
  product: 'Scripted device',
  serial: 'A1',
  descriptor: '0600ff 0901 a101 150026ff00 7508 953f 0901 8102 0901 9102 0901 b102 c0',
};
const IDS = { vendorId: 0x1209, productId: 0x0001 };
/** The two collections of a scanner that can be a keyboard too. */
const SCANNER = '058c 0902 a101 8502 150026ff00 7508 953f 0903 8102 c0 0501 0906 a101 8501 7508 9507 8102 c0';

let bed: HidBed;
beforeAll(async () => {
  bed = await startHidBed();
});
afterAll(() => bed.close());

const layCable = async (device: ScriptedDevice): Promise<TransportUnderTest> => {
  const served = await bed.serve(device, MODEL);
  return { transport: bed.transport(IDS), dispose: served.close };
};

describeTransport('hidraw (node-hid over umockdev)', layCable);
describeReportTransport('hidraw (node-hid over umockdev)', layCable);

describe('HID devices by what they say of themselves', () => {
  const codeOf = async (place: Parameters<HidBed['transport']>[0]): Promise<string> => {
    const opened = await bed.transport(place).open(deaf);
    if (!opened.ok) return opened.error.code;
    await opened.value.close();
    return 'opened';
  };

  it('lists each collection with what it is, and no longer once it was unplugged', async () => {
    const device = createScriptedDevice();
    const served = await bed.serve(device, { ...MODEL, vendorId: '0c2e', productId: '0b01', product: 'Scanner', serial: 'S1', descriptor: SCANNER });
    const common = { path: served.path(), vendorId: 0x0c2e, productId: 0x0b01, serial: 'S1', manufacturer: 'Foyer', product: 'Scanner' };
    expect(await bed.list()).toEqual([
      { ...common, usagePage: 0x8c, usage: 2 },
      { ...common, usagePage: 1, usage: 6 },
    ]);
    expect(await codeOf({ vendorId: 0x0c2e, productId: 0x0b01, usagePage: 0x8c })).toBe('opened');
    expect(await codeOf({ vendorId: 0x0c2e, productId: 0x0b01, usagePage: 0x0d })).toBe('E-LNK-OPEN');
    expect(await codeOf({ vendorId: 0x0c2e, productId: 0x0b01, serial: 'S2' })).toBe('E-LNK-ABSENT');
    await served.close();
    expect(await bed.list()).toEqual([]);
    expect(await codeOf({ vendorId: 0x0c2e, productId: 0x0b01 })).toBe('E-LNK-ABSENT');
  });

  it('does not guess between two that are alike', async () => {
    const first = await bed.serve(createScriptedDevice(), MODEL);
    const second = await bed.serve(createScriptedDevice(), { ...MODEL, serial: 'A2' });
    const opened = await bed.transport(IDS).open(deaf);
    assert(!opened.ok, 'two are alike');
    expect([opened.error.code, opened.error.message]).toEqual([
      'E-LNK-OPEN',
      expect.stringContaining(`${first.path()} and ${second.path()} are alike`),
    ]);
    expect(await codeOf({ ...IDS, serial: 'A2' })).toBe('opened');
    await first.close();
    await second.close();
  });

  it('notices a pulled cable although nothing is written, within the two seconds that are promised', async () => {
    const device = createScriptedDevice();
    const served = await bed.serve(device, MODEL);
    const closings: (Fault | undefined)[] = [];
    const opened = await bed.transport({ path: served.path() }).open({ ...deaf, closed: (fault) => closings.push(fault) });
    assert(opened.ok, 'it opens');
    const pulled = performance.now();
    device.setFault('unplugged', true);
    await eventually(() => expect(closings.map((fault) => fault?.code)).toEqual(['E-LNK-LOST']));
    process.stdout.write(`  a pulled HID device was noticed after ${Math.round(performance.now() - pulled)} ms\n`);
    await served.close();
  });
});
