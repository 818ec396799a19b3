import fc from 'fast-check';
import type { AdmissionInput, CheckedCode, ClockFacts, PastEntry, ShownForm, SiteFacts, TicketHistory } from '#core/admission/facts.ts';
import { hours, type Instant, instant, milliseconds, minutes } from '#core/base/time.ts';
import { TicketStanding } from '#core/contract/box-office/validity.ts';
import type { MachineId, ScreenId, ShowId, SiteId } from '#core/contract/identifiers.ts';
import { TICKET_CLASSES } from '#core/ticket/payload.ts';
import { stepAt } from '#core/ticket/rotating.ts';
import { LANE, lastEntry, MACHINE, NOW, OTHER_MACHINE, payload, show, ticket } from './cases.ts';

/** Every input that the ticket check can be given, the contradictory ones included. */

export const OTHER_SITE = '31000001' as SiteId;

const maybe = <T>(some: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(some, { nil: undefined });
const aTime = fc.integer({ min: NOW - hours(3), max: NOW + hours(3) }).map(instant);
const anyStep = fc.integer({ min: stepAt(NOW) - 4, max: stepAt(NOW) + 4 });
const anyClass = fc.constantFrom(...TICKET_CLASSES);
const anyMachine = fc.constantFrom(MACHINE, OTHER_MACHINE);

const anyHistory: fc.Arbitrary<TicketHistory> = fc
  .record({ entries: fc.integer({ min: 0, max: 4 }), exits: fc.integer({ min: 0, max: 4 }), lastStep: maybe(anyStep) })
  .map(({ entries, exits, lastStep }) => ({
    entries,
    exits,
    ...(entries === 0 ? {} : { lastEntry: lastEntry satisfies PastEntry }),
    ...(lastStep === undefined ? {} : { lastStep }),
  }));

const anyTicket = fc
  .record({
    showId: fc.constantFrom(show.id, '418' as ShowId),
    standing: fc.constantFrom(...TicketStanding.options),
    admits: fc.integer({ min: 1, max: 3 }),
    needsProof: fc.boolean(),
    ticketClass: anyClass,
    escorts: fc.constantFrom([], [ticket.id]),
    forms: fc.constantFrom('paper', 'rotating', 'both'),
  })
  .map((any) => ({ ...ticket, ...any }));

const anyShow = fc
  .record({
    entryFrom: aTime,
    entryUntil: aTime,
    reentry: fc.boolean(),
    cancelled: fc.boolean(),
    capacity: maybe(fc.integer({ min: 0, max: 3 })),
    escortChildren: fc.boolean(),
    whenSplit: fc.constantFrom('open', 'home-gate', 'closed'),
    homeGate: maybe(anyMachine),
  })
  .map((any) => ({ ...show, ...any }));

const anyForm: fc.Arbitrary<ShownForm> = fc.oneof(
  fc.constant({ kind: 'paper' as const }),
  fc.record({ kind: fc.constant('rotating' as const), step: anyStep, isGenuine: maybe(fc.boolean()) }),
);

const inHall = fc.integer({ min: 0, max: 4 });
const anyProven = fc
  .record({
    claim: fc.record({
      siteId: fc.constantFrom(payload.siteId, OTHER_SITE),
      issuedAt: aTime,
      ticketClass: anyClass,
      admits: fc.integer({ min: 1, max: 255 }),
    }),
    form: anyForm,
    key: fc.record({ notBefore: aTime, notAfter: aTime }),
    ticket: maybe(anyTicket),
    show: maybe(anyShow),
    history: anyHistory,
    inHall,
    isEscortInside: fc.boolean(),
  })
  .map(({ claim, ...any }): CheckedCode => ({ kind: 'proven', payload: { ...payload, ...claim }, ...any }));
const anyListed = fc
  .record({ ticket: anyTicket, show: maybe(anyShow), history: anyHistory, inHall, isEscortInside: fc.boolean() })
  .map((any): CheckedCode => ({ kind: 'listed', ...any }));
const anyCode: fc.Arbitrary<CheckedCode> = fc.oneof(
  { weight: 6, arbitrary: anyProven },
  { weight: 3, arbitrary: anyListed },
  fc
    .constantFrom('unreadable', 'payment-code', 'pick-up-code', 'member-card', 'not-a-ticket')
    .map((reason) => ({ kind: 'no-ticket' as const, reason })),
  fc.constantFrom('this', 'other').map((cinema) => ({ kind: 'foreign' as const, cinema })),
  fc
    .record({ problem: fc.constantFrom('bad-signature', 'unknown-key'), siteId: fc.constantFrom(payload.siteId, OTHER_SITE), issuedAt: aTime })
    .map(({ problem, ...claim }) => ({ kind: 'unproven' as const, problem, payload: { ...payload, ...claim } })),
);

/** `latest` may even lie before `earliest`: a broken clock must not break the check. */
const anyClock: fc.Arbitrary<ClockFacts> = fc
  .record({ earliest: aTime, width: fc.integer({ min: -1_000, max: minutes(8) }), isBounded: fc.boolean() })
  .map(({ earliest, width, isBounded }) => ({ earliest, latest: isBounded ? after(earliest, width) : undefined, now: earliest }));
const after = (at: Instant, ms: number): Instant => instant(at + ms);

const anySite: fc.Arbitrary<SiteFacts> = fc.constantFrom(
  { kind: 'alone' },
  { kind: 'confirmed' },
  { kind: 'unanswered', missing: [OTHER_MACHINE] as [MachineId] },
);

export const anyInput: fc.Arbitrary<AdmissionInput> = fc.record({
  code: anyCode,
  gate: fc.record({
    machine: fc.constant(MACHINE),
    lane: fc.constant(LANE),
    siteId: fc.constant(payload.siteId),
    direction: fc.constantFrom('entry', 'exit'),
    screens: maybe(fc.subarray(['3' as ScreenId, '4' as ScreenId])),
    classes: maybe(fc.subarray([...TICKET_CLASSES])),
  }),
  data: maybe(fc.record({ version: fc.nat(), confirmedAt: aTime, age: fc.integer({ min: 0, max: hours(30) }).map(milliseconds) })),
  clock: anyClock,
  site: anySite,
  policy: fc.constant({ dataAgeMax: hours(24), clockWidthMax: minutes(5) }),
});
