import type { Migration } from '../../store/database.ts';

/**
 * The validity data are files of their own (`ledger/validity-files.ts`); the ledger says which one holds and what has changed since it was made. A gate that
 * still had them in here fetches them again, and refuses anything older than what it had.
 */
export const validitySchema: Migration = {
  name: 'validity data in files of their own',
  sql: `
    -- One row: the newest that this machine has ever held, whether or not the file is still there. Nothing older is taken.
    CREATE TABLE validity_state (
      id           INTEGER PRIMARY KEY CHECK (id = 1),
      -- The file in use; null while there is none that can be used.
      file         TEXT,
      -- The version of which the file is the whole; changes lead on from it to 'version'.
      file_version INTEGER NOT NULL,
      epoch        TEXT    NOT NULL,
      version      INTEGER NOT NULL CHECK (version >= file_version),
      set_hash     TEXT    NOT NULL,
      chain        TEXT    NOT NULL,
      secrets_hash TEXT    NOT NULL,
      -- The box office's clock when it last signed that this version is the newest. Never decreases, whatever the epoch.
      confirmed_at INTEGER NOT NULL
    ) STRICT;
    INSERT INTO validity_state (id, file, file_version, epoch, version, set_hash, chain, secrets_hash, confirmed_at)
      SELECT 1, NULL, version, epoch, version, rows_hash, '', '', confirmed_at FROM validity;

    -- What led from the file's version to each later one, in binary (core/validity/changes.ts).
    CREATE TABLE validity_change (
      version INTEGER PRIMARY KEY,
      changes BLOB NOT NULL
    ) STRICT;

    DROP TABLE validity;
    DROP TABLE validity_key;
    DROP TABLE validity_show_0;
    DROP TABLE validity_show_1;
    DROP TABLE validity_ticket_0;
    DROP TABLE validity_ticket_1;
  `,
};
