import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createTicketVerifier, hmacSha256 } from '#agent/runtime/ticket-crypto.ts';
import type { ClockFacts, ShowFacts, TicketFacts } from '#core/admission/facts.ts';
import { fromHex, toHex } from '#core/base/bytes.ts';
import { assert } from '#core/base/fault.ts';
import { instant } from '#core/base/time.ts';
import { RefusalReason } from '#core/contract/admission.ts';
import type { MachineId, ScreenId, SiteId } from '#core/contract/identifiers.ts';
import { opaqueCodeHash } from '#core/ticket/opaque-code.ts';
import { checkValue, ticketKey } from '#core/ticket/rotating.ts';
import { parseTicketText, rotatingText, ticketText } from '#core/ticket/ticket-text.ts';
import { memoryGate } from '#test/support/memory-gate.ts';
import { type Given, makeVectors, type RefusedVector, standardPayload } from './make-vectors.ts';

/** Everything here is read from the published file, as another implementation would read it; only the first test makes it anew. */

interface PublishedVectors {
  readonly key: { readonly publicKey: string };
  readonly rotating: { readonly venueSecret: string };
  readonly opaque: { readonly codeKey: string };
  readonly good: readonly {
    readonly name: string;
    readonly payload: string;
    readonly signature: string;
    readonly text: string;
    readonly fields: { readonly ticketId: string };
  }[];
  readonly goodRotating: readonly {
    readonly name: string;
    readonly paper: string;
    readonly ticketKey: string;
    readonly step: number;
    readonly from: string;
    readonly check: string;
    readonly text: string;
  }[];
  readonly opaqueCodes: readonly { readonly code: string; readonly hash: string }[];
  readonly bad: readonly { readonly name: string; readonly problem: string; readonly text: string }[];
  readonly refused: readonly RefusedVector[];
}

const published = JSON.parse(readFileSync(new URL('../../fixtures/tickets/vectors.json', import.meta.url), 'utf8')) as PublishedVectors;
const publicKey = Buffer.from(published.key.publicKey, 'hex').toString('base64url');
const verify = createTicketVerifier(() => publicKey);
const venueSecret = bytes(published.rotating.venueSecret);
const codeKey = bytes(published.opaque.codeKey);

function bytes(hex: string): Uint8Array {
  const decoded = fromHex(hex);
  assert(decoded !== undefined, 'the file is hexadecimal');
  return decoded;
}

const time = (iso: string) => instant(Date.parse(iso));
const { ticketId, showId, validFrom, validUntil } = standardPayload;
const since = standardPayload.issuedAt;
const record: TicketFacts = {
  id: ticketId,
  showId,
  seatLabel: '8-08',
  admits: 1,
  needsProof: false,
  ticketClass: 'standard',
  escorts: [],
  forms: 'both',
  standing: 'valid',
  since,
};
const show: ShowFacts = {
  id: showId,
  screenId: '3' as ScreenId,
  screenName: { zh: '3号厅', en: 'Screen 3' },
  filmTitle: { zh: '示例影片', en: 'Sample Film' },
  startsAt: instant(validFrom + 40 * 60_000),
  entryFrom: validFrom,
  entryUntil: validUntil,
  reentry: false,
  cancelled: false,
  capacity: undefined,
  escortChildren: false,
  whenSplit: 'open',
  homeGate: undefined,
};
interface Listed {
  readonly clock?: ClockFacts | undefined;
  readonly codes?: ReadonlyMap<string, TicketFacts['id']>;
}

/** The gate of `refused`, as the specification describes it, and whatever one of them says besides. */
function gateOf(given: Given, { clock, codes }: Listed = {}) {
  const { ticket, show: rule, history, inHall = 0, screens, classes, confirmedAt = '2026-02-17T10:54:00Z', missing } = given;
  const [first, ...others] = (missing ?? []) as MachineId[];
  return memoryGate({
    siteId: '36090702' as SiteId,
    keys: new Map([
      [7, { publicKey, notBefore: time('2026-01-01T00:00:00Z'), notAfter: time('2026-12-31T00:00:00Z') }],
      [8, { publicKey, notBefore: time('2026-01-01T00:00:00Z'), notAfter: time('2026-02-01T00:00:00Z') }],
    ]),
    tickets: [{ ...record, ...ticket }],
    shows: [{ ...show, ...rule }],
    confirmedAt: time(confirmedAt),
    venueSecret,
    codeKey,
    inHall,
    ...(history === undefined ? {} : { history }),
    takes: { screens: screens as ScreenId[] | undefined, classes: classes as TicketFacts['ticketClass'][] | undefined },
    ...(clock === undefined ? {} : { clock }),
    ...(codes === undefined ? {} : { codes }),
    ...(first === undefined ? {} : { site: { kind: 'unanswered', missing: [first, ...others] } }),
  });
}
const gate = gateOf({});

describe('published ticket vectors', () => {
  it('are what the code makes', () => {
    expect(JSON.parse(JSON.stringify(makeVectors()))).toEqual(published);
  });

  it.each(published.good)('good: $name', ({ payload, signature, text, fields }) => {
    expect(ticketText(bytes(payload), bytes(signature))).toBe(text);
    expect(text).toHaveLength(153);
    const parsed = parseTicketText(text);
    assert(parsed.ok, 'a good vector parses');
    expect(parsed.value).toMatchObject({ form: { kind: 'paper' }, payload: { ticketId: fields.ticketId } });
    expect(verify(parsed.value.payload.keyId, parsed.value.message, parsed.value.signature)).toBe(true);
  });

  it.each(published.goodRotating)('good on a phone: $name', ({ paper, ticketKey: key, step, from, check, text }) => {
    const parsed = parseTicketText(paper);
    assert(parsed.ok, 'the paper form parses');
    expect(toHex(ticketKey(venueSecret, parsed.value.payload.ticketId, hmacSha256))).toBe(key);
    expect(toHex(checkValue(bytes(key), step, hmacSha256))).toBe(check);
    expect(rotatingText(parsed.value, step, bytes(check))).toBe(text);
    expect(text).toHaveLength(171);
    expect(parseTicketText(text)).toEqual({ ok: true, value: { ...parsed.value, form: { kind: 'rotating', step, check: bytes(check) } } });
    expect(time(from)).toBe(step * 15_000);
  });

  it.each(published.opaqueCodes)('$code is listed by its hash', ({ code, hash }) => {
    expect(toHex(opaqueCodeHash(codeKey, Buffer.from(code), hmacSha256))).toBe(hash);
  });

  it.each(published.bad)('bad: $name is $problem', ({ problem, text }) => {
    const parsed = parseTicketText(text);
    if (problem === 'bad-signature') {
      assert(parsed.ok, 'the form is right, the signature is not');
      expect(verify(parsed.value.payload.keyId, parsed.value.message, parsed.value.signature)).toBe(false);
    } else {
      expect(parsed).toEqual({ ok: false, error: problem });
    }
  });

  it('have a bad one for every way of being wrong', () => {
    expect(new Set(published.bad.map(({ problem }) => problem))).toEqual(
      new Set(['not-ours', 'wrong-length', 'not-base45', 'not-canonical', 'unknown-version', 'bad-field', 'bad-signature']),
    );
  });

  it.each(published.refused)('$reason: $name', ({ reason, also = [], at, text, given = {} }) => {
    const now = time(at);
    const clock = given.latest === undefined ? undefined : { earliest: now, latest: time(given.latest), now };
    const decision = gateOf(given, { clock })(Buffer.from(text, 'latin1'), now);
    expect(decision.kind === 'refuse' && decision.findings.map((finding) => finding.reason)).toEqual([reason, ...also]);
  });

  it('are admitted by the same gate when they are good', () => {
    const [paper] = published.good;
    const phone = published.goodRotating[1];
    assert(paper !== undefined && phone !== undefined, 'the file has them');
    expect(gate(Buffer.from(paper.text), time('2026-02-17T10:54:07Z'))).toMatchObject({ kind: 'admit' });
    expect(gate(Buffer.from(phone.text), time(phone.from))).toMatchObject({ kind: 'admit', ticket: { step: phone.step } });
  });

  it.each(published.opaqueCodes)(
    'of another system are admitted when the data list them, and never with one bit changed: $code',
    ({ code, hash }) => {
      const listing = gateOf({}, { codes: new Map([[hash, ticketId]]) });
      const now = time('2026-02-17T10:54:07Z');
      const whole = Buffer.from(code, 'latin1');
      expect(listing(whole, now).kind).toBe('admit');
      for (let bit = 0; bit < whole.length * 8; bit++) {
        const flipped = Buffer.from(whole);
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(listing(flipped, now).kind, `bit ${bit}`).toBe('refuse');
      }
    },
  );

  it('have one for every reason', () => {
    expect(new Set(published.refused.flatMap(({ reason, also = [] }) => [reason, ...also]))).toEqual(new Set(RefusalReason.options));
  });
});
