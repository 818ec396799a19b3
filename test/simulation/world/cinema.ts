import { createHash, hash } from 'node:crypto';
import type { BoxOfficeKeys } from '#agent/box-office/validity/keys.ts';
import { createTicketVerifier, type Ed25519Signer, ed25519Signer, hmacSha256 } from '#agent/runtime/ticket-crypto.ts';
import { equalBytes, toHex } from '#core/base/bytes.ts';
import { instant, toIso } from '#core/base/time.ts';
import { Site } from '#core/contract/box-office/programme.ts';
import type { TicketKey, ValidityShow, ValidityTicket } from '#core/contract/box-office/validity.ts';
import { type MachineId, ScreenId, ShowId, SiteId, TicketId } from '#core/contract/identifiers.ts';
import type { CodeSecrets } from '#core/ticket/code-secrets.ts';
import { opaqueCodeHash } from '#core/ticket/opaque-code.ts';
import { encodePayload, type TicketPayload } from '#core/ticket/payload.ts';
import { checkValue, stepAt, ticketKey } from '#core/ticket/rotating.ts';
import { type ParsedTicket, parseTicketText, rotatingText, signedBytes, ticketText, type VerifySignature } from '#core/ticket/ticket-text.ts';
import { createPrng } from '../kernel/prng.ts';

/**
 * The one cinema of every world: its keys, its shows and the stock of tickets that a world may sell. They are the same for each seed, so that a signature is
 * made and checked once in a process and not once in a world.
 */

export const SITE = SiteId.parse('36090702');
/** A Saturday evening, shortly before the doors open. */
export const OPENING = Date.UTC(2026, 9, 31, 11, 0, 0);
const MINUTE = 60_000;

export const VENUE_SECRET = createHash('sha256').update('the venue of every simulated world').digest();
export const CODE_KEY = createHash('sha256').update('the code key of every simulated world').digest();

function signerOf(name: string): Ed25519Signer {
  return ed25519Signer(createHash('sha256').update(name).digest('base64url'));
}

interface RingMember {
  readonly signer: Ed25519Signer;
  readonly key: TicketKey;
}

function member(id: number, from: number, until: number): RingMember {
  const signer = signerOf(`ticket key ${id}`);
  return { signer, key: { id, publicKey: signer.publicKey, notBefore: toIso(instant(from)), notAfter: toIso(instant(until)) } };
}

const DAY = 24 * 60 * MINUTE;
/** 1 is in use; 2 has ended a month ago; 3 was stolen and leaves the ring in the course of the evening. */
export const KEYS = {
  current: member(1, OPENING - 60 * DAY, OPENING + 300 * DAY),
  ended: member(2, OPENING - 400 * DAY, OPENING - 30 * DAY),
  stolen: member(3, OPENING - 60 * DAY, OPENING + 300 * DAY),
} as const;
/** Of somebody who would like to be a box office. */
export const FORGER = signerOf('forger');

interface ShowRule {
  readonly screen: string;
  /** Minutes after the opening at which people are let in. */
  readonly from: number;
  readonly until: number;
  readonly rule?: Partial<Pick<ValidityShow, 'reentry' | 'capacity' | 'escortChildren' | 'whenSplit' | 'homeGate'>>;
}

const gate = (name: string): MachineId => name as MachineId;

const RULES: readonly ShowRule[] = [
  { screen: '1', from: -30, until: 5, rule: { reentry: true } },
  { screen: '2', from: -10, until: 60, rule: { capacity: 5 } },
  { screen: '3', from: -20, until: 30, rule: { whenSplit: 'closed', escortChildren: true } },
  { screen: '1', from: 1, until: 90, rule: { whenSplit: 'home-gate', homeGate: gate('gate-2') } },
  { screen: '2', from: -60, until: 2 },
  /** Cancelled in the course of the evening. */
  { screen: '3', from: 0, until: 90 },
];

export const SHOWS: readonly ValidityShow[] = RULES.map(({ screen, from, until, rule = {} }, index) => ({
  id: ShowId.parse(`${101 + index}`),
  screenId: ScreenId.parse(screen),
  screenName: { zh: `${screen}号厅`, en: `Screen ${screen}` },
  filmTitle: { zh: '大厅', en: 'The Foyer' },
  startsAt: toIso(instant(OPENING + (until - 20) * MINUTE)),
  endsAt: toIso(instant(OPENING + (until + 60) * MINUTE)),
  entryFrom: toIso(instant(OPENING + from * MINUTE)),
  entryUntil: toIso(instant(OPENING + until * MINUTE)),
  reentry: false,
  cancelled: false,
  capacity: null,
  escortChildren: false,
  whenSplit: 'open',
  homeGate: null,
  ...rule,
}));

/** A ticket that a world may sell, with the text that is printed on it. */
export interface StockTicket {
  readonly row: ValidityTicket;
  readonly show: ValidityShow;
  readonly paper: string;
  /** The text of another system that stands for it, when it is one of theirs. */
  readonly foreign: string | undefined;
}

const STOCK = 260;
const CLASSES = ['standard', 'standard', 'standard', 'standard', 'standard', 'child', 'student', 'senior'] as const;
const FORMS = ['paper', 'paper', 'both', 'both', 'rotating'] as const;

function makeStock(): readonly StockTicket[] {
  const chance = createPrng('the stock of tickets');
  const grownUps: ValidityTicket[] = [];
  const grownUpsOf = (show: ValidityShow): readonly ValidityTicket[] => grownUps.filter(({ showId }) => showId === show.id).slice(-2);
  return Array.from({ length: STOCK }, (_, index) => {
    const show = chance.pick(SHOWS);
    const row: ValidityTicket = {
      id: TicketId.parse(`${SITE}${String(index + 1).padStart(8, '0')}`),
      showId: show.id,
      seat: index,
      seatLabel: `${1 + (index % 12)}-${1 + (index % 20)}`,
      admits: chance.chance(0.12) ? 3 : 1,
      needsProof: chance.chance(0.2),
      ticketClass: chance.pick(CLASSES),
      escorts: [],
      forms: chance.pick(FORMS),
      standing: 'valid',
      since: toIso(instant(OPENING - DAY)),
    };
    // A child comes with the last two grown-ups before it.
    if (row.ticketClass === 'standard') grownUps.push(row);
    if (row.ticketClass === 'child') row.escorts.push(...grownUpsOf(show).map(({ id }) => id));
    const signer = chance.chance(0.05) ? KEYS.stolen : KEYS.current;
    const foreign = chance.chance(0.06) ? `PARTNER-${chance.int(1e9)}-${index}` : undefined;
    return { row, show, paper: signTicket(row, show, signer), foreign };
  });
}

function signTicket(row: ValidityTicket, show: ValidityShow, { signer, key }: RingMember, change: Partial<TicketPayload> = {}): string {
  const payload = encodePayload({
    keyId: key.id,
    siteId: SITE,
    ticketId: row.id,
    showId: row.showId,
    screenId: show.screenId,
    seat: row.seat ?? undefined,
    admits: row.admits,
    ticketClass: row.ticketClass,
    needsProof: row.needsProof,
    validFrom: instant(Date.parse(show.entryFrom)),
    validUntil: instant(Date.parse(show.entryUntil)),
    issuedAt: instant(OPENING - DAY),
    ...change,
  });
  return ticketText(payload, signer.sign(signedBytes(payload)));
}

export const STOCK_TICKETS: readonly StockTicket[] = makeStock();

/** Codes that are no good, each for its own reason; made once. */
export const BAD_TICKETS = ((): Readonly<Record<'forged' | 'ended-key' | 'other-site' | 'unsold' | 'young', string>> => {
  const [show] = SHOWS;
  const [first] = STOCK_TICKETS;
  if (show === undefined || first === undefined) throw new RangeError('a cinema has shows and tickets');
  const row: ValidityTicket = { ...first.row, id: TicketId.parse(`${SITE}99999999`), showId: show.id };
  const forger: RingMember = { signer: FORGER, key: KEYS.current.key };
  return {
    forged: signTicket(first.row, first.show, forger),
    'ended-key': signTicket(row, show, KEYS.ended),
    'other-site': signTicket(row, show, KEYS.current, { siteId: SiteId.parse('36090799') }),
    unsold: signTicket(row, show, KEYS.current),
    /** Signed just now, and not in any data yet. */
    young: signTicket(row, show, KEYS.current, { issuedAt: instant(OPENING + 240 * MINUTE), ticketId: TicketId.parse(`${SITE}99999998`) }),
  };
})();

const checks = new Map<string, Uint8Array>();

/** A phone and every gate that looks at it work out the same number: once in a process. */
function checkOf(ticketId: TicketId, step: number): Uint8Array {
  const name = `${ticketId}/${step}`;
  const known = checks.get(name);
  if (known !== undefined) return known;
  if (checks.size >= PROVEN_MAX) checks.clear();
  const made = checkValue(ticketKey(VENUE_SECRET, ticketId, hmacSha256), step, hmacSha256);
  checks.set(name, made);
  return made;
}

/** What the holder's phone shows at that time. */
export function phoneText(ticket: StockTicket, at: number): string {
  const step = stepAt(instant(at));
  return rotatingText(parsedOf(ticket), step, checkOf(ticket.row.id, step));
}

const parsedTickets = new Map<StockTicket, ParsedTicket>();

function parsedOf(ticket: StockTicket): ParsedTicket {
  const known = parsedTickets.get(ticket);
  if (known !== undefined) return known;
  const parsed = parseTicketText(ticket.paper);
  if (!parsed.ok) throw new RangeError('a ticket of the stock can be read');
  parsedTickets.set(ticket, parsed.value);
  return parsed.value;
}

const proven = new Map<string, boolean>();
const PROVEN_MAX = 20_000;

/** The product's verifier. A signature that was checked once in this process is not checked again: the answer is a function of its three arguments. */
export function createStockVerifier(publicKeyOf: (keyId: number) => string | undefined): VerifySignature {
  const verify = createTicketVerifier(publicKeyOf);
  return (keyId, message, signature) => {
    const key = publicKeyOf(keyId);
    if (key === undefined) return false;
    const name = `${key}${Buffer.from(message).toString('latin1')}${Buffer.from(signature).toString('latin1')}`;
    const known = proven.get(name);
    if (known !== undefined) return known;
    if (proven.size >= PROVEN_MAX) proven.clear();
    const isGood = verify(keyId, message, signature);
    proven.set(name, isGood);
    return isGood;
  };
}

const DATA_KEY = Buffer.from('data key');

/**
 * Signs the validity data. Nobody in these worlds forges them (`test/edge-agent/validity` does), so a keyed hash stands for the signature: an Ed25519
 * signature for each head that is asked for, and its proof in each gate, would be a tenth of a world's time.
 */
export const DATA_SIGNER: Ed25519Signer = {
  publicKey: signerOf('data key').publicKey,
  sign: (message) => Buffer.from(hash('sha512', Buffer.concat([DATA_KEY, message]), 'binary'), 'binary'),
};

export const OFFICE_KEYS: BoxOfficeKeys = {
  data: DATA_SIGNER,
  tickets: Object.values(KEYS).map(({ signer, key }) => ({ id: key.id, signer, key })),
  rotating: [
    {
      id: 1,
      secret: VENUE_SECRET.toString('base64url'),
      notBefore: toIso(instant(OPENING - 60 * DAY)),
      notAfter: toIso(instant(OPENING + 300 * DAY)),
    },
  ],
  codeKey: CODE_KEY.toString('base64url'),
};

export const SITE_RECORD = Site.parse({
  id: SITE,
  name: { zh: '小影院', en: 'Small Cinema' },
  timeZone: 'Asia/Shanghai',
  currency: 'CNY',
  kind: 'cn',
  phone: '400-000-0000',
  company: '小影院有限公司',
  refundPolicy: { zh: '开场前 30 分钟', en: '30 minutes before the show' },
  seatsPerOrder: 6,
});

/** Every gate knows the site's secrets from the beginning: that they are fetched, kept and replaced is proven elsewhere. */
export const CODE_SECRETS: CodeSecrets = {
  isGenuine: (ticketId, step, check) => equalBytes(checkOf(ticketId, step), check),
  hashOf: (code) => opaqueCodeHash(CODE_KEY, code, hmacSha256),
};

export function codeHashOf(text: string): string {
  return toHex(opaqueCodeHash(CODE_KEY, Buffer.from(text, 'latin1'), hmacSha256));
}
