import { existsSync, readFileSync, rmSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import type { Range } from './disk.ts';

/** `walIndexHdr` in SQLite's wal.c: 48 bytes at the beginning of the -shm; from byte 8 on change counter, isInit, page size, mxFrame, nPage, aFrameCksum, aSalt. */
const HEADER_BYTES = 48;
const IS_INIT_AT = 12;
const FRAMES_AT = 16;
const CHECKSUM_AT = 40;
/** The log (sqlite.org/fileformat2.html, 4.1): a header with the size of a page, then frames of a head, which begins with the page's number, and a page. */
const LOG_HEADER_BYTES = 32;
const PAGE_SIZE_AT = 8;
const FRAME_HEAD_BYTES = 24;

/** What SQLite made of a log. */
export interface Recovered {
  /** How many frames count, and the sum over all that is in them: with the same database file the same pages, whatever else there was in the log. */
  readonly mark: string;
  readonly frames: number;
}

/**
 * Lets SQLite recover a database from its log, and tells what it found. Nothing is written but the -shm, which goes again.
 * @returns undefined when SQLite cannot tell: there is no log, or the database cannot be opened for reading alone
 */
export function recover(database: string): Recovered | undefined {
  const [log, shared] = [`${database}-wal`, `${database}-shm`];
  if (!existsSync(log)) return undefined;
  try {
    // A connection that may not write cannot write the log back when it closes.
    const connection = new Sqlite(database, { readonly: true, fileMustExist: true });
    try {
      connection.pragma('user_version');
      const header = readFileSync(shared).subarray(0, HEADER_BYTES);
      if (header.length < HEADER_BYTES || header[IS_INIT_AT] !== 1) return undefined;
      return { mark: header.toString('hex', FRAMES_AT, CHECKSUM_AT), frames: header.readUInt32LE(FRAMES_AT) };
    } finally {
      connection.close();
    }
  } catch {
    // Whoever is to judge this disk meets the same, and says what it is.
    return undefined;
  } finally {
    rmSync(shared, { force: true });
  }
}

/** Whether all of these places of a database file are in pages that are read from the log: then it does not matter what the file has there. */
export function isCovered(touched: readonly Range[], log: Uint8Array, frames: number): boolean {
  const view = new DataView(log.buffer, log.byteOffset, log.byteLength);
  if (frames === 0 || log.byteLength < LOG_HEADER_BYTES) return false;
  const pageSize = view.getUint32(PAGE_SIZE_AT);
  const inLog = new Set<number>();
  for (let frame = 0, at = LOG_HEADER_BYTES; frame < frames && at < log.byteLength; frame++, at += FRAME_HEAD_BYTES + pageSize)
    inLog.add(view.getUint32(at));
  for (const [from, until] of touched)
    for (let page = Math.floor(from / pageSize) + 1; (page - 1) * pageSize < until; page++) if (!inLog.has(page)) return false;
  return true;
}
