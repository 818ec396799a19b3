import { existsSync, renameSync, statSync } from 'node:fs';
import pino from 'pino';
import { FaultError } from '#core/base/fault.ts';
import { createLog, type Log } from './log.ts';

/** Two files of this size are all the room that logs may take: a full disk must never be their doing. */
const LOG_BYTES_MAX = 20_000_000;

export interface LogFile {
  readonly log: Log;
  flush(): void;
}

/**
 * JSON lines into `path`; what was there is kept as `path.1` once it is large.
 * @throws FaultError `E-STO-FULL` or `E-STO-OPEN` when it cannot be written
 */
export function openLogFile(path: string): LogFile {
  try {
    if (existsSync(path) && statSync(path).size > LOG_BYTES_MAX) renameSync(path, `${path}.1`);
    const destination = pino.destination({ dest: path, sync: true, mkdir: true, mode: 0o600 });
    return { log: createLog('info', destination), flush: () => destination.flushSync() };
  } catch (cause) {
    const full = (cause as NodeJS.ErrnoException).code === 'ENOSPC';
    throw new FaultError(
      {
        code: full ? 'E-STO-FULL' : 'E-STO-OPEN',
        owner: 'store',
        message: full ? `The disk is full: the log ${path} cannot be written.` : `The log ${path} cannot be written.`,
        remedy: full ? 'Free some space and start again; nothing was changed.' : 'Check the folder of --data and its rights.',
      },
      { cause },
    );
  }
}
