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

/** Each page has a lock of its own, with what both have had until now. An older program goes on with its one lock. */
export const doorSchema: Migration = {
  name: 'locks of doors',
  olderMayOpen: true,
  sql: `
    CREATE TABLE staff_door_lock (
      door         TEXT PRIMARY KEY,
      wrong        INTEGER NOT NULL CHECK (wrong >= 0),
      recent       INTEGER NOT NULL CHECK (recent >= 0),
      recent_at    INTEGER NOT NULL,
      locked_until INTEGER
    ) STRICT, WITHOUT ROWID;
    INSERT INTO staff_door_lock (door, wrong, recent, recent_at, locked_until)
      SELECT door.value, wrong, recent, recent_at, locked_until FROM staff_lock, json_each('["staff-page", "usher-page"]') AS door;
  `,
};

/** What staff said of orders that the box office has lost, until it has heard it. A program that does not know it would only show the row without a word. */
export const notedSchema: Migration = {
  name: 'noted orders',
  olderMayOpen: true,
  sql: `
    CREATE TABLE noted_order (
      order_id TEXT    PRIMARY KEY,
      why      TEXT    NOT NULL,
      by       TEXT    NOT NULL,
      at       INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
  `,
};
