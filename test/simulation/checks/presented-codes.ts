import type { EventBody } from '#core/contract/wire/events.ts';
import type { Presented } from '../world/observation.ts';

/** Which code a scan was made of: the newest one at that lane whose bytes have that hash. */
export interface PresentedCodes {
  add(what: Presented): void;
  of(machine: string, scan: Extract<EventBody, { t: 'scan' }>['d']): Presented | undefined;
}

const KEPT = 64;

export function createPresentedCodes(): PresentedCodes {
  const byLane = new Map<string, Presented[]>();
  return {
    add: (what) => {
      const codes = byLane.get(what.lane) ?? [];
      codes.push(what);
      if (codes.length > KEPT) codes.shift();
      byLane.set(what.lane, codes);
    },
    of: (machine, scan) => byLane.get(scan.lane)?.findLast((code) => code.machine === machine && code.codeHash === scan.codeHash),
  };
}
