import { assert, unreachable } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { type Instant, toIso } from '#core/base/time.ts';
import {
  type DeltaRange,
  SIGNING_CONTEXT,
  type Signed,
  type ValidityDelta,
  type ValidityHead,
  type ValidityOp,
  type ValiditySnapshot,
} from '#core/contract/box-office/validity.ts';
import type { SiteId } from '#core/contract/identifiers.ts';
import { addRow, parseSetHash, removeRow, setHashText, type ValidityRow } from '#core/validity/set-hash.ts';
import { type Ed25519Signer, sha256Hex, signBody } from '../../runtime/ticket-crypto.ts';
import type { BoxOfficeTransaction, StoredDelta, ValidityMark } from '../store/box-office-store.ts';

/** The validity data as versions: every change is one signed step, and the running hash says what all steps together must give. */
export interface ValidityJournal {
  /** Makes version 0 of a new store. */
  begin(tx: BoxOfficeTransaction, epoch: string, now: Instant): Promise<void>;
  /** Applies the operations and counts the version up, once for each delta that they fill. Nothing for no operations. */
  append(tx: BoxOfficeTransaction, ops: readonly ValidityOp[], now: Instant): Promise<readonly { readonly delta: Signed; readonly head: Signed }[]>;
  /** Signed with the time of asking, not of the last change: gates take it as the proof that their version is still the newest. */
  head(tx: BoxOfficeTransaction, now: Instant): Promise<Signed>;
  snapshot(tx: BoxOfficeTransaction, now: Instant): Promise<Signed>;
  deltas(tx: BoxOfficeTransaction, epoch: string, after: number): Promise<DeltaRange>;
}

/** So many deltas, and so many operations in them, in one answer: about 1 MB. */
const DELTAS_IN_ANSWER = 500;
const OPS_IN_ANSWER = 5_000;

export function createValidityJournal(scope: SiteId, signer: Ed25519Signer): ValidityJournal {
  const sign = (kind: keyof typeof SIGNING_CONTEXT, value: unknown): Signed => signBody(signer, SIGNING_CONTEXT[kind], JSON.stringify(value));
  const headOf = (mark: ValidityMark): ValidityHead => ({
    scope,
    epoch: mark.epoch,
    version: mark.version,
    setHash: mark.setHash,
    at: toIso(mark.at),
  });
  /** A clock that was set back does not make a version older than its own change. */
  const headNow = (mark: ValidityMark, now: Instant): ValidityHead => headOf({ ...mark, at: now > mark.at ? now : mark.at });
  const deltaOf = (epoch: string, { version, setHash, at, ops }: StoredDelta): Signed => {
    const delta: ValidityDelta = { head: headOf({ epoch, version, setHash, at }), ops: [...ops] };
    return sign('delta', delta);
  };

  const appendOne = async (tx: BoxOfficeTransaction, ops: readonly ValidityOp[], now: Instant): Promise<{ delta: Signed; head: Signed }> => {
    const before = await markOf(tx);
    let sum = parseSetHash(before.setHash);
    for (const op of ops) sum = await apply(tx, op, sum);
    const mark: ValidityMark = { epoch: before.epoch, version: before.version + 1, setHash: setHashText(sum), at: now };
    const stored: StoredDelta = { version: mark.version, setHash: mark.setHash, at: now, ops };
    await tx.validity.setMark(mark);
    await tx.validity.addDelta(stored);
    await tx.validity.dropDeltasUpTo(mark.version - LIMITS.boxOffice.deltasKept);
    return { delta: deltaOf(mark.epoch, stored), head: sign('head', headOf(mark)) };
  };

  return {
    begin: async (tx, epoch, now) => {
      assert((await tx.validity.mark()) === undefined, 'validity data begin once');
      await tx.validity.setMark({ epoch, version: 0, setHash: setHashText(0n), at: now });
    },
    append: async (tx, ops, now) => {
      const published: { delta: Signed; head: Signed }[] = [];
      for (let at = 0; at < ops.length; at += LIMITS.boxOffice.deltaOpsMax) {
        published.push(await appendOne(tx, ops.slice(at, at + LIMITS.boxOffice.deltaOpsMax), now));
      }
      return published;
    },
    head: async (tx, now) => sign('head', headNow(await markOf(tx), now)),
    snapshot: async (tx, now) => {
      const snapshot: ValiditySnapshot = {
        head: headNow(await markOf(tx), now),
        keys: [...(await tx.validity.keys())],
        shows: [...(await tx.validity.shows())],
        tickets: [...(await tx.validity.tickets())],
      };
      return sign('snapshot', snapshot);
    },
    deltas: async (tx, epoch, after) => {
      const mark = await markOf(tx);
      const oldest = await tx.validity.oldestDelta();
      const isBehindAll = after < mark.version && (oldest === undefined || oldest > after + 1);
      if (epoch !== mark.epoch || after > mark.version || isBehindAll) return { deltas: [], complete: false, tooOld: true };
      const chosen: StoredDelta[] = [];
      let ops = 0;
      for (const delta of await tx.validity.deltasAfter(after, DELTAS_IN_ANSWER)) {
        ops += delta.ops.length;
        if (chosen.length > 0 && ops > OPS_IN_ANSWER) break;
        chosen.push(delta);
      }
      const reached = chosen.at(-1)?.version ?? after;
      return { deltas: chosen.map((delta) => deltaOf(epoch, delta)), complete: reached === mark.version, tooOld: false };
    },
  };
}

async function markOf(tx: BoxOfficeTransaction): Promise<ValidityMark> {
  const mark = await tx.validity.mark();
  assert(mark !== undefined, 'validity data begin before they are read');
  return mark;
}

/** Answers the hash after the operation: what stood there before leaves it, what stands there now enters. */
async function apply(tx: BoxOfficeTransaction, op: ValidityOp, sum: bigint): Promise<bigint> {
  const { validity } = tx;
  switch (op.op) {
    case 'put-ticket': {
      const without = leave(sum, await validity.ticket(op.ticket.id));
      await validity.putTicket(op.ticket);
      return addRow(without, op.ticket, sha256Hex);
    }
    case 'drop-ticket': {
      const without = leave(sum, await validity.ticket(op.id));
      await validity.dropTicket(op.id);
      return without;
    }
    case 'put-show': {
      const without = leave(sum, await validity.show(op.show.id));
      await validity.putShow(op.show);
      return addRow(without, op.show, sha256Hex);
    }
    case 'drop-show': {
      const without = leave(sum, await validity.show(op.id));
      await validity.dropShow(op.id);
      return without;
    }
    case 'put-keys':
      await validity.setKeys(op.keys);
      return sum;
    default:
      return unreachable(op);
  }
}

function leave(sum: bigint, row: ValidityRow | undefined): bigint {
  return row === undefined ? sum : removeRow(sum, row, sha256Hex);
}
