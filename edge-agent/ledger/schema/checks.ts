import type { Migration } from '../../store/database.ts';

/**
 * Validity data and admissions. A snapshot is loaded in slices into the tables that are not in use and becomes the data by one small transaction that turns
 * `validity.slot`; scans go on meanwhile. Ticket and show numbers are the keys themselves, so a look-up is one descent of one tree.
 */
export const checksSchema: Migration = {
  name: 'checks',
  sql: `
    -- One row: which tables hold, at which version, and the sum of what they hold (see core/validity/set-hash.ts).
    CREATE TABLE validity (
      id           INTEGER PRIMARY KEY CHECK (id = 1),
      slot         INTEGER NOT NULL CHECK (slot IN (0, 1)),
      epoch        TEXT    NOT NULL,
      version      INTEGER NOT NULL,
      rows_hash    TEXT    NOT NULL,
      tickets      INTEGER NOT NULL,
      -- The box office's clock when it last signed that this version is the newest. Never decreases, whatever the epoch.
      confirmed_at INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE validity_key (
      id         INTEGER PRIMARY KEY,
      public_key TEXT    NOT NULL,
      not_before INTEGER NOT NULL,
      not_after  INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE validity_show_0 (
      id          INTEGER PRIMARY KEY,
      screen      TEXT    NOT NULL,
      screen_zh   TEXT    NOT NULL,
      screen_en   TEXT    NOT NULL,
      film_zh     TEXT    NOT NULL,
      film_en     TEXT    NOT NULL,
      starts_at   INTEGER NOT NULL,
      ends_at     INTEGER NOT NULL,
      entry_from  INTEGER NOT NULL,
      entry_until INTEGER NOT NULL,
      reentry     INTEGER NOT NULL,
      cancelled   INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE validity_show_1 (
      id          INTEGER PRIMARY KEY,
      screen      TEXT    NOT NULL,
      screen_zh   TEXT    NOT NULL,
      screen_en   TEXT    NOT NULL,
      film_zh     TEXT    NOT NULL,
      film_en     TEXT    NOT NULL,
      starts_at   INTEGER NOT NULL,
      ends_at     INTEGER NOT NULL,
      entry_from  INTEGER NOT NULL,
      entry_until INTEGER NOT NULL,
      reentry     INTEGER NOT NULL,
      cancelled   INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE validity_ticket_0 (
      id          INTEGER PRIMARY KEY,
      show        INTEGER NOT NULL,
      seat        INTEGER,
      seat_label  TEXT    NOT NULL,
      admits      INTEGER NOT NULL,
      needs_proof INTEGER NOT NULL,
      standing    TEXT    NOT NULL,
      since       INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE validity_ticket_1 (
      id          INTEGER PRIMARY KEY,
      show        INTEGER NOT NULL,
      seat        INTEGER,
      seat_label  TEXT    NOT NULL,
      admits      INTEGER NOT NULL,
      needs_proof INTEGER NOT NULL,
      standing    TEXT    NOT NULL,
      since       INTEGER NOT NULL
    ) STRICT;

    -- Every admission of the site as far as this machine knows, by ticket; a union by scan merges two machines' rows. Rows are never deleted by a decision:
    -- an admission that was taken back keeps its row and says so in outcome, which is null until the barrier has told.
    CREATE TABLE admission (
      ticket    INTEGER NOT NULL,
      scan_id   TEXT    NOT NULL,
      lane      TEXT    NOT NULL,
      direction TEXT    NOT NULL CHECK (direction IN ('entry', 'exit')),
      at        INTEGER NOT NULL,
      outcome   TEXT    CHECK (outcome IN ('passed', 'not-passed', 'forced', 'release-failed', 'unconfirmed')),
      PRIMARY KEY (ticket, scan_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX admission_open ON admission (lane) WHERE outcome IS NULL;
  `,
};
