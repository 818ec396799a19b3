import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TicketKey, ValidityCode, ValidityShow, ValidityTicket } from '#core/contract/box-office/validity.ts';
import {
  codeRow,
  decodeRow,
  keyRow,
  ownerPrefix,
  rowPrefix,
  showPrefix,
  showRow,
  ticketPrefix,
  ticketRow,
  type ValidityRow,
} from '#core/validity/row-codec.ts';
import { showFactsOf, ticketFactsOf } from '#core/validity/row-facts.ts';
import { rowEnd } from '#core/validity/row-form.ts';
import { anyCode, anyKey, anyShow, anyTicket } from './rows.ts';

const anyRow: fc.Arbitrary<{ readonly bytes: Uint8Array; readonly row: ValidityRow }> = fc.oneof(
  anyTicket.map((ticket) => ({ bytes: ticketRow(ticket), row: { kind: 'ticket' as const, ticket } })),
  anyShow.map((show) => ({ bytes: showRow(show), row: { kind: 'show' as const, show } })),
  anyCode.map((code) => ({ bytes: codeRow(code), row: { kind: 'code' as const, code } })),
  anyKey.map((key) => ({ bytes: keyRow(key), row: { kind: 'key' as const, key } })),
);

/** The same row again, by the one encoder of its kind. */
function encoded(row: ValidityRow): Uint8Array {
  switch (row.kind) {
    case 'ticket':
      return ticketRow(ValidityTicket.parse(row.ticket));
    case 'show':
      return showRow(ValidityShow.parse(row.show));
    case 'code':
      return codeRow(ValidityCode.parse(row.code));
    case 'key':
      return keyRow(TicketKey.parse(row.key));
  }
}

describe('the binary form of a row', () => {
  it('gives back every row that the contract allows', () => {
    fc.assert(
      fc.property(anyRow, ({ bytes, row }) => {
        expect(decodeRow(bytes)).toEqual(row);
      }),
      { numRuns: 500 },
    );
  });

  it('ends where it ends, whatever stands before and behind it', () => {
    fc.assert(
      fc.property(anyRow, fc.uint8Array({ maxLength: 20 }), fc.uint8Array({ maxLength: 20 }), ({ bytes }, before, behind) => {
        expect(rowEnd(Buffer.concat([before, bytes, behind]), before.length)).toBe(before.length + bytes.length);
      }),
    );
  });

  it('is refused when it is cut anywhere, or when a byte follows', () => {
    fc.assert(
      fc.property(anyRow, fc.nat(), ({ bytes }, at) => {
        expect(decodeRow(bytes.subarray(0, at % bytes.length))).toBeUndefined();
        expect(decodeRow(Buffer.concat([bytes, Uint8Array.of(0)]))).toBeUndefined();
      }),
    );
  });

  it('is the only form: bytes that decode are the ones that the row encodes to', () => {
    const mutated = fc.tuple(anyRow, fc.nat(), fc.nat({ max: 255 })).map(([{ bytes }, at, value]) => {
      const copy = Uint8Array.from(bytes);
      copy[at % copy.length] = value;
      return copy;
    });
    fc.assert(
      fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 80 })), (bytes) => {
        const row = decodeRow(bytes);
        if (row !== undefined) expect(Buffer.compare(encoded(row), bytes)).toBe(0);
        expect(row === undefined).toBe(rowEnd(bytes, 0) !== bytes.length);
      }),
      { numRuns: 3_000 },
    );
  });

  it('is ordered as its keys are', () => {
    fc.assert(
      fc.property(anyTicket, anyTicket, (one, other) => {
        expect(Math.sign(Buffer.compare(ticketPrefix(one.id), ticketPrefix(other.id)))).toBe(one.id < other.id ? -1 : one.id > other.id ? 1 : 0);
      }),
    );
  });

  it('names the row that it belongs to', () => {
    fc.assert(
      fc.property(anyTicket, anyCode, anyShow, (ticket, code, show) => {
        expect(ownerPrefix(ticketRow(ticket))).toEqual(showPrefix(ticket.showId));
        expect(ownerPrefix(codeRow(code))).toEqual(ticketPrefix(code.ticketId));
        expect(ownerPrefix(showRow(show))).toBeUndefined();
        expect(rowPrefix(showRow(show))).toEqual(showPrefix(show.id));
      }),
    );
  });

  it('becomes the facts of a decision', () => {
    fc.assert(
      fc.property(anyTicket, anyShow, (ticket, show) => {
        const { seat: _, since, ...facts } = ticket;
        expect(ticketFactsOf(ticket.id, ticketRow(ticket))).toEqual({ ...facts, since: Date.parse(since) });
        expect(showFactsOf(show)).toMatchObject({ id: show.id, capacity: show.capacity ?? undefined, homeGate: show.homeGate ?? undefined });
      }),
    );
  });

  it('is refused for values that no field has', () => {
    const good = ticketRow(ValidityTicket.parse({ ...SAMPLE }));
    const withByte = (at: number, value: number): Uint8Array => Uint8Array.from(good, (byte, index) => (index === at ? value : byte));
    expect(decodeRow(good)).toBeDefined();
    // Kind, admits, class byte, standing, label's length.
    for (const [at, value] of [
      [0, 4],
      [15, 0],
      [16, 12],
      [16, 32],
      [17, 7],
      [24, 200],
    ] as const)
      expect(decodeRow(withByte(at, value))).toBeUndefined();
    // An eight-digit half that has nine digits.
    expect(decodeRow(Uint8Array.from(good, (byte, index) => (index >= 1 && index <= 4 ? 0xff : byte)))).toBeUndefined();
    // Half a character in the label.
    expect(decodeRow(withByte(25, 0xe4))).toBeUndefined();
  });
});

const SAMPLE = {
  id: '3609070200000001',
  showId: '417',
  seat: 3,
  seatLabel: '5-08',
  admits: 1,
  needsProof: false,
  ticketClass: 'standard',
  escorts: [],
  forms: 'both',
  standing: 'valid',
  since: '2026-10-31T10:00:00.000Z',
} as const;
