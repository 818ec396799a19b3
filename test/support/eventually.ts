import { setTimeout as pause } from 'node:timers/promises';

/** Long enough for a busy machine; a test that holds is done in milliseconds. */
const DEADLINE_MS = 60_000;
const POLL_MS = 5;
/** Somebody who is asked has other work too. */
const ASK_MS = 25;

/**
 * Waits until `probe` returns something other than undefined or false, and returns that. For things that happen in another process or on a real socket;
 * inside the program, advance virtual time instead.
 * @param what is awaited, for the message when it does not come
 */
export async function eventually<T>(what: string, probe: () => T | undefined | false, deadlineMs = DEADLINE_MS): Promise<T> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const found = probe();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > end) throw new Error(`did not happen within ${deadlineMs} ms: ${what}`);
    await pause(POLL_MS);
  }
}

/** The same for a probe that has to ask somebody. */
export async function eventuallyAnswers<T>(what: string, probe: () => Promise<T | undefined>, deadlineMs = DEADLINE_MS): Promise<T> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(`did not happen within ${deadlineMs} ms: ${what}`);
    await pause(ASK_MS);
  }
}
