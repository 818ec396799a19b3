import { describe, expect, it } from 'vitest';
import { toHex } from '#core/base/bytes.ts';
import { seconds } from '#core/base/time.ts';
import type { DriverContext } from '#core/ports/driver.ts';
import type { HealthState } from '#core/ports/health.ts';
import { encodeCommand, parseReply } from '#drivers/osdp/messages.ts';
import { moveDevice } from '#drivers/osdp/moving.ts';
import { createOsdpLine } from '#drivers/osdp/osdp-line.ts';
import { osdpReaderDriver } from '#drivers/osdp/osdp-reader-driver.ts';
import { encodePacket } from '#drivers/osdp/packet.ts';
import { createOsdpPdSimulator } from '#drivers/osdp/pd-simulator.ts';
import type { SimulatedDevice } from '#drivers/simulation/simulated-device.ts';
import { createSimulatedWires } from '#drivers/simulation/simulated-wires.ts';
import { memoryTransport } from '#drivers/transport/memory.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';
import { settingsOf } from './osdp-bench.ts';

const KEY = Uint8Array.from({ length: 16 }, (_, i) => 0x10 + i);
const NEW = { address: 5, baudRate: 38_400 } as const;

/** `53 address length control 54 …`, behind the mark that opens a packet. */
const isNewSettings = (bytes: Uint8Array): boolean => bytes[bytes.indexOf(0x53) + 5] === 0x54;

/** A device hears only what comes at its own speed. */
function atSpeed(wire: SimulatedDevice, hostBaudRate: number, deviceBaudRate: () => number, losesNewSettings: boolean): SimulatedDevice {
  return {
    ...wire,
    connect: (line) => {
      const end = wire.connect({
        write: (bytes) => {
          if (!losesNewSettings || !isNewSettings(bytes)) line.write(bytes);
        },
        drop: () => line.drop(),
      });
      return end && { ...end, receive: (bytes) => (deviceBaudRate() === hostBaudRate ? end.receive(bytes) : undefined) };
    },
  };
}

/** A line at 38,400 baud with a device that is somewhere else, and whoever is to move it. */
function layLine(options: { address?: number; baudRate?: number; key?: Uint8Array; losesNewSettings?: boolean } = {}) {
  const { address = 0, baudRate = 9_600, key, losesNewSettings = false } = options;
  const time = createVirtualTime();
  const { clock, timers } = time;
  const random = { bytes: (count: number) => new Uint8Array(count).fill(7) };
  const simulator = createOsdpPdSimulator({ timers, address, baudRate });
  const wire = createSimulatedWires();
  wire.add(simulator);
  const lineAt = (speed: number, prepare?: Parameters<typeof createOsdpLine>[0]['prepare']) =>
    createOsdpLine({
      transport: memoryTransport(atSpeed(wire, speed, simulator.baudRate, losesNewSettings)),
      clock,
      timers,
      random,
      ...(prepare && { prepare }),
    });
  const old = lineAt(9_600).pd(settingsOf({ address: 0, key, isInstalling: true, watchesInputs: false }));
  const outcomes: string[] = [];
  const line = lineAt(NEW.baudRate, async () => {
    const outcome = await moveDevice(old, NEW, timers);
    outcomes.push(outcome.kind);
    return new Map(outcome.kind === 'refused' ? [[NEW.address, outcome.fault]] : []);
  });
  const pd = line.pd(settingsOf({ address: NEW.address, key, isInstalling: true }));
  const health: HealthState[] = [];
  const context: DriverContext = { device: 'reader-1', transport: pd.transport, clock, timers, onHealth: (state) => health.push(state) };
  const connect = async () => {
    const connecting = osdpReaderDriver.connect(context, { pd, reader: 0 });
    await time.advance(seconds(12));
    return connecting;
  };
  return { time, simulator, outcomes, connect, health };
}

describe('an OSDP device that is to have another address and baud rate', () => {
  it('is told so in the bytes of the standard (SIA OSDP 2.2, Annex E)', () => {
    const { code, data } = encodeCommand({ kind: 'set-communication', address: 0, baudRate: 9_600 });
    const packet = { address: 0x7f, isReply: false, sequence: 0, check: 'crc', security: undefined, code, data } as const;
    expect(toHex(encodePacket(packet)).replace(/^ff/, '')).toBe('537f0d00046e00802500006e38');
    expect(parseReply(0x54, Uint8Array.of(5, 0, 0x96, 0, 0))).toEqual({ kind: 'communication', ...NEW });
    expect(parseReply(0x54, Uint8Array.of(5))).toMatchObject({ kind: 'other' });
  });

  it.each([
    ['in the clear', undefined],
    ['inside a secure channel, with a key of its own by then', KEY],
  ])('is found at its old settings, moved %s, and spoken to at the new ones', async (_, key) => {
    const { simulator, connect, outcomes, time, health } = layLine(key === undefined ? {} : { key });
    const connected = await connect();
    expect(connected.ok).toBe(true);
    expect([simulator.address(), simulator.baudRate()]).toEqual([NEW.address, NEW.baudRate]);
    expect(simulator.ownKey()).toEqual(key);
    expect(outcomes).toEqual(['moved']);
    expect(health.at(-1)?.kind).not.toBe('absent');
    if (connected.ok) await connected.value.stop();
    await time.settle();
    expect(time.pendingTimers()).toBe(0);
  });

  it('that has the new ones already is not told anything', async () => {
    const { simulator, connect, outcomes } = layLine({ ...NEW });
    expect((await connect()).ok).toBe(true);
    expect(outcomes).toEqual(['not-there']);
    expect([simulator.address(), simulator.baudRate()]).toEqual([NEW.address, NEW.baudRate]);
  });

  it('that moved and whose answer was lost is found at the new ones', async () => {
    const { simulator, connect, outcomes } = layLine({ losesNewSettings: true });
    expect((await connect()).ok).toBe(true);
    expect(outcomes).toEqual(['not-there']);
    expect([simulator.address(), simulator.baudRate()]).toEqual([NEW.address, NEW.baudRate]);
  });

  it('that does not take them stays where it is, and a person is told', async () => {
    const { simulator, connect } = layLine();
    simulator.setFault('refuses', true);
    expect(await connect()).toMatchObject({ ok: false, error: { code: 'E-OSD-COMSET' } });
    expect([simulator.address(), simulator.baudRate()]).toEqual([0, 9_600]);
  });

  it('that is not on the line is looked for again at the next opening', async () => {
    const { simulator, connect, outcomes } = layLine();
    simulator.setFault('no-answer', true);
    expect(await connect()).toMatchObject({ ok: false, error: { code: 'E-OSD-NO-ANSWER' } });
    simulator.setFault('no-answer', false);
    expect((await connect()).ok).toBe(true);
    expect(outcomes).toEqual(['not-there', 'moved']);
  });
});
