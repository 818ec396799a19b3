import type { StoreKind } from '../store/database.ts';
import { checksSchema } from './schema/checks.ts';
import { outboxSchema } from './schema/outbox.ts';
import { salesSchema } from './schema/sales.ts';

/** The one database of a machine. `FYRL` in ASCII. */
export const ledgerStore: StoreKind = {
  name: 'ledger',
  applicationId: 0x4659524c,
  migrations: [outboxSchema, checksSchema, salesSchema],
};
