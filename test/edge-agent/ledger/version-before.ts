import Sqlite from 'better-sqlite3';
import { ledgerStore } from '#agent/ledger/ledger-store.ts';
import { outboxInOrderSchema } from '#agent/ledger/schema/outbox.ts';

/** Makes of a closed ledger what the version before the outbox had tables by lanes would have written: one table and its index, as its own migration makes them. */
export function asOfOneTable(path: string): void {
  const database = new Sqlite(path);
  database.exec(`
    DROP TABLE noted_order;
    DROP TABLE terminal_carried;
    DROP INDEX terminal_booking_uncounted;
    CREATE TABLE both_lanes AS SELECT * FROM outbox;
    DROP VIEW outbox;
    DROP TABLE outbox_p0;
    DROP TABLE outbox_p1;
    ALTER TABLE both_lanes RENAME TO outbox;
    ${outboxInOrderSchema.sql}`);
  database.pragma(`user_version = ${ledgerStore.migrations.findIndex(({ name }) => name === 'outbox by lanes')}`);
  database.close();
}
