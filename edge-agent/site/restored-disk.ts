import { FaultError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { type Instant, minus } from '#core/base/time.ts';
import type { MachineId } from '#core/contract/identifiers.ts';
import type { SiteRow, VectorEntry } from '#core/contract/wire/site.ts';
import { originKey } from '#core/site/merge.ts';
import type { SiteRows } from '../ledger/site-rows.ts';
import type { Log } from '../runtime/log.ts';

/**
 * A disk that was restored from an older copy has forgotten whom it let in, and every ticket used since then would be good once more. The others remember, and
 * what it lacks comes back as anything else that a member lacks. Until then nobody is let in on our word alone; and the box office, which has seen other events
 * under the numbers that we are giving out again, is told a new epoch of our ledger.
 */
export interface RestoredDisk {
  /** How far another member knows the origins. */
  compare(vector: readonly VectorEntry[]): void;
  /** Rows that another member has told us, before they are merged. */
  examine(from: MachineId, rows: readonly SiteRow[]): void;
  /** Looks whether everything is back, now that something was merged. */
  settle(): void;
  /** One beat has passed: what a full disk has refused is tried again. */
  tick(): void;
  /** Something of our own is still missing. */
  isRestoring(): boolean;
}

export interface RestoredDiskParts {
  readonly machine: MachineId;
  readonly rows: Pick<SiteRows, 'through' | 'beginAgain'>;
  readonly now: () => Instant;
  readonly log: Log;
}

export function createRestoredDisk({ machine, rows, now, log }: RestoredDiskParts): RestoredDisk {
  /** How far others know our own origins, where that is further than we do. */
  const lost = new Map<string, VectorEntry>();
  /** A disk is not exchanged under a running program, so one proof is enough for each start. */
  let proof: 'none' | { readonly from: MachineId } | 'heeded' = 'none';

  const beginAgain = (): void => {
    if (typeof proof === 'string') return;
    const { from } = proof;
    try {
      rows.beginAgain(`${from} knows more of this machine's admissions than it does itself`);
      proof = 'heeded';
    } catch (cause) {
      if (!(cause instanceof FaultError)) throw cause;
      log.error({ code: cause.fault.code, member: from }, `Beginning a new epoch has to wait: ${cause.fault.message}`);
    }
  };

  return {
    compare: (vector) => {
      for (const entry of vector) {
        if (entry.machine !== machine || rows.through(entry) >= entry.through) continue;
        const key = originKey(entry);
        if ((lost.get(key)?.through ?? 0) < entry.through) lost.set(key, entry);
      }
    },
    examine: (from, told) => {
      if (proof !== 'none') return;
      // What is older may have been pruned here, and not there yet.
      const kept = minus(now(), LIMITS.site.rowsKept);
      if (!told.some((row) => row.machine === machine && row.n > rows.through(row) && row.at > kept)) return;
      proof = { from };
      log.error(
        { code: 'E-SIT-RESTORED', member: from },
        'This ledger was restored from an older copy; its own admissions come back from the other gates.',
      );
      beginAgain();
    },
    settle: () => {
      if (lost.size === 0) return;
      for (const [key, entry] of lost) if (rows.through(entry) >= entry.through) lost.delete(key);
      if (lost.size === 0) log.info('The admissions of this machine that only others knew have come back.');
    },
    tick: beginAgain,
    isRestoring: () => lost.size > 0,
  };
}
