import type { Migration } from '../../store/database.ts';

/**
 * How a sale is paid, and what the card terminal did for it. A booking is written before the terminal is asked and after every word of it, so that money which
 * moved while the power went is found again by its amount, its time and its numbers. Nothing of a card is kept but the name of its scheme.
 */
export const terminalSchema: Migration = {
  name: 'terminal',
  olderMayOpen: true,
  sql: `
    ALTER TABLE sale ADD COLUMN method TEXT;
    ALTER TABLE sale ADD COLUMN provider TEXT;

    CREATE TABLE terminal_booking (
      attempt_key TEXT    PRIMARY KEY,
      order_id    TEXT    NOT NULL,
      amount      INTEGER NOT NULL,
      currency    TEXT    NOT NULL,
      opened_at   INTEGER NOT NULL,
      changed_at  INTEGER NOT NULL,
      -- Null while the terminal was not asked: no money can have moved.
      started_at  INTEGER,
      stage       TEXT    NOT NULL CHECK (stage IN
        ('opening', 'authorising', 'approved', 'asking', 'telling', 'reversing', 'telling-reversal', 'ended')),
      -- How it ended; null while it has not.
      ending      TEXT    CHECK ((ending IS NULL) = (stage <> 'ended')),
      wanted      INTEGER NOT NULL CHECK (wanted IN (0, 1)),
      told_paid   INTEGER NOT NULL CHECK (told_paid IN (0, 1)),
      -- Receipts and the result that is being told, as JSON.
      before      TEXT,
      receipt     TEXT,
      result      TEXT    CHECK ((result IS NULL) = (stage <> 'telling')),
      reversal    TEXT
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX terminal_booking_open ON terminal_booking (opened_at) WHERE stage <> 'ended';
  `,
};

/** When the terminal settled with its bank, and what both sides had booked by then, in minor units. */
export const terminalDaySchema: Migration = {
  name: 'terminal-day',
  olderMayOpen: true,
  sql: `
    CREATE TABLE terminal_day (
      ended_at INTEGER PRIMARY KEY,
      -- Null where the terminal tells no total.
      theirs   INTEGER,
      ours     INTEGER NOT NULL
    ) STRICT;
  `,
};

/**
 * Which payments a day's end has counted, so that a clock that was set back afterwards hides none from the next one. Days that the version before has ended, or
 * ends again, are known by their time.
 */
export const terminalCountSchema: Migration = {
  name: 'terminal-count',
  olderMayOpen: true,
  sql: `
    ALTER TABLE terminal_booking ADD COLUMN counted INTEGER NOT NULL DEFAULT 0 CHECK (counted IN (0, 1));
    ALTER TABLE terminal_day ADD COLUMN marked INTEGER NOT NULL DEFAULT 0 CHECK (marked IN (0, 1));
  `,
};

/** Bookings that wait for an end of the terminal's day, the oldest first; and the sum of those that waited too long to be kept one by one. */
export const terminalCarriedSchema: Migration = {
  name: 'terminal-carried',
  olderMayOpen: true,
  sql: `
    CREATE INDEX terminal_booking_uncounted ON terminal_booking (started_at) WHERE counted = 0 AND ending = 'paid';
    CREATE TABLE terminal_carried (
      currency TEXT    PRIMARY KEY,
      bookings INTEGER NOT NULL,
      minor    INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
  `,
};
