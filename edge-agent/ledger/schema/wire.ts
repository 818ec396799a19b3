import type { Migration } from '../../store/database.ts';

/** What travels beside the outbox: the ring of telemetry, which may lose and counts it, and the commands that came down. */
export const wireSchema: Migration = {
  name: 'wire',
  sql: `
    CREATE TABLE telemetry (
      seq  INTEGER PRIMARY KEY AUTOINCREMENT,
      body TEXT NOT NULL
    ) STRICT;

    -- What the ring has dropped since the ledger was made, and how much of that has been told as an event.
    CREATE TABLE telemetry_lost (
      one  INTEGER PRIMARY KEY CHECK (one = 1),
      lost INTEGER NOT NULL,
      told INTEGER NOT NULL CHECK (told <= lost)
    ) STRICT;
    INSERT INTO telemetry_lost (one, lost, told) VALUES (1, 0, 0);

    -- As they came, before anybody has looked at them.
    CREATE TABLE command_inbox (
      position INTEGER PRIMARY KEY AUTOINCREMENT,
      payload  BLOB    NOT NULL,
      retained INTEGER NOT NULL CHECK (retained IN (0, 1))
    ) STRICT;

    CREATE TABLE command (
      id       TEXT PRIMARY KEY,
      n        INTEGER NOT NULL,
      kind     TEXT    NOT NULL,
      state    TEXT    NOT NULL CHECK (state IN ('taken', 'succeeded', 'failed', 'refused', 'interrupted')),
      changed  INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX command_by_change ON command (changed);

    CREATE TABLE command_counter (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      n   INTEGER NOT NULL
    ) STRICT;
    INSERT INTO command_counter (one, n) VALUES (1, 0);
  `,
};

/** By the digest of all that was wanted, the newest last. */
export const auditedCommandSchema: Migration = {
  name: 'audited-command',
  olderMayOpen: true,
  sql: `
    CREATE TABLE audited_command (
      position INTEGER PRIMARY KEY AUTOINCREMENT,
      wish     TEXT    NOT NULL UNIQUE
    ) STRICT;
  `,
};
