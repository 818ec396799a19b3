import { LIMITS } from '#core/base/limits.ts';
import type { Duration } from '#core/base/time.ts';
import type { StaffMember } from '#core/contract/local/usher.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { PinCrypto } from './pin.ts';
import { createPinLock, DOORS, type Door, type PinLock, type PinLockParts } from './pin-lock.ts';
import { findByPin } from './roster.ts';
import { createStaffAudit } from './staff-audit.ts';
import { readStaffFile, type StaffRecord, staffFileStamp, takeUnlock } from './staff-file.ts';

/** Who may do what on the pages of staff. Nobody has a PIN until `foyer staff` gave him one. */
export interface Staff {
  /**
   * @throws FaultError when the file of the staff cannot be read, or a try cannot be counted because the disk is full
   */
  verify(pin: string, door: Door): Promise<PinAnswer>;
  /** The member whose PIN this was, as long as he has it: a removed member and a replaced PIN are nobody's. */
  holder(credential: string): StaffMember | undefined;
  isEmpty(): boolean;
  /**
   * Takes back every lock that there is; answers how many.
   * @throws FaultError when it could not be written down; what was not is still locked
   */
  releaseLocks(by: string): number;
}

export type PinAnswer =
  | { readonly kind: 'member'; readonly member: StaffMember; readonly credential: string }
  | { readonly kind: 'wrong'; readonly triesLeft: number }
  | { readonly kind: 'locked'; readonly left: Duration }
  | { readonly kind: 'no-staff' }
  /** Too many are trying at once; this one was neither looked at nor counted. */
  | { readonly kind: 'busy' };

export interface StaffParts extends PinLockParts {
  readonly ledger: Pick<Ledger, 'database' | 'transaction' | 'append'>;
  /** `staff.json`. */
  readonly file: string;
  readonly pins: PinCrypto;
}

export function createStaff({ file, pins, ...parts }: StaffParts): Staff {
  const locks: Readonly<Record<Door, PinLock>> = {
    'staff-page': createPinLock('staff-page', parts),
    'usher-page': createPinLock('usher-page', parts),
  };
  const audit = createStaffAudit(parts.ledger);
  let known: { readonly stamp: string | undefined; readonly members: readonly StaffRecord[] } | undefined;
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();

  /** The file is written by another program, at any time. */
  const members = (): readonly StaffRecord[] => {
    const stamp = staffFileStamp(file);
    if (known === undefined || known.stamp !== stamp) {
      const read = readStaffFile(file);
      audit.tellChanges(read);
      known = { stamp, members: read };
    }
    return known.members;
  };

  const lookAt = async (pin: string, lock: PinLock): Promise<PinAnswer> => {
    const all = members();
    if (all.length === 0) return { kind: 'no-staff' };
    const before = lock.begin();
    if (before.kind === 'locked') return before;
    const found = await findByPin(all, pin, pins);
    if (found === undefined) {
      const after = lock.failed();
      return after.kind === 'locked' ? after : { kind: 'wrong', triesLeft: after.triesLeft };
    }
    lock.succeeded(found.name);
    return { kind: 'member', member: { name: found.name, role: found.role }, credential: found.salt };
  };

  return {
    verify: async (pin, door) => {
      if (takeUnlock(file)) for (const each of DOORS) locks[each].release('staff-file');
      const lock = locks[door];
      const now = lock.state();
      if (now.kind === 'locked') return now;
      if (waiting >= LIMITS.staff.pinsWaitingMax) return { kind: 'busy' };
      waiting++;
      // One at a time, so that the count of one is known before the next is looked at.
      const mine = last.then(() => lookAt(pin, lock));
      last = mine.catch(() => {});
      try {
        return await mine;
      } finally {
        waiting--;
      }
    },
    holder: (credential) => {
      const found = members().find(({ salt }) => salt === credential);
      return found === undefined ? undefined : { name: found.name, role: found.role };
    },
    isEmpty: () => members().length === 0,
    releaseLocks: (by) => {
      const locked = DOORS.filter((door) => locks[door].state().kind === 'locked');
      for (const door of locked) locks[door].release(by);
      return locked.length;
    },
  };
}
