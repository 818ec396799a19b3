import { setImmediate } from 'node:timers/promises';
import type { Fault } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { readChanges } from '#core/validity/changes.ts';
import { createSetHash } from '#core/validity/set-hash.ts';
import { sha256Binary } from '../runtime/ticket-crypto.ts';
import { sqliteCode } from '../store/plain-database.ts';
import { DamagedSnapshot, openSnapshotFile, type SnapshotFile } from './validity-file.ts';
import type { OpenedFile, ValidityFiles } from './validity-files.ts';
import { createValidityRows, type ValidityRows } from './validity-rows.ts';
import type { StateRow } from './validity-state.ts';

/** The validity data in use, until they are replaced or turn out to be damaged: from then on there are none, and nobody guesses. */
export interface DataInUse {
  rows(): ValidityRows | undefined;
  /** What is read, or undefined when there are no data or they turn out to be damaged. */
  read<Value>(look: (rows: ValidityRows) => Value | undefined): Value | undefined;
  /** As the ledger says they are; put aside when the file does not fit. */
  open(name: string, held: StateRow, changes: readonly Uint8Array[]): void;
  /** Closes the ones in use, and answers the name of their file. */
  replace(next: OpenData): string | undefined;
  /** @throws `cause` unless it says that the data in use are damaged */
  putAside(cause: unknown): void;
  verify(): Promise<boolean>;
  onDamaged(listen: (fault: Fault) => void): void;
  close(): void;
}

export interface OpenData {
  readonly name: string;
  readonly file: SnapshotFile;
  readonly rows: ValidityRows;
  close(): void;
}

export function createDataInUse(files: ValidityFiles): DataInUse {
  const listeners: ((fault: Fault) => void)[] = [];
  let inUse: OpenData | undefined;
  let told: Fault | undefined;

  /** The ledger goes on naming the file: at the next start it is missing, which comes to the same, and this may be in the middle of a decision. */
  const damaged = (name: string, cause: unknown): void => {
    if (!(cause instanceof DamagedSnapshot)) throw cause;
    inUse?.close();
    inUse = undefined;
    files.quarantine(name);
    told = {
      code: 'E-VAL-DAMAGED',
      owner: 'store',
      message: `The validity data on the disk are damaged (${cause.message}). They were put aside as damaged.db and are fetched again.`,
      remedy: 'Check the disk.',
    };
    for (const listen of listeners) listen(told);
  };
  const putAside = (cause: unknown): void => {
    if (inUse === undefined) throw cause;
    damaged(inUse.name, cause);
  };
  return {
    rows: () => inUse?.rows,
    read: (look) => {
      try {
        return inUse && look(inUse.rows);
      } catch (cause) {
        putAside(cause);
        return undefined;
      }
    },
    open: (name, held, changes) => {
      try {
        inUse = openData(files, name, held, changes);
      } catch (cause) {
        damaged(name, cause);
      }
    },
    replace: (next) => {
      const before = inUse?.name;
      inUse?.close();
      inUse = next;
      told = undefined;
      return before;
    },
    putAside,
    verify: async () => {
      const data = inUse;
      if (data === undefined) return false;
      try {
        await addUp(data.file, () => inUse === data);
        return true;
      } catch (cause) {
        if (inUse === data) putAside(cause);
        return false;
      }
    },
    onDamaged: (listen) => {
      listeners.push(listen);
      if (told !== undefined) listen(told);
    },
    close: () => {
      inUse?.close();
      inUse = undefined;
    },
  };
}

/** @throws DamagedSnapshot when the rows are not those that were written */
async function addUp(file: SnapshotFile, isInUse: () => boolean): Promise<void> {
  const sum = createSetHash(sha256Binary);
  for (const row of [...file.keys(), ...file.shows()]) sum.add(row);
  for (const page of file.pages(LIMITS.validity.sliceRows)) {
    for (const row of page) sum.add(row);
    await setImmediate();
    if (!isInUse()) return;
  }
  if (sum.text() !== file.mark.setHash) throw new DamagedSnapshot('its rows do not add up');
}

/**
 * The file and, on top of it, every change since: together they have to be what the ledger says is held.
 * @throws DamagedSnapshot otherwise
 */
export function openData(files: ValidityFiles, name: string, held: StateRow, changes: readonly Uint8Array[]): OpenData {
  const opened = openFile(files, name);
  try {
    const file = openSnapshotFile(opened.database);
    if (file.mark.epoch !== held.epoch || file.mark.version !== held.fileVersion) throw new DamagedSnapshot('it is of another version');
    const rows = createValidityRows(file, createSetHash(sha256Binary, file.mark.setHash));
    const stage = rows.stage();
    for (const bytes of changes) {
      const list = readChanges(bytes);
      if (list === undefined) throw new DamagedSnapshot('a change is not of our form');
      for (const change of list) stage.apply(change);
    }
    if (held.fileVersion + changes.length !== held.version) throw new DamagedSnapshot('changes are missing');
    if (stage.setHash() !== held.setHash) throw new DamagedSnapshot('it does not add up to the version that was held');
    stage.takeIn();
    return { name, file, rows, close: opened.close };
  } catch (cause) {
    opened.close();
    throw cause;
  }
}

function openFile(files: ValidityFiles, name: string): OpenedFile {
  try {
    return files.open(name);
  } catch (cause) {
    const code = sqliteCode(cause);
    throw code === undefined ? cause : new DamagedSnapshot(`it cannot be opened: ${code}`, { cause });
  }
}
