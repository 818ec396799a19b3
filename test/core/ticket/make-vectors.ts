import { ed25519Signer } from '#agent/runtime/ticket-crypto.ts';
import { toHex } from '#core/base/bytes.ts';
import { instant } from '#core/base/time.ts';
import type { ScreenId, ShowId, SiteId, TicketId } from '#core/contract/identifiers.ts';
import { encodeBase45 } from '#core/ticket/base45.ts';
import { encodePayload, type TicketPayload } from '#core/ticket/payload.ts';
import { signedBytes, ticketText } from '#core/ticket/ticket-text.ts';

/** Makes the published vectors. A test holds the published file against this, so that neither can change alone. */

/** The secret keys of tests 1 and 2 of RFC 8032, section 7.1: known to everybody, which is what a published vector needs. */
const KEY_7_SEED = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
const OTHER_SEED = '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb';

export const vectorSigner = ed25519Signer(Buffer.from(KEY_7_SEED, 'hex').toString('base64url'));
const otherSigner = ed25519Signer(Buffer.from(OTHER_SEED, 'hex').toString('base64url'));

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
    good: good.map(({ name, payload }) => {
      const bytes = encodePayload(payload);
      const signature = vectorSigner.sign(signedBytes(bytes));
      return {
        name,
        fields: {
          ...payload,
          seat: payload.seat ?? null,
          validFrom: iso(payload.validFrom),
          validUntil: iso(payload.validUntil),
          issuedAt: iso(payload.issuedAt),
        },
        payload: toHex(bytes),
        signed: toHex(signedBytes(bytes)),
        signature: toHex(signature),
        text: ticketText(bytes, signature),
      };
    }),
    bad: badVectors(),
  };
}

function iso(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z');
}

/** One or more for each way of being wrong. `problem` is what the parser says; `bad-signature` parses and must fail at the signature. */
function badVectors(): readonly { readonly name: string; readonly problem: string; readonly text: string }[] {
  const payload = encodePayload(standardPayload);
  const signature = vectorSigner.sign(signedBytes(payload));
  const text = ticketText(payload, signature);
  const body = text.slice(4);
  /** Signed properly, so that nothing but the field itself is wrong. */
  const withBytes = (at: number, ...values: readonly number[]): string => {
    const changed = Uint8Array.from(payload);
    changed.set(values, at);
    return ticketText(changed, vectorSigner.sign(signedBytes(changed)));
  };
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
    { name: 'a signature of zeros', problem: 'bad-signature', text: ticketText(payload, new Uint8Array(64)) },
  ];
}
