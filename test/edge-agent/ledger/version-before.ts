import Sqlite from 'better-sqlite3';
import { ledgerStore } from '#agent/ledger/ledger-store.ts';

/** Makes of a closed ledger what the version before the outbox had tables by lanes would have written: one table in the order of commits, and its index. */
export function asOfOneTable(path: string): void {
  const database = new Sqlite(path);
  database.exec(`
    CREATE TABLE outbox_in_order (
      lane     TEXT    NOT NULL,
      seq      INTEGER NOT NULL,
      event_id TEXT    NOT NULL,
      type     TEXT    NOT NULL,
      at       INTEGER NOT NULL,
      mono     INTEGER NOT NULL,
      boot     TEXT    NOT NULL,
      body     TEXT    NOT NULL,
      mac      BLOB
    ) STRICT;
    INSERT INTO outbox_in_order SELECT * FROM outbox ORDER BY event_id;
    DROP VIEW outbox;
    DROP TABLE outbox_p0;
    DROP TABLE outbox_p1;
    ALTER TABLE outbox_in_order RENAME TO outbox;
    CREATE UNIQUE INDEX outbox_place ON outbox (lane, seq)`);
  database.pragma(`user_version = ${ledgerStore.migrations.findIndex(({ name }) => name === 'outbox by lanes')}`);
  database.close();
}
