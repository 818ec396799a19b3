import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideAdmission } from '#core/admission/decide-admission.ts';
import type { AdmissionInput, CheckedCode } from '#core/admission/facts.ts';
import { verdictOf } from '#core/admission/verdict.ts';
import { hours, instant, milliseconds } from '#core/base/time.ts';
import { RefusalReason, Verdict } from '#core/contract/admission.ts';
import type { ScreenId, ShowId } from '#core/contract/identifiers.ts';
import { anyInput, OTHER_SITE } from './any-input.ts';
import {
  atExit,
  atTime,
  goodInput,
  lastEntry,
  NOW,
  payload,
  provenCode,
  show,
  ticket,
  withCode,
  withPayload,
  withShow,
  withTicket,
} from './cases.ts';

function reasonsOf(input: AdmissionInput): readonly string[] {
  const decision = decideAdmission(input);
  return decision.kind === 'admit' ? [] : decision.findings.map(({ reason }) => reason);
}
const noTicket = (reason: Extract<CheckedCode, { kind: 'no-ticket' }>['reason']): AdmissionInput => ({
  ...goodInput,
  code: { kind: 'no-ticket', reason },
});

/** One row for each way of being refused: the input, what an entry says and what an exit says. */
const table: readonly (readonly [string, AdmissionInput, readonly string[], readonly string[]])[] = [
  ['all is well', goodInput, [], []],
  ['unreadable', noTicket('unreadable'), ['unreadable'], ['unreadable']],
  ['a payment code', noTicket('payment-code'), ['payment-code'], ['payment-code']],
  ['a pick-up code', noTicket('pick-up-code'), ['pick-up-code'], ['pick-up-code']],
  ['a member card', noTicket('member-card'), ['member-card'], ['member-card']],
  ['not a ticket', noTicket('not-a-ticket'), ['not-a-ticket'], ['not-a-ticket']],
  ['an information code of ours', { ...goodInput, code: { kind: 'foreign', cinema: 'this' } }, ['cannot-verify'], ['cannot-verify']],
  ['an information code of another', { ...goodInput, code: { kind: 'foreign', cinema: 'other' } }, ['other-site'], ['other-site']],
  ['a bad signature', { ...goodInput, code: { kind: 'unproven', problem: 'bad-signature', payload } }, ['bad-signature'], ['bad-signature']],
  ['an unknown key', { ...goodInput, code: { kind: 'unproven', problem: 'unknown-key', payload } }, ['unknown-key'], ['unknown-key']],
  [
    'an unknown key of another site',
    { ...goodInput, code: { kind: 'unproven', problem: 'unknown-key', payload: { ...payload, siteId: OTHER_SITE } } },
    ['unknown-key', 'other-site'],
    ['unknown-key', 'other-site'],
  ],
  [
    'an unknown key on a ticket younger than our data',
    { ...goodInput, code: { kind: 'unproven', problem: 'unknown-key', payload: { ...payload, issuedAt: NOW } } },
    ['cannot-verify'],
    ['cannot-verify'],
  ],
  [
    'a gate without any data',
    { ...goodInput, data: undefined, code: { kind: 'unproven', problem: 'unknown-key', payload } },
    ['cannot-verify'],
    ['cannot-verify'],
  ],
  ['a key that was not yet good', withCode({ key: { notBefore: NOW, notAfter: NOW } }), ['key-out-of-time'], ['key-out-of-time']],
  ['another site', withPayload({ siteId: OTHER_SITE }), ['other-site'], ['other-site']],
  ['no record, data newer', withCode({ ticket: undefined }), ['unknown-ticket'], []],
  ['no record, data older than the ticket', { ...withCode({ ticket: undefined, payload: { ...payload, issuedAt: NOW } }) }, ['cannot-verify'], []],
  ['no record and no show', withCode({ ticket: undefined, show: undefined }), ['cannot-verify'], []],
  ['revoked', withTicket({ standing: 'revoked' }), ['revoked'], []],
  ['refunded', withTicket({ standing: 'refunded' }), ['refunded'], []],
  ['cancelled', withTicket({ standing: 'cancelled' }), ['cancelled'], []],
  ['a cancelled show', withShow({ cancelled: true }), ['cancelled'], []],
  [
    'refunded because the show is cancelled',
    withCode({ ticket: { ...ticket, standing: 'refunded' }, show: { ...show, cancelled: true } }),
    ['refunded', 'cancelled'],
    [],
  ],
  [
    'blocked, and the show cancelled',
    withCode({ ticket: { ...ticket, standing: 'blocked' }, show: { ...show, cancelled: true } }),
    ['cancelled', 'blocked'],
    [],
  ],
  [
    'cancelled with its show, once',
    withCode({ ticket: { ...ticket, standing: 'cancelled' }, show: { ...show, cancelled: true } }),
    ['cancelled'],
    [],
  ],
  ['blocked', withTicket({ standing: 'blocked' }), ['blocked'], []],
  ['unpaid', withTicket({ standing: 'unpaid' }), ['unpaid'], []],
  ['already used', withCode({ history: { entries: 1, exits: 0, lastEntry } }), ['already-used'], []],
  ['back again, not allowed', withCode({ history: { entries: 1, exits: 1, lastEntry } }), ['already-used', 'no-reentry'], []],
  ['back again, allowed', withCode({ history: { entries: 1, exits: 1, lastEntry }, show: { ...show, reentry: true } }), [], []],
  ['re-entry while inside', withCode({ history: { entries: 2, exits: 1, lastEntry }, show: { ...show, reentry: true } }), ['already-used'], []],
  ['a party of three, two inside', withCode({ ticket: { ...ticket, admits: 3 }, history: { entries: 2, exits: 0, lastEntry } }), [], []],
  [
    'a party of three, three inside',
    withCode({ ticket: { ...ticket, admits: 3 }, history: { entries: 3, exits: 0, lastEntry } }),
    ['already-used'],
    [],
  ],
  ['another screen', { ...goodInput, gate: { ...goodInput.gate, screens: ['4' as ScreenId] } }, ['wrong-screen'], []],
  ['this screen', { ...goodInput, gate: { ...goodInput.gate, screens: ['3' as ScreenId, '4' as ScreenId] } }, [], []],
  [
    'a show that moved to this screen',
    { ...withShow({ screenId: '4' as ScreenId }), gate: { ...goodInput.gate, screens: ['4' as ScreenId] } },
    [],
    [],
  ],
  ['the old paper of a rebooked ticket', withTicket({ showId: '418' as ShowId }), ['wrong-show'], []],
  ['too early by 1 ms', atTime(show.entryFrom - 1), ['too-early'], []],
  ['the first instant', atTime(show.entryFrom), [], []],
  ['the last instant', atTime(show.entryUntil), [], []],
  ['too late by 1 ms', atTime(show.entryUntil + 1), ['too-late'], []],
  ['too early within the error of the clock', atTime(show.entryFrom - 500, 500), [], []],
  ['too early beyond the error of the clock', atTime(show.entryFrom - 501, 500), ['too-early'], []],
  ['too late within the error of the clock', atTime(show.entryUntil + 500, 500), [], []],
  ['too late beyond the error of the clock', atTime(show.entryUntil + 501, 500), ['too-late'], []],
  ['data too old by 1 ms', { ...goodInput, data: { version: 7, confirmedAt: NOW, age: milliseconds(hours(24) + 1) } }, ['data-too-old'], []],
  ['data just not too old', { ...goodInput, data: { version: 7, confirmedAt: NOW, age: hours(24) } }, [], []],
];

describe('decideAdmission', () => {
  it.each(table)('%s', (_name, input, entry, exit) => {
    expect(reasonsOf(input)).toEqual(entry);
    expect(reasonsOf(atExit(input))).toEqual(exit);
  });

  it('names every reason that the language has', () => {
    const named = new Set(table.flatMap(([, , entry]) => entry));
    expect(RefusalReason.options.filter((reason) => !named.has(reason))).toEqual([]);
  });

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

  it('is total, keeps the order, and never admits what it has a reason against', () => {
    const order = RefusalReason.options;
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
      }),
      { numRuns: 3_000 },
    );
  });
});
