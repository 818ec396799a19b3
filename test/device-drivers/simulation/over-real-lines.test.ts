import { afterEach, describe, expect, it, vi } from 'vitest';
import { createDeviceManager, type DeviceManager } from '#agent/devices/device-manager.ts';
import { type ManagedDevice, managedGate, managedScanner } from '#agent/devices/managed-device.ts';
import { systemClock, systemRandom, systemTimers } from '#agent/runtime/clock.ts';
import { silentLog } from '#agent/runtime/log.ts';
import { ascii } from '#core/base/bytes.ts';
import { FaultError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { milliseconds, plus, seconds } from '#core/base/time.ts';
import type { GateInput } from '#core/ports/gate-controller.ts';
import type { Transport } from '#core/ports/link.ts';
import { createGateSimulator } from '#drivers/modbus-gate/gate-simulator.ts';
import { modbusGateDriver } from '#drivers/modbus-gate/modbus-gate-driver.ts';
import { createScannerSimulator } from '#drivers/serial-scanner/scanner-simulator.ts';
import { serialScannerDriver } from '#drivers/serial-scanner/serial-scanner-driver.ts';
import { serveOverPty } from '#drivers/simulation/serve-over-pty.ts';
import { serveOverTcp } from '#drivers/simulation/serve-over-tcp.ts';
import type { SimulatedDevice } from '#drivers/simulation/simulated-device.ts';
import { serialTransport } from '#drivers/transport/serial.ts';
import { tcpTransport } from '#drivers/transport/tcp.ts';
import { GATE_OPTIONS } from '#test/device-drivers/modbus-gate/gate-bench.ts';
import { patientWith } from '#test/support/patient-timers.ts';

/** Ends at its event; a broken line fails it at the deadline. */
const eventually = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 20_000, interval: 2 });

/** The cables of the operating system. */
const CABLES: Record<string, (device: SimulatedDevice) => Promise<{ readonly transport: Transport; close(): Promise<void> }>> = {
  'a PTY': async (device) => {
    const served = await serveOverPty(device);
    if (!served.ok) throw new FaultError(served.error);
    return { transport: serialTransport({ path: served.value.path, baudRate: 9_600 }), close: served.value.close };
  },
  TCP: async (device) => {
    const served = await serveOverTcp(device);
    if (!served.ok) throw new FaultError(served.error);
    return { transport: tcpTransport(served.value, systemTimers), close: served.value.close };
  },
};

describe.each(Object.entries(CABLES))('drivers over %s, by the real clock', (_, layCable) => {
  const toClose: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of toClose.splice(0).reverse()) await close();
  });

  const manage = async (device: SimulatedDevice, wanted: (transport: Transport) => ManagedDevice): Promise<DeviceManager> => {
    const { transport, close } = await layCable(device);
    const timers = patientWith(LIMITS.modbus.replyTimeout);
    const surroundings = { clock: systemClock, timers, random: systemRandom, log: silentLog, onHealth: () => undefined };
    const manager = createDeviceManager({ devices: [wanted(transport)], ...surroundings });
    toClose.push(close, () => manager.stop());
    manager.start();
    await eventually(() => expect(manager.health()[0]?.state.kind).toBe('ready'));
    return manager;
  };

  it('reads exactly the presented bytes, and again after the scanner was unplugged and put back', async () => {
    const simulator = createScannerSimulator({ timers: systemTimers });
    const options = { suffix: 'cr', aimPrefix: false } as const;
    const manager = await manage(simulator, (transport) => managedScanner({ id: 's1', driver: serialScannerDriver, options, transport }));
    const codes: string[] = [];
    manager.scanner('s1').onCode(({ bytes }) => codes.push(new TextDecoder().decode(bytes)));
    await eventually(() => expect(simulator.present(ascii('FIRST'))).toBe(true));
    await eventually(() => expect(codes).toEqual(['FIRST']));

    simulator.setFault('unplugged', true);
    await eventually(() => expect(manager.health()[0]?.state.kind).toBe('absent'));
    simulator.setFault('unplugged', false);
    await eventually(() => expect(manager.health()[0]?.state.kind).toBe('ready'));
    await eventually(() => expect(simulator.present(ascii('SECOND'))).toBe(true));
    await eventually(() => expect(codes).toEqual(['FIRST', 'SECOND']));
  });

  it('releases a gate, counts the passage, and does so again after the board was unplugged and put back', async () => {
    const simulator = createGateSimulator({ timers: systemTimers });
    const manager = await manage(simulator, (transport) => managedGate({ id: 'g1', driver: modbusGateDriver, options: GATE_OPTIONS, transport }));
    const inputs: GateInput[] = [];
    manager.gate('g1').onInput((input) => inputs.push(input));
    const passages = (): number => inputs.filter(({ kind }) => kind === 'passed').length;
    const release = () =>
      manager.gate('g1').release({
        reason: { kind: 'service-test', id: 't1' },
        pulse: milliseconds(700),
        deadline: plus(systemClock.monotonic(), seconds(20)),
      });
    /** He stands in the light barrier until he was counted: a board that is not asked for a third of a second does not see somebody who walks. */
    const letThrough = async (): Promise<void> => {
      const before = passages();
      simulator.setPerson('stands-still');
      expect(await release()).toEqual({ kind: 'released' });
      await eventually(() => expect(passages()).toBe(before + 1));
      simulator.setPerson('walks-through');
    };
    await letThrough();

    simulator.setFault('unplugged', true);
    await eventually(() => expect(manager.health()[0]?.state.kind).toBe('absent'));
    expect(await release()).toMatchObject({ kind: 'not-released', fault: { code: 'E-DEV-ABSENT' } });
    simulator.setFault('unplugged', false);
    await eventually(() => expect(manager.health()[0]?.state.kind).toBe('ready'));
    await letThrough();
    expect(simulator.state().passed).toBe(2);
  });
});

describe('a simulated device over a PTY', () => {
  it('says what is missing when there is no socat', async () => {
    const path = process.env.PATH;
    process.env.PATH = '/nowhere';
    try {
      const served = await serveOverPty(createScannerSimulator({ timers: systemTimers }));
      expect(served.ok ? 'served' : [served.error.code, served.error.remedy]).toEqual([
        'E-SIM-SOCAT',
        expect.stringContaining('apt-get install socat'),
      ]);
    } finally {
      process.env.PATH = path;
    }
  });
});
