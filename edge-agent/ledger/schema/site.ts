import type { Migration } from '../../store/database.ts';

/**
 * The admissions of the whole site in one table, and the conflicts among them. Rows of other machines differ from our own by their origin alone. `n` is the
 * number of the event that told the row's last change, so one index over (origin, n) answers what another member lacks; it takes the place of the index over
 * open admissions, which only a start reads.
 */
export const siteSchema: Migration = {
  name: 'site',
  sql: `
    -- A machine's ledger as a source of admissions. through: everything up to this is known; of the one that is ours at present the outbox counts instead.
    CREATE TABLE site_origin (
      id      INTEGER PRIMARY KEY,
      machine TEXT    NOT NULL,
      epoch   TEXT    NOT NULL,
      through INTEGER NOT NULL CHECK (through >= 0),
      is_ours INTEGER NOT NULL CHECK (is_ours IN (0, 1)),
      UNIQUE (machine, epoch)
    ) STRICT;
    -- What was written before there was a site; it gets its name when the ledger is opened.
    INSERT INTO site_origin (id, machine, epoch, through, is_ours) VALUES (0, '', '', 0, 1);

    CREATE TABLE admission_of_site (
      ticket       INTEGER NOT NULL,
      scan_id      TEXT    NOT NULL,
      show         INTEGER,
      lane         TEXT    NOT NULL,
      direction    TEXT    NOT NULL CHECK (direction IN ('entry', 'exit')),
      at           INTEGER NOT NULL,
      outcome      TEXT    CHECK (outcome IN ('passed', 'not-passed', 'forced', 'held', 'release-failed', 'unconfirmed')),
      origin       INTEGER NOT NULL REFERENCES site_origin (id),
      n            INTEGER NOT NULL,
      rev          INTEGER NOT NULL,
      admits       INTEGER NOT NULL,
      reentry      INTEGER NOT NULL CHECK (reentry IN (0, 1)),
      clock_error  INTEGER NOT NULL,
      data_version INTEGER NOT NULL,
      data_age     INTEGER NOT NULL,
      confirmation TEXT    NOT NULL CHECK (confirmation IN ('alone', 'confirmed', 'unconfirmed')),
      step         INTEGER,
      override     TEXT,
      PRIMARY KEY (ticket, scan_id)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO admission_of_site
      SELECT ticket, scan_id, NULL, lane, direction, at, outcome, 0, row_number() OVER (ORDER BY scan_id), 0, 1, 0, -1, -1, -1, 'alone', NULL, NULL FROM admission;
    DROP TABLE admission;
    ALTER TABLE admission_of_site RENAME TO admission;
    CREATE INDEX admission_change ON admission (origin, n);

    -- One row a ticket, for as long as its admissions are kept.
    CREATE TABLE site_conflict (
      ticket   INTEGER PRIMARY KEY,
      -- Rises with every change of any conflict.
      change   INTEGER NOT NULL UNIQUE,
      state    TEXT    NOT NULL CHECK (state IN ('open', 'settled')),
      conflict TEXT    NOT NULL
    ) STRICT;
  `,
};
