import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256Hex } from '#agent/runtime/ticket-crypto.ts';
import type { ValidityTicket } from '#core/contract/box-office/validity.ts';
import type { ShowId, TicketId } from '#core/contract/identifiers.ts';
import { addRow, canonicalJson, EMPTY_SET, parseSetHash, removeRow, setHashText } from '#core/validity/set-hash.ts';

const row = (id: number): ValidityTicket => ({
  id: id.toString().padStart(16, '0') as TicketId,
  showId: '417' as ShowId,
  seat: id % 100,
  seatLabel: '5排08座',
  admits: 1,
  needsProof: false,
  standing: 'valid',
  since: '2026-10-31T11:00:00.000Z',
});
const hashOf = (rows: readonly ValidityTicket[]) => rows.reduce((sum, each) => addRow(sum, each, sha256Hex), EMPTY_SET);

describe('the set hash', () => {
  it('is this number for these rows, so that two programs can be compared', () => {
    expect(canonicalJson(row(1))).toBe(
      '{"admits":1,"id":"0000000000000001","needsProof":false,"seat":1,"seatLabel":"5排08座","showId":"417","since":"2026-10-31T11:00:00.000Z","standing":"valid"}',
    );
    expect(setHashText(EMPTY_SET)).toBe('0'.repeat(64));
    expect(setHashText(hashOf([row(1)]))).toBe(sha256Hex(canonicalJson(row(1))));
  });

  it('does not depend on the order, and a row taken out leaves what was there before', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat({ max: 1_000_000 }), { minLength: 1, maxLength: 20 }), (ids) => {
        const rows = ids.map(row);
        const all = hashOf(rows);
        expect(hashOf([...rows].reverse())).toBe(all);
        const [first, ...others] = rows;
        if (first !== undefined) expect(removeRow(all, first, sha256Hex)).toBe(hashOf(others));
        expect(parseSetHash(setHashText(all))).toBe(all);
      }),
    );
  });

  it('changes with one letter of one row', () => {
    expect(hashOf([row(1), row(2)])).not.toBe(hashOf([row(1), { ...row(2), standing: 'refunded' }]));
  });

  it('sorts keys at every depth and leaves undefined ones out', () => {
    expect(canonicalJson({ b: [{ d: 1, c: null }], a: undefined, A: 'x' })).toBe('{"A":"x","b":[{"c":null,"d":1}]}');
  });
});
