import { createKeptTimeStore } from '#agent/clock/kept-time-store.ts';
import { createSiteClock, type KeptSiteClock } from '#agent/clock/site-clock.ts';
import { createGateLane, type GateLane } from '#agent/lanes/gate-lane.ts';
import { type Admissions, createAdmissions } from '#agent/ledger/admissions.ts';
import { createLedger } from '#agent/ledger/ledger.ts';
import { createOutbox } from '#agent/ledger/outbox.ts';
import { createTelemetryRing } from '#agent/ledger/telemetry-ring.ts';
import type { ValidityFiles } from '#agent/ledger/validity-files.ts';
import { createValidityStore, type ValidityStore } from '#agent/ledger/validity-store.ts';
import { silentLog } from '#agent/runtime/log.ts';
import { createSiteNetwork, type SiteNetwork } from '#agent/site/site-network.ts';
import { createOutboxPump, type OutboxPump } from '#agent/uplink/outbox-pump.ts';
import { createValidityClient, type ValidityClient } from '#agent/validity/validity-client.ts';
import { milliseconds } from '#core/base/time.ts';
import { DeviceId, LaneId, MachineId, ScreenId } from '#core/contract/identifiers.ts';
import type { GateView } from '#core/contract/local/live.ts';
import type { HealthState } from '#core/ports/health.ts';
import type { Disk } from '../kernel/disk.ts';
import { Crash, type Life } from '../kernel/life.ts';
import type { MachineTime } from '../kernel/machine-time.ts';
import type { Prng } from '../kernel/prng.ts';
import type { Barrier } from './barrier.ts';
import { CODE_SECRETS, createStockVerifier, SITE } from './cinema.ts';
import type { CollaboratorContext, Collaborators } from './collaborators.ts';
import type { GateLines } from './gate-lines.ts';
import type { OfficeCalls } from './office-calls.ts';
import type { LanePlan } from './plan.ts';
import type { Reader } from './reader.ts';
import { STOCK_DOOR } from './stock-door.ts';
import type { Broker } from './uplink.ts';

/** One life of a gate's program: the product's parts put together as `compose.ts` does it, between simulated devices, cables and clocks. */
export interface Program {
  readonly lanes: readonly GateLane[];
  readonly validity: ValidityStore;
  readonly site: SiteNetwork;
  readonly siteClock: KeptSiteClock;
  start(): Promise<void>;
}

export interface ProgramParts {
  readonly machine: string;
  readonly others: readonly string[];
  readonly life: Life;
  readonly disk: Disk;
  readonly files: ValidityFiles;
  readonly time: MachineTime;
  readonly chance: Prng;
  readonly lanes: readonly {
    readonly plan: LanePlan;
    readonly barrier: Barrier;
    readonly reader: Reader;
    health(device: 'scanner' | 'gate'): HealthState;
  }[];
  readonly lines: GateLines;
  readonly broker: Broker;
  readonly calls: OfficeCalls;
  readonly collaborators: Collaborators;
  readonly onView: (lane: string, view: GateView) => void;
  readonly onChanged: () => void;
}

export function createProgram(parts: ProgramParts): Program {
  const { life, time, disk, chance, collaborators: of, onChanged } = parts;
  const machine = MachineId.parse(parts.machine);
  const { clock } = time;
  const timers = time.timersOf(life);
  let admissions: Admissions | undefined;
  const context: CollaboratorContext = {
    machine: parts.machine,
    clock,
    disk,
    admissions: () => {
      if (admissions === undefined) throw new RangeError('the program has not begun');
      return admissions;
    },
  };
  const realLedger = createLedger(disk.open(life), { clock, random: chance, boot: `${parts.machine}-${life.number}` });
  const ledger = of.ledger?.(realLedger) ?? realLedger;
  const realAdmissions = createAdmissions(ledger, machine);
  admissions = of.admissions?.(realAdmissions) ?? realAdmissions;
  const realStore = createValidityStore(ledger, filesOf(life, parts.files));
  const validity = of.validity?.(realStore, context) ?? realStore;
  const realKept = createKeptTimeStore(ledger);
  const realClock = createSiteClock({
    clock,
    timers,
    machine: { read: () => ({ boot: time.boot(), uptime: milliseconds(Math.floor(time.uptime())) }) },
    store: of.keptTime?.(realKept, context) ?? realKept,
    log: silentLog,
  });
  const siteClock = of.siteClock?.(realClock, context) ?? realClock;
  const learnSigned = (): void => {
    const held = validity.state();
    if (held !== undefined) siteClock.learnSigned(held.confirmedAt);
  };
  learnSigned();
  const client: ValidityClient = createValidityClient({
    door: STOCK_DOOR,
    store: validity,
    source: parts.calls.sourceOf(life),
    clock,
    timers,
    log: silentLog,
    onChanged: () => {
      learnSigned();
      onChanged();
    },
  });
  const realLines = parts.lines.portOf(life);
  const site = createSiteNetwork({
    machine,
    site: SITE,
    session: `${parts.machine}-${life.number}`,
    software: 'simulated',
    admits: true,
    members: parts.others.map((name) => MachineId.parse(name)),
    takesFound: false,
    lines: of.lines?.(realLines, context) ?? realLines,
    ledger,
    admissions,
    clock,
    timers,
    log: silentLog,
    isShowOver: (show) => validity.show(show) === undefined,
    onChanged,
  });
  const realOutbox = createOutbox(ledger);
  const pump: OutboxPump = createOutboxPump({
    machine,
    ledger,
    outbox: of.outbox?.(realOutbox, disk) ?? realOutbox,
    clock,
    timers,
    log: silentLog,
    telemetry: createTelemetryRing(ledger),
    clockQuality: () => undefined,
    encode: async (json) => Buffer.from(json),
    onChange: () => undefined,
  });
  let isOnline = false;
  const realVerify = createStockVerifier((keyId) => validity.key(keyId)?.publicKey);
  const lanes = parts.lanes.map(({ plan, barrier, reader }) => {
    const realGate = barrier.portOf(life, clock);
    const gate = of.gate?.(realGate) ?? realGate;
    const scanner = reader.portOf(life);
    return createGateLane({
      machine,
      configuration: {
        id: LaneId.parse(plan.id),
        name: plan.id,
        direction: plan.direction,
        scanner: DeviceId.parse(`${plan.id}-scanner`),
        gate: DeviceId.parse(`${plan.id}-gate`),
        ...(plan.screens === undefined ? {} : { screens: plan.screens.map((screen) => ScreenId.parse(screen)) }),
        ...(plan.classes === undefined ? {} : { classes: [...plan.classes] }),
      },
      siteId: SITE,
      admissions: context.admissions(),
      validity,
      scanner: {
        onFirstByte: scanner.onFirstByte,
        onCode: (listen) =>
          scanner.onCode((code) => {
            of.onPresented?.(gate, context);
            listen(code);
          }),
      },
      gate,
      clock,
      siteClock,
      timers,
      random: chance,
      log: silentLog,
      verify: of.verify?.(realVerify) ?? realVerify,
      secrets: CODE_SECRETS,
      online: () => isOnline,
      claims: of.claims?.(site.claims, context) ?? site.claims,
      missingGates: site.missing,
      onCannotVerify: () => void client.refresh(),
      onView: (view) => parts.onView(plan.id, view),
    });
  });

  return {
    lanes,
    validity,
    site,
    siteClock,
    start: async () => {
      for (const [index, lane] of lanes.entries()) {
        lane.start();
        const devices = parts.lanes[index];
        if (devices === undefined) continue;
        lane.setDeviceHealth('scanner', devices.health('scanner'));
        lane.setDeviceHealth('gate', devices.health('gate'));
      }
      siteClock.start();
      parts.broker.connect(life, {
        linkUp: (line) => {
          isOnline = true;
          pump.linkUp(line);
        },
        linkDown: () => {
          isOnline = false;
          pump.linkDown();
        },
        acknowledged: pump.acknowledged,
        head: client.onHead,
        delta: client.onDelta,
      });
      parts.calls.watchTime(life, clock, siteClock.learnAsked);
      client.start();
      await site.start();
    },
  };
}

/** What a program that has ended goes on with reaches no file. */
function filesOf(life: Life, files: ValidityFiles): ValidityFiles {
  return new Proxy(files, {
    get: (target, name) => {
      if (life.isOver) throw new Crash(life, 'before it touched this file');
      return Reflect.get(target, name);
    },
  });
}
