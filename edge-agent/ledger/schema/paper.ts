import type { Migration } from '../../store/database.ts';

/**
 * What is known of each printer beyond connections, and more of each job. Evidence beyond the cut, and deliveries that are reprints, have columns of their own:
 * the version before this one reads the columns that it knows.
 */
export const paperSchema: Migration = {
  name: 'paper',
  sql: `
    CREATE TABLE printer_note (
      device          TEXT    PRIMARY KEY,
      last_token      INTEGER NOT NULL,
      may_hold        INTEGER NOT NULL CHECK (may_hold IN (0, 1)),
      papers_since_low INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    -- The printer that the job was given to.
    ALTER TABLE print_job ADD COLUMN printer TEXT;
    ALTER TABLE print_job ADD COLUMN output TEXT CHECK (output IN ('presented', 'taken'));
    -- Number of the reprint that the box office gave.
    ALTER TABLE print_job ADD COLUMN reprint INTEGER;

    -- Who wants a ticket again and why, as JSON; null for first prints.
    ALTER TABLE delivery ADD COLUMN reprint TEXT;
  `,
};

/** A cutter that was seen stuck is known after a restart, too. */
export const cutterSchema: Migration = {
  name: 'cutter',
  // It leaves the column as it is: what hung then is cut off once more, before the first ticket of the newer one.
  olderMayOpen: true,
  sql: 'ALTER TABLE printer_note ADD COLUMN may_hang INTEGER NOT NULL DEFAULT 0 CHECK (may_hang IN (0, 1));',
};
