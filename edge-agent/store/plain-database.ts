import Sqlite from 'better-sqlite3';
import type { Database } from './database.ts';

/** SQLite files that are no store: built once and then only read, so that nothing has to be durable before they are whole. */

/** Creates the file when it is missing; `:memory:` is a database of its own each time. */
export function openToBuild(path: string): Database {
  return new Sqlite(path);
}

/** @throws SqliteError when it is missing or cannot be opened; see {@link sqliteCode} */
export function openToRead(path: string): Database {
  return new Sqlite(path, { readonly: true, fileMustExist: true });
}

/** SQLite's own code of a failure (`SQLITE_CORRUPT`); undefined when it is none of SQLite's. */
export function sqliteCode(cause: unknown): string | undefined {
  return cause instanceof Sqlite.SqliteError ? cause.code : undefined;
}

/** What SQLite says of a file that is not there. */
export function missingFile(name: string): Error {
  return new Sqlite.SqliteError(`there is no ${name}`, 'SQLITE_CANTOPEN');
}
