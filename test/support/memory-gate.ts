import { checkCode, recogniseCode } from '#agent/lanes/gather-facts.ts';
import { createTicketVerifier, hmacSha256 } from '#agent/runtime/ticket-crypto.ts';
import { decideAdmission } from '#core/admission/decide-admission.ts';
import type { Decision } from '#core/admission/decision.ts';
import type { ClockFacts, GateFacts, ShowFacts, SiteFacts, TicketFacts, TicketHistory } from '#core/admission/facts.ts';
import { toHex } from '#core/base/bytes.ts';
import { LIMITS } from '#core/base/limits.ts';
import { between, type Instant } from '#core/base/time.ts';
import type { Direction } from '#core/contract/admission.ts';
import type { LaneId, MachineId, SiteId } from '#core/contract/identifiers.ts';
import { opaqueCodeHash } from '#core/ticket/opaque-code.ts';
import { checkValue, ticketKey } from '#core/ticket/rotating.ts';
import type { VerifySignature } from '#core/ticket/ticket-text.ts';

/** The production path from bytes to a decision (classify, verify, look up, decide) over validity data in memory, on a gate where nobody has gone in yet unless it is said. */
export interface MemoryGateData {
  readonly siteId: SiteId;
  readonly keys: ReadonlyMap<number, { readonly publicKey: string; readonly notBefore: Instant; readonly notAfter: Instant }>;
  readonly tickets: readonly TicketFacts[];
  readonly shows: readonly ShowFacts[];
  /** Codes of other systems, by their hash in hexadecimal. */
  readonly codes?: ReadonlyMap<string, TicketFacts['id']>;
  readonly confirmedAt: Instant;
  readonly venueSecret?: Uint8Array;
  readonly codeKey?: Uint8Array;
  /** Instead of checking Ed25519 signatures by the keys. */
  readonly verify?: VerifySignature;
  /** Of every ticket; none when missing. */
  readonly history?: TicketHistory;
  readonly inHall?: number;
  /** Which screens and classes the gate takes; all when missing. */
  readonly takes?: Partial<Pick<GateFacts, 'screens' | 'classes'>>;
  readonly clock?: ClockFacts;
  readonly site?: SiteFacts;
}

export function memoryGate(data: MemoryGateData) {
  const { siteId, keys, tickets, shows, codes, confirmedAt, venueSecret, codeKey, verify } = data;
  const { history = { entries: 0, exits: 0 }, inHall = 0 } = data;
  const byId = new Map(tickets.map((ticket) => [ticket.id, ticket]));
  const showById = new Map(shows.map((show) => [show.id, show]));
  const sources = {
    siteId,
    validity: {
      state: () => ({ version: 1, confirmedAt }),
      ticket: (id: TicketFacts['id']) => byId.get(id),
      show: (id: ShowFacts['id']) => showById.get(id),
      key: (id: number) => keys.get(id),
      codeTicket: (hash: Uint8Array) => codes?.get(toHex(hash)),
    },
    admissions: { history: () => history, isInside: () => false, inHall: () => inHall },
    verify: verify ?? createTicketVerifier((keyId) => keys.get(keyId)?.publicKey),
    secrets: {
      isGenuine: (ticketId: TicketFacts['id'], step: number, check: Uint8Array) =>
        venueSecret && toHex(checkValue(ticketKey(venueSecret, ticketId, hmacSha256), step, hmacSha256)) === toHex(check),
      hashOf: (code: Uint8Array) => codeKey && opaqueCodeHash(codeKey, code, hmacSha256),
    },
  };
  return (bytes: Uint8Array, now: Instant, direction: Direction = 'entry'): Decision =>
    decideAdmission({
      code: checkCode(recogniseCode(bytes, sources), sources),
      gate: { machine: 'gate-a' as MachineId, lane: 'lane-1' as LaneId, siteId, direction, screens: undefined, classes: undefined, ...data.takes },
      data: { version: 1, confirmedAt, age: between(confirmedAt, now) },
      clock: data.clock ?? { earliest: now, latest: now, now },
      site: data.site ?? { kind: 'alone' },
      policy: { dataAgeMax: LIMITS.validity.ageMax, clockWidthMax: LIMITS.clock.widthMax },
    });
}
