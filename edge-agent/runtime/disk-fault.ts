import { type Fault, FaultError } from '#core/base/fault.ts';
import { sqliteCode } from '../store/plain-database.ts';

/** errno(3) of a disk or a folder that cannot be used; everything else that a call of the system refuses is not about the disk. */
const FULL: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'SQLITE_FULL', 'SQLITE_IOERR_SHMSIZE']);
const FAILED: ReadonlySet<string> = new Set([
  'EIO',
  'EROFS',
  'EACCES',
  'EPERM',
  'EMFILE',
  'ENFILE',
  'EISDIR',
  'ENOTDIR',
  'EFBIG',
  'SQLITE_CANTOPEN',
  'SQLITE_READONLY',
]);

/**
 * What a person can do about a file that could not be read or written, wherever in the program that was.
 * @returns undefined when the cause is something else: then it is a defect, or carries its own fault
 */
export function diskFault(cause: unknown): Fault | undefined {
  if (!(cause instanceof Error) || cause instanceof FaultError) return undefined;
  const code = sqliteCode(cause) ?? ('code' in cause && 'syscall' in cause ? String(cause.code) : '');
  const path = 'path' in cause && typeof cause.path === 'string' ? cause.path : undefined;
  if (FULL.has(code)) {
    return {
      code: 'E-STO-FULL',
      owner: 'store',
      message: `The disk is full: ${path ?? 'a file'} could not be written (${code}).`,
      remedy: 'Free some space and start again.',
    };
  }
  // Node makes the folders above one by one, and says of one that could not be made that the next has no place.
  const isUnmade = code === 'ENOENT' && 'syscall' in cause && cause.syscall === 'mkdir';
  if (!FAILED.has(code) && !code.startsWith('SQLITE_IOERR') && !isUnmade) return undefined;
  // A socket that may not be opened has an errno as well; it has no path, and says so in its call.
  if (path === undefined && !code.startsWith('SQLITE') && !isAboutFiles(cause)) return undefined;
  return {
    code: 'E-STO-OPEN',
    owner: 'store',
    message: `${path ?? 'A file'} could not be read or written: ${cause.message}.`,
    remedy: 'Check the folder of --data, its rights and the disk, and start again.',
  };
}

const FILE_CALLS: ReadonlySet<string> = new Set(['write', 'read', 'fsync', 'fdatasync', 'ftruncate', 'fstat', 'close']);

const isAboutFiles = (cause: Error): boolean => 'syscall' in cause && typeof cause.syscall === 'string' && FILE_CALLS.has(cause.syscall);
