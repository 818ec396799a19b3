import type { StoreName } from '../judge/facts.ts';
import type { Part } from './disk.ts';

/** The files of each store, which lose nothing by what happens to the others'. */
export interface StorePart extends Part {
  readonly name: StoreName;
  /** Of a store that is one SQLite database. */
  readonly database?: string;
}

/** -shm is memory, not a file: SQLite builds it anew from the log. */
const store = (name: StoreName, database: string, path = database): StorePart => ({
  name,
  database,
  holds: (file) => file.startsWith(path) && !file.endsWith('-shm'),
});

/** The log of the program may lose its end, the lock is the kernel's, the addresses are written by every start, and the ballast is only room. */
const NOT_KEPT = /^(agent\.(log|lock|pid).*|addresses\.json|ballast)$/;
const STORES: readonly StorePart[] = [
  store('ledger', 'ledger.db', 'ledger.'),
  store('box-office', 'box-office/box-office.db'),
  store('payments', 'payments/payments.db'),
];

export const PARTS: readonly StorePart[] = [
  ...STORES,
  { name: 'files', holds: (file) => !NOT_KEPT.test(file) && !STORES.some((part) => part.holds(file)) && !file.endsWith('-shm') },
];
