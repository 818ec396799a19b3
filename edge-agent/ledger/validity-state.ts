import { assert } from '#core/base/fault.ts';
import type { Database } from '../store/database.ts';

/** The ledger's part of the validity data: which file holds, what has changed since, and the newest that was ever held. See `schema/validity.ts`. */

export interface StateRow {
  readonly file: string | null;
  readonly fileVersion: number;
  readonly epoch: string;
  readonly version: number;
  readonly setHash: string;
  readonly chain: string;
  readonly secretsHash: string;
  readonly confirmedAt: number;
}

export interface ValidityStateTable {
  read(): StateRow | undefined;
  /** Within a transaction. Answers what it was given. */
  write(row: StateRow): StateRow;
  addChange(version: number, changes: Uint8Array): void;
  /** In the order of their versions, which have no gaps. */
  changesAfter(version: number): readonly Uint8Array[];
  dropChangesUpTo(version: number): void;
}

export function prepareValidityState(database: Database): ValidityStateTable {
  const read = database.prepare<[], StateRow>(
    `SELECT file, file_version AS fileVersion, epoch, version, set_hash AS setHash, chain, secrets_hash AS secretsHash, confirmed_at AS confirmedAt
     FROM validity_state`,
  );
  const write = database.prepare<[StateRow]>(
    `INSERT OR REPLACE INTO validity_state (id, file, file_version, epoch, version, set_hash, chain, secrets_hash, confirmed_at)
     VALUES (1, :file, :fileVersion, :epoch, :version, :setHash, :chain, :secretsHash, :confirmedAt)`,
  );
  const addChange = database.prepare<[number, Uint8Array]>('INSERT INTO validity_change (version, changes) VALUES (?, ?)');
  const changes = database.prepare<[number], { version: number; changes: Buffer }>(
    'SELECT version, changes FROM validity_change WHERE version > ? ORDER BY version',
  );
  const dropChanges = database.prepare<[number]>('DELETE FROM validity_change WHERE version <= ?');
  return {
    read: () => read.get(),
    write: (row) => {
      write.run(row);
      return row;
    },
    addChange: (version, bytes) => {
      addChange.run(version, bytes);
    },
    changesAfter: (version) => {
      const rows = changes.all(version);
      assert(
        rows.every((row, index) => row.version === version + 1 + index),
        'changes of the validity data are written without gaps',
      );
      return rows.map((row) => row.changes);
    },
    dropChangesUpTo: (version) => {
      dropChanges.run(version);
    },
  };
}
