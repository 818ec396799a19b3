import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';

/**
 * The program that holds a port open, as far as this user may know: another user's programs keep what they hold to themselves.
 * @returns its name and process number
 */
export function holderOf(path: string): string | undefined {
  const file = quietly(() => realpathSync.native(path)) ?? path;
  const processes = quietly(() => readdirSync('/proc')) ?? [];
  for (const pid of processes.filter((name) => /^\d+$/.test(name) && name !== String(process.pid))) {
    const open = quietly(() => readdirSync(`/proc/${pid}/fd`)) ?? [];
    if (!open.some((fd) => quietly(() => readlinkSync(`/proc/${pid}/fd/${fd}`)) === file)) continue;
    const name = quietly(() => readFileSync(`/proc/${pid}/comm`, 'utf8').trim().replaceAll(/\p{C}/gu, '?')) ?? '';
    return `${name} (${pid})`;
  }
  return undefined;
}

/** Processes end while one looks, and others may not be looked at. */
function quietly<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause) return undefined;
    throw cause;
  }
}
