import type { Client, Reader, ReaderStatusFlags } from 'pcsc-mini';
import { err, ok, type Result } from '#core/base/result.ts';

/** A reader that is plugged in, and what the service said of it last: a card may lie there for a long time. */
export interface SeenReader {
  readonly reader: Reader;
  readonly status: () => ReaderStatusFlags | undefined;
}

/**
 * The smart card service as one context sees it, from the context's first moment to the service's end. After a restart an old context never recovers
 * (node-pcsclite issue 68), so this one is over then and the next one begins anew.
 *
 * It is never given back while the service lives. pcsc-mini 0.1.3 does that on the thread of the event loop: it cancels the wait of its own thread and then asks
 * for the context's lock. A thread that had not begun to wait misses the cancel and keeps the lock for as long as nothing happens at any reader: the whole program
 * stood still (seen with pcsc-lite 1.9.9; the main thread in `SCardReleaseContext`, the other in `SCardGetStatusChange`). One context for all sessions is also
 * one fewer of the sixteen that pcscd has for each of its readers.
 */
export interface PcscService {
  /** The first reader whose name has `wanted` in it, now or as soon as it is plugged in. */
  find(wanted: string, onFound: (found: SeenReader) => void): { cancel(): void };
  readerNames(): readonly string[];
  /** Told once, with the reason; not told to whoever has cancelled. */
  onEnd(listen: (why: string) => void): { cancel(): void };
  isOver(): boolean;
}

export function startPcscService(library: typeof import('pcsc-mini')): Result<PcscService, string> {
  const client = new library.Client();
  const readers = new Map<string, SeenReader>();
  const seekers = new Set<(found: SeenReader) => boolean>();
  const listeners = new Set<(why: string) => void>();
  let isOver = false;

  client.on('reader', (reader) => {
    let status: ReaderStatusFlags | undefined;
    const seen: SeenReader = { reader, status: () => status };
    readers.set(reader.name(), seen);
    // Before anybody else's: what a session is told of a change is known here too.
    reader.on('change', (next) => {
      status = next;
    });
    reader.on('disconnect', () => readers.delete(reader.name()));
    for (const seeker of [...seekers]) if (seeker(seen)) seekers.delete(seeker);
  });
  client.on('error', (cause) => {
    if (isOver) return;
    isOver = true;
    const why = `the smart card service went away (${messageOf(cause)})`;
    for (const listen of [...listeners]) listen(why);
    // Its thread has ended with the error, so that nothing is waited for.
    queueMicrotask(() => giveBack(client));
  });
  try {
    client.start();
  } catch (cause) {
    return err(`the smart card service does not run (${messageOf(cause)}); start it: systemctl start pcscd`);
  }

  return ok({
    find: (wanted, onFound) => {
      const known = [...readers].find(([name]) => name.includes(wanted));
      if (known !== undefined) {
        onFound(known[1]);
        return { cancel: () => undefined };
      }
      const seeker = (found: SeenReader): boolean => {
        if (!found.reader.name().includes(wanted)) return false;
        onFound(found);
        return true;
      };
      seekers.add(seeker);
      return { cancel: () => void seekers.delete(seeker) };
    },
    readerNames: () => [...readers.keys()],
    onEnd: (listen) => {
      listeners.add(listen);
      return { cancel: () => void listeners.delete(listen) };
    },
    isOver: () => isOver,
  });
}

/** A context whose service is gone cannot be given back, and need not be. */
function giveBack(client: Client): void {
  try {
    client.stop();
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
  }
}

/** @returns the name that the library gives the service's error, and its words */
export const messageOf = (cause: unknown): string =>
  cause instanceof Error ? `${'code' in cause ? `${String(cause.code)}: ` : ''}${cause.message}` : String(cause);
