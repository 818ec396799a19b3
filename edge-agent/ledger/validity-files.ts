import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FaultError } from '#core/base/fault.ts';
import type { Database } from '../store/database.ts';
import { missingFile, openToBuild, openToRead, sqliteCode } from '../store/plain-database.ts';

/**
 * Where snapshots of the validity data are kept: each a database that is built once, sealed, and only read from then on. Shards that were fetched wait here
 * until the snapshot that needs them is whole.
 */
export interface ValidityFiles {
  /** An empty database to build in; what an earlier try left under this name is gone. */
  build(name: string): Database;
  /** Gives a build up. */
  dropBuild(name: string, building: Database): Promise<void>;
  /** Ends building. When this resolves, the file is on the disk as a whole and can be opened. */
  seal(name: string, building: Database): Promise<void>;
  /** @throws SqliteError when it is missing or is no database, FaultError `E-STO-OPEN` when it is there and the disk does not give it */
  open(name: string): OpenedFile;
  remove(name: string): Promise<void>;
  /** Puts a damaged file, which nobody has open, aside for a person to look at; the one that was put aside before it goes. */
  quarantine(name: string): void;
  /** Removes everything that is not this file: what a crash has left. Shards stay, they are needed to go on. */
  tidy(keep: string | undefined): void;
  /** Bytes that were kept under this name; the caller compares their hash. */
  shard(sha256: string): Promise<Uint8Array | undefined>;
  keepShard(sha256: string, bytes: Uint8Array): Promise<void>;
  dropShards(): Promise<void>;
}

export interface OpenedFile {
  readonly database: Database;
  close(): void;
}

/** A database as large as this is read without copying (sqlite.org/mmap.html): more than a million tickets take. Nothing is ever written through it. */
const MAPPED_BYTES = 268_435_456;
/** While it is built 2 MB of pages are held back, so that the last commit is short. */
const BUILDING_CACHE_KIB = 2_048;

/** @param folder for these files alone; made when it is missing */
export function diskValidityFiles(folder: string): ValidityFiles {
  const shards = join(folder, 'shards');
  mkdirSync(shards, { recursive: true, mode: 0o700 });
  const finished = (name: string): string => join(folder, `${name}.db`);
  const unfinished = (name: string): string => join(folder, `${name}.building`);
  return {
    build: (name) => {
      rmSync(unfinished(name), { force: true });
      return prepareBuilding(openToBuild(unfinished(name)));
    },
    dropBuild: async (name, building) => {
      building.close();
      await rm(unfinished(name), { force: true });
    },
    seal: async (name, building) => {
      building.close();
      await flush(unfinished(name), 'r+');
      await rename(unfinished(name), finished(name));
      // So that the new name survives a power cut as well.
      await flush(folder, 'r');
    },
    open: (name) => {
      const database = openFinished(finished(name));
      // Nobody else opens it, so it is locked once instead of at every look-up.
      database.pragma('locking_mode = EXCLUSIVE');
      database.pragma(`mmap_size = ${MAPPED_BYTES}`);
      return { database, close: () => database.close() };
    },
    remove: (name) => rm(finished(name), { force: true }),
    quarantine: (name) => {
      if (existsSync(finished(name))) renameSync(finished(name), join(folder, QUARANTINED));
    },
    tidy: (keep) => {
      const kept = new Set(['shards', QUARANTINED, ...(keep === undefined ? [] : [`${keep}.db`])]);
      for (const name of readdirSync(folder)) if (!kept.has(name)) rmSync(join(folder, name), { recursive: true, force: true });
    },
    shard: async (sha256) => (existsSync(join(shards, sha256)) ? readFile(join(shards, sha256)) : undefined),
    keepShard: async (sha256, bytes) => {
      // Not flushed: after a power cut its hash tells whether it is whole.
      const beside = join(shards, `${sha256}.new`);
      await writeFile(beside, bytes, { mode: 0o600 });
      await rename(beside, join(shards, sha256));
    },
    dropShards: async () => {
      for (const name of readdirSync(shards)) await rm(join(shards, name), { force: true });
    },
  };
}

const QUARANTINED = 'damaged.db';

/** A disk that does not open a file says nothing of what is in it: whoever put it aside would throw away what a gate needs without a network. */
function openFinished(path: string): Database {
  try {
    return openToRead(path);
  } catch (cause) {
    if (sqliteCode(cause) !== 'SQLITE_CANTOPEN' || !existsSync(path)) throw cause;
    throw new FaultError(
      {
        code: 'E-STO-OPEN',
        owner: 'store',
        message: `${path} is there and cannot be opened.`,
        remedy: 'Check the folder of --data, its rights and the disk, and start again.',
      },
      { cause },
    );
  }
}

/** In memory, for simulations: whoever keeps this object keeps the files through a restart. */
export function memoryValidityFiles(): ValidityFiles {
  const files = new Map<string, Database>();
  const shards = new Map<string, Uint8Array>();
  const drop = (name: string): void => {
    files.get(name)?.close();
    files.delete(name);
  };
  return {
    build: () => prepareBuilding(openToBuild(':memory:')),
    dropBuild: async (_, building) => {
      building.close();
    },
    seal: async (name, building) => {
      files.set(name, building);
    },
    open: (name) => {
      const file = files.get(name);
      if (file === undefined) throw missingFile(name);
      return { database: file, close: () => undefined };
    },
    remove: async (name) => drop(name),
    quarantine: drop,
    tidy: (keep) => {
      for (const name of [...files.keys()]) if (name !== keep) drop(name);
    },
    shard: async (sha256) => shards.get(sha256),
    keepShard: async (sha256, bytes) => {
      shards.set(sha256, bytes);
    },
    dropShards: async () => shards.clear(),
  };
}

/** Neither journal nor flushing: nobody points at it before it is sealed, and after a crash it is built anew. */
function prepareBuilding(database: Database): Database {
  database.pragma('journal_mode = OFF');
  database.pragma('synchronous = OFF');
  database.pragma('locking_mode = EXCLUSIVE');
  database.pragma(`cache_size = -${BUILDING_CACHE_KIB}`);
  return database;
}

async function flush(path: string, how: 'r+' | 'r'): Promise<void> {
  const file = await open(path, how);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
