import type { Migration } from '../../store/database.ts';

/** What the machine knew of the time when it last wrote it down, and when that was by its own uptime (see core/clock). */
export const clockSchema: Migration = {
  name: 'clock',
  sql: `
    CREATE TABLE clock (
      id        INTEGER PRIMARY KEY CHECK (id = 1),
      -- Never decreases, whatever is written.
      earliest  INTEGER NOT NULL,
      latest    INTEGER,
      boot      TEXT,
      uptime_ms INTEGER
    ) STRICT;
  `,
};
