import type { BoxOfficeStore, BoxOfficeTransaction } from '#agent/box-office/store/box-office-store.ts';

/** A store whose transactions look different to the program: for canaries. */
export function storeWith(real: BoxOfficeStore, change: (tx: BoxOfficeTransaction) => Partial<BoxOfficeTransaction>): BoxOfficeStore {
  return { ...real, transaction: (work) => real.transaction((tx) => work({ ...tx, ...change(tx) })) };
}
