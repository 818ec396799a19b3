import { setImmediate, setTimeout } from 'node:timers/promises';

/** Guests and troubles take their time, in real milliseconds: the programs under torture have clocks of their own. Nothing is judged by it. */
export function pace(milliseconds: number): Promise<void> {
  return setTimeout(milliseconds);
}

/** Resolves when what had arrived at the sockets is read. */
export async function turnOfTheEventLoop(): Promise<void> {
  await setImmediate();
}
