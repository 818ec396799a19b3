import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanOfCard } from '#agent/lanes/card-scan.ts';
import { recogniseCode } from '#agent/lanes/gather-facts.ts';
import { decideAdmission } from '#core/admission/decide-admission.ts';
import type { CheckedCode } from '#core/admission/facts.ts';
import type { Monotonic } from '#core/base/time.ts';
import type { TicketId } from '#core/contract/identifiers.ts';
import type { CardRead } from '#core/ports/card-reader.ts';
import { anyInput } from '#test/core/admission/any-input.ts';
import { ticket } from '#test/core/admission/cases.ts';
import { SITE, ticketRow } from '../validity/fake-box-office.ts';
import { gateWorld } from './gate-world.ts';

const at = 0 as Monotonic;

/** Everything that says a number of itself and proves nothing. */
const unproven: fc.Arbitrary<CardRead> = fc.oneof(
  fc
    .uint8Array({ maxLength: 16 })
    .map((uid) => ({ kind: 'contactless' as const, uid, technology: 'iso14443a' as const, proof: { kind: 'none' as const }, at })),
  fc.uint8Array({ maxLength: 16 }).map((data) => ({ kind: 'wiegand' as const, bits: data.length * 8, data, at })),
  fc.array(fc.string({ maxLength: 120 }), { maxLength: 3 }).map((tracks) => ({ kind: 'stripe' as const, tracks, at })),
  fc.string({ maxLength: 20 }).map((keys) => ({ kind: 'keypad' as const, keys, at })),
);

/** The worst data that a gate could have: whatever is asked for by its hash is listed as a good ticket. */
const everythingIsListed = {
  siteId: SITE,
  validity: {
    state: () => undefined,
    ticket: () => ticket,
    show: () => undefined,
    key: () => undefined,
    codeTicket: () => '4711471147114711' as TicketId,
  },
  admissions: { history: () => ({ entries: 0, exits: 0 }), isInside: () => false, inHall: () => 0 },
  verify: () => true,
  secrets: { hashOf: () => new Uint8Array(16), isGenuine: () => true },
};

describe('a card at a gate that nobody watches', () => {
  it('is never admitted for a number that it says of itself, whatever the data, the policy and the other gates say', () => {
    fc.assert(
      fc.property(unproven, anyInput, (read, surroundings) => {
        const bytes = scanOfCard(read);
        if (bytes === undefined) return;
        const recognised = recogniseCode(bytes, everythingIsListed);
        expect(recognised.kind).toBe('settled');
        const code = (recognised as { readonly code: CheckedCode }).code;
        expect(decideAdmission({ ...surroundings, code }).kind).toBe('refuse');
      }),
      { numRuns: 2_000 },
    );
  });

  it('is told what it is, leaves the barrier shut, and nothing of it is written down', async () => {
    const uid = Uint8Array.of(0x04, 0xde, 0xad, 0xbe, 0xef, 0x01, 0x02);
    let hold: (read: CardRead) => void = () => undefined;
    const cardReader = {
      onCard: (listen: typeof hold) => {
        hold = listen;
      },
    };
    const gate = await gateWorld({ options: { cardReader } });
    await gate.publish(ticketRow(1));
    hold({ kind: 'contactless', uid, technology: 'iso14443a', proof: { kind: 'challenge', keyId: 'members-1' }, at: gate.time.clock.monotonic() });
    await gate.time.settle();
    expect(gate.view().verdict).toMatchObject({ reason: 'member-card' });
    hold({ kind: 'keypad', keys: '1234', at: gate.time.clock.monotonic() });
    hold({ kind: 'payment-card-refused', at: gate.time.clock.monotonic() });
    await gate.time.settle();
    expect(gate.view().verdict).toMatchObject({ reason: 'not-a-ticket' });
    expect(gate.hardware.released).toEqual([]);
    expect(gate.told()).toEqual(['refuse', 'refuse']);
    expect(JSON.stringify(gate.events())).not.toMatch(/deadbeef|MC\d{16}/i);
  });
});
