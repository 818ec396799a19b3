import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { composeDevices } from '#agent/composition/devices.ts';
import { Device } from '#agent/configuration/device-schema.ts';
import { createDeviceManager } from '#agent/devices/device-manager.ts';
import { createPortDesk } from '#agent/devices/discovery/port-desk.ts';
import { openLedger } from '#agent/ledger/ledger.ts';
import { systemClock as clock, systemRandom as random } from '#agent/runtime/clock.ts';
import { silentLog } from '#agent/runtime/log.ts';
import { LIMITS } from '#core/base/limits.ts';
import { foreignBoard } from '#test/device-drivers/modbus-gate/foreign-board.ts';
import { eventually } from '#test/support/eventually.ts';
import { patientWith } from '#test/support/patient-timers.ts';

const timers = patientWith(LIMITS.modbus.replyTimeout);

/** Devices of a configuration that share a line, under the device manager, by the real clock. */
async function start(settings: readonly object[]) {
  const driversDirectory = fileURLToPath(new URL('../../../device-drivers', import.meta.url));
  const ledger = openLedger(':memory:', { clock, random, boot: 'boot-1' });
  const desk = createPortDesk({ wishes: [], assigned: () => undefined, ports: () => [], onPlace: () => undefined });
  const composed = await composeDevices(z.array(Device).parse(settings), { clock, timers, random, driversDirectory, ledger }, desk);
  const manager = createDeviceManager({ devices: composed.managed, clock, timers, random, log: silentLog, onHealth: () => undefined });
  manager.start();
  onTestFinished(async () => {
    await manager.stop();
    await composed.close();
    ledger.close();
  });
  const states = () => manager.health().map(({ state }) => state.kind);
  return { manager, composed, states };
}

it('a turnstile and a tower on one RS-485 line are ready together, and stay so', { timeout: 180_000 }, async () => {
  const board = await foreignBoard();
  const link = { kind: 'serial', path: board.path };
  const { manager, states } = await start([
    { id: 'gate-1', driver: 'modbus-gate', link, unit: 1 },
    { id: 'light-1', driver: 'modbus-tower', link, unit: 2, lamps: { red: 0, green: 2 } },
  ]);
  await eventually('both are ready', () => states().every((state) => state === 'ready'));
  manager.indicator('light-1').show({ light: { colour: 'red', rhythm: 'steady' }, beeps: 'none', words: '' });
  await eventually('the lamp is lit', () => board.said().includes('lamp 0 1'));
  await eventually('the gate is asked on', () => (manager.health()[0]?.counters.framesIn ?? 0) > 20);
  expect(manager.health().map(({ counters }) => counters.timeouts)).toEqual([0, 0]);
});

it('an OSDP reader that is to have another address is moved to it, and ready there', { timeout: 180_000 }, async () => {
  const { manager, states } = await start([
    { id: 'reader-1', driver: 'osdp-reader', link: { kind: 'simulated' }, address: 5, install: true, from: { address: 0 } },
    { id: 'light-1', driver: 'osdp-light', link: { kind: 'simulated' }, address: 5, install: true, from: { address: 0 } },
    { id: 'gate-1', driver: 'osdp-gate', link: { kind: 'simulated' }, address: 2 },
  ]);
  await eventually('all are there', () => states().every((state) => state === 'ready' || state === 'degraded'));
  expect(manager.health().map(({ place }) => place)).toEqual([
    expect.stringContaining('device 5'),
    expect.stringContaining('device 5'),
    expect.stringContaining('device 2'),
  ]);
});
