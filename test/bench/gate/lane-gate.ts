import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createKeptTimeStore } from '#agent/clock/kept-time-store.ts';
import { createSiteClock } from '#agent/clock/site-clock.ts';
import { createDeviceManager } from '#agent/devices/device-manager.ts';
import { managedGate, managedScanner } from '#agent/devices/managed-device.ts';
import { createGateLane } from '#agent/lanes/gate-lane.ts';
import { createGateWarmth } from '#agent/lanes/gate-warmth.ts';
import { createAdmissions } from '#agent/ledger/admissions.ts';
import { openLedger } from '#agent/ledger/ledger.ts';
import { diskValidityFiles } from '#agent/ledger/validity-files.ts';
import { createValidityStore } from '#agent/ledger/validity-store.ts';
import { systemClock as clock, systemRandom as random, systemTimers as timers } from '#agent/runtime/clock.ts';
import { compileSooner } from '#agent/runtime/engine.ts';
import { openLogFile } from '#agent/runtime/log-file.ts';
import { linuxMachineTime } from '#agent/runtime/machine-time.ts';
import { createTicketVerifier } from '#agent/runtime/ticket-crypto.ts';
import { keepLog } from '#agent/store/log-keeper.ts';
import type { DeviceId, LaneId, MachineId } from '#core/contract/identifiers.ts';
import { modbusGateDriver } from '#drivers/modbus-gate/modbus-gate-driver.ts';
import { serialScannerDriver } from '#drivers/serial-scanner/serial-scanner-driver.ts';
import { serialTransport } from '#drivers/transport/serial.ts';
import { installSnapshot, wholeSnapshot } from '#test/support/validity-snapshot.ts';
import { readSetup, SAYS } from './gate-setup.ts';
import { BENCH_SITE } from './tickets.ts';

/** The product's gate and nothing else of it: the lane, the ledger on the disk, the drivers on their ports, the log in its file, composed as `composition/` does. */

const setup = readSetup();
const { log } = openLogFile(join(setup.data, 'agent.log'));
const ledger = openLedger(join(setup.data, 'ledger.db'), { clock, random, boot: randomUUID().slice(0, 8) });
const validity = createValidityStore(ledger, diskValidityFiles(join(setup.data, 'validity')));
const keeper = keepLog(ledger.database, { timers, onProblem: ({ code, message }) => log.warn({ code }, message) });
if (validity.state() === undefined) await installSnapshot(validity, wholeSnapshot(setup.snapshot.head, setup.snapshot));
const siteClock = createSiteClock({ clock, timers, machine: linuxMachineTime(), store: createKeptTimeStore(ledger), log });
siteClock.learnAsked(clock.wall(), clock.monotonic(), clock.monotonic());
siteClock.start();

const machine = 'bench' as MachineId;
const [scanner, gate] = ['gate-scanner' as DeviceId, 'gate-controller' as DeviceId];
const lineTo = (path: string) => serialTransport({ path, baudRate: setup.baudRate });
const ready = new Set<string>();
const manager = createDeviceManager({
  devices: [
    managedScanner({ id: scanner, driver: serialScannerDriver, options: { suffix: 'cr', aimPrefix: false }, transport: lineTo(setup.scanner) }),
    managedGate({
      id: gate,
      driver: modbusGateDriver,
      options: { unit: 1, releaseRelay: 0, inputs: { entryPassage: 0, exitPassage: 1, jam: 2, fireAlarm: 3 } },
      transport: lineTo(setup.gate),
    }),
  ],
  clock,
  timers,
  random,
  log,
  onHealth: ({ device, state }) => {
    lane.setDeviceHealth(device === scanner ? 'scanner' : 'gate', state);
    if (state.kind === 'ready') ready.add(device);
    if (ready.size === 2) process.stdout.write(SAYS.ready);
  },
});
let barrier = '';
const lane = createGateLane({
  machine,
  configuration: { id: 'lane-1' as LaneId, name: 'Gate 1', direction: 'entry', scanner, gate },
  siteId: BENCH_SITE,
  admissions: createAdmissions(ledger, machine),
  validity,
  scanner: manager.scanner(scanner),
  gate: manager.gate(gate),
  clock,
  siteClock,
  timers,
  random,
  log,
  verify: createTicketVerifier((keyId) => validity.key(keyId)?.publicKey),
  warmth: createGateWarmth(clock, timers),
  online: () => true,
  onView: (view) => {
    const wasFree = barrier === 'unavailable' || barrier === 'passed';
    barrier = view.barrier;
    const isFree = barrier === 'unavailable' || barrier === 'passed';
    if (isFree && !wasFree && ready.size === 2) process.stdout.write(SAYS.free);
  },
});
compileSooner();
await keeper.grown;
manager.start();
lane.start();
