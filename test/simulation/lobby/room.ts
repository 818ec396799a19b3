import type { Ballast } from '#agent/store/ballast.ts';
import { LIMITS } from '#core/base/limits.ts';
import type { StoreBounds } from '#core/store/pressure.ts';

/** The room on a kiosk's disk, which outlives its programs: commits take some of it, somebody else may take nearly all, and the ballast is made of it. */
export interface DiskRoom {
  freeBytes(): number;
  readonly ballast: Ballast;
  /** Room for one commit; false when there is none. */
  take(): boolean;
  /** Something else on this disk leaves so much. */
  fill(left: number): void;
  /** Somebody has cleared it away. */
  clear(): void;
  /** It has been below the bound of selling since this time, whatever the ballast gave back. */
  shortSince(): number | undefined;
}

const MEGABYTE = 1_048_576;
/** As a lobby is configured that says nothing of it (configuration/schema.ts). */
export const BOUNDS: StoreBounds = { ballastBytes: 64 * MEGABYTE, lowBytes: 32 * MEGABYTE, ledgerMaxBytes: 1_024 * MEGABYTE };
const PLENTY = 1_024 * MEGABYTE;
/** A few pages of the log. */
const COMMIT_BYTES = 16_384;
/** The product looks every few seconds by a crystal that drifts, and a guest who was let in before may ask the box office for the programme first. */
export const NOTICED_AFTER_MS = LIMITS.store.roomEvery + 18_000;

export function createDiskRoom(now: () => number, reached: (mark: string) => void): DiskRoom {
  let free = PLENTY;
  let isKept = false;
  let wasReleased = false;
  let shortFrom: number | undefined;
  return {
    freeBytes: () => free,
    ballast: {
      isKept: () => isKept,
      release: () => {
        if (!isKept) return;
        isKept = false;
        wasReleased = true;
        free += BOUNDS.ballastBytes;
        reached('ballast given up');
      },
      make: async () => {
        if (isKept || free < BOUNDS.ballastBytes) return isKept;
        free -= BOUNDS.ballastBytes;
        isKept = true;
        if (wasReleased) reached('ballast made again');
        return true;
      },
    },
    take: () => {
      if (free < COMMIT_BYTES) {
        reached('kiosk commit without room');
        return false;
      }
      free -= COMMIT_BYTES;
      return true;
    },
    fill: (left) => {
      free = left;
      shortFrom ??= now();
    },
    clear: () => {
      free = PLENTY;
      shortFrom = undefined;
    },
    shortSince: () => shortFrom,
  };
}
