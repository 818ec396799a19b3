import { ed25519Signer, generateEd25519KeyPair } from '#agent/runtime/ticket-crypto.ts';
import { hours, type Instant, instant, minutes, plus, toIso } from '#core/base/time.ts';
import type { ValidityShow, ValidityTicket } from '#core/contract/box-office/validity.ts';
import type { ScreenId, ShowId, SiteId, TicketId } from '#core/contract/identifiers.ts';
import { encodePayload } from '#core/ticket/payload.ts';
import { signedBytes, ticketText } from '#core/ticket/ticket-text.ts';
import { CHAIN_START } from '#core/validity/changes.ts';
import type { BenchSnapshot } from './gate-setup.ts';

/** One show that has just opened its doors, and its tickets: what both gate programs know, and the codes that the guests hold. */
export interface BenchTickets {
  readonly snapshot: BenchSnapshot;
  /** 32 bytes in base64url. */
  readonly publicKey: string;
  readonly codes: readonly string[];
  /** The code of any other ticket of the show. */
  codeFor(id: TicketId, seat: number): string;
}

export const BENCH_SITE = '36090702' as SiteId;
const SHOW = '4001' as ShowId;
const SCREEN = '3' as ScreenId;

export function makeBenchTickets(count: number): BenchTickets {
  const now = instant(Date.now());
  const signer = ed25519Signer(generateEd25519KeyPair().privateKey);
  const show = benchShow(now);
  const codeFor = (id: TicketId, seat: number): string => {
    const payload = encodePayload({
      keyId: 1,
      siteId: BENCH_SITE,
      ticketId: id,
      showId: SHOW,
      screenId: SCREEN,
      seat,
      admits: 1,
      ticketClass: 'standard',
      needsProof: false,
      validFrom: plus(now, minutes(-30)),
      validUntil: plus(now, hours(2)),
      issuedAt: plus(now, hours(-1)),
    });
    return ticketText(payload, signer.sign(signedBytes(payload)));
  };
  const tickets: ValidityTicket[] = [];
  const codes: string[] = [];
  for (let seat = 0; seat < count; seat++) {
    const id = (1_000_000_000_000_000n + BigInt(seat) * 7_919n).toString() as TicketId;
    tickets.push({
      id,
      showId: SHOW,
      seat,
      seatLabel: `${seat}`,
      admits: 1,
      needsProof: false,
      ticketClass: 'standard',
      escorts: [],
      forms: 'both',
      standing: 'valid',
      since: toIso(now),
    });
    codes.push(codeFor(id, seat));
  }
  const head = { scope: BENCH_SITE, epoch: '0123456789abcdef', version: 1, chain: CHAIN_START, secretsHash: CHAIN_START, at: toIso(now) };
  const key = { id: 1, publicKey: signer.publicKey, notBefore: toIso(plus(now, hours(-24))), notAfter: toIso(plus(now, hours(24))) };
  return { snapshot: { head, keys: [key], shows: [show], tickets }, publicKey: signer.publicKey, codes, codeFor };
}

function benchShow(now: Instant): ValidityShow {
  return {
    id: SHOW,
    screenId: SCREEN,
    screenName: { zh: '3号厅', en: 'Screen 3' },
    filmTitle: { zh: '长夜将尽', en: 'The Long Night Ends' },
    startsAt: toIso(plus(now, minutes(20))),
    endsAt: toIso(plus(now, hours(2))),
    entryFrom: toIso(plus(now, minutes(-20))),
    entryUntil: toIso(plus(now, hours(1))),
    reentry: false,
    cancelled: false,
    capacity: null,
    escortChildren: false,
    whenSplit: 'open',
    homeGate: null,
  };
}
