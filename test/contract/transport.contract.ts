import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ascii, concatBytes } from '#core/base/bytes.ts';
import { assert, type Fault } from '#core/base/fault.ts';
import type { Link, Transport } from '#core/ports/link.ts';
import { createScriptedDevice, KNOWN_FEATURE, type ScriptedDevice } from '#test/device-drivers/simulation/scripted-device.ts';

/** What one kind of cable is made of. `device` is at its far end already. */
export interface TransportUnderTest {
  readonly transport: Transport;
  dispose(): Promise<void>;
}

interface Ears {
  readonly heard: () => Uint8Array;
  readonly chunks: Uint8Array[];
  readonly closings: (Fault | undefined)[];
  readonly events: { bytes(bytes: Uint8Array): void; closed(fault: Fault | undefined): void };
}

function createEars(): Ears {
  let heard: Uint8Array = new Uint8Array();
  const chunks: Uint8Array[] = [];
  const closings: (Fault | undefined)[] = [];
  return {
    heard: () => heard,
    chunks,
    closings,
    events: {
      bytes: (bytes) => {
        heard = concatBytes(heard, bytes);
        chunks.push(bytes);
      },
      closed: (fault) => closings.push(fault),
    },
  };
}

/** Everything that a driver relies on, whatever the cable. Real cables take real time: each wait ends at its event, or fails at this deadline. */
const eventually = (check: () => void | Promise<void>): Promise<void> => vi.waitFor(check, { timeout: 20_000, interval: 2 });

export function describeTransport(name: string, layCable: (device: ScriptedDevice) => Promise<TransportUnderTest>): void {
  describe(`transport contract: ${name}`, () => {
    let device: ScriptedDevice;
    let under: TransportUnderTest;
    beforeEach(async () => {
      device = createScriptedDevice();
      under = await layCable(device);
    });
    afterEach(() => under.dispose());

    const open = async (ears: Ears): Promise<Link> => {
      const opened = await under.transport.open(ears.events);
      assert(opened.ok, opened.ok ? '' : opened.error.message);
      await eventually(() => expect(device.isConnected()).toBe(true));
      return opened.value;
    };

    it('carries all 256 byte values both ways, in order', async () => {
      const ears = createEars();
      const link = await open(ears);
      const all = Uint8Array.from({ length: 256 }, (_, i) => i);
      expect(await link.write(all)).toEqual({ ok: true, value: undefined });
      await eventually(() => expect(device.heard()).toEqual(all));
      device.say(all);
      await eventually(() => expect(ears.heard()).toEqual(all));
    });

    it('carries many small writes in the order of the calls', async () => {
      const link = await open(createEars());
      const parts = Array.from({ length: 50 }, (_, i) => ascii(`<${i}>`));
      const written = await Promise.all(parts.map((part) => link.write(part)));
      expect(written.every((outcome) => outcome.ok)).toBe(true);
      await eventually(() => expect(device.heard()).toEqual(concatBytes(...parts)));
    });

    it('never delivers bytes inside the call that opened or wrote', async () => {
      const ears = createEars();
      const link = await open(ears);
      device.onHeard((bytes) => device.say(bytes));
      const writing = link.write(ascii('echo'));
      expect(ears.heard()).toHaveLength(0);
      await writing;
      await eventually(() => expect(ears.heard()).toEqual(ascii('echo')));
    });

    it('closes once, without a fault, when its owner closes it, however often that is', async () => {
      const ears = createEars();
      const link = await open(ears);
      await Promise.all([link.close(), link.close()]);
      await link.close();
      await eventually(() => expect(ears.closings).toEqual([undefined]));
      expect(link.isOpen).toBe(false);
      await eventually(() => expect(device.seen.gone).toBe(1));
    });

    it('delivers nothing to its owner after the close', async () => {
      const ears = createEars();
      const link = await open(ears);
      device.say(ascii('on the way'));
      await link.close();
      const atClose = ears.heard().length;
      device.say(ascii('too late'));
      await eventually(() => expect(device.seen.gone).toBe(1));
      expect(ears.heard()).toHaveLength(atClose);
    });

    it('closes once, with E-LNK-LOST, when the cable is pulled', async () => {
      const ears = createEars();
      const link = await open(ears);
      device.setFault('unplugged', true);
      await eventually(() => expect(ears.closings).toHaveLength(1));
      expect(ears.closings[0]?.code).toBe('E-LNK-LOST');
      expect(link.isOpen).toBe(false);
      await link.close();
      expect(ears.closings).toHaveLength(1);
    });

    it('refuses a write after the end, and nothing of it comes out of a later connection', async () => {
      const ears = createEars();
      const link = await open(ears);
      device.setFault('unplugged', true);
      await eventually(() => expect(ears.closings).toHaveLength(1));
      const refused = await link.write(ascii('OPEN THE GATE'));
      expect(refused.ok ? 'written' : refused.error.code).toBe('E-LNK-CLOSED');

      device.setFault('unplugged', false);
      const again = createEars();
      await eventually(async () => expect((await under.transport.open(again.events)).ok).toBe(true));
      await eventually(() => expect(device.isConnected()).toBe(true));
      device.say(ascii('hello'));
      await eventually(() => expect(again.heard()).toEqual(ascii('hello')));
      expect(device.heard()).toHaveLength(0);
    });

    it('fails with E-LNK-ABSENT while the device is unplugged', async () => {
      device.setFault('unplugged', true);
      await eventually(async () => {
        const opened = await under.transport.open(createEars().events);
        expect(opened.ok ? 'opened' : opened.error.code).toBe('E-LNK-ABSENT');
      });
    });

    it('opens again after its owner closed it: a new connection is a new link', async () => {
      const first = await open(createEars());
      await first.close();
      await eventually(() => expect(device.seen.gone).toBe(1));
      const ears = createEars();
      await eventually(async () => expect((await under.transport.open(ears.events)).ok).toBe(true));
      await eventually(() => expect(device.seen.connected).toBe(2));
      expect((await first.write(ascii('from the past'))).ok).toBe(false);
    });

    it('names its place for a person', () => {
      expect(under.transport.place).toMatch(/^(simulated|tcp 127\.0\.0\.1:\d+|serial \/.+ at \d+|usb printer \/.+|hid 1209:0001)$/);
    });
  });
}

/** What drivers of HID devices rely on beside that: a call is a report. */
export function describeReportTransport(name: string, layCable: (device: ScriptedDevice) => Promise<TransportUnderTest>): void {
  describe(`report transport contract: ${name}`, () => {
    let device: ScriptedDevice;
    let under: TransportUnderTest;
    const ears = createEars();
    let link: Link;
    beforeEach(async () => {
      device = createScriptedDevice();
      under = await layCable(device);
      ears.chunks.splice(0);
      const opened = await under.transport.open(ears.events);
      assert(opened.ok, opened.ok ? '' : opened.error.message);
      link = opened.value;
      await eventually(() => expect(device.isConnected()).toBe(true));
    });
    afterEach(() => under.dispose());

    it('keeps the bounds of reports, both ways', async () => {
      const reports = Array.from({ length: 20 }, (_, at) => Uint8Array.from({ length: at + 1 }, (__, byte) => at * 3 + byte));
      for (const report of reports) device.say(report);
      await eventually(() => expect(ears.chunks).toEqual(reports));
      await Promise.all(reports.map((report) => link.write(report)));
      await eventually(() => expect(device.reports()).toEqual(reports));
    });

    it('sends and reads feature reports', async () => {
      const report = Uint8Array.of(KNOWN_FEATURE, 1, 2, 3);
      expect(await link.features?.send(report)).toEqual({ ok: true, value: undefined });
      expect(await link.features?.read(KNOWN_FEATURE, 9)).toEqual({ ok: true, value: report });
      expect(await link.features?.read(KNOWN_FEATURE, 2)).toEqual({ ok: true, value: report.subarray(0, 2) });
    });

    it('tells a feature report that the device does not know, and stays open', async () => {
      const refused = [await link.features?.send(Uint8Array.of(99)), await link.features?.read(99, 4)];
      expect(refused.map((outcome) => outcome !== undefined && !outcome.ok && outcome.error.code)).toEqual(['E-LNK-REFUSED', 'E-LNK-REFUSED']);
      expect(link.isOpen).toBe(true);
      expect((await link.write(Uint8Array.of(1))).ok).toBe(true);
    });

    it('takes no feature report after its end', async () => {
      await link.close();
      const late = await link.features?.send(Uint8Array.of(KNOWN_FEATURE, 9));
      expect(late !== undefined && !late.ok && late.error.code).toBe('E-LNK-CLOSED');
      expect(link.isOpen).toBe(false);
    });
  });
}
