import type { AdmissionInput, CheckedCode, PastEntry, ShowFacts, TicketFacts } from '#core/admission/facts.ts';
import { assert } from '#core/base/fault.ts';
import { hours, instant, milliseconds, minutes, plus } from '#core/base/time.ts';
import type { EventId, LaneId, MachineId, ScreenId, ShowId, SiteId, TicketId } from '#core/contract/identifiers.ts';
import type { TicketPayload } from '#core/ticket/payload.ts';
import { stepAt } from '#core/ticket/rotating.ts';

/** A ticket that everything is right about, for tests that make one thing wrong. */

export const SITE = '36090702' as SiteId;
export const LANE = 'gate-2' as LaneId;
export const MACHINE = 'gate-b' as MachineId;
export const OTHER_MACHINE = 'gate-a' as MachineId;
export const START = instant(Date.UTC(2026, 9, 31, 11, 30));
export const NOW = instant(Date.UTC(2026, 9, 31, 11, 15));

export const lastEntry: PastEntry = {
  scanId: '01JZ0000000000000000000001' as EventId,
  at: instant(NOW - minutes(3)),
  lane: 'gate-1' as LaneId,
  machine: OTHER_MACHINE,
};

export const payload: TicketPayload = {
  keyId: 1,
  siteId: SITE,
  ticketId: '3609070212345678' as TicketId,
  showId: '417' as ShowId,
  screenId: '3' as ScreenId,
  seat: 12,
  admits: 1,
  ticketClass: 'standard',
  needsProof: false,
  validFrom: instant(START - minutes(40)),
  validUntil: plus(START, minutes(60)),
  issuedAt: instant(NOW - hours(1)),
};

export const ticket: TicketFacts = {
  id: payload.ticketId,
  showId: payload.showId,
  seatLabel: '5-08',
  admits: 1,
  needsProof: false,
  ticketClass: 'standard',
  escorts: [],
  forms: 'both',
  standing: 'valid',
  since: instant(NOW - hours(1)),
};

export const show: ShowFacts = {
  id: payload.showId,
  screenId: payload.screenId,
  screenName: { zh: '3号厅', en: 'Screen 3' },
  filmTitle: { zh: '示例影片', en: 'Sample Film' },
  startsAt: START,
  entryFrom: payload.validFrom,
  entryUntil: payload.validUntil,
  reentry: false,
  cancelled: false,
  capacity: undefined,
  escortChildren: false,
  whenSplit: 'open',
  homeGate: undefined,
};

type Proven = Extract<CheckedCode, { kind: 'proven' }>;

export const provenCode: Proven = {
  kind: 'proven',
  payload,
  form: { kind: 'paper' },
  key: { notBefore: instant(NOW - hours(1_000)), notAfter: plus(NOW, hours(1_000)) },
  ticket,
  show,
  history: { entries: 0, exits: 0 },
  inHall: 0,
  isEscortInside: false,
};

export const goodInput: AdmissionInput = {
  code: provenCode,
  gate: { machine: MACHINE, lane: LANE, siteId: SITE, direction: 'entry', screens: undefined, classes: undefined },
  data: { version: 7, confirmedAt: instant(NOW - 5_000), age: milliseconds(5_000) },
  clock: { earliest: NOW, latest: NOW, now: NOW },
  site: { kind: 'alone' },
  policy: { dataAgeMax: hours(24), clockWidthMax: minutes(5) },
};

export const withCode = (change: Partial<Proven>): AdmissionInput => ({ ...goodInput, code: { ...provenCode, ...change } });
export const withTicket = (change: Partial<TicketFacts>): AdmissionInput => withCode({ ticket: { ...ticket, ...change } });
export const withShow = (change: Partial<ShowFacts>): AdmissionInput => withCode({ show: { ...show, ...change } });
export const withPayload = (change: Partial<TicketPayload>): AdmissionInput => withCode({ payload: { ...payload, ...change } });
export const atTime = (now: number, error = 0): AdmissionInput => ({
  ...goodInput,
  clock: { earliest: instant(now - error), latest: instant(now + error), now: instant(now) },
});
export const atExit = (input: AdmissionInput): AdmissionInput => ({ ...input, gate: { ...input.gate, direction: 'exit' } });

/** The step that `NOW` lies in. */
export const PHONE_STEP = stepAt(NOW);

/** The same ticket on a phone that shows the code of this step, unless told otherwise. */
export function onPhone(input: AdmissionInput, form: Partial<Extract<Proven['form'], { kind: 'rotating' }>> = {}): AdmissionInput {
  const { code } = input;
  assert(code.kind === 'proven', 'a phone shows a signed ticket');
  const step = stepAt(input.clock.now);
  return { ...input, code: { ...code, form: { kind: 'rotating', step, isGenuine: true, ...form } } };
}

/** The same record behind a code of another system. */
export function listedInput(input: AdmissionInput): AdmissionInput {
  const { code } = input;
  assert(code.kind === 'proven' && code.ticket !== undefined, 'a listed code has a record');
  return {
    ...input,
    code: { kind: 'listed', ticket: code.ticket, show: code.show, history: code.history, inHall: code.inHall, isEscortInside: code.isEscortInside },
  };
}
