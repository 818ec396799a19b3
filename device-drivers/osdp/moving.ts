import type { Fault } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import type { Timers } from '#core/ports/clock.ts';
import { moveRefused } from './osdp-faults.ts';
import type { OsdpPd } from './osdp-line.ts';

/** Where a device is to be spoken to. */
export interface PdPlace {
  readonly address: number;
  readonly baudRate: number;
}

/**
 * - `moved`: it has said that it takes the new settings, and is there from now on.
 * - `not-there`: nobody answers at the old ones. It has them no more, or is not on the line; which, shows at the new ones.
 * - `refused`: it stays where it is.
 */
export type MoveOutcome = { readonly kind: 'moved' } | { readonly kind: 'not-there' } | { readonly kind: 'refused'; readonly fault: Fault };

/**
 * Tells a device at its old settings to take others (6E, clause 6.13 of SIA OSDP 2.2), inside its secure channel where it has one. Done twice, or with the answer
 * lost in between, it comes to the same end: whoever asks looks at the old settings first, then speaks at the new ones.
 * @param old the device at its old settings, on a line of its own that nobody else has open
 */
export async function moveDevice(old: OsdpPd, to: PdPlace, timers: Timers): Promise<MoveOutcome> {
  let over: (isOnline: boolean) => void = () => undefined;
  const online = new Promise<boolean>((resolve) => {
    over = resolve;
  });
  const opened = await old.transport.open({ bytes: () => undefined, closed: () => over(false) });
  if (!opened.ok) return { kind: 'not-there' };
  let deadline = timers.after(LIMITS.osdp.lookedForWithin, () => {
    // Somebody who is there has answered by now, and gets the time for the handshake.
    if (old.counters().framesIn === 0) over(false);
    else deadline = timers.after(LIMITS.osdp.onlineWithin, () => over(false));
  });
  const leave = old.listen((event) => {
    if (event.kind === 'online') over(true);
  });
  const outcome = (await online) ? await old.order({ kind: 'set-communication', ...to }) : undefined;
  deadline.cancel();
  leave();
  await opened.value.close();
  if (outcome?.kind === 'done') return { kind: 'moved' };
  return outcome?.kind === 'refused' ? { kind: 'refused', fault: moveRefused(old.address, to) } : { kind: 'not-there' };
}
