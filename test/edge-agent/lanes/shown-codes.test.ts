import { describe, expect, it } from 'vitest';
import { createScanCheck } from '#agent/lanes/scan-check.ts';
import { hmacSha256 } from '#agent/runtime/ticket-crypto.ts';
import { toHex } from '#core/base/bytes.ts';
import { assert } from '#core/base/fault.ts';
import { instant, minutes, plus, seconds } from '#core/base/time.ts';
import type { EventId, LaneId, MachineId, TicketId } from '#core/contract/identifiers.ts';
import { type CodeSecrets, NO_SECRETS } from '#core/ticket/code-secrets.ts';
import { opaqueCodeHash } from '#core/ticket/opaque-code.ts';
import { checkValue, stepAt, ticketKey } from '#core/ticket/rotating.ts';
import { parseTicketText, rotatingText } from '#core/ticket/ticket-text.ts';
import { SITE, ticketRow } from '../validity/fake-box-office.ts';
import { type GateWorld, gateWorld } from './gate-world.ts';

/** A lane with the site's secrets, before a guest with a phone and one with another system's ticket. */

const SECRET = new Uint8Array(32).fill(7);
const CODE_KEY = new Uint8Array(32).fill(8);
const check = (ticketId: TicketId, step: number): Uint8Array => checkValue(ticketKey(SECRET, ticketId, hmacSha256), step, hmacSha256);
const secrets: CodeSecrets = {
  isGenuine: (ticketId, step, shown) => toHex(check(ticketId, step)) === toHex(shown),
  hashOf: (code) => opaqueCodeHash(CODE_KEY, code, hmacSha256),
};
const one = ticketRow(1);
/** When the virtual time begins. */
const AT_START = instant(Date.UTC(2026, 9, 31, 11));

const gateWithSecrets = async (...rows: readonly (typeof one)[]): Promise<GateWorld> => {
  const gate = await gateWorld({ options: { secrets } });
  await gate.publish(...rows);
  return gate;
};

/** What the phone shows, by the box office's time. */
function phone(gate: GateWorld, row = one, steps = 0, wrong = false): string {
  const ticket = parseTicketText(gate.code(row));
  assert(ticket.ok, 'the ticket is good');
  const step = stepAt(gate.time.clock.wall()) + steps;
  return rotatingText(ticket.value, step, wrong ? new Uint8Array(8) : check(row.id, step));
}

describe('a phone', () => {
  it('is admitted once, and the record keeps its step', async () => {
    const gate = await gateWithSecrets(one);
    const shown = phone(gate);
    expect((await gate.present(shown)).verdict).toMatchObject({ kind: 'enter' });
    await gate.pass();
    await gate.time.advance(minutes(1));
    expect((await gate.present(phone(gate))).verdict).toMatchObject({ reason: 'already-used', usedBefore: { machine: 'gate-a' } });
    expect((await gate.present(shown)).verdict?.reasons).toEqual(['stale-code', 'already-used']);
  });

  it('that nobody went in with shows the same code again', async () => {
    const gate = await gateWithSecrets(one);
    await gate.present(phone(gate));
    const shown = phone(gate);
    await gate.time.advance(seconds(8));
    expect((await gate.present(shown)).verdict).toMatchObject({ kind: 'enter' });
  });

  it('is refused as a picture, as a forgery, and by a gate that cannot tell', async () => {
    const gate = await gateWithSecrets(one);
    expect((await gate.present(phone(gate, one, -2))).verdict).toMatchObject({ kind: 'attention', reason: 'stale-code' });
    expect((await gate.present(phone(gate, one, 0, true))).verdict).toMatchObject({ kind: 'invalid', reason: 'bad-signature' });
    const blind = await gateWorld();
    await blind.publish(one);
    expect((await blind.present(phone(blind))).verdict).toMatchObject({ kind: 'cannot-verify', reason: 'cannot-verify' });
    expect(gate.hardware.released).toEqual([]);
  });

  it('cannot be judged while nothing bounds the time, when paper still can', async () => {
    const unbounded = { earliest: AT_START, latest: undefined, now: AT_START };
    const lost = await gateWorld({ options: { secrets, siteClock: { now: () => unbounded } } });
    await lost.publish(one, ticketRow(2));
    expect((await lost.present(phone(lost))).verdict).toMatchObject({ kind: 'cannot-verify', reasons: ['clock-untrusted'] });
    expect((await lost.present(lost.code(ticketRow(2)))).verdict?.kind).toBe('enter');
  });

  it('has a ticket for phones alone, which paper does not open', async () => {
    const row = ticketRow(3, { forms: 'rotating' });
    const gate = await gateWithSecrets(row);
    expect((await gate.present(gate.code(row))).verdict).toMatchObject({ kind: 'attention', reason: 'wrong-form' });
    expect((await gate.present(phone(gate, row))).verdict?.kind).toBe('enter');
  });
});

describe("another system's code", () => {
  const infoCode = `${SITE}${'0A'.repeat(86)}`;

  it('is admitted once when the data list its hash, and never stands anywhere', async () => {
    const gate = await gateWithSecrets(one);
    gate.boxOffice.change({ op: 'put-code', code: { hash: toHex(opaqueCodeHash(CODE_KEY, Buffer.from(infoCode), hmacSha256)), ticketId: one.id } });
    await gate.publish(one);
    expect((await gate.present(infoCode)).verdict).toMatchObject({ kind: 'enter', ticket: { id: one.id, screenName: { en: 'Screen 3' } } });
    await gate.pass();
    await gate.time.advance(minutes(1));
    expect((await gate.present(infoCode)).verdict?.reason).toBe('already-used');
    expect((await gate.present(gate.code(one))).verdict?.reason).toBe('already-used');
    expect(JSON.stringify(gate.events())).not.toContain('0A0A0A0A');
  });

  it('cannot be verified when it is of this cinema and not listed, and is no ticket when it is of nobody', async () => {
    const gate = await gateWithSecrets(one);
    expect((await gate.present(infoCode)).verdict?.reason).toBe('cannot-verify');
    expect((await gate.present('https://example.com/ticket/1')).verdict?.reason).toBe('not-a-ticket');
  });
});

describe('the check of one scan', () => {
  /** Counts what a decision costs. */
  async function counted() {
    const world = await gateWorld();
    const code = Buffer.from(world.code(one));
    const asked = { verify: 0, history: 0 };
    const scans = createScanCheck({
      machine: 'gate-a' as MachineId,
      lane: 'gate-1' as LaneId,
      direction: 'entry',
      screens: undefined,
      classes: undefined,
      siteId: SITE,
      validity: {
        state: () => ({ version: 1, confirmedAt: AT_START }),
        ticket: () => ({ ...one, since: AT_START }),
        show: () => undefined,
        key: () => ({ notBefore: instant(0), notAfter: plus(AT_START, minutes(1)) }),
        codeTicket: () => undefined,
        warm: () => undefined,
      },
      admissions: {
        history: () => {
          asked.history++;
          return { entries: asked.history - 1, exits: 0 };
        },
        isInside: () => false,
        inHall: () => 0,
        recordScan: () => undefined,
        rehearseScan: () => undefined,
        warm: () => undefined,
      },
      verify: () => {
        asked.verify++;
        return true;
      },
      secrets: NO_SECRETS,
      clock: () => ({ earliest: AT_START, latest: AT_START, now: AT_START }),
    });
    return { scans, asked, scan: { scanId: '01JZ0000000000000000000001' as EventId, bytes: code } };
  }

  it('reads everything anew for a second decision, and checks the signature once', async () => {
    const { scans, asked, scan } = await counted();
    expect(scans.decide(scan, AT_START, { kind: 'alone' }).kind).toBe('admit');
    expect(scans.decide(scan, AT_START, { kind: 'confirmed' })).toMatchObject({ kind: 'refuse', findings: [{ reason: 'already-used' }] });
    expect(asked).toEqual({ verify: 1, history: 2 });
    scans.decide({ ...scan, scanId: '01JZ0000000000000000000002' as EventId }, AT_START, { kind: 'alone' });
    expect(asked.verify).toBe(2);
  });

  it('claims what it would let in, and nothing else', async () => {
    const { scans, scan } = await counted();
    const admitted = scans.decide(scan, AT_START, { kind: 'alone' });
    expect(scans.claimOf(admitted, scan, AT_START)).toEqual({
      scanId: scan.scanId,
      ticketId: one.id,
      lane: 'gate-1',
      at: AT_START,
      admits: 1,
      reentry: false,
    });
    expect(scans.claimOf(scans.decide(scan, AT_START, { kind: 'alone' }), scan, AT_START)).toBeUndefined();
  });
});
