import type { Migration } from '../../store/database.ts';

/** A kiosk that staff have taken out of service stays so over a restart. A program that does not know it would only open again. */
export const staffSchema: Migration = {
  name: 'staff',
  olderMayOpen: true,
  sql: `
    -- One row while the kiosk is closed.
    CREATE TABLE kiosk_closed (
      id    INTEGER PRIMARY KEY CHECK (id = 1),
      since INTEGER NOT NULL,
      by    TEXT    NOT NULL,
      why   TEXT    NOT NULL
    ) STRICT;
  `,
};
