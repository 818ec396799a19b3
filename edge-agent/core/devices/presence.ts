import { LIMITS } from '../base/limits.ts';
import type { FoundPort } from '../ports/discovery.ts';

/**
 * What is there, from one look after another. A port is there at the first look that shows it, and gone when so many looks in a row have missed it: a busy
 * machine reads a table in the middle of a change. What the system itself says is gone is gone at once.
 */
export interface Presence {
  readonly seen: readonly { readonly port: FoundPort; readonly misses: number }[];
}

export const NOTHING_SEEN: Presence = { seen: [] };

export interface PresenceStep {
  readonly state: Presence;
  readonly appeared: readonly FoundPort[];
  readonly gone: readonly FoundPort[];
}

/** @param removed paths that the system has said to be gone since the last look */
export function stepPresence(state: Presence, listed: readonly FoundPort[], removed: ReadonlySet<string> = new Set()): PresenceStep {
  const gone: FoundPort[] = [];
  const kept: { port: FoundPort; misses: number }[] = [];
  const appeared = listed.filter((port) => !removed.has(port.path) && state.seen.every(({ port: known }) => !isSame(known, port)));
  for (const { port, misses } of state.seen) {
    const now = listed.find((each) => isSame(each, port));
    // The system may tell before its table does; what is in it after all is there again at the next look.
    if (removed.has(port.path)) gone.push(port);
    else if (now !== undefined) kept.push({ port: now, misses: 0 });
    else if (misses + 1 >= LIMITS.devices.missesMax || appeared.some(({ path }) => path === port.path)) gone.push(port);
    else kept.push({ port, misses: misses + 1 });
  }
  return { state: { seen: [...kept, ...appeared.map((port) => ({ port, misses: 0 }))] }, appeared, gone };
}

/** Another device under the same name is another one. */
const isSame = (a: FoundPort, b: FoundPort): boolean =>
  a.path === b.path &&
  a.bus === b.bus &&
  a.usb?.vendor === b.usb?.vendor &&
  a.usb?.product === b.usb?.product &&
  a.usb?.serial === b.usb?.serial &&
  a.usb?.port === b.usb?.port;
