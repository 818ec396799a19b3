import pino, { type DestinationStream, type Logger } from 'pino';

/** What the parts of the agent may say. Codes, card and payment numbers never come this far: callers log hashes and masked forms only. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'> & { child(bindings: Record<string, unknown>): Log };

/** JSON lines; control characters in values are escaped by JSON itself, so a hostile code can never write to a terminal. */
export function createLog(level: string, destination: DestinationStream): Log {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}

export const silentLog: Log = pino({ level: 'silent' });
