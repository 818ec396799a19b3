import { ledgerStore } from '#agent/ledger/ledger-store.ts';
import { memoryValidityFiles } from '#agent/ledger/validity-files.ts';
import { sha256Hex } from '#agent/runtime/ticket-crypto.ts';
import { FaultError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { seconds } from '#core/base/time.ts';
import type { GateView } from '#core/contract/local/live.ts';
import type { HealthState } from '#core/ports/health.ts';
import { marksOf } from '../coverage.ts';
import { type CommitFault, createDisk } from '../kernel/disk.ts';
import { isEndOfLife, type Life } from '../kernel/life.ts';
import { createMachineTime } from '../kernel/machine-time.ts';
import type { Network } from '../kernel/network.ts';
import type { Prng } from '../kernel/prng.ts';
import type { Timeline } from '../kernel/timeline.ts';
import { createBarrier } from './barrier.ts';
import type { Collaborators } from './collaborators.ts';
import { createLedgerReader } from './disk-view.ts';
import type { GateLines } from './gate-lines.ts';
import { createProgram, type Program } from './machine.ts';
import type { Checker, Hook, MachineView } from './observation.ts';
import type { OfficeCalls } from './office-calls.ts';
import type { GatePlan, Plan } from './plan.ts';
import { createReader } from './reader.ts';
import type { StageLane, StageMachine } from './stage.ts';
import type { Broker } from './uplink.ts';

/** What a machine is made of beside its program, and outlives it: disk, clocks, devices, cables, and whoever starts it again. */
export interface MachineHost {
  readonly view: MachineView;
  readonly stage: StageMachine;
  readonly lanes: readonly StageLane[];
  start(): void;
  /** Until somebody starts it again. */
  shutDown(): void;
  /** The world is over: its disk serves another one. */
  giveBack(): void;
}

export interface HostSurroundings {
  readonly plan: Plan;
  readonly timeline: Timeline;
  readonly network: Network;
  readonly chance: Prng;
  readonly lines: GateLines;
  readonly broker: Broker;
  readonly calls: OfficeCalls;
  readonly collaborators: Collaborators;
  /** Whether anything may go wrong at this time. */
  readonly isFaulty: () => boolean;
  readonly reached: (mark: string) => void;
  readonly tell: (hook: Hook, say: (checker: Checker) => void) => void;
  /** Something went wrong that no accident explains. */
  readonly failed: (cause: unknown) => void;
}

const READY: HealthState = { kind: 'ready', reasons: [] };
const GONE: HealthState = { kind: 'absent', reasons: ['link-lost'] };
/** A supervisor starts a program that has ended again. */
const RESTARTS_AFTER = [seconds(1), seconds(4)] as const;

export function createMachineHost(plan: GatePlan, others: readonly string[], around: HostSurroundings): MachineHost {
  const { timeline, network, lines, collaborators, reached, tell } = around;
  const { machine } = plan;
  const chance = around.chance.fork(machine);
  const faults = around.chance.fork(`${machine}/faults`);
  const time = createMachineTime(machine, timeline, plan.drift, plan.wallOff);
  if (plan.drift !== 0) reached('fault drift');
  const views = new Map<string, GateView>();
  let life: Life = { machine, number: 0, isOver: true };
  let program: Program | undefined;
  let image: Buffer | undefined;
  let isImageDue = false;

  const end = (ended: Life, isOff: boolean, downFor: number | undefined): void => {
    if (ended.isOver || ended !== life) return;
    ended.isOver = true;
    program = undefined;
    disk.cut();
    timeline.note(`${machine} ends${isOff ? ' with its machine' : ''}`);
    network.trouble(machine);
    if (isOff) {
      time.reboot();
    }
    lines.ended(ended, isOff);
    if (collaborators.afterEnd !== undefined) {
      collaborators.afterEnd(disk, machine);
      reader.begin();
    }
    tell('ended', (checker) => checker.ended?.(machine, isOff));
    if (downFor === undefined) return;
    timeline.at(timeline.now() + downFor, `${machine} starts`, () => {
      if (life === ended) start();
    });
  };
  const commitFault = (): CommitFault => {
    collaborators.beforeCommit?.(disk);
    if (!around.isFaulty()) return 'none';
    const { faults: possible, crashChance } = around.plan;
    if (faults.chance(crashChance)) return faults.pick(['crash-before', 'crash-in-kept', 'crash-in-lost', 'crash-after']);
    if (possible.has('disk-full') && faults.chance(0.01)) return 'full';
    if (possible.has('disk-unknown') && faults.chance(0.003)) return faults.pick(['unknown-kept', 'unknown-lost']);
    return 'none';
  };
  const disk = createDisk(ledgerStore, {
    commitFault: () => {
      const fault = commitFault();
      if (fault !== 'none') {
        reached(fault.startsWith('crash') ? `commit ${fault}` : `fault ${fault === 'full' ? 'disk-full' : 'disk-unknown'}`);
        if (fault.startsWith('crash')) reached('fault crash');
        timeline.note(`${machine} commit: ${fault}`);
        network.trouble(machine);
      }
      return fault;
    },
    committed: (isTold) => {
      for (const event of isTold ? reader.news(life.number) : []) {
        timeline.note(`${machine} commits ${event.lane}/${event.seq} ${event.body.t} ${event.written}`);
        for (const mark of marksOf(event.body)) reached(mark);
        tell('committed', (checker) => checker.committed?.(event));
      }
      tell('settled', (checker) => checker.settled?.(machine));
      collaborators.afterCommit?.(disk, timeline.now());
    },
    ends: (ended) => end(ended, false, chance.between(...RESTARTS_AFTER)),
  });
  const reader = createLedgerReader(machine, disk);
  const files = memoryValidityFiles();

  const commandFault = (): ReturnType<Parameters<typeof createBarrier>[3]['commandFault']> => {
    if (!around.isFaulty()) return 'none';
    if (faults.chance(around.plan.crashChance)) {
      const fault = faults.pick(['crash-before', 'crash-after'] as const);
      reached(`command ${fault}`);
      return fault;
    }
    if (!around.plan.faults.has('board-silent') || !faults.chance(0.06)) return 'none';
    reached('fault board-silent');
    return faults.pick(['deaf', 'echo-lost-open', 'echo-lost-shut'] as const);
  };
  /** A guest walks when it is open; not all of them do, or at once, or alone. */
  const walk = (lane: (typeof lanes)[number]): void => {
    const { direction } = lane.plan;
    const does = (name: 'no-passage' | 'late-passage' | 'double-body', often: number): boolean => {
      const happens = around.isFaulty() && around.plan.faults.has(name) && faults.chance(often);
      if (happens) reached(`fault ${name}`);
      return happens;
    };
    if (does('no-passage', 0.12)) return;
    const after = does('late-passage', 0.08) ? faults.between(seconds(6), seconds(9)) : faults.between(300, seconds(3));
    timeline.at(timeline.now() + after, `${lane.plan.id} is walked through`, () => {
      if (!lane.barrier.push(direction)) return;
      timeline.note(`${lane.plan.id} a body passes`);
      if (does('double-body', 0.08)) lane.barrier.force(direction);
    });
  };

  const lanes = plan.lanes.map((lane) => {
    const devices = { scanner: true, gate: true };
    const barrier = createBarrier(lane.id, timeline, faults.fork(lane.id), {
      commandFault,
      crash: (ended) => end(ended, false, chance.between(...RESTARTS_AFTER)),
      commanded: (_, { reason }) => {
        timeline.note(`${lane.id} is told to open for ${reason.id}`);
        tell('commanded', (checker) => checker.commanded?.({ machine, lane: lane.id, scanId: reason.id }));
      },
      opened: ({ reason }) => {
        timeline.note(`${lane.id} opens`);
        tell('opened', (checker) => checker.opened?.({ machine, lane: lane.id, scanId: reason.id }));
        const made = lanes.find((each) => each.plan.id === lane.id);
        if (made !== undefined) walk(made);
      },
    });
    const codes = createReader();
    const read = (bytes: Uint8Array): void => codes.read(bytes, time.clock.monotonic());
    const present: StageLane['present'] = (bytes, truth) => {
      if (!devices.scanner || life.isOver) return;
      const { ticketId, admits, reentry, window, escorts, isChanging, what } = truth;
      const codeHash = sha256Hex(bytes).slice(0, 6);
      const told = { machine, lane: lane.id, direction: lane.direction, codeHash, ticketId, admits, reentry, window, escorts, isChanging, what };
      timeline.note(`${lane.id} reads ${told.codeHash}: ${truth.what} ${truth.ticketId ?? ''}`);
      tell('presented', (checker) => checker.presented?.(told));
      const { faults: possible } = around.plan;
      const ill = (name: 'double-read' | 'garbage' | 'burst', often: number): boolean => {
        const happens = around.isFaulty() && possible.has(name) && faults.chance(often);
        if (happens) reached(`fault ${name}`);
        return happens;
      };
      if (ill('garbage', 0.06)) {
        const half = bytes.slice(0, faults.int(bytes.length));
        return read(faults.chance(0.5) ? half : faults.bytes(1 + faults.int(300)));
      }
      read(bytes);
      if (ill('double-read', 0.1)) timeline.at(timeline.now() + faults.between(20, 600), 'read twice', () => read(bytes));
      if (ill('burst', 0.03))
        for (let n = 0; n < 12; n++) timeline.at(timeline.now() + 30 * n, 'burst', () => read(n % 3 === 0 ? bytes : faults.bytes(40)));
    };
    const setDevice: StageLane['setDevice'] = (device, isThere) => {
      devices[device] = isThere;
      program?.lanes.find(({ id }) => id === lane.id)?.setDeviceHealth(device, isThere ? READY : GONE);
    };
    return {
      plan: lane,
      machine,
      barrier,
      reader: codes,
      health: (device: 'scanner' | 'gate') => (devices[device] ? READY : GONE),
      present,
      setDevice,
    };
  });

  const start = (): void => {
    if (!life.isOver) return;
    if (isImageDue && image !== undefined) {
      disk.restore(image);
      reader.begin();
      isImageDue = false;
      reached('fault old-disk');
      timeline.note(`${machine} has an old disk`);
      tell('restored', (checker) => checker.restored?.(machine));
    }
    collaborators.beforeStart?.(disk, machine);
    life = { machine, number: life.number + 1, isOver: false };
    timeline.note(`${machine} starts, life ${life.number}`);
    network.trouble(machine);
    tell('started', (checker) => checker.started?.(machine));
    const mine = life;
    let made: Program;
    try {
      made = begin(mine);
    } catch (cause) {
      // A disk that cannot be written now, or a cut in the middle of the start: it is tried again.
      if (!(cause instanceof FaultError) && !isEndOfLife(cause)) throw cause;
      end(mine, false, chance.between(...RESTARTS_AFTER));
      return;
    }
    program = made;
    made.start().catch(around.failed);
    timeline.yieldTurns(6);
  };

  const begin = (mine: Life): Program =>
    createProgram({
      machine,
      others,
      life: mine,
      disk,
      files,
      time,
      chance,
      lanes,
      lines,
      broker: around.broker,
      calls: around.calls,
      collaborators,
      onView: (lane, view) => views.set(lane, view),
      onChanged: () => {
        if (!mine.isOver && program !== undefined) tell('settled', (checker) => checker.settled?.(machine));
      },
    });

  const view: MachineView = {
    machine,
    disk: reader,
    isUp: () => program !== undefined,
    isServing: () => lanes.every(({ plan: { id } }) => ['ready', 'verdict'].includes(views.get(id)?.state ?? '')),
    dataConfirmedAt: () => program?.validity.state()?.confirmedAt,
    dataVersion: () => program?.validity.state()?.version,
    queues: () => [{ name: 'members of the site', length: program?.site.view().members.length ?? 0, bound: LIMITS.site.membersMax }],
  };
  return {
    view,
    lanes,
    start,
    shutDown: () => end(life, true, undefined),
    giveBack: disk.giveBack,
    stage: {
      machine,
      isUp: () => program !== undefined,
      kill: (isOff, downFor) => {
        reached(isOff ? 'fault reboot' : 'fault crash');
        end(life, isOff, downFor);
      },
      jumpWall: (by) => time.jumpWall(by),
      setWall: (to) => time.setWall(to),
      takeImage: () => {
        image = disk.image();
      },
      restoreImage: () => {
        isImageDue = image !== undefined;
        end(life, true, seconds(20));
      },
    },
  };
}
