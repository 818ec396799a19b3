import { type Fault, FaultError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { type Monotonic, plus, toIso } from '#core/base/time.ts';
import type { Verdict } from '#core/contract/admission.ts';
import type { EventId, LaneId, TicketId } from '#core/contract/identifiers.ts';
import type { FoundTicket, HallCount, SignInRefusal, SiteView, StaffMember, UsherRefusal, UsherState } from '#core/contract/local/usher.ts';
import type { Clock } from '#core/ports/clock.ts';
import { may } from '#core/staff/rights.ts';
import type { HandheldCheck, HandheldOutcome } from '../lanes/handheld-check.ts';
import type { Admissions } from '../ledger/admissions.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Outcome, UsherSource } from '../local-api/usher-handlers.ts';
import type { Log } from '../runtime/log.ts';
import type { Sessions } from '../staff/sessions.ts';
import type { PinAnswer, Staff } from '../staff/staff.ts';
import type { ConflictBook } from './conflict-book.ts';
import { type OverrideSources, overrideOrder, overrideTarget, verdictOfEvent } from './override.ts';
import type { LoggedScan, ScanLog } from './scan-log.ts';
import type { TicketFinder } from './ticket-finder.ts';

/** The usher's page behind its rows: who may do what, and everything that the page shows. */
export interface UsherDesk extends UsherSource {
  /** A lane of this machine has shown this; the page repeats it as it was. */
  shown(verdict: Verdict): void;
}

export interface UsherDeskParts {
  readonly staff: Staff;
  readonly sessions: Sessions;
  readonly scans: ScanLog;
  readonly finder: TicketFinder;
  readonly conflicts: ConflictBook;
  readonly halls: () => HallCount[];
  /** Undefined where nobody checks by hand. */
  readonly check: HandheldCheck | undefined;
  readonly admissions: Pick<Admissions, 'recordPassage'>;
  readonly ledger: Pick<Ledger, 'append' | 'boot'>;
  readonly isReentry: OverrideSources['isReentry'];
  readonly basis: OverrideSources['basis'];
  readonly surroundings: () => Pick<UsherState, 'online' | 'dataAgeSeconds' | 'unsent' | 'timeZone'> & { readonly site: SiteView };
  /** Screens say how many conflicts nobody has looked at. */
  readonly onConflictSeen: () => void;
  readonly clock: Clock;
  readonly log: Log;
}

const CONFLICTS_SHOWN = 50;
/** Verdicts as they were shown; the scans beyond are told from their events. */
const VERDICTS_KEPT = 64;

export function createUsherDesk(parts: UsherDeskParts): UsherDesk {
  const { staff, sessions, check, clock, finder } = parts;
  const verdicts = boundedMap<string, Verdict>(VERDICTS_KEPT);
  /** Tickets that an order named and that our data do not have. */
  const fromOrders = boundedMap<TicketId, FoundTicket>(LIMITS.staff.scansKept);
  const overriding = createOverridesOnce(clock);
  const ticket = (id: TicketId): FoundTicket | undefined => finder.ticket(id) ?? fromOrders.get(id);
  const sources: OverrideSources = { ...parts, ticket };
  const lane = check?.lane ?? null;

  const shown = (verdict: Verdict): void => verdicts.set(verdict.scanId, verdict);
  const settled = (outcome: HandheldOutcome): Outcome<{ readonly verdict: Verdict }> => {
    switch (outcome.kind) {
      case 'decided':
        shown(outcome.verdict);
        return { kind: 'done', verdict: outcome.verdict };
      case 'same-scan':
        return refuse({ code: 'same-scan', verdict: outcome.verdict });
      case 'not-written':
        return refuse({ code: 'not-written' });
      case 'busy':
        return outcome;
    }
  };

  return {
    shown,
    state: (token) => {
      const member = sessions.holder(token);
      const { site, ...around } = parts.surroundings();
      const common = { lane, ...around, site };
      if (member === undefined) return { ...common, staff: null, recent: [], conflicts: [], halls: [] };
      const recent = parts.scans.recent(LIMITS.staff.recentScans).map((scan) => recentScan(scan, lane, verdicts.get(scan.scanId), ticket, parts));
      return { ...common, staff: member, recent, conflicts: parts.conflicts.list(CONFLICTS_SHOWN), halls: parts.halls() };
    },
    signIn: async (pin) => {
      const answer = await staff.verify(pin, 'usher-page');
      if (answer.kind === 'member') return { kind: 'done', token: sessions.open(answer.credential) };
      return answer.kind === 'busy' ? answer : { kind: 'refused', refusal: signInRefusal(answer, clock) };
    },
    signOut: (token) => sessions.close(token),
    check: async (token, { code, via }) => {
      const member = sessions.holder(token);
      if (member === undefined) return NOT_SIGNED_IN;
      return check === undefined || !may(member, 'ticket.check') ? refuse({ code: 'no-right' }) : settled(await check.scan(code, via));
    },
    search: async (token, query) => {
      const member = sessions.holder(token);
      if (member === undefined) return NOT_SIGNED_IN;
      if (!may(member, 'ticket.check')) return refuse({ code: 'no-right' });
      const found = await finder.find(query);
      if (!found.ok) return refuse({ code: 'unavailable' });
      const { kind, tickets } = found.value;
      if (kind === 'order-number') for (const each of tickets) fromOrders.set(each.id, each);
      return { kind: 'done', found: { kind, tickets: [...tickets] } };
    },
    override: async (token, { of, why, note, pin }) => {
      if (sessions.holder(token) === undefined) return NOT_SIGNED_IN;
      if (check === undefined) return refuse({ code: 'no-right' });
      const answer = await staff.verify(pin, 'usher-page');
      if (answer.kind === 'busy') return answer;
      if (answer.kind !== 'member') return refuse(pinRefusal(answer, clock));
      if (answer.member.role !== 'duty-manager') return refuse({ code: 'no-right' });
      const target = overrideTarget(of, sources);
      if (typeof target === 'string') return refuse({ code: target });
      const order = overrideOrder(target, { by: answer.member.name, why: words(why, note) }, sources);
      return settled(await overriding.run(of, () => check.override(order)));
    },
    undo: async (token, scanId) => {
      const member = sessions.holder(token);
      return member === undefined
        ? NOT_SIGNED_IN
        : undo(parts, scanId, member, (id) => {
            check?.forget(id);
            overriding.forget(scanId);
          });
    },
    markSeen: (token, ticketId) => {
      const member = sessions.holder(token);
      if (member === undefined) return NOT_SIGNED_IN;
      const marked = parts.conflicts.markSeen(ticketId, member.name, clock.wall());
      if (marked.ok) {
        parts.onConflictSeen();
        return { kind: 'done' };
      }
      return marked.error === 'unknown' ? refuse({ code: 'unknown' }) : notWritten(parts.log, marked.error);
    },
  };
}

const refuse = (refusal: UsherRefusal) => ({ kind: 'refused', refusal }) as const;
const notWritten = (log: Log, { code, owner, message }: Fault) => {
  log.error({ code, owner }, message);
  return refuse({ code: 'not-written' });
};
const NOT_SIGNED_IN = refuse({ code: 'not-signed-in' });

function undo(parts: UsherDeskParts, scanId: EventId, { name: by }: StaffMember, undone: (ticketId: TicketId) => void): Outcome<object> {
  const scan = parts.scans.find(scanId);
  if (scan === undefined) return refuse({ code: 'unknown' });
  const { ticketId, direction, lane } = scan.detail;
  if (undoUntil(scan, parts.check?.lane ?? null, parts) === undefined || ticketId === undefined) return refuse({ code: 'too-late' });
  try {
    parts.admissions.recordPassage({ scanId, lane, direction, outcome: 'not-passed', ticketId, by }, () =>
      parts.ledger.append({ t: 'audit', d: { action: 'admission-undone', by, detail: `scan ${scanId}` } }),
    );
  } catch (cause) {
    if (cause instanceof FaultError) return notWritten(parts.log, cause.fault);
    throw cause;
  }
  undone(ticketId);
  return { kind: 'done' };
}

/** Until when an admission may be taken back; undefined when it may not: another lane's, too old, or taken back. */
function undoUntil({ detail, outcome, at, mono, boot }: LoggedScan, lane: LaneId | null, { clock, ledger }: UsherDeskParts): string | undefined {
  if (detail.lane !== lane || detail.verdict !== 'admit' || outcome !== 'passed') return undefined;
  // Within a run the time that passed is measured; across a restart the wall clock has to do, and one that was set back gives nothing.
  const age = boot === ledger.boot ? clock.monotonic() - mono : clock.wall() - at;
  return age >= 0 && age <= LIMITS.staff.undoWithin ? toIso(plus(at, LIMITS.staff.undoWithin)) : undefined;
}

function recentScan(
  scan: LoggedScan,
  lane: LaneId | null,
  verdict: Verdict | undefined,
  ticket: (id: TicketId) => FoundTicket | undefined,
  parts: UsherDeskParts,
): UsherState['recent'][number] {
  const { detail, at, outcome } = scan;
  const until = undoUntil(scan, lane, parts);
  return {
    lane: detail.lane,
    verdict: verdict ?? verdictOfEvent(detail, toIso(at), ticket),
    ...(detail.override === undefined ? {} : { overriddenBy: detail.override.by }),
    undone: outcome === 'not-passed' || outcome === 'release-failed',
    ...(until === undefined ? {} : { undoUntil: until }),
  };
}

type FailedPin = Exclude<PinAnswer, { kind: 'member' | 'busy' }>;

function signInRefusal(answer: FailedPin, clock: Clock): SignInRefusal {
  switch (answer.kind) {
    case 'wrong':
      return { code: 'wrong-pin', triesLeft: answer.triesLeft };
    case 'locked':
      return { code: 'locked', until: toIso(plus(clock.wall(), answer.left)) };
    case 'no-staff':
      return { code: 'no-staff' };
  }
}

function pinRefusal(answer: FailedPin, clock: Clock): UsherRefusal {
  const refusal = signInRefusal(answer, clock);
  // Somebody was signed in a moment ago; the last of the staff has been removed since.
  return refusal.code === 'no-staff' ? { code: 'no-right' } : refusal;
}

/** A note is a person's; it may hold anything, and stands in records and on pages. */
function words(why: string, note: string): string {
  const clean = note.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  return clean === '' ? why : `${why}: ${clean}`;
}

/** A second tap, or an answer that was lost on its way, is one decision told twice: of a scan for ever, of a ticket as long as a tap may be repeated. */
function createOverridesOnce(clock: Clock) {
  type Made = { readonly outcome: Promise<HandheldOutcome>; readonly until: Monotonic | undefined; madeScan: string | undefined };
  const made = boundedMap<string, Made>(LIMITS.staff.scansKept);
  return {
    run: async (of: Parameters<typeof overrideTarget>[0], override: () => Promise<HandheldOutcome>): Promise<HandheldOutcome> => {
      const key = 'scanId' in of ? of.scanId : of.ticketId;
      const before = made.get(key);
      if (before !== undefined && (before.until === undefined || clock.monotonic() < before.until)) {
        const outcome = await before.outcome;
        return outcome.kind === 'decided' ? { kind: 'same-scan', verdict: outcome.verdict } : outcome;
      }
      const until = 'scanId' in of ? undefined : plus(clock.monotonic(), LIMITS.staff.cameraDebounce);
      const mine: Made = { outcome: override(), until, madeScan: undefined };
      made.set(key, mine);
      const outcome = await mine.outcome;
      if (outcome.kind === 'decided') mine.madeScan = outcome.verdict.scanId;
      else made.delete(key);
      return outcome;
    },
    /** That admission was taken back: the ticket may be let in once more. */
    forget: (scanId: EventId): void => {
      for (const [key, { madeScan }] of made.entries()) if (madeScan === scanId) made.delete(key);
    },
  };
}

/** Forgets the oldest. */
function boundedMap<Key, Value>(max: number) {
  const map = new Map<Key, Value>();
  return {
    get: (key: Key): Value | undefined => map.get(key),
    entries: (): readonly (readonly [Key, Value])[] => [...map.entries()],
    delete: (key: Key): boolean => map.delete(key),
    set: (key: Key, value: Value): void => {
      map.delete(key);
      map.set(key, value);
      const oldest = map.keys().next();
      if (map.size > max && oldest.done !== true) map.delete(oldest.value);
    },
  };
}
