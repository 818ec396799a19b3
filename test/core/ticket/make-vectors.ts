import { ed25519Signer, hmacSha256 } from '#agent/runtime/ticket-crypto.ts';
import type { ShowFacts, TicketFacts } from '#core/admission/facts.ts';
import { toHex } from '#core/base/bytes.ts';
import { assert } from '#core/base/fault.ts';
import { instant } from '#core/base/time.ts';
import type { MachineId, ScreenId, ShowId, SiteId, TicketId } from '#core/contract/identifiers.ts';
import { encodeBase45 } from '#core/ticket/base45.ts';
import { opaqueCodeHash } from '#core/ticket/opaque-code.ts';
import { encodePayload, type TicketPayload } from '#core/ticket/payload.ts';
import { checkValue, stepAt, stepStart, ticketKey } from '#core/ticket/rotating.ts';
import { parseTicketText, rotatingText, signedBytes, ticketText } from '#core/ticket/ticket-text.ts';

/** Makes the published vectors. A test holds the published file against this, so that neither can change alone. */

/** The secret keys of tests 1 and 2 of RFC 8032, section 7.1: known to everybody, which is what a published vector needs. */
const KEY_7_SEED = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
const OTHER_SEED = '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb';

export const vectorSigner = ed25519Signer(Buffer.from(KEY_7_SEED, 'hex').toString('base64url'));
const otherSigner = ed25519Signer(Buffer.from(OTHER_SEED, 'hex').toString('base64url'));

/** Of the vectors alone; anybody may know them. */
export const VENUE_SECRET = Uint8Array.from({ length: 32 }, (_, index) => index);
const CODE_KEY = Uint8Array.from({ length: 32 }, (_, index) => 0xff - index);

export function checkAt(ticketId: TicketId, step: number): Uint8Array {
  return checkValue(ticketKey(VENUE_SECRET, ticketId, hmacSha256), step, hmacSha256);
}

/** What a phone shows during one step for the ticket of a paper code. */
export function rotatingTextAt(paper: string, step: number, check?: Uint8Array): string {
  const ticket = parseTicketText(paper);
  assert(ticket.ok, 'the paper code is good');
  return rotatingText(ticket.value, step, check ?? checkAt(ticket.value.payload.ticketId, step));
}

export const standardPayload: TicketPayload = {
  keyId: 7,
  siteId: '36090702' as SiteId,
  ticketId: '3609070212345678' as TicketId,
  showId: '20417' as ShowId,
  screenId: '3' as ScreenId,
  seat: 87,
  admits: 1,
  ticketClass: 'standard',
  needsProof: false,
  validFrom: instant(Date.UTC(2026, 1, 17, 10, 50)),
  validUntil: instant(Date.UTC(2026, 1, 17, 12, 30)),
  issuedAt: instant(Date.UTC(2026, 1, 17, 10, 52, 7)),
};

const good: readonly { readonly name: string; readonly payload: TicketPayload }[] = [
  { name: 'a seat for one', payload: standardPayload },
  { name: 'a child, proof needed', payload: { ...standardPayload, ticketClass: 'child', needsProof: true, seat: 0 } },
  { name: 'no seat, three bodies', payload: { ...standardPayload, seat: undefined, admits: 3, ticketId: '0000000000000001' as TicketId } },
  {
    name: 'the largest of everything',
    payload: {
      keyId: 255,
      siteId: '99999999' as SiteId,
      ticketId: '9999999999999999' as TicketId,
      showId: '4294967295' as ShowId,
      screenId: '255' as ScreenId,
      seat: 65_534,
      admits: 255,
      ticketClass: 'senior',
      needsProof: true,
      validFrom: instant(0xffff_ffff * 1_000),
      validUntil: instant(0xffff_ffff * 1_000),
      issuedAt: instant(0xffff_ffff * 1_000),
    },
  },
];

export function makeVectors() {
  return {
    format: 'foyer/ticket/v1',
    key: { seed: KEY_7_SEED, publicKey: Buffer.from(vectorSigner.publicKey, 'base64url').toString('hex') },
    rotating: { venueSecret: toHex(VENUE_SECRET), stepSeconds: 15 },
    opaque: { codeKey: toHex(CODE_KEY) },
    good: good.map(({ name, payload }) => {
      const bytes = encodePayload(payload);
      const signature = vectorSigner.sign(signedBytes(bytes));
      return {
        name,
        fields: fieldsOf(payload),
        payload: toHex(bytes),
        signed: toHex(signedBytes(bytes)),
        signature: toHex(signature),
        text: ticketText(bytes, signature),
      };
    }),
    goodRotating: goodRotating(),
    opaqueCodes: opaqueCodes(),
    bad: badVectors(),
    refused: refusedVectors(),
  };
}

function fieldsOf(payload: TicketPayload) {
  const { validFrom, validUntil, issuedAt } = payload;
  return { ...payload, seat: payload.seat ?? null, validFrom: iso(validFrom), validUntil: iso(validUntil), issuedAt: iso(issuedAt) };
}

export function iso(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z');
}

/** The first step, the one of the ticket's issue and the largest of all. */
function goodRotating() {
  const paper = signedText(standardPayload);
  return [0, stepAt(standardPayload.issuedAt), 0xffff_ffff].map((step) => ({
    name: `step ${step}`,
    paper,
    ticketKey: toHex(ticketKey(VENUE_SECRET, standardPayload.ticketId, hmacSha256)),
    step,
    from: iso(stepStart(step)),
    until: iso(stepStart(step + 1)),
    check: toHex(checkAt(standardPayload.ticketId, step)),
    text: rotatingTextAt(paper, step),
  }));
}

function opaqueCodes() {
  return [`36090702${'0123456789ABCDEF'.repeat(11).slice(0, 172)}`, 'ABCD-1234-EFGH', 'https://tickets.example/t/9f8e7d6c'].map((code) => ({
    code,
    hash: toHex(opaqueCodeHash(CODE_KEY, Buffer.from(code), hmacSha256)),
  }));
}

export function signedText(payload: TicketPayload, signer = vectorSigner): string {
  const bytes = encodePayload(payload);
  return ticketText(bytes, signer.sign(signedBytes(bytes)));
}

/** One or more for each way in which a text is wrong. `problem` is what a parser says; `bad-signature` parses and must fail at the signature. */
function badVectors(): readonly { readonly name: string; readonly problem: string; readonly text: string }[] {
  const payload = encodePayload(standardPayload);
  const signature = vectorSigner.sign(signedBytes(payload));
  const text = ticketText(payload, signature);
  const body = text.slice(4);
  /** Signed properly, so that nothing but the field itself is wrong. */
  const withFields = (at: number, ...values: readonly number[]): { readonly message: Uint8Array; readonly signature: Uint8Array } => {
    const changed = Uint8Array.from(payload);
    changed.set(values, at);
    const message = signedBytes(changed);
    return { message, signature: vectorSigner.sign(message) };
  };
  const withBytes = (at: number, ...values: readonly number[]): string => {
    const { message, signature } = withFields(at, ...values);
    return ticketText(message.subarray(message.length - payload.length), signature);
  };
  const rotatingOf = (ticket: ReturnType<typeof withFields>, step: number): string =>
    rotatingText(ticket, step, checkAt(standardPayload.ticketId, step));
  const phone = rotatingTextAt(text, stepAt(standardPayload.issuedAt));
  const other = encodePayload({ ...standardPayload, ticketId: '3609070212345679' as TicketId });
  const nonCanonicalTriple = `FY1:${':::'}${body.slice(3)}`;
  const nonCanonicalPair = `FY1:${body.slice(0, -2)}::`;
  return [
    { name: 'empty', problem: 'not-ours', text: '' },
    { name: 'a web address', problem: 'not-ours', text: 'https://example.com/ticket/36090702' },
    { name: 'lower-case prefix', problem: 'not-ours', text: `fy1:${body}` },
    { name: 'a space before', problem: 'not-ours', text: ` ${text}` },
    { name: 'version 2 of the text', problem: 'unknown-version', text: `FY2:${body}` },
    { name: 'version 2 of the payload', problem: 'unknown-version', text: withBytes(0, 2) },
    { name: 'one character short', problem: 'wrong-length', text: text.slice(0, -1) },
    { name: 'one character more', problem: 'wrong-length', text: `${text}0` },
    { name: 'one byte more', problem: 'wrong-length', text: `FY1:${encodeBase45(new Uint8Array([...payload, ...signature, 0]))}` },
    { name: 'the prefix alone', problem: 'wrong-length', text: 'FY1:' },
    { name: 'a carriage return after', problem: 'wrong-length', text: `${text}\r` },
    { name: 'a lower-case letter', problem: 'not-base45', text: `FY1:${body.replace(/[A-Z]/, (letter) => letter.toLowerCase())}` },
    { name: 'a character outside the alphabet', problem: 'not-base45', text: `${text.slice(0, -1)}#` },
    { name: 'a character outside ASCII', problem: 'not-base45', text: `${text.slice(0, -1)}票` },
    { name: 'a triple above 65,535', problem: 'not-canonical', text: nonCanonicalTriple },
    { name: 'a last pair above 255', problem: 'not-canonical', text: nonCanonicalPair },
    { name: 'a site of seven digits', problem: 'bad-field', text: withBytes(2, 0x00, 0x98, 0x96, 0x7f) },
    { name: 'a ticket number of seventeen digits', problem: 'bad-field', text: withBytes(6, 0x00, 0x23, 0x86, 0xf2, 0x6f, 0xc1, 0x00, 0x00) },
    { name: 'show 0', problem: 'bad-field', text: withBytes(14, 0, 0, 0, 0) },
    { name: 'screen 0', problem: 'bad-field', text: withBytes(18, 0) },
    { name: 'admits nobody', problem: 'bad-field', text: withBytes(21, 0) },
    { name: 'a class that does not exist', problem: 'bad-field', text: withBytes(22, 4) },
    { name: 'a reserved bit of the class', problem: 'bad-field', text: withBytes(22, 0x40) },
    { name: 'valid until before valid from', problem: 'bad-field', text: withBytes(27, 0, 0, 0, 1) },
    { name: "another ticket's payload", problem: 'bad-signature', text: ticketText(other, signature) },
    { name: "another key's signature", problem: 'bad-signature', text: ticketText(payload, otherSigner.sign(signedBytes(payload))) },
    { name: 'signed without the context', problem: 'bad-signature', text: ticketText(payload, vectorSigner.sign(payload)) },
    { name: "paper's length behind a phone's prefix", problem: 'wrong-length', text: `FR1:${body}` },
    { name: "a phone's length behind paper's prefix", problem: 'wrong-length', text: `FY1:${phone.slice(4)}` },
    { name: 'version 2 of the text of a phone', problem: 'unknown-version', text: `FR2:${phone.slice(4)}` },
    { name: 'one character short, of a phone', problem: 'wrong-length', text: phone.slice(0, -1) },
    { name: 'a last pair above 255, of a phone', problem: 'not-canonical', text: `${phone.slice(0, -2)}::` },
    { name: 'admits nobody, of a phone', problem: 'bad-field', text: rotatingOf(withFields(21, 0), 1) },
    { name: 'a signature of zeros', problem: 'bad-signature', text: ticketText(payload, new Uint8Array(64)) },
  ];
}

/**
 * One for each reason for which a gate of site 36090702 refuses an entry because of the code alone, with the instant of the scan. The gate knows key 7 (good in
 * all of 2026), key 8 (the same bytes, good until 2026-02-01) and the venue secret; its data of 2026-02-17T10:54:00Z have the standard ticket, valid, and its
 * show, and no other; `given` says what else is so.
 */
function refusedVectors(): readonly RefusedVector[] {
  const at = standardPayload.issuedAt + 120_000;
  const paper = signedText(standardPayload);
  const now = stepAt(instant(at));
  const changed = Uint8Array.from(checkAt(standardPayload.ticketId, now));
  changed[7] = (changed[7] ?? 0) ^ 1;
  const rows: readonly (readonly [reason: string, name: string, text: string])[] = [
    ['unreadable', 'a torn ticket', paper.slice(0, 100)],
    ['payment-code', "WeChat's form", '130000000000000000'],
    ['pick-up-code', 'six and six digits', '482917305662'],
    ['not-a-ticket', 'a ticket number, which can be read off a ticket', '3609070212345678'],
    ['not-a-ticket', 'a code of another system that is not listed', 'ABCD-9999-EFGH'],
    ['bad-signature', "another key's signature", signedText(standardPayload, otherSigner)],
    ['bad-signature', "a phone's code with one bit of its check value changed", rotatingTextAt(paper, now, changed)],
    ['unknown-key', 'a key that is not in the ring', signedText({ ...standardPayload, keyId: 9 })],
    ['key-out-of-time', 'issued when its key had ended', signedText({ ...standardPayload, keyId: 8 })],
    ['stale-code', "a phone's code of two steps ago", rotatingTextAt(paper, now - 2)],
    ['stale-code', "a phone's code of two steps ahead", rotatingTextAt(paper, now + 2)],
    ['other-site', 'a ticket of another cinema under the same key', signedText({ ...standardPayload, siteId: '36090703' as SiteId })],
    ['other-site', "another cinema's ticket information code", `36090703${'A'.repeat(172)}`],
    ['cannot-verify', 'an information code of this cinema that is not listed', `36090702${'A'.repeat(172)}`],
    [
      'cannot-verify',
      'a ticket that is younger than the data',
      signedText({ ...standardPayload, ticketId: '3609070200000001' as TicketId, issuedAt: instant(at) }),
    ],
    ['unknown-ticket', 'a ticket that the data should have', signedText({ ...standardPayload, ticketId: '3609070200000002' as TicketId })],
    ['wrong-show', 'a ticket that says another show than its record', signedText({ ...standardPayload, showId: '20418' as ShowId })],
  ];
  return [...rows.map(([reason, name, text]) => ({ name, reason, at: iso(at), text })), ...refusedByFacts(paper, rotatingTextAt(paper, now), at)];
}

/** What a gate knows besides, as far as it differs from the gate of `refused`. */
export interface Given {
  readonly ticket?: Partial<Pick<TicketFacts, 'standing' | 'forms' | 'ticketClass'>>;
  readonly show?: Partial<Pick<ShowFacts, 'capacity' | 'escortChildren' | 'whenSplit' | 'homeGate'>>;
  /** Bodies that were let in on the ticket, and that went out again. */
  readonly history?: { readonly entries: number; readonly exits: number };
  readonly inHall?: number;
  /** The screens and the classes that the gate takes; all when missing. */
  readonly screens?: readonly string[];
  readonly classes?: readonly string[];
  /** When the data were confirmed. */
  readonly confirmedAt?: string;
  /** It is not later than this; at the instant of the scan when missing. */
  readonly latest?: string;
  /** Gates that could not be asked. */
  readonly missing?: readonly string[];
}

export interface RefusedVector {
  readonly name: string;
  readonly reason: string;
  /** Reasons behind the primary one. */
  readonly also?: readonly string[];
  readonly at: string;
  readonly text: string;
  readonly given?: Given;
}

function refusedByFacts(paper: string, phone: string, at: number): readonly RefusedVector[] {
  const { validFrom, validUntil } = standardPayload;
  const split: Given = { missing: ['gate-b'] };
  const given: readonly (readonly [reason: string, name: string, given: Given])[] = [
    ['wrong-form', 'paper of a ticket that is for phones alone', { ticket: { forms: 'rotating' } }],
    ['revoked', 'a ticket that was revoked', { ticket: { standing: 'revoked' } }],
    ['refunded', 'a ticket whose money went back', { ticket: { standing: 'refunded' } }],
    ['cancelled', 'a ticket of a show that was cancelled', { ticket: { standing: 'cancelled' } }],
    ['blocked', 'a ticket that the box office holds back', { ticket: { standing: 'blocked' } }],
    ['unpaid', 'a ticket that nobody has paid for', { ticket: { standing: 'unpaid' } }],
    ['not-confirmed', 'a ticket of an order that is not confirmed', { ticket: { standing: 'not-confirmed' } }],
    ['already-used', 'a ticket whose guest is inside', { history: { entries: 1, exits: 0 } }],
    ['wrong-screen', 'a gate that leads to other screens', { screens: ['1', '2'] }],
    ['wrong-class', 'a gate that takes other classes', { classes: ['student'] }],
    ['house-full', 'a hall that holds no more', { show: { capacity: 40 }, inHall: 40 }],
    ['needs-escort', 'a child whose order has no grown-up inside', { ticket: { ticketClass: 'child' }, show: { escortChildren: true } }],
    ['data-too-old', 'data of the day before', { confirmedAt: iso(at - 86_401_000) }],
    [
      'not-home-gate',
      'a split site, and a show that lets another gate alone admit',
      { ...split, show: { whenSplit: 'home-gate', homeGate: 'gate-b' as MachineId } },
    ],
    ['site-split', 'a split site, and a show that lets none admit', { ...split, show: { whenSplit: 'closed' } }],
  ];
  return [
    { name: 'MC and sixteen digits', reason: 'member-card', at: iso(at), text: 'MC8210046937512084' },
    {
      name: 'a second before the show lets people in',
      reason: 'too-early',
      at: iso(validFrom - 1_000),
      text: paper,
      given: { confirmedAt: iso(validFrom - 1_000) },
    },
    { name: 'a second after it does', reason: 'too-late', at: iso(validUntil + 1_000), text: paper },
    ...given.map(([reason, name, facts]) => ({ name, reason, at: iso(at), text: paper, given: facts })),
    {
      ...{ name: 'a guest who has left a show that allows no coming back', reason: 'already-used', also: ['no-reentry'] },
      ...{ at: iso(at), text: paper, given: { history: { entries: 1, exits: 1 } } },
    },
    {
      name: "a phone's code where the time is known to a quarter of an hour",
      reason: 'clock-untrusted',
      at: iso(at),
      text: phone,
      given: { latest: iso(at + 900_000) },
    },
  ];
}
