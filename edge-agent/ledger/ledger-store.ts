import type { StoreKind } from '../store/database.ts';
import { chainSchema } from './schema/chain.ts';
import { checksSchema } from './schema/checks.ts';
import { clockSchema } from './schema/clock.ts';
import { outboxByLaneSchema, outboxInOrderSchema, outboxSchema } from './schema/outbox.ts';
import { cutterSchema, paperSchema } from './schema/paper.ts';
import { salesSchema } from './schema/sales.ts';
import { sidePaperSchema } from './schema/side-papers.ts';
import { siteSchema } from './schema/site.ts';
import { doorSchema, notedSchema, staffSchema } from './schema/staff.ts';
import { terminalCarriedSchema, terminalCountSchema, terminalDaySchema, terminalSchema } from './schema/terminal.ts';
import { usherSchema } from './schema/usher.ts';
import { validitySchema } from './schema/validity.ts';
import { auditedCommandSchema, wireSchema } from './schema/wire.ts';

/** The one database of a machine. `FYRL` in ASCII. */
export const ledgerStore: StoreKind = {
  name: 'ledger',
  applicationId: 0x4659524c,
  migrations: [
    outboxSchema,
    checksSchema,
    salesSchema,
    usherSchema,
    clockSchema,
    siteSchema,
    validitySchema,
    wireSchema,
    chainSchema,
    paperSchema,
    terminalSchema,
    staffSchema,
    doorSchema,
    terminalDaySchema,
    cutterSchema,
    terminalCountSchema,
    sidePaperSchema,
    outboxInOrderSchema,
    auditedCommandSchema,
    outboxByLaneSchema,
    terminalCarriedSchema,
    notedSchema,
  ],
};
