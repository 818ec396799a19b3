import { accessSync, constants, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { LIMITS } from '#core/base/limits.ts';
import type { Timer, Timers } from '#core/ports/clock.ts';
import { judgeStore, type StoreBounds, type StoreCondition, type StoreFacts } from '#core/store/pressure.ts';
import type { Ballast } from './ballast.ts';
import type { Database } from './database.ts';

/**
 * Looks at the room that a store has, every few seconds and whenever a write was refused. It gives the ballast up when there is none and takes it back when
 * there is; what has to stop meanwhile is decided by those who listen.
 */
export interface StoreWatch {
  condition(): StoreCondition;
  /** A write was refused for want of room: the ballast goes at once, so that the next one fits. */
  refused(): void;
  /** Looks now. */
  look(): void;
  stop(): void;
}

export interface StoreWatchParts {
  readonly database: Database;
  readonly ballast: Ballast;
  readonly bounds: StoreBounds;
  /** See `StoreFacts`. */
  readonly waitingShare: () => number;
  readonly timers: Timers;
  /** After every change. */
  readonly onChange: (condition: StoreCondition) => void;
  /** Of the file system that the store is on; a test may say otherwise. */
  readonly freeBytes?: () => number;
  readonly isReadOnly?: () => boolean;
}

const PAGE_BYTES = 4_096;

/** A file does not shrink: what was pruned, or has moved to another table, is room within it. */
function usedPagesOf(database: Database): () => number {
  const [all, free] = ['page_count', 'freelist_count'].map((name) => database.prepare<[], number>(`PRAGMA ${name}`).pluck());
  return () => (all?.get() ?? 0) - (free?.get() ?? 0);
}

export function watchStore({ database, ballast, bounds, timers, ...parts }: StoreWatchParts): StoreWatch {
  const freeBytes = parts.freeBytes ?? (() => freeIn(dirname(database.name)));
  const isReadOnly = parts.isReadOnly ?? (() => isMountedReadOnly(dirname(database.name)));
  const usedPages = usedPagesOf(database);
  let condition: StoreCondition = { pressure: 'ample', reasons: [], ballast: 'keep' };
  let isStopped = false;
  let next: Timer | undefined;
  let isMaking = false;
  let boundPages: number | undefined;

  const factsNow = (wasRefused: boolean): StoreFacts => ({
    freeBytes: freeBytes(),
    ledgerBytes: database.memory ? 0 : usedPages() * PAGE_BYTES + sizeOf(`${database.name}-wal`),
    waitingShare: parts.waitingShare(),
    isBallastKept: ballast.isKept(),
    isReadOnly: isReadOnly(),
    wasRefused,
  });
  /** The ledger's own bound gives way by as much as the ballast gives back. */
  const keepBound = (): void => {
    const pages = Math.floor((bounds.ledgerMaxBytes + (ballast.isKept() ? 0 : bounds.ballastBytes)) / PAGE_BYTES);
    if (pages === boundPages) return;
    // SQLite sets no bound below what the file has already; then it is asked again the next time.
    const bound = database.pragma(`max_page_count = ${pages}`, { simple: true });
    boundPages = bound === pages ? pages : undefined;
  };
  const makeBallast = async (): Promise<void> => {
    isMaking = true;
    await ballast.make();
    isMaking = false;
    if (!isStopped) look(false);
  };
  const look = (wasRefused: boolean): void => {
    const before = condition;
    const found = judgeStore(factsNow(wasRefused), bounds, before.pressure);
    if (found.ballast === 'release') ballast.release();
    condition = found;
    keepBound();
    if (found.ballast === 'make' && !isMaking) void makeBallast();
    if (found.pressure !== before.pressure || found.reasons.join() !== before.reasons.join()) parts.onChange(found);
  };
  const lookLater = (): void => {
    next = timers.after(LIMITS.store.roomEvery, () => {
      look(false);
      lookLater();
    });
  };
  look(false);
  lookLater();
  return {
    condition: () => condition,
    refused: () => look(true),
    look: () => look(false),
    stop: () => {
      isStopped = true;
      next?.cancel();
    },
  };
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** After an error of its disk ext4 takes no further write (errors=remount-ro, ext4(5)), and access(2) says so before anybody has lost one. */
function isMountedReadOnly(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return false;
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause)) throw cause;
    return cause.code === 'EROFS';
  }
}

/** What the file system gives to a program without privileges. */
function freeIn(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
