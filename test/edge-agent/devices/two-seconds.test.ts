import { describe, expect, it } from 'vitest';
import { createDeviceManager } from '#agent/devices/device-manager.ts';
import { managedGate, managedIndicator } from '#agent/devices/managed-device.ts';
import { silentLog } from '#agent/runtime/log.ts';
import { between, milliseconds, seconds } from '#core/base/time.ts';
import type { Random } from '#core/ports/clock.ts';
import type { DeviceHealth } from '#core/ports/health.ts';
import { createGateSimulator } from '#drivers/modbus-gate/gate-simulator.ts';
import { modbusGateDriver } from '#drivers/modbus-gate/modbus-gate-driver.ts';
import { modbusTowerDriver } from '#drivers/modbus-gate/modbus-tower-driver.ts';
import { createModbusTowerSimulator } from '#drivers/modbus-gate/tower-simulator.ts';
import { createModbusWires } from '#drivers/modbus-gate/wire-turns.ts';
import { createSimulatedWires } from '#drivers/simulation/simulated-wires.ts';
import { memoryTransport } from '#drivers/transport/memory.ts';
import { GATE_OPTIONS } from '#test/device-drivers/modbus-gate/gate-bench.ts';
import { createVirtualTime, type VirtualTime } from '#test/support/virtual-time.ts';
import { connectDevices, DRIVERS, isThere } from '#test/torture/devices/every-device.ts';

const PROMISED = seconds(2);
/** Every wait of the back-off is the longest that it may be. */
const UNLUCKY: Random = { uniform: () => 0.999_999, bytes: (count) => new Uint8Array(count).fill(7) };

/** Of those that can fall silent, who is not asked so often. A terminal's guest would see it; the others are asked nothing while nobody needs them. */
const SELDOM_ASKED: ReadonlySet<string> = new Set(['zvt-terminal', 'pcsc-reader', 'gpio-gate', 'lcus-tower']);
const SILENT = DRIVERS.filter((driver) => !SELDOM_ASKED.has(driver));

const LOOK = milliseconds(10);
async function takes(time: VirtualTime, isSo: () => boolean): Promise<number> {
  const since = time.clock.monotonic();
  while (!isSo() && between(since, time.clock.monotonic()) <= seconds(30)) await time.advance(LOOK);
  return between(since, time.clock.monotonic());
}

async function connectOne(driver: (typeof DRIVERS)[number]) {
  const time = createVirtualTime();
  const devices = await connectDevices([driver], 'memory', { clock: time.clock, timers: time.timers, random: UNLUCKY });
  const is = (kind: DeviceHealth['state']['kind']) => () => devices.health(driver).state.kind === kind;
  await takes(time, () => isThere(devices.health(driver)));
  // A session that lasted, and nothing left of the start.
  await time.advance(seconds(15));
  expect(devices.health(driver).state.kind).toBe('ready');
  return { time, devices, simulator: devices.simulator(driver), is };
}

describe('within two seconds, whatever the dice say', () => {
  it.each(DRIVERS)('%s: pulled and plugged in again, on a line that nothing tells of', async (driver) => {
    const { time, devices, simulator, is } = await connectOne(driver);
    simulator.setFault('unplugged', true);
    expect(await takes(time, is('absent'))).toBeLessThanOrEqual(PROMISED);
    await time.advance(seconds(33));
    simulator.setFault('unplugged', false);
    expect(await takes(time, is('ready'))).toBeLessThanOrEqual(PROMISED);
    await devices.stop();
  });

  it.each(SILENT)('%s: silent, and answering again', async (driver) => {
    const { time, devices, simulator, is } = await connectOne(driver);
    if (!simulator.faults.some(({ name }) => name === 'no-answer')) return expect(simulator.faults.map(({ name }) => name)).toContain('unplugged');
    simulator.setFault('no-answer', true);
    expect(await takes(time, () => !is('ready')())).toBeLessThanOrEqual(PROMISED);
    await time.advance(seconds(33));
    expect(is('absent')()).toBe(true);
    simulator.setFault('no-answer', false);
    expect(await takes(time, is('ready'))).toBeLessThanOrEqual(PROMISED);
    await devices.stop();
  });

  it('one of three Modbus boards behind one adapter, while the others go on', async () => {
    const time = createVirtualTime();
    const { clock, timers } = time;
    const gates = [createGateSimulator({ timers, unit: 1 }), createGateSimulator({ timers, unit: 2 })] as const;
    const tower = createModbusTowerSimulator({ unit: 3, lamps: { red: 0 } });
    const adapter = createSimulatedWires();
    for (const device of [...gates, tower]) adapter.add(device);
    const wires = createModbusWires({ transport: memoryTransport(adapter), clock, timers });
    const gate = (id: string, unit: number) => {
      const { transport, turn } = wires.unit(unit);
      return managedGate({ id, driver: modbusGateDriver, options: { ...GATE_OPTIONS, unit, turn }, transport });
    };
    const place = wires.unit(3);
    const light = managedIndicator({
      id: 'light',
      driver: modbusTowerDriver,
      options: { unit: 3, turn: place.turn, lamps: { red: 0 } },
      transport: place.transport,
    });
    const devices = [gate('one', 1), gate('two', 2), light];
    const told: string[] = [];
    const manager = createDeviceManager({
      devices,
      clock,
      timers,
      random: UNLUCKY,
      log: silentLog,
      onHealth: ({ device, state }) => told.push(`${device} ${state.kind}`),
    });
    const stateOf = (id: string) => manager.health().find(({ device }) => device === id)?.state.kind;
    manager.start();
    await time.advance(seconds(15));
    expect(manager.health().map(({ state }) => state.kind)).toEqual(['ready', 'ready', 'ready']);
    for (const [id, device] of [
      ['two', gates[1]],
      ['light', tower],
    ] as const) {
      told.length = 0;
      device.setFault('no-answer', true);
      expect(await takes(time, () => stateOf(id) !== 'ready')).toBeLessThanOrEqual(PROMISED);
      await time.advance(seconds(33));
      expect(stateOf(id)).toBe('absent');
      device.setFault('no-answer', false);
      expect(await takes(time, () => stateOf(id) === 'ready')).toBeLessThanOrEqual(PROMISED);
      await time.advance(seconds(15));
      // Health is told every 30 s in any case.
      expect(told.filter((line) => !line.startsWith(id) && !line.endsWith('ready'))).toEqual([]);
    }
    await manager.stop();
  });
});
