import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideAdmission } from '#core/admission/decide-admission.ts';
import type { Evidence } from '#core/admission/decision.ts';
import type { AdmissionInput } from '#core/admission/facts.ts';
import { verdictOf } from '#core/admission/verdict.ts';
import { hours, instant } from '#core/base/time.ts';
import { RefusalReason, Verdict } from '#core/contract/admission.ts';
import { type MachineId, type ScreenId, type ShowId, TicketId } from '#core/contract/identifiers.ts';
import { anyInput, OTHER_SITE } from './any-input.ts';
import {
  atExit,
  atTime,
  goodInput,
  lastEntry,
  listedInput,
  MACHINE,
  NOW,
  OTHER_MACHINE,
  onPhone,
  PHONE_STEP,
  payload,
  provenCode,
  show,
  ticket,
  withCode,
  withPayload,
  withShow,
  withTicket,
} from './cases.ts';
import { recordRows, signedRows, type TableRow } from './table.ts';

function reasonsOf(input: AdmissionInput): readonly string[] {
  const decision = decideAdmission(input);
  return decision.kind === 'admit' ? [] : decision.findings.map(({ reason }) => reason);
}

function evidenceOf(input: AdmissionInput): readonly Evidence[] {
  const decision = decideAdmission(input);
  return decision.kind === 'admit' ? [] : decision.findings.map(({ evidence }) => evidence);
}

describe('the reasons, at an entry and at an exit', () => {
  it.each(signedRows)('%s', (_name, input, entry, exit) => {
    expect(reasonsOf(input)).toEqual(entry);
    expect(reasonsOf(atExit(input))).toEqual(exit);
  });

  describe.each<readonly [string, (input: AdmissionInput) => AdmissionInput]>([
    ['paper', (input) => input],
    ['phone', onPhone],
    ['listed code', listedInput],
  ])('of a %s', (_kind, shownAs) => {
    it.each<TableRow>(recordRows)('%s', (_name, input, entry, exit) => {
      expect(reasonsOf(shownAs(input))).toEqual(entry);
      expect(reasonsOf(atExit(shownAs(input)))).toEqual(exit);
    });
  });

  it('are all in the tables', () => {
    const rows = [...signedRows, ...recordRows];
    const named = new Set(rows.flatMap(([, , entry]) => entry));
    expect(RefusalReason.options.filter((reason) => !named.has(reason))).toEqual([]);
    // Whoever comes back has been in: "already used" stands before it.
    const first = new Set(rows.map(([, , [primary]]) => primary));
    expect(RefusalReason.options.filter((reason) => !first.has(reason))).toEqual(['no-reentry']);
  });
});

describe('decideAdmission', () => {
  it('lists all reasons at once, the most telling first', () => {
    const worst = withCode({ ticket: { ...ticket, standing: 'refunded', showId: '418' as ShowId }, history: { entries: 1, exits: 0, lastEntry } });
    expect(
      reasonsOf({
        ...worst,
        gate: { ...worst.gate, screens: ['9' as ScreenId] },
        clock: { earliest: instant(show.entryUntil + 1), latest: undefined, now: instant(show.entryUntil + 1) },
        data: { version: 7, confirmedAt: NOW, age: hours(25) },
      }),
    ).toEqual(['refunded', 'already-used', 'wrong-screen', 'wrong-show', 'too-late', 'data-too-old']);
  });

  it('uses the signed window when the data have no show', () => {
    expect(reasonsOf({ ...atTime(payload.validFrom - 1), code: { ...provenCode, show: undefined } })).toEqual(['too-early']);
    expect(reasonsOf({ ...atTime(payload.validUntil), code: { ...provenCode, show: undefined } })).toEqual([]);
  });

  it('says when a late show lets its tickets in, whatever is printed on them', () => {
    const late = { ...show, entryFrom: instant(show.entryFrom + hours(1)), entryUntil: instant(show.entryUntil + hours(1)) };
    expect(reasonsOf({ ...atTime(show.entryUntil + 1), code: { ...provenCode, show: late } })).toEqual([]);
    expect(reasonsOf({ ...atTime(show.entryFrom), code: { ...provenCode, show: late } })).toEqual(['too-early']);
  });

  it('counts the body that is let in', () => {
    const party = withCode({ ticket: { ...ticket, admits: 3 }, history: { entries: 1, exits: 0, lastEntry } });
    expect(decideAdmission(party)).toMatchObject({ kind: 'admit', used: 2, ticket: { admits: 3 } });
  });

  it('asks for proof at the entry, not at the exit', () => {
    const child = withTicket({ needsProof: true });
    expect(decideAdmission(child)).toMatchObject({ kind: 'admit', needsProof: true });
    expect(decideAdmission(atExit(child))).toMatchObject({ kind: 'admit', needsProof: false });
  });

  it('is total, keeps the order, and never admits what it has a reason against', { timeout: 180_000 }, () => {
    const order = RefusalReason.options;
    const reached = new Set<string>();
    fc.assert(
      fc.property(anyInput, (input) => {
        const decision = decideAdmission(input);
        const reasons = decision.kind === 'admit' ? [] : decision.findings.map(({ reason }) => reason);
        const places = reasons.map((reason) => order.indexOf(reason));
        expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
        const verdict = verdictOf(decision, { scanId: '01JZ0000000000000000000000', direction: input.gate.direction, isOffline: false, at: NOW });
        expect(Verdict.parse(verdict)).toEqual(verdict);
        expect(verdict.reason === undefined).toBe(decision.kind === 'admit');
        if (decision.kind === 'admit') expect(['proven', 'listed']).toContain(input.code.kind);
        for (const reason of reasons) reached.add(reason);
      }),
      { numRuns: 5_000, seed: 20_261_031 },
    );
    // The generator is not blind: every reason came up.
    expect(order.filter((reason) => !reached.has(reason))).toEqual([]);
  });

  it('never refuses a genuine ticket of this site at an exit', { timeout: 180_000 }, () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const { code } = input;
        fc.pre(code.kind === 'listed' || (code.kind === 'proven' && code.payload.siteId === payload.siteId));
        const leaving = reasonsOf(atExit(input)).filter((reason) => reason !== 'key-out-of-time');
        expect(leaving).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });
});

/** For each kind of evidence the input that needs it and no other. */
const GROWN_UP = TicketId.parse('3609070200000005');

const evidenceRows: readonly (readonly [AdmissionInput, Evidence])[] = [
  [{ ...goodInput, code: { kind: 'no-ticket', reason: 'unreadable' } }, { kind: 'form' }],
  [
    { ...goodInput, code: { kind: 'unproven', problem: 'bad-signature', payload } },
    { kind: 'signature', keyId: 1 },
  ],
  [withCode({ key: { notBefore: NOW, notAfter: NOW } }), { kind: 'key-window', keyId: 1, issuedAt: payload.issuedAt, notBefore: NOW, notAfter: NOW }],
  [onPhone(goodInput, { isGenuine: false }), { kind: 'changing-code', step: PHONE_STEP }],
  [onPhone(goodInput, { isGenuine: undefined }), { kind: 'no-secret', step: PHONE_STEP }],
  [
    onPhone(goodInput, { step: PHONE_STEP - 2 }),
    { kind: 'step', step: PHONE_STEP - 2, from: PHONE_STEP - 1, until: PHONE_STEP + 1, lastStep: undefined },
  ],
  [onPhone(withTicket({ forms: 'paper' })), { kind: 'shown-form', shown: 'rotating', issuedFor: 'paper' }],
  [withPayload({ siteId: OTHER_SITE }), { kind: 'site-on-ticket', siteId: OTHER_SITE }],
  [withCode({ ticket: undefined }), { kind: 'no-record', ticketId: payload.ticketId, dataCoverIt: true }],
  [listedInput(withCode({ show: undefined })), { kind: 'no-show', showId: show.id }],
  [withTicket({ standing: 'refunded' }), { kind: 'standing', standing: 'refunded', since: ticket.since }],
  [withShow({ cancelled: true }), { kind: 'show-cancelled', showId: show.id }],
  [withCode({ history: { entries: 1, exits: 0, lastEntry } }), { kind: 'history', history: { entries: 1, exits: 0, lastEntry }, admits: 1 }],
  [
    { ...goodInput, gate: { ...goodInput.gate, screens: ['4' as ScreenId] } },
    { kind: 'screen', screenId: '3' as ScreenId, screens: ['4' as ScreenId] },
  ],
  [withTicket({ showId: '418' as ShowId }), { kind: 'show-on-ticket', signed: show.id, recorded: '418' as ShowId }],
  [
    { ...goodInput, gate: { ...goodInput.gate, classes: ['child'] } },
    { kind: 'class', ticketClass: 'standard', classes: ['child'] },
  ],
  [atTime(show.entryUntil + 1), { kind: 'window', from: show.entryFrom, until: show.entryUntil, source: 'show' }],
  [
    { ...goodInput, code: { ...provenCode, show: { ...show, capacity: 2 }, inHall: 2 } },
    { kind: 'hall', inHall: 2, capacity: 2 },
  ],
  [
    withCode({ ticket: { ...ticket, ticketClass: 'child', escorts: [GROWN_UP] }, show: { ...show, escortChildren: true } }),
    { kind: 'escort', showId: show.id, escorts: [GROWN_UP] },
  ],
  [
    { ...goodInput, data: { version: 7, confirmedAt: NOW, age: hours(25) } },
    { kind: 'data-age', version: 7, age: hours(25), ageMax: goodInput.policy.dataAgeMax },
  ],
  [
    onPhone({ ...goodInput, clock: { earliest: NOW, latest: undefined, now: NOW } }),
    { kind: 'clock', earliest: NOW, latest: undefined, widthMax: goodInput.policy.clockWidthMax },
  ],
  [
    { ...withShow({ whenSplit: 'closed' }), site: { kind: 'unanswered', missing: [OTHER_MACHINE] } },
    { kind: 'split', policy: 'closed', missing: [OTHER_MACHINE], homeGate: undefined },
  ],
];

it.each(evidenceRows.map(([input, evidence]) => ({ kind: evidence.kind, input, evidence })))('the evidence $kind', ({ input, evidence }) => {
  expect(evidenceOf(input)).toEqual([evidence]);
});

describe('the other gates', () => {
  const unanswered = { kind: 'unanswered', missing: [OTHER_MACHINE] } as const;
  it.each<readonly [string, AdmissionInput, string]>([
    ['alone', goodInput, 'alone'],
    ['all have agreed', { ...goodInput, site: { kind: 'confirmed' } }, 'confirmed'],
    ['one is silent', { ...goodInput, site: unanswered }, 'unconfirmed'],
    ['an exit, which nobody is asked about', atExit({ ...goodInput, site: unanswered }), 'alone'],
    ['the home gate of a split show', { ...withShow({ whenSplit: 'home-gate', homeGate: MACHINE }), site: unanswered }, 'unconfirmed'],
    ['a show that the data do not have', { ...withCode({ show: undefined }), site: unanswered }, 'unconfirmed'],
  ])('%s', (_name, input, confirmation) => {
    expect(decideAdmission(input)).toMatchObject({ kind: 'admit', confirmation });
  });

  it('send the guest to the home gate', () => {
    const away = { ...withShow({ whenSplit: 'home-gate', homeGate: 'gate-z' as MachineId }), site: unanswered };
    const verdict = verdictOf(decideAdmission(away), { scanId: '01JZ0000000000000000000000', direction: 'entry', isOffline: true, at: NOW });
    expect(verdict).toMatchObject({ kind: 'wrong-place', reason: 'not-home-gate', homeGate: 'gate-z' });
  });
});
