import { concatBytes } from '#core/base/bytes.ts';
import { assert, unreachable } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { type Instant, instant, toIso } from '#core/base/time.ts';
import {
  type DeltaRange,
  SIGNING_CONTEXT,
  type Signed,
  type TicketKey,
  type ValidityDelta,
  type ValidityHead,
  type ValidityOp,
} from '#core/contract/box-office/validity.ts';
import type { SiteId } from '#core/contract/identifiers.ts';
import { CHAIN_START, changeBytes, changeOf, nextChain, type RowChange } from '#core/validity/changes.ts';
import { keyRow, rowPrefix } from '#core/validity/row-codec.ts';
import { createSetHash, type SetHash } from '#core/validity/set-hash.ts';
import { type Ed25519Signer, sha256Binary, signBody } from '../../runtime/ticket-crypto.ts';
import type { BoxOfficeTransaction, StoredDelta, ValidityMark } from '../store/box-office-store.ts';

/** The validity data as versions: every change is one signed step, and the running hash says what all steps together must give. */
export interface ValidityJournal {
  /** Makes version 0 of an epoch, of the rows that are there: none in a new store. */
  begin(tx: BoxOfficeTransaction, epoch: string, now: Instant): Promise<void>;
  /** Applies the operations and counts the version up, once for each delta that they fill. Nothing for no operations. */
  append(tx: BoxOfficeTransaction, ops: readonly ValidityOp[], now: Instant): Promise<readonly { readonly delta: Signed; readonly head: Signed }[]>;
  /** Signed with the time of asking, not of the last change: gates take it as the proof that their version is still the newest. */
  head(tx: BoxOfficeTransaction, now: Instant): Promise<Signed>;
  deltas(tx: BoxOfficeTransaction, epoch: string, after: number): Promise<DeltaRange>;
  /** What stands in a head or a manifest of this version. */
  headOf(mark: ValidityMark): ValidityHead;
}

/** So many deltas, and so many operations in them, in one answer: about 0.5 MB. */
const DELTAS_IN_ANSWER = 500;
const OPS_IN_ANSWER = 2_000;
const ROWS_IN_PAGE = 1_000;

/** @param secretsHash of what gates need besides the data, as it is now */
export function createValidityJournal(scope: SiteId, signer: Ed25519Signer, secretsHash: () => string): ValidityJournal {
  const sign = (kind: keyof typeof SIGNING_CONTEXT, value: unknown): Signed => signBody(signer, SIGNING_CONTEXT[kind], JSON.stringify(value));
  const headOf = ({ epoch, version, setHash, chain, at }: ValidityMark): ValidityHead => ({
    scope,
    epoch,
    version,
    setHash,
    chain,
    secretsHash: secretsHash(),
    at: toIso(at),
  });
  const deltaOf = (epoch: string, { version, setHash, chain, at, ops }: StoredDelta): Signed => {
    const changes = Buffer.from(concatBytes(...ops.map((op) => changeBytes(changeOf(op))))).toString('base64url');
    const delta: ValidityDelta = { head: headOf({ epoch, version, setHash, chain, at }), changes };
    return sign('delta', delta);
  };

  const appendOne = async (tx: BoxOfficeTransaction, ops: readonly ValidityOp[], now: Instant): Promise<{ delta: Signed; head: Signed }> => {
    const before = await markOf(tx);
    const sum = createSetHash(sha256Binary, before.setHash);
    const changes = ops.map(changeOf);
    for (const [index, change] of changes.entries()) await apply(tx, change, ops[index], sum);
    const chain = nextChain(sha256Binary, before.chain, concatBytes(...changes.map(changeBytes)));
    const mark: ValidityMark = { epoch: before.epoch, version: before.version + 1, setHash: sum.text(), chain, at: now };
    const stored: StoredDelta = { version: mark.version, setHash: mark.setHash, chain, at: now, ops };
    await tx.validity.setMark(mark);
    await tx.validity.addDelta(stored);
    await tx.validity.dropDeltasUpTo(mark.version - LIMITS.boxOffice.deltasKept);
    return { delta: deltaOf(mark.epoch, stored), head: sign('head', headOf(mark)) };
  };

  return {
    begin: async (tx, epoch, now) => {
      assert((await tx.validity.mark()) === undefined, 'validity data begin once');
      const sum = createSetHash(sha256Binary);
      for (const key of await tx.validity.keys()) sum.add(keyRow(key));
      for (let last: Uint8Array = new Uint8Array(), isMore = true; isMore; ) {
        const page = await tx.validity.rowsAfter(last, ROWS_IN_PAGE);
        for (const row of page) sum.add(row);
        last = rowPrefix(page.at(-1) ?? last);
        isMore = page.length === ROWS_IN_PAGE;
      }
      await tx.validity.setMark({ epoch, version: 0, setHash: sum.text(), chain: CHAIN_START, at: now });
    },
    append: async (tx, ops, now) => {
      const published: { delta: Signed; head: Signed }[] = [];
      for (let at = 0; at < ops.length; at += LIMITS.boxOffice.deltaOpsMax) {
        published.push(await appendOne(tx, ops.slice(at, at + LIMITS.boxOffice.deltaOpsMax), now));
      }
      return published;
    },
    // A clock that was set back does not make a version older than its own change.
    head: async (tx, now) => {
      const mark = await markOf(tx);
      return sign('head', headOf({ ...mark, at: instant(Math.max(now, mark.at)) }));
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
    headOf,
  };
}

async function markOf(tx: BoxOfficeTransaction): Promise<ValidityMark> {
  const mark = await tx.validity.mark();
  assert(mark !== undefined, 'validity data begin before they are read');
  return mark;
}

/** What stood there before leaves the sum, what stands there now enters. */
async function apply(tx: BoxOfficeTransaction, change: RowChange, op: ValidityOp | undefined, sum: SetHash): Promise<void> {
  const { validity } = tx;
  switch (change.kind) {
    case 'put': {
      const before = await validity.row(rowPrefix(change.row));
      if (before !== undefined) sum.remove(before);
      await validity.putRow(change.row);
      return sum.add(change.row);
    }
    case 'drop': {
      const before = await validity.row(change.prefix);
      if (before !== undefined) sum.remove(before);
      return validity.dropRow(change.prefix);
    }
    case 'keys': {
      for (const key of await validity.keys()) sum.remove(keyRow(key));
      for (const row of change.rows) sum.add(row);
      const ring: readonly TicketKey[] = op?.op === 'put-keys' ? op.keys : [];
      return validity.setKeys(ring);
    }
    default:
      return unreachable(change);
  }
}
