import { FaultError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { type Instant, minus } from '#core/base/time.ts';
import type { MachineId } from '#core/contract/identifiers.ts';
import type { SiteMessage, VectorEntry } from '#core/contract/wire/site.ts';
import { originKey, reaches, vectorOf } from '#core/site/merge.ts';
import type { SiteRows } from '../ledger/site-rows.ts';
import type { Log } from '../runtime/log.ts';

/**
 * A disk that was restored from an older copy has forgotten whom it let in, and every ticket used since then would be good once more. The others remember: a
 * member that knows more of our own admissions than we do is the proof. Our ledger then begins a new epoch, our rows are taken back, and until they are here
 * nobody is let in on our word alone.
 */
export interface RestoredDisk {
  /** What another member says it knows, compared with what we know of ourselves. */
  compare(from: MachineId, vector: readonly VectorEntry[], newest?: readonly Remembered[]): void;
  /** Looks whether everything is back, now that this member has told us something. */
  settle(from: MachineId): void;
  /** Something of our own is still missing. */
  isRestoring(): boolean;
}

/** The newest admission of one of our ledgers that another member knows. */
export type Remembered = Extract<SiteMessage, { t: 'hello' }>['yours'][number];

export interface RestoredDiskParts {
  readonly machine: MachineId;
  readonly rows: Pick<SiteRows, 'isFormer' | 'knows' | 'beginAgain'>;
  /** How far we know each origin, as we tell it to this member. */
  readonly vectorFor: (member: MachineId) => readonly VectorEntry[];
  readonly now: () => Instant;
  readonly log: Log;
  /** Others have to be told that we know less than they thought. */
  readonly onBegunAgain: () => void;
}

export function createRestoredDisk({ machine, rows, vectorFor, now, log, onBegunAgain }: RestoredDiskParts): RestoredDisk {
  /** How far others know our own ledgers, where that is further than we do. */
  const lost = new Map<string, VectorEntry>();
  const settle = (from: MachineId): void => {
    if (lost.size === 0) return;
    const mine = vectorOf(vectorFor(from));
    for (const [key, entry] of lost) if (reaches(mine, entry)) lost.delete(key);
    if (lost.size === 0) log.info('The admissions that were lost with the restored disk have come back.');
  };
  return {
    compare: (from, vector, newest = []) => {
      const mine = vectorOf(vectorFor(from));
      // A copy that has gone on working may count as far as the ledger that it was made of; then it gives itself away by a row that it does not
      // have, or of which it knows less.
      const kept = minus(now(), LIMITS.site.rowsKept);
      const forgotten = new Set(newest.filter((row) => row.at > kept && !rows.knows(row)).map(({ epoch }) => epoch));
      const ahead = vector.filter((entry) => entry.machine === machine && (!reaches(mine, entry) || forgotten.has(entry.epoch)));
      for (const entry of ahead) {
        const key = originKey(entry);
        const known = lost.get(key);
        if (known === undefined || known.through < entry.through) lost.set(key, entry);
      }
      if (ahead.every((entry) => rows.isFormer(entry))) {
        settle(from);
        return;
      }
      log.error(
        { code: 'E-SIT-RESTORED', member: from },
        'This ledger was restored from an older copy; its own admissions are taken back from the other gates.',
      );
      try {
        rows.beginAgain(`${from} knows more of this machine's admissions than it does itself`);
      } catch (cause) {
        // A full disk: nobody is let in alone meanwhile, and the next message that compares tries again.
        if (!(cause instanceof FaultError)) throw cause;
        log.error({ code: cause.fault.code, member: from }, `Beginning a new epoch has to wait: ${cause.fault.message}`);
        return;
      }
      onBegunAgain();
    },
    settle,
    isRestoring: () => lost.size > 0,
  };
}
