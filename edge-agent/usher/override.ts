import type { z } from 'zod';
import { type RefusalReason, VERDICT_OF_REASON, type Verdict, type VerdictKind } from '#core/contract/admission.ts';
import type { EventId, ShowId, TicketId } from '#core/contract/identifiers.ts';
import type { FoundTicket, OverrideRequest } from '#core/contract/local/usher.ts';
import type { OverrideOrder } from '../lanes/handheld-check.ts';
import type { ScanDetail } from '../ledger/admissions.ts';
import { sha256Hex } from '../runtime/ticket-crypto.ts';
import type { ScanLog } from './scan-log.ts';

/** What a duty manager lets in against the rules: a ticket, and what stands against it. Without a genuine ticket of this cinema there is nothing to let in. */
export interface OverrideTarget {
  readonly ticketId: TicketId;
  readonly showId: ShowId | undefined;
  readonly reasons: readonly RefusalReason[];
  readonly codeHash: string;
}

export interface OverrideSources {
  readonly scans: Pick<ScanLog, 'find'>;
  /** By its number; in local data, or found in an order a moment ago. */
  readonly ticket: (id: TicketId) => FoundTicket | undefined;
  readonly isReentry: (showId: ShowId) => boolean;
  /** The state of data and clock, as it goes into the event. */
  readonly basis: () => Pick<ScanDetail, 'dataVersion' | 'dataAgeSeconds' | 'clockErrorMs'>;
}

type Of = z.output<typeof OverrideRequest>['of'];

/** - `unknown`: no such scan or ticket, or a code that proves none. - `too-late`: that scan was no refusal. */
export function overrideTarget(of: Of, { scans, ticket }: OverrideSources): OverrideTarget | 'unknown' | 'too-late' {
  if ('scanId' in of) return targetOfScan(of.scanId, scans);
  const found = ticket(of.ticketId);
  if (found === undefined) return 'unknown';
  return { ticketId: found.id, showId: found.showId, reasons: reasonsAgainst(found), codeHash: sha256Hex(found.id).slice(0, 6) };
}

function targetOfScan(scanId: EventId, scans: Pick<ScanLog, 'find'>): OverrideTarget | 'unknown' | 'too-late' {
  const scan = scans.find(scanId);
  if (scan === undefined || scan.detail.direction !== 'entry') return 'unknown';
  const { verdict, ticketId, showId, reasons, codeHash } = scan.detail;
  if (verdict === 'admit') return 'too-late';
  // A forged code names no ticket; one of another cinema is nothing that this cinema may honour.
  if (ticketId === undefined || reasons.includes('other-site')) return 'unknown';
  return { ticketId, showId, reasons, codeHash };
}

/** Without a code only the ticket's own state can stand against it. */
function reasonsAgainst({ standing, used, admits }: FoundTicket): readonly RefusalReason[] {
  return [...(standing === 'valid' ? [] : [standing]), ...(used < admits ? [] : (['already-used'] as const))];
}

export function overrideOrder(
  { ticketId, showId, reasons, codeHash }: OverrideTarget,
  { by, why }: { readonly by: string; readonly why: string },
  { ticket, isReentry, basis }: OverrideSources,
): OverrideOrder {
  const facts = ticket(ticketId);
  const show = facts?.showId ?? showId;
  return {
    claim: { ticketId, admits: facts?.admits ?? 1, reentry: show === undefined ? false : isReentry(show) },
    detail: { reasons: [...reasons], ticketId, ...(show === undefined ? {} : { showId: show }), codeHash, ...basis() },
    verdict: () => shownOverride(ticketId, reasons, ticket(ticketId)),
    by,
    why,
  };
}

function shownOverride(
  ticketId: TicketId,
  reasons: readonly RefusalReason[],
  facts: FoundTicket | undefined,
): Pick<Verdict, 'kind' | 'reasons' | 'ticket'> {
  return {
    kind: (facts?.admits ?? 1) > 1 ? 'enter-group' : 'enter',
    reasons: [...reasons],
    ticket: { ...shownTicket(ticketId, facts), used: (facts?.used ?? 0) + 1 },
  };
}

/** A scan as its event tells it, for a screen that did not see it happen. */
export function verdictOfEvent(
  { scanId, verdict, reasons, direction, offline, confirmation, ticketId, override }: ScanDetail,
  at: string,
  ticket: (id: TicketId) => FoundTicket | undefined,
): Verdict {
  const facts = ticketId === undefined ? undefined : ticket(ticketId);
  const [primary] = reasons;
  return {
    scanId,
    kind: verdict === 'refuse' && primary !== undefined ? VERDICT_OF_REASON[primary] : faceOfAdmission(facts, override !== undefined),
    ...(verdict === 'refuse' && primary !== undefined ? { reason: primary } : {}),
    reasons,
    direction,
    offline,
    ...(verdict === 'admit' ? { confirmation } : {}),
    at,
    ...(ticketId === undefined ? {} : { ticket: shownTicket(ticketId, facts) }),
    ...(primary === 'already-used' && facts?.lastEntry !== undefined ? { usedBefore: facts.lastEntry } : {}),
  };
}

function faceOfAdmission(facts: FoundTicket | undefined, isOverride: boolean): VerdictKind {
  if (facts?.needsProof === true && !isOverride) return 'attention';
  return (facts?.admits ?? 1) > 1 ? 'enter-group' : 'enter';
}

function shownTicket(id: TicketId, facts: FoundTicket | undefined): NonNullable<Verdict['ticket']> {
  if (facts === undefined) return { id, seatLabel: '', used: 0, admits: 1 };
  const { filmTitle, screenName, seatLabel, startsAt, entryFrom, used, admits } = facts;
  return {
    id,
    ...(filmTitle === undefined ? {} : { filmTitle }),
    ...(screenName === undefined ? {} : { screenName }),
    seatLabel,
    ...(startsAt === undefined ? {} : { startsAt }),
    ...(entryFrom === undefined ? {} : { entryFrom }),
    used,
    admits,
  };
}
