import { describe, expect, it } from 'vitest';
import { decideAdmission } from '#core/admission/decide-admission.ts';
import type { AdmissionInput } from '#core/admission/facts.ts';
import { verdictOf } from '#core/admission/verdict.ts';
import { goodInput, lastEntry, NOW, show, ticket, withCode, withTicket } from './cases.ts';

const verdict = (input: AdmissionInput) =>
  verdictOf(decideAdmission(input), { scanId: '01JZ0000000000000000000000', direction: 'entry', isOffline: true, at: NOW });

describe('verdictOf', () => {
  it('shows an admission with where to go', () => {
    expect(verdict(goodInput)).toEqual({
      scanId: '01JZ0000000000000000000000',
      kind: 'enter',
      reasons: [],
      confirmation: 'alone',
      direction: 'entry',
      offline: true,
      at: '2026-10-31T11:15:00.000Z',
      ticket: {
        id: '3609070212345678',
        seatLabel: '5-08',
        used: 1,
        admits: 1,
        filmTitle: show.filmTitle,
        screenName: show.screenName,
        startsAt: '2026-10-31T11:30:00.000Z',
        entryFrom: '2026-10-31T10:50:00.000Z',
      },
    });
  });

  it('counts a party', () => {
    expect(verdict(withTicket({ admits: 3 }))).toMatchObject({ kind: 'enter-group', ticket: { used: 1, admits: 3 } });
  });

  it('asks for proof and still has no reason against', () => {
    const shown = verdict(withTicket({ needsProof: true }));
    expect(shown.kind).toBe('attention');
    expect(shown.reason).toBeUndefined();
  });

  it('says when and where a ticket was used, even when that is not the first reason', () => {
    const history = { entries: 1, exits: 0, lastEntry };
    const usedBefore = { at: '2026-10-31T11:12:00.000Z', lane: 'gate-1', machine: 'gate-a' };
    expect(verdict(withCode({ history }))).toMatchObject({ kind: 'already-used', reason: 'already-used', usedBefore, ticket: { used: 1 } });
    expect(verdict(withCode({ history, ticket: { ...ticket, standing: 'refunded' } }))).toMatchObject({
      kind: 'invalid',
      reason: 'refunded',
      usedBefore,
    });
  });

  it('tells nothing about a ticket that is not believed', () => {
    const forged = verdict({ ...goodInput, code: { kind: 'unproven', problem: 'bad-signature', payload: { ...goodPayload() } } });
    expect(forged).toMatchObject({ kind: 'invalid', reasons: ['bad-signature'] });
    expect(forged.ticket).toBeUndefined();
  });
});

function goodPayload() {
  const { code } = goodInput;
  if (code.kind !== 'proven') throw new Error('the good input is a proven ticket');
  return code.payload;
}
