import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '#core/base/limits.ts';
import { milliseconds, seconds } from '#core/base/time.ts';
import { checkEnd, heal, isOpen } from './evening-end.ts';
import { type KioskSetup, NOT_BEGUN, PAPER_ENDED_IN_TICKET, PAPER_OUT, PRINTED, READY, setUpKiosk } from './kiosk-setup.ts';

/** What guests, phones, printers, networks and power supplies do, in any order. */
type Happening =
  | { readonly kind: 'tap'; readonly on: 'seats' | 'pay' | 'cancel' | 'leave' | 'print' | 'resume' | 'collect' }
  | { readonly kind: 'phone'; readonly status: 'user-paying' | 'unknown' | 'succeeded' | 'failed' }
  | { readonly kind: 'trouble'; readonly with: (typeof CALLS)[number]; readonly how: 'lost' | 'deaf' }
  | { readonly kind: 'mend' }
  | { readonly kind: 'paper'; readonly outcome: 'printed' | 'not-printed' | 'uncertain' }
  | { readonly kind: 'printer'; readonly isWell: boolean }
  | { readonly kind: 'wait'; readonly seconds: number }
  | { readonly kind: 'power-cut'; readonly seconds: number; readonly inTicket: boolean }
  | { readonly kind: 'disk'; readonly isFull: boolean };

const CALLS = [
  'holdSeats',
  'createOrder',
  'startPayment',
  'readPayment',
  'readOrder',
  'cancelOrder',
  'releaseHold',
  'claimTickets',
  'lookUp',
] as const;
const OUTCOMES = { printed: PRINTED, 'not-printed': NOT_BEGUN, uncertain: PAPER_ENDED_IN_TICKET };

const happening = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('tap' as const),
      on: fc.constantFrom('seats', 'seats', 'pay', 'pay', 'cancel', 'leave', 'print', 'resume', 'collect'),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('phone' as const),
      status: fc.constantFrom('user-paying', 'unknown', 'succeeded', 'succeeded', 'failed'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('trouble' as const), with: fc.constantFrom(...CALLS), how: fc.constantFrom('lost', 'deaf') }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: 'mend' as const }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('paper' as const),
      outcome: fc.constantFrom('printed', 'printed', 'printed', 'not-printed', 'uncertain'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('printer' as const), isWell: fc.boolean() }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.constantFrom(1, 1, 2, 5, 30, 90, 400) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('power-cut' as const), seconds: fc.constantFrom(3, 60, 900), inTicket: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('disk' as const), isFull: fc.boolean() }) },
) satisfies fc.Arbitrary<Happening>;

/** Most guests get somewhere before things begin to go wrong. */
const PURCHASE: readonly Happening[] = [
  { kind: 'tap', on: 'seats' },
  { kind: 'tap', on: 'pay' },
  { kind: 'phone', status: 'succeeded' },
  { kind: 'wait', seconds: 1 },
];
const evening = fc
  .tuple(fc.nat(PURCHASE.length), fc.array(happening, { minLength: 5, maxLength: 40 }))
  .map(([steps, rest]): Happening[] => [...PURCHASE.slice(0, steps), ...rest]);

async function happen(setup: KioskSetup, what: Happening): Promise<void> {
  const { office, printer } = setup;
  switch (what.kind) {
    case 'tap':
      return tap(setup, what.on);
    case 'phone':
      // A phone can move only an attempt that is still open, as a provider's can.
      if ([...office.attempts.values()].some(isOpen)) office.phone(what.status);
      return;
    case 'trouble':
      office.trouble.set(what.with, what.how);
      return;
    case 'mend':
      office.trouble.clear();
      return;
    case 'paper':
      return printer.jobs.length === 0 ? undefined : printer.end(OUTCOMES[what.outcome]);
    case 'printer':
      return setup.health(what.isWell ? READY : PAPER_OUT);
    case 'wait':
      return setup.advance(seconds(what.seconds));
    case 'power-cut':
      if (what.inTicket) printer.begin();
      setup.failLedger(false);
      return setup.restart(seconds(what.seconds));
    case 'disk':
      setup.failLedger(what.isFull);
      return;
  }
}

async function tap({ kiosk, office, time, choose }: KioskSetup, on: Extract<Happening, { kind: 'tap' }>['on']): Promise<void> {
  const commands = {
    seats: () => choose(2),
    pay: () => kiosk.pay(),
    cancel: () => kiosk.cancel(),
    leave: () => kiosk.leave(),
    print: () => kiosk.print(undefined),
    resume: () => kiosk.resume(),
    collect: () => kiosk.lookUp([...office.orders.values()].at(-1)?.pickUpCode ?? '000000000000'),
  };
  const answer = commands[on]();
  await time.settle();
  await answer;
}

describe('whatever happens, in whatever order', () => {
  it('money, seats and paper come out right', { timeout: 120_000 }, async () => {
    const reached = new Set<string>();
    await fc.assert(
      fc.asyncProperty(evening, async (happenings) => {
        const setup = await setUpKiosk();
        for (const each of happenings) await happen(setup, each);
        await heal(setup);
        checkEnd(setup);
        for (const session of setup.sessions) reached.add(session.phase);
      }),
      { numRuns: 200 },
    );
    // A run that never got anywhere would prove nothing.
    for (const phase of ['review', 'paying', 'payment-failed', 'payment-unknown', 'printing', 'print-stopped', 'done'])
      expect(reached).toContain(phase);
  });

  it('knows the limits it relies on', () => {
    expect(milliseconds(LIMITS.sale.commandTimeout)).toBeLessThan(seconds(8));
  });
});
