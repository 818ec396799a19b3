import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTicketVerifier } from '#agent/runtime/ticket-crypto.ts';
import { toHex } from '#core/base/bytes.ts';
import { assert } from '#core/base/fault.ts';
import { instant } from '#core/base/time.ts';
import type { ScreenId, ShowId, SiteId, TicketId } from '#core/contract/identifiers.ts';
import { decodeBase45, encodeBase45 } from '#core/ticket/base45.ts';
import { decodePayload, encodePayload, PAYLOAD_BYTES, TICKET_CLASSES, type TicketPayload } from '#core/ticket/payload.ts';
import { stepAt } from '#core/ticket/rotating.ts';
import { parseTicketText, signedBytes, ticketText } from '#core/ticket/ticket-text.ts';
import { checkAt, rotatingTextAt, signedText, standardPayload, vectorSigner } from './make-vectors.ts';

const verify = createTicketVerifier(() => vectorSigner.publicKey);
const standardBytes = encodePayload(standardPayload);
const standardSignature = vectorSigner.sign(signedBytes(standardBytes));
const standardText = ticketText(standardBytes, standardSignature);

const STEP = stepAt(standardPayload.issuedAt);

/** Parsed, and signature and check value hold: all that a code itself can do wrong. */
function isGood(read: string | Uint8Array): boolean {
  const parsed = parseTicketText(read);
  if (!parsed.ok) return false;
  const { payload, message, signature, form } = parsed.value;
  if (!verify(payload.keyId, message, signature)) return false;
  return form.kind === 'paper' || (form.step === STEP && toHex(form.check) === toHex(checkAt(payload.ticketId, form.step)));
}

const anyPayload: fc.Arbitrary<TicketPayload> = fc
  .record({
    keyId: fc.integer({ min: 0, max: 255 }),
    siteId: fc.integer({ min: 10_000_000, max: 99_999_999 }).map((n) => n.toString() as SiteId),
    ticketId: fc.bigInt({ min: 0n, max: 9_999_999_999_999_999n }).map((n) => n.toString().padStart(16, '0') as TicketId),
    showId: fc.integer({ min: 1, max: 0xffff_ffff }).map((n) => n.toString() as ShowId),
    screenId: fc.integer({ min: 1, max: 255 }).map((n) => n.toString() as ScreenId),
    seat: fc.option(fc.integer({ min: 0, max: 65_534 }), { nil: undefined }),
    admits: fc.integer({ min: 1, max: 255 }),
    ticketClass: fc.constantFrom(...TICKET_CLASSES),
    needsProof: fc.boolean(),
    from: fc.integer({ min: 0, max: 0xffff_ffff }),
    until: fc.integer({ min: 0, max: 0xffff_ffff }),
    issued: fc.integer({ min: 0, max: 0xffff_ffff }),
  })
  .map(({ from, until, issued, ...rest }) => ({
    ...rest,
    validFrom: instant(Math.min(from, until) * 1_000),
    validUntil: instant(Math.max(from, until) * 1_000),
    issuedAt: instant(issued * 1_000),
  }));

describe('base45', () => {
  it.each([
    ['AB', 'BB8'],
    ['Hello!!', '%69 VD92EX0'],
    ['base-45', 'UJCLQE7W581'],
    ['ietf!', 'QED8WEX0'],
  ])('encodes %s as RFC 9285 does', (plain, encoded) => {
    expect(encodeBase45(Buffer.from(plain))).toBe(encoded);
    expect(decodeBase45(Buffer.from(encoded))).toEqual({ ok: true, value: Uint8Array.from(Buffer.from(plain)) });
  });

  it('gives back what was put in', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(decodeBase45(Buffer.from(encodeBase45(bytes)))).toEqual({ ok: true, value: bytes });
      }),
    );
  });

  it('has one text for each value: whatever decodes is what would be encoded', () => {
    const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 30 }), (text) => {
        const decoded = decodeBase45(Buffer.from(text));
        expect(decoded.ok ? encodeBase45(decoded.value) : text).toBe(text);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('payload', () => {
  it('gives back what was put in', () => {
    fc.assert(
      fc.property(anyPayload, (payload) => {
        expect(decodePayload(encodePayload(payload))).toEqual({ ok: true, value: payload });
      }),
    );
  });

  it('accepts no bytes that it would not write', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: PAYLOAD_BYTES, maxLength: PAYLOAD_BYTES }), anyPayload, fc.nat(), (noise, payload, at) => {
        // Random bytes alone are nearly always refused at the version: a good payload with one byte replaced reaches every other check.
        const bytes = encodePayload(payload);
        bytes[at % PAYLOAD_BYTES] = noise[0] ?? 0;
        const decoded = decodePayload(bytes);
        expect(decoded.ok ? encodePayload(decoded.value) : bytes).toEqual(bytes);
      }),
      { numRuns: 2_000 },
    );
  });

  it('drops fractions of a second', () => {
    const decoded = decodePayload(encodePayload({ ...standardPayload, issuedAt: instant(standardPayload.issuedAt + 999) }));
    expect(decoded).toEqual({ ok: true, value: standardPayload });
  });

  it.each<Partial<TicketPayload>>([
    { keyId: 256 },
    { siteId: '1234567' as SiteId },
    { ticketId: '123' as TicketId },
    { showId: '4294967296' as ShowId },
    { screenId: '0' as ScreenId },
    { seat: 65_535 },
    { admits: 0 },
    { validUntil: instant(0) },
  ])('refuses to issue %o', (wrong) => {
    expect(() => encodePayload({ ...standardPayload, ...wrong })).toThrow('ticket');
  });
});

const partyText = signedText({ ...standardPayload, seat: undefined, admits: 3 });
/** The code of paper, for one and for three, and the one that a phone shows during one step. */
const forms = [
  { name: 'paper', text: standardText, prefix: 'FY1:', bytes: 99 },
  { name: 'a party', text: partyText, prefix: 'FY1:', bytes: 99 },
  { name: 'rotating', text: rotatingTextAt(standardText, STEP), prefix: 'FR1:', bytes: 111 },
] as const;

describe.each(forms)('ticket text, $name', ({ text, prefix, bytes: size }) => {
  it('reads the same from text and from bytes', () => {
    expect(parseTicketText(Buffer.from(text))).toEqual(parseTicketText(text));
    expect(isGood(Buffer.from(text))).toBe(true);
  });

  it('is refused for every single flipped bit of its bytes', { timeout: 180_000 }, () => {
    const decoded = decodeBase45(Buffer.from(text.slice(4)));
    assert(decoded.ok && decoded.value.length === size, 'the text is canonical');
    let admitted = 0;
    for (let bit = 0; bit < size * 8; bit++) {
      const flipped = Uint8Array.from(decoded.value);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      if (isGood(prefix + encodeBase45(flipped))) admitted++;
    }
    expect(admitted).toBe(0);
  });

  it('is refused for every single flipped bit of its characters', { timeout: 180_000 }, () => {
    const whole = Buffer.from(text);
    let admitted = 0;
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const flipped = Uint8Array.from(whole);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      if (isGood(flipped)) admitted++;
    }
    expect(admitted).toBe(0);
  });

  it('is refused for every other character in every place', { timeout: 180_000 }, () => {
    let admitted = 0;
    for (let place = 0; place < text.length; place++) {
      for (let byte = 0; byte < 256; byte++) {
        if (byte === text.charCodeAt(place)) continue;
        const changed = Buffer.from(text);
        changed[place] = byte;
        if (isGood(changed)) admitted++;
      }
    }
    expect(admitted).toBe(0);
  });

  it('is refused whatever stands before or after it', { timeout: 180_000 }, () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), fc.uint8Array({ maxLength: 20 }), (before, after) => {
        fc.pre(before.length + after.length > 0);
        expect(isGood(new Uint8Array([...before, ...Buffer.from(text), ...after]))).toBe(false);
      }),
    );
  });
});

describe('any text', () => {
  it('never throws, whatever was read', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 600 }), fc.string({ unit: 'binary', maxLength: 300 })), (read) => {
        expect(isGood(read)).toBe(false);
      }),
    );
  });

  it('says nothing about a key that is not in the ring', () => {
    const parsed = parseTicketText(standardText);
    assert(parsed.ok, 'the ticket is good');
    const verifyWithoutRing = createTicketVerifier(() => undefined);
    expect(verifyWithoutRing(7, parsed.value.message, parsed.value.signature)).toBe(false);
  });
});
