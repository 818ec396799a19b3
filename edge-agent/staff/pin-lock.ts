import { LIMITS } from '#core/base/limits.ts';
import { between, type Duration, type Instant, instant, type Monotonic, milliseconds, plus } from '#core/base/time.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { Ledger } from '../ledger/ledger.ts';

/** Where PINs are typed. Guests can reach the staff's page of a kiosk: whoever plays with it locks nobody out of the ushers' page, which is on their own phones. */
export const DOORS = ['staff-page', 'usher-page'] as const;
export type Door = (typeof DOORS)[number];

/**
 * How often a wrong PIN was typed at a door, and until when none is looked at there. A try is written down before the PIN is looked at, so that neither pulling the plug nor
 * asking twice at once gives one for nothing. After a lock one wrong PIN is enough for the next, until a right one was typed or the page was left in peace: each
 * further time as long as a lock forgives one. What is typed while it is locked is neither looked at nor counted, and makes it no longer.
 */
export interface PinLock {
  state(): PinLockState;
  /**
   * Counts a try, unless it is locked.
   * @throws FaultError as `Ledger.transaction` does: a try that cannot be counted must not be made
   */
  begin(): PinLockState;
  /** The PIN of the try that was begun is somebody's. */
  succeeded(by: string): void;
  /** It is nobody's. */
  failed(): PinLockState;
  /** Somebody who may has taken the lock back: whoever writes the list of staff, or a named person at the box office. */
  release(by: string): void;
}

export type PinLockState = { readonly kind: 'open'; readonly triesLeft: number } | { readonly kind: 'locked'; readonly left: Duration };

export interface PinLockParts {
  readonly ledger: Pick<Ledger, 'database' | 'transaction' | 'append'>;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** It is that late at least (core/clock): goes on across restarts, and no setting of a clock moves it. */
  readonly lowerBound: () => Instant;
}

interface LockRow {
  readonly door: Door;
  readonly wrong: number;
  readonly recent: number;
  readonly recent_at: number;
  readonly locked_until: number | null;
}

const { triesMax, lockedFor, recentWrongMax, recentWrongForgottenEvery } = LIMITS.staff;

export function createPinLock(door: Door, { ledger, clock, lowerBound }: PinLockParts): PinLock {
  const { database, transaction, append } = ledger;
  const read = database.prepare<[Door], LockRow>('SELECT door, wrong, recent, recent_at, locked_until FROM staff_door_lock WHERE door = ?');
  const write = database.prepare<[LockRow]>(
    'INSERT OR REPLACE INTO staff_door_lock (door, wrong, recent, recent_at, locked_until) VALUES (:door, :wrong, :recent, :recent_at, :locked_until)',
  );
  const fresh = (): LockRow => ({ door, wrong: 0, recent: 0, recent_at: lowerBound(), locked_until: null });
  let row = read.get(door) ?? fresh();
  /** In a run waiting is measured; only what was left at its start comes from the disk, and never more than a whole lock. */
  let lockedUntil: Monotonic | undefined = plus(clock.monotonic(), leftOf(row, lowerBound()));

  const put = (next: LockRow, told: () => void): void => {
    transaction(() => {
      write.run(next);
      told();
    });
    row = next;
  };
  const recentNow = (): number => Math.max(0, row.recent - Math.floor(Math.max(0, lowerBound() - row.recent_at) / recentWrongForgottenEvery));
  const wrongNow = (): number => {
    const forgiven = row.locked_until === null ? 0 : Math.floor(Math.max(0, lowerBound() - row.locked_until) / lockedFor);
    return forgiven === 0 ? row.wrong : Math.max(0, Math.min(row.wrong, triesMax) - forgiven);
  };
  const triesLeft = (): number => Math.max(0, Math.min(triesMax - wrongNow(), recentWrongMax - recentNow()));
  const state = (): PinLockState => {
    const left = lockedUntil === undefined ? 0 : between(clock.monotonic(), lockedUntil);
    // The last try after a lock is still one.
    return left > 0 ? { kind: 'locked', left: milliseconds(left) } : { kind: 'open', triesLeft: Math.max(1, triesLeft()) };
  };

  return {
    state,
    begin: () => {
      const now = state();
      if (now.kind === 'locked') return now;
      // The remainder of a minute that has begun is kept, or trying every 59 s would forget nothing.
      const recent = recentNow();
      const forgottenUntil = recent === 0 ? lowerBound() : row.recent_at + (row.recent - recent) * recentWrongForgottenEvery;
      put({ ...row, wrong: wrongNow() + 1, recent: recent + 1, recent_at: forgottenUntil, locked_until: null }, () => {});
      lockedUntil = undefined;
      return now;
    },
    succeeded: (by) => {
      put({ ...row, wrong: 0, recent: Math.max(0, row.recent - 1), locked_until: null }, () => {
        append({ t: 'audit', d: { action: 'staff-signed-in', by, detail: 'by PIN' } });
      });
    },
    failed: () => {
      const isLocked = row.wrong >= triesMax || recentNow() >= recentWrongMax;
      put({ ...row, locked_until: isLocked ? plus(lowerBound(), lockedFor) : null }, () => {
        append({ t: 'audit', d: { action: 'staff-refused', by: door, detail: `wrong PIN, ${row.wrong} in a row` } });
        if (isLocked) append({ t: 'audit', d: { action: 'staff-locked', by: door, detail: `for ${lockedFor / 60_000} minutes` } });
      });
      if (isLocked) lockedUntil = plus(clock.monotonic(), lockedFor);
      return isLocked ? { kind: 'locked', left: lockedFor } : { kind: 'open', triesLeft: triesLeft() };
    },
    release: (by) => {
      put(fresh(), () => {
        append({ t: 'audit', d: { action: 'staff-changed', by, detail: `the lock of the ${door} was taken back` } });
      });
      lockedUntil = undefined;
    },
  };
}

/** What is left of a lock at the start of the program. A try that was begun and has no end was cut off by a crash: with so many before it, it locks. */
function leftOf({ wrong, locked_until }: LockRow, now: Instant): Duration {
  if (locked_until === null) return wrong >= triesMax ? lockedFor : milliseconds(0);
  return milliseconds(Math.min(lockedFor, Math.max(0, between(now, instant(locked_until)))));
}
