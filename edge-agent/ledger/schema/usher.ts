import type { Migration } from '../../store/database.ts';

/** What the usher's page must not forget: wrong PINs, who was on the staff, and which conflicts somebody has looked at. */
export const usherSchema: Migration = {
  name: 'usher',
  sql: `
    -- One row. Times are lower bounds of the true time (core/clock), which nobody can set forward.
    CREATE TABLE staff_lock (
      id           INTEGER PRIMARY KEY CHECK (id = 1),
      wrong        INTEGER NOT NULL CHECK (wrong >= 0),
      recent       INTEGER NOT NULL CHECK (recent >= 0),
      recent_at    INTEGER NOT NULL,
      locked_until INTEGER
    ) STRICT;

    -- The staff as last told in the audit; the file itself may be changed at any time.
    CREATE TABLE staff_told (
      name       TEXT PRIMARY KEY,
      role       TEXT NOT NULL,
      credential TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    -- A conflict that changes after it was seen is a new one: entries names the admissions that it had.
    CREATE TABLE conflict_seen (
      ticket  TEXT PRIMARY KEY,
      entries TEXT NOT NULL,
      by      TEXT NOT NULL,
      at      INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
  `,
};
