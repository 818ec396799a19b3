import fc from 'fast-check';
import { TicketKey, ValidityCode, type ValidityOp, ValidityShow, ValidityTicket } from '#core/contract/box-office/validity.ts';

/** Any row that the contract allows. */
const time = fc.date({ min: new Date(0), max: new Date(253_402_300_799_999), noInvalidDate: true }).map((date) => date.toISOString());
const text = (max: number) => fc.string({ unit: 'grapheme', maxLength: max }).map((long) => wholeCharacters(long, max));
const ticketId = fc.bigInt({ min: 0n, max: 9_999_999_999_999_999n }).map((id) => id.toString().padStart(16, '0'));
const showId = fc.integer({ min: 1, max: 0xffff_ffff }).map(String);
const hex = (bytes: number) => fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((each) => Buffer.from(each).toString('hex'));
const machine = fc.constantFrom('gate-1', 'a0', `z${'9'.repeat(31)}`);

export const anyTicket = fc
  .record({
    id: ticketId,
    showId,
    seat: fc.option(fc.integer({ min: 0, max: 65_534 })),
    seatLabel: text(16),
    admits: fc.integer({ min: 1, max: 255 }),
    needsProof: fc.boolean(),
    ticketClass: fc.constantFrom('standard', 'child', 'student', 'senior'),
    escorts: fc.array(ticketId, { maxLength: 7 }),
    forms: fc.constantFrom('paper', 'rotating', 'both'),
    standing: fc.constantFrom('valid', 'refunded', 'revoked', 'cancelled', 'blocked', 'unpaid', 'not-confirmed'),
    since: time,
  })
  .map((ticket) => ValidityTicket.parse(ticket));

const names = fc.record({ zh: text(200), en: text(200) });
export const anyShow = fc
  .record({
    id: showId,
    screenId: fc.integer({ min: 1, max: 255 }).map(String),
    screenName: names,
    filmTitle: names,
    startsAt: time,
    endsAt: time,
    entryFrom: time,
    entryUntil: time,
    reentry: fc.boolean(),
    cancelled: fc.boolean(),
    capacity: fc.option(fc.integer({ min: 0, max: 1_000_000 })),
    escortChildren: fc.boolean(),
    whenSplit: fc.constantFrom('open', 'home-gate', 'closed'),
    homeGate: fc.option(machine),
  })
  .map((show) => ValidityShow.parse(show));

export const anyCode = fc.record({ hash: hex(16), ticketId }).map((code) => ValidityCode.parse(code));

export const anyKey = fc
  .record({
    id: fc.integer({ min: 0, max: 255 }),
    publicKey: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('base64url')),
    notBefore: time,
    notAfter: time,
  })
  .map((key) => TicketKey.parse(key));

export const anyOp: fc.Arbitrary<ValidityOp> = fc.oneof(
  anyTicket.map((ticket) => ({ op: 'put-ticket' as const, ticket })),
  anyTicket.map(({ id }) => ({ op: 'drop-ticket' as const, id })),
  anyShow.map((show) => ({ op: 'put-show' as const, show })),
  anyShow.map(({ id }) => ({ op: 'drop-show' as const, id })),
  anyCode.map((code) => ({ op: 'put-code' as const, code })),
  anyCode.map(({ hash }) => ({ op: 'drop-code' as const, hash })),
  fc.uniqueArray(anyKey, { maxLength: 4, selector: ({ id }) => id }).map((keys) => ({ op: 'put-keys' as const, keys })),
);

/** Cut so that no pair of surrogates is halved. */
function wholeCharacters(long: string, max: number): string {
  let cut = '';
  for (const character of long) {
    if (cut.length + character.length > max || !/^(?:[^\ud800-\udfff]|[\ud800-\udbff][\udc00-\udfff])$/.test(character)) break;
    cut += character;
  }
  return cut;
}
