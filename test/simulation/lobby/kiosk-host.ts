import type { BoxOfficeClient } from '#agent/box-office-client/box-office-client.ts';
import type { Kiosk } from '#agent/kiosk/kiosk.ts';
import { ledgerStore } from '#agent/ledger/ledger-store.ts';
import { FaultError } from '#core/base/fault.ts';
import { seconds } from '#core/base/time.ts';
import { type CommitFault, createDisk, type Disk } from '../kernel/disk.ts';
import { isEndOfLife, type Life } from '../kernel/life.ts';
import { createMachineTime } from '../kernel/machine-time.ts';
import type { Prng } from '../kernel/prng.ts';
import type { Timeline } from '../kernel/timeline.ts';
import type { CommittedEvent } from '../world/committed-event.ts';
import { createLedgerReader } from '../world/disk-view.ts';
import type { LobbyBroker } from './broker.ts';
import type { LobbyCollaborators } from './collaborators.ts';
import { createKioskProgram, type KioskProgram } from './kiosk-program.ts';
import type { KioskView, StoredJob, StoredSale } from './observation.ts';
import type { KioskPlan } from './plan.ts';
import type { PrinterDevice } from './printer-device.ts';
import { type DiskRoom, NOTICED_AFTER_MS } from './room.ts';
import type { TerminalDevice } from './terminal-device.ts';

/** What a kiosk is made of beside its program, and outlives it: disk, clocks, printer, and whoever starts it again. */
export interface KioskHost {
  readonly machine: string;
  readonly view: KioskView;
  readonly printers: readonly PrinterDevice[];
  readonly room: DiskRoom;
  /** What its program asks the box office with; undefined while it is down. */
  client(): BoxOfficeClient | undefined;
  /** Undefined while it is down. */
  kiosk(): Kiosk | undefined;
  /** Who stands before it. */
  guest: string | undefined;
  start(): void;
  kill(isOff: boolean, downFor: number | undefined): void;
  /** The world is over: its disk serves another one. */
  giveBack(): void;
  /** By this life alone, at the point where it is. */
  crash(life: Life): void;
  jumpWall(by: number): void;
  takeImage(): void;
  restoreImage(): void;
}

export interface KioskSurroundings {
  readonly timeline: Timeline;
  readonly chance: Prng;
  readonly broker: LobbyBroker;
  readonly printers: readonly PrinterDevice[];
  readonly terminal: TerminalDevice | undefined;
  readonly clientOf: (life: Life) => BoxOfficeClient;
  readonly collaborators: LobbyCollaborators;
  readonly room: DiskRoom;
  readonly commitFault: () => CommitFault;
  readonly committed: (event: CommittedEvent) => void;
  readonly restored: (machine: string) => void;
  readonly failed: (cause: unknown) => void;
}

const RESTARTS_AFTER = [seconds(1), seconds(6)] as const;

export function createKioskHost(plan: KioskPlan, around: KioskSurroundings): KioskHost {
  const { timeline, collaborators, printers, terminal, room } = around;
  const { machine } = plan;
  const chance = around.chance.fork(machine);
  const time = createMachineTime(machine, timeline, plan.drift, plan.wallOff);
  let life: Life = { machine, number: 0, isOver: true };
  let program: KioskProgram | undefined;
  let salesBefore = { since: 0, count: 0 };
  let begunWithoutRoom = 0;
  let image: Buffer | undefined;
  let isImageDue = false;
  let wasRestored = false;

  const end = (ended: Life, isOff: boolean, downFor: number | undefined): void => {
    if (ended.isOver || ended !== life) return;
    ended.isOver = true;
    program = undefined;
    disk.cut();
    timeline.note(`${machine} ends${isOff ? ' with its machine' : ''}`);
    if (isOff) time.reboot();
    if (collaborators.afterEnd !== undefined) {
      collaborators.afterEnd(disk, machine);
      reader.begin();
    }
    if (downFor === undefined) return;
    timeline.at(timeline.now() + downFor, `${machine} starts`, () => {
      if (life === ended) start();
    });
  };
  const restartsAfter = (): number => chance.between(...RESTARTS_AFTER);
  /** Looked at after every commit while the room has been short for so long that the program must know. */
  const countBegun = (): void => {
    const since = room.shortSince();
    if (since === undefined || timeline.now() < since + NOTICED_AFTER_MS) return;
    const count = disk.view<[], number>('SELECT count(*) FROM sale').pluck().get() ?? 0;
    if (salesBefore.since === since) begunWithoutRoom += Math.max(0, count - salesBefore.count);
    salesBefore = { since, count };
  };
  const disk = createDisk(ledgerStore, {
    commitFault: () => {
      const fault = around.commitFault();
      return fault === 'none' && !room.take() ? 'full' : fault;
    },
    committed: (isTold) => {
      countBegun();
      for (const event of isTold ? reader.news(life.number) : []) {
        timeline.note(`${machine} commits ${event.lane}/${event.seq} ${event.body.t} ${event.written}`);
        around.committed(event);
      }
    },
    ends: (ended) => end(ended, false, restartsAfter()),
  });
  const reader = createLedgerReader(machine, disk);

  const start = (): void => {
    if (!life.isOver) return;
    if (isImageDue && image !== undefined) {
      disk.restore(image);
      reader.begin();
      isImageDue = false;
      wasRestored = true;
      timeline.note(`${machine} has an old disk`);
      around.restored(machine);
    }
    collaborators.beforeStart?.(disk, machine);
    life = { machine, number: life.number + 1, isOver: false };
    timeline.note(`${machine} starts, life ${life.number}`);
    const mine = life;
    try {
      program = createKioskProgram({
        machine,
        life: mine,
        disk,
        room,
        time,
        chance,
        printers,
        terminal,
        client: around.clientOf(mine),
        broker: around.broker,
        collaborators,
        onFatal: (cause) => {
          if (!isEndOfLife(cause)) around.failed(cause);
          end(mine, false, restartsAfter());
        },
      });
    } catch (cause) {
      // A disk that cannot be written now, or a cut in the middle of the start: it is tried again.
      if (!(cause instanceof FaultError) && !isEndOfLife(cause)) throw cause;
      end(mine, false, restartsAfter());
    }
    if (mine.isOver) program = undefined;
  };

  return {
    machine,
    printers,
    client: () => (program === undefined ? undefined : around.clientOf(life)),
    room,
    kiosk: () => program?.kiosk,
    guest: undefined,
    start,
    kill: (isOff, downFor) => end(life, isOff, downFor),
    giveBack: disk.giveBack,
    crash: (ended) => end(ended, false, restartsAfter()),
    jumpWall: time.jumpWall,
    takeImage: () => {
      image = disk.image();
    },
    restoreImage: () => {
      if (image === undefined) return;
      isImageDue = true;
      // Nobody takes a disk out of a machine that is on, also when its program has just ended.
      if (life.isOver) time.reboot();
      else end(life, true, seconds(20));
    },
    view: {
      machine,
      isUp: () => program !== undefined,
      isFree: () => program?.kiosk.session().phase === 'idle',
      wasRestored: () => wasRestored,
      outboxWaiting: reader.outboxWaiting,
      sales: () => salesOn(disk),
      jobs: () => jobsOn(disk),
      begunWithoutRoom: () => begunWithoutRoom,
      hasRoomAgain: () => program?.pressure() === 'ample' && room.ballast.isKept(),
      leftToPerson: () => disk.view<[], string>(`SELECT attempt_key FROM terminal_booking WHERE ending = 'person'`).pluck().all(),
    },
  };
}

function salesOn({ view }: Disk): readonly StoredSale[] {
  const rows = view<[], Omit<StoredSale, 'total'> & { basket: string }>(
    'SELECT sale_id AS saleId, stage, ending, order_id AS orderId, basket FROM sale ORDER BY sale_id',
  ).all();
  return rows.map(({ basket, ...row }) => ({ ...row, total: JSON.parse(basket).submitTotal.minor }));
}

function jobsOn({ view }: Disk): readonly StoredJob[] {
  const rows = view<[], Omit<StoredJob, 'settled'> & { settled: number }>(
    'SELECT job_id AS jobId, ticket_id AS ticketId, state, settled FROM print_job ORDER BY job_id',
  ).all();
  return rows.map((row) => ({ ...row, settled: row.settled === 1 }));
}
