import type { Migration } from '../../store/database.ts';

/**
 * The chain over the journals (`ledger/row-chain.ts`): each row carries a keyed digest of itself and of the row before it, and one row for each journal says
 * where its chain begins and ends. What was written before there was a chain has no digest; the chain begins behind it, at `base`.
 */
export const chainSchema: Migration = {
  name: 'row chain',
  // An older program would write rows without a digest, and they would be taken for somebody's forgery.
  olderMayOpen: false,
  sql: `
    ALTER TABLE outbox ADD COLUMN mac BLOB;
    -- A dead letter keeps its place in its lane's chain.
    ALTER TABLE dead_letter ADD COLUMN mac BLOB;
    ALTER TABLE journal_step ADD COLUMN mac BLOB;

    CREATE TABLE journal_chain (
      journal  TEXT    PRIMARY KEY CHECK (journal IN ('p0', 'p1', 'steps')),
      -- The last number that is not chained or has been taken away, and the digest that the first row after it builds on.
      base     INTEGER NOT NULL,
      base_mac BLOB    NOT NULL,
      head     INTEGER NOT NULL CHECK (head >= base),
      head_mac BLOB    NOT NULL,
      -- Keyed digest of all of these, and of how far the lane was acknowledged.
      seal     BLOB    NOT NULL
    ) STRICT, WITHOUT ROWID;
  `,
};
