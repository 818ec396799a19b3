import type { Instant } from '#core/base/time.ts';
import type { Signed, ValidityOp } from '#core/contract/box-office/validity.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { BoxOfficeStore, BoxOfficeTransaction } from './store/box-office-store.ts';
import type { ValidityJournal } from './validity/validity-journal.ts';

/** One decision of the box office: what it reads and writes, the time it counts from, and what gates have to know of it. */
export interface Unit {
  readonly tx: BoxOfficeTransaction;
  readonly now: Instant;
  /** Becomes part of the validity data together with the rest of the transaction, and is sent right after its commit. */
  publish(...ops: readonly ValidityOp[]): void;
}

export type RunUnit = <Value>(work: (unit: Unit) => Promise<Value>) => Promise<Value>;

/** Every change of the box office runs through here, so that none can commit without telling the gates what concerns them. */
export function createUnits(
  store: BoxOfficeStore,
  clock: Clock,
  journal: ValidityJournal,
  committed: (published: { readonly delta: Signed; readonly head: Signed }) => void,
): RunUnit {
  return async (work) => {
    const { value, published } = await store.transaction(async (tx) => {
      const ops: ValidityOp[] = [];
      const now = clock.wall();
      const unit: Unit = { tx, now, publish: (...more) => ops.push(...more) };
      const value = await work(unit);
      return { value, published: await journal.append(tx, ops, now) };
    });
    // The store answers transactions in the order of their commits, so listeners hear versions in theirs.
    for (const change of published) committed(change);
    return value;
  };
}
