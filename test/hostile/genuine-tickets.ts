import { createTicketVerifier, ed25519Signer, hmacSha256 } from '#agent/runtime/ticket-crypto.ts';
import type { ShowFacts, TicketFacts } from '#core/admission/facts.ts';
import { assert } from '#core/base/fault.ts';
import { hours, instant, minus, minutes, plus } from '#core/base/time.ts';
import type { ScreenId, ShowId, SiteId, TicketId } from '#core/contract/identifiers.ts';
import { encodePayload } from '#core/ticket/payload.ts';
import { checkValue, stepAt, ticketKey } from '#core/ticket/rotating.ts';
import { parseTicketText, rotatingText, signedBytes, ticketText, type VerifySignature } from '#core/ticket/ticket-text.ts';
import { memoryGate } from '#test/support/memory-gate.ts';

/** Tickets that a gate would let in at this moment, and that gate: everything that is done to them afterwards is an attack. */

export const SITE = '36090702' as SiteId;
export const NOW = instant(Date.UTC(2026, 9, 31, 11, 0, 7));
const START = plus(NOW, minutes(20));
const TICKETS = 32;

const signer = ed25519Signer(Buffer.alloc(32, 1).toString('base64url'));
const venueSecret = new Uint8Array(32).fill(2);
const keys = new Map([[1, { publicKey: signer.publicKey, notBefore: minus(NOW, hours(1_000)), notAfter: plus(NOW, hours(1_000)) }]]);
const show: ShowFacts = {
  id: '417' as ShowId,
  screenId: '3' as ScreenId,
  screenName: { zh: '3号厅', en: 'Screen 3' },
  filmTitle: { zh: '示例影片', en: 'Sample Film' },
  startsAt: START,
  entryFrom: minus(START, minutes(40)),
  entryUntil: plus(START, minutes(60)),
  reentry: false,
  cancelled: false,
  capacity: undefined,
  escortChildren: false,
  whenSplit: 'open',
  homeGate: undefined,
};

const ids = Array.from({ length: TICKETS }, (_, index) => (3_609_070_200_000_000 + index * 7).toString() as TicketId);
const records: readonly TicketFacts[] = ids.map((id) => ({
  id,
  showId: show.id,
  seatLabel: '5-08',
  admits: 1,
  needsProof: false,
  ticketClass: 'standard',
  escorts: [],
  forms: 'both',
  standing: 'valid',
  since: minus(NOW, hours(1)),
}));

/** The codes of paper. */
export const papers: readonly string[] = ids.map((ticketId, index) => {
  const payload = encodePayload({
    keyId: 1,
    siteId: SITE,
    ticketId,
    showId: show.id,
    screenId: show.screenId,
    seat: index,
    admits: 1,
    ticketClass: 'standard',
    needsProof: false,
    validFrom: show.entryFrom,
    validUntil: show.entryUntil,
    issuedAt: minus(NOW, hours(1)),
  });
  return ticketText(payload, signer.sign(signedBytes(payload)));
});

/** The codes that phones show at {@link NOW}. */
export const phones: readonly string[] = papers.map((paper) => {
  const ticket = parseTicketText(paper);
  assert(ticket.ok, 'the paper is good');
  const step = stepAt(NOW);
  return rotatingText(ticket.value, step, checkValue(ticketKey(venueSecret, ticket.value.payload.ticketId, hmacSha256), step, hmacSha256));
});

export const verifyReally: VerifySignature = createTicketVerifier((keyId) => keys.get(keyId)?.publicKey);

/** The whole path from bytes to a decision. */
export function gateWith(verify: VerifySignature) {
  return memoryGate({ siteId: SITE, keys, tickets: records, shows: [show], confirmedAt: minus(NOW, minutes(1)), venueSecret, verify });
}
