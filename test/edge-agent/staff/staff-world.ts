import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Ledger } from '#agent/ledger/ledger.ts';
import type { PinCrypto } from '#agent/staff/pin.ts';
import type { Door } from '#agent/staff/pin-lock.ts';
import { createRoster } from '#agent/staff/roster.ts';
import { createStaff, type Staff } from '#agent/staff/staff.ts';
import { FaultError } from '#core/base/fault.ts';
import { between, type Instant, plus } from '#core/base/time.ts';
import type { StaffRole } from '#core/contract/local/usher.ts';
import { EventBody } from '#core/contract/wire/events.ts';
import { scratchFolder } from '#test/support/scratch.ts';
import { createVirtualTime, type VirtualTime } from '#test/support/virtual-time.ts';
import { scratchLedger } from '../validity/scratch-ledger.ts';

/** PINs that are hashed in no time, so that a hundred thousand can be tried. How a real one is hashed has a test of its own. */
export function quickPins(...draws: string[]): { -readonly [Name in keyof PinCrypto]: PinCrypto[Name] } & { readonly derived: () => number } {
  let derived = 0;
  return {
    derived: () => derived,
    derive: async (pin, salt) => {
      derived++;
      return createHash('sha256').update(salt).update(pin).digest();
    },
    draw: () => draws.shift() ?? '999999',
  };
}

/** A lower bound of the time as core/clock keeps one: it goes on with what has certainly passed, whatever the clock on the wall says. */
export function lowerBound({ clock }: VirtualTime): () => Instant {
  const start = { wall: clock.wall(), mono: clock.monotonic() };
  return () => plus(start.wall, between(start.mono, clock.monotonic()));
}

export interface StaffWorldOptions {
  readonly staff?: readonly (readonly [name: string, role: StaffRole, pin: string])[];
}

export const ANN = ['Ann', 'usher', '111111'] as const;
export const MEI = ['Mei', 'duty-manager', '222222'] as const;

export async function staffWorld({ staff: members = [ANN, MEI] }: StaffWorldOptions = {}) {
  const time = createVirtualTime();
  const file = join(scratchFolder(), 'staff.json');
  const pins = quickPins(...members.map(([, , pin]) => pin));
  const roster = createRoster(file, pins);
  for (const [name, role] of members) await roster.add(name, role);
  const scratch = scratchLedger(time.clock);
  let ledger = scratch.open();
  const disk = { isFull: false };
  const bound = lowerBound(time);
  const open = (): Staff => createStaff({ file, pins, clock: time.clock, lowerBound: bound, ledger: failing(ledger, disk) });
  let staff = open();
  return {
    time,
    file,
    pins,
    roster,
    disk,
    staff: () => staff,
    ledger: () => ledger,
    verify: (pin: string, door: Door = 'usher-page') => staff.verify(pin, door),
    /** Ends the process without a word and starts it again. */
    restart: () => {
      ledger.close();
      ledger = scratch.open();
      staff = open();
    },
    audit: () => auditOf(ledger),
  };
}

/** Set, nothing can be written, as on a full disk. */
export function failing<Part extends Pick<Ledger, 'transaction'>>(ledger: Part, disk: { readonly isFull: boolean }): Part {
  return {
    ...ledger,
    transaction: <T>(work: () => T): T => {
      if (disk.isFull) throw new FaultError({ code: 'E-STO-FULL', owner: 'store', message: 'The disk is full.' });
      return ledger.transaction(work);
    },
  };
}

export function eventsOf({ database }: Pick<Ledger, 'database'>): readonly EventBody[] {
  return database
    .prepare<[], { type: string; body: string }>('SELECT type, body FROM outbox ORDER BY lane, seq')
    .all()
    .map(({ type, body }) => EventBody.parse({ t: type, d: JSON.parse(body) }));
}

export const auditOf = (ledger: Pick<Ledger, 'database'>): readonly string[] =>
  eventsOf(ledger).flatMap((event) => (event.t === 'audit' ? [`${event.d.action} ${event.d.by}: ${event.d.detail}`] : []));
