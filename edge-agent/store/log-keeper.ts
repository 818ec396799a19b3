import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Fault } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import type { Timer, Timers } from '#core/ports/clock.ts';
import type { Database } from './database.ts';

/**
 * Keeps a store's write-ahead log away from its decisions. A commit that makes the log's file longer costs twice one that writes over it, and a checkpoint
 * (the log is written into the database) costs ten commits. So the file is made long beforehand, and checkpoints are made when nobody is waiting.
 *
 * Durability does not depend on any of this: a commit is on the disk when `COMMIT` has returned (`synchronous=FULL`), wherever in the file its frames are,
 * and a log that is never checkpointed is read like any other. SQLite's own checkpoint inside a commit stays as the last resort (`store.logFramesMax`).
 */
export interface LogKeeper {
  /** Resolves when the file is as long as it is going to be. */
  readonly grown: Promise<void>;
  /** Before the store is closed. */
  stop(): void;
}

export interface LogKeeperOptions {
  readonly timers: Timers;
  /** What makes the store slow or large, and no more: told once, until it is over. */
  readonly onProblem: (fault: Fault) => void;
}

/** The state of the log, in frames of one page each; -1 in a store that has no log (`PRAGMA wal_checkpoint`). */
interface LogState {
  readonly busy: number;
  readonly log: number;
  readonly checkpointed: number;
}

/** Header of the log, then for each page a header of 24 bytes and the page (sqlite.org/fileformat2.html, 4.1). */
const PAGE_BYTES = 4_096;
const GROWN_BYTES = 32 + LIMITS.store.logFramesGrown * (24 + PAGE_BYTES);
const CHUNK_BYTES = 1_048_576;

export function keepLog(database: Database, { timers, onProblem }: LogKeeperOptions): LogKeeper {
  const { lookEvery, logFramesQuiet, logFramesBusy, logFramesMax } = LIMITS.store;
  // NOOP tells and does nothing (since SQLite 3.51); PASSIVE waits for nobody.
  const look = database.prepare<[], LogState>('PRAGMA wal_checkpoint(NOOP)');
  const checkpoint = database.prepare<[], LogState>('PRAGMA wal_checkpoint(PASSIVE)');
  let isStopped = false;
  let next: Timer | undefined;
  let seen = 0;
  let told: string | undefined;

  const tell = (fault: Fault | undefined): void => {
    if (told === fault?.code) return;
    told = fault?.code;
    if (fault !== undefined) onProblem(fault);
  };

  const tend = (): void => {
    const { log, checkpointed } = look.get() ?? NO_LOG;
    const waiting = log - checkpointed;
    const isQuiet = log === seen;
    seen = log;
    if (waiting < (isQuiet ? logFramesQuiet : logFramesBusy)) return;
    const done = checkpoint.get() ?? NO_LOG;
    if (done.log === done.checkpointed) {
      restart(database);
      seen = 1;
    }
    tell(done.log > logFramesMax ? heldLog(database.name) : undefined);
  };

  const tendLater = (): void => {
    next = timers.after(lookEvery, () => {
      // Some stores await inside their transactions; there will be another moment.
      if (!database.inTransaction) guard(tend, database.name, tell);
      tendLater();
    });
  };

  if (!database.memory) tendLater();
  return {
    grown: database.memory ? Promise.resolve() : grow(`${database.name}-wal`, () => isStopped, tell),
    stop: () => {
      isStopped = true;
      next?.cancel();
    },
  };
}

const NO_LOG: LogState = { busy: 0, log: -1, checkpointed: -1 };

/**
 * The first commit after a complete checkpoint begins the log anew, and syncs its header for that beside itself. This one carries nothing, so that no
 * decision has to be the first.
 */
function restart(database: Database): void {
  const version = Number(database.pragma('user_version', { simple: true }));
  database.pragma(`user_version = ${version}`);
}

/** A checkpoint that failed has lost nothing: what it was to copy is still in the log, and is copied by the next. */
function guard(tend: () => void, store: string, tell: (fault: Fault) => void): void {
  try {
    tend();
  } catch (cause) {
    tell({
      code: 'E-STO-CHECKPOINT',
      owner: 'store',
      message: `The log of ${store} could not be written into it: ${cause instanceof Error ? cause.message : String(cause)}.`,
      remedy: 'Check the disk and the room on it.',
    });
  }
}

/** Zeros behind the end of the file are no frames to SQLite: it writes over them. Appending never touches what is there, whoever writes at the same time. */
async function grow(file: string, isStopped: () => boolean, tell: (fault: Fault) => void): Promise<void> {
  try {
    const handle = await open(file, constants.O_WRONLY | constants.O_APPEND);
    try {
      const zeros = new Uint8Array(CHUNK_BYTES);
      for (let missing = GROWN_BYTES - (await handle.stat()).size; missing > 0 && !isStopped(); missing -= CHUNK_BYTES) {
        await handle.write(zeros.subarray(0, Math.min(missing, CHUNK_BYTES)));
      }
      // Written, not only reserved: blocks that were never written would have to be marked as written by the commits.
      await handle.datasync();
    } finally {
      await handle.close();
    }
  } catch (cause) {
    tell({
      code: 'E-STO-LOG',
      owner: 'store',
      message: `No room was kept for the log ${file}: ${cause instanceof Error ? cause.message : String(cause)}. Scans take longer.`,
      remedy: 'Check the disk and the room on it.',
    });
  }
}

const heldLog = (store: string): Fault => ({
  code: 'E-STO-LOG-HELD',
  owner: 'operator',
  message: `Another program has been reading ${store} for a long time; its log cannot be made shorter.`,
  remedy: 'Stop the other program.',
});
