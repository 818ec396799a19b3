import type { Decision } from '#core/admission/decision.ts';
import { verdictOf } from '#core/admission/verdict.ts';
import { type Fault, FaultError, unreachable } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import { type Instant, type Monotonic, plus, toIso } from '#core/base/time.ts';
import { ulid } from '#core/base/ulid.ts';
import type { Confirmation, Verdict } from '#core/contract/admission.ts';
import type { EventId, LaneId, TicketId } from '#core/contract/identifiers.ts';
import type { Scan } from '#core/lane/lane-state.ts';
import type { Clock, Random } from '#core/ports/clock.ts';
import type { ClaimOutcome, ClaimRequest, SiteClaims } from '#core/site/site-claims.ts';
import type { Admissions, ScanDetail } from '../ledger/admissions.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Log } from '../runtime/log.ts';
import { sha256Hex } from '../runtime/ticket-crypto.ts';
import type { ClaimedCheck } from './claimed-check.ts';

/**
 * A lane without a barrier: a person with a phone. The check is the one of every lane; what differs is that the usher sees the guest go in, so an admission and
 * its passage are one transaction, and that a person may let somebody in against the rules.
 */
export interface HandheldCheck {
  readonly lane: LaneId;
  scan(code: string, via: 'camera' | 'typed'): Promise<HandheldOutcome>;
  /** Lets the ticket in whatever holds against it. Who may ask for that was found out before. */
  override(request: OverrideOrder): Promise<HandheldOutcome>;
  /** The code is no longer the same scan: its admission was taken back. */
  forget(ticketId: TicketId): void;
}

export type HandheldOutcome =
  | { readonly kind: 'decided'; readonly verdict: Verdict }
  /** The camera still sees what was just decided. */
  | { readonly kind: 'same-scan'; readonly verdict: Verdict }
  /** Certainly nothing was written, so nothing was decided. */
  | { readonly kind: 'not-written'; readonly fault: Fault }
  /** More are waiting than one person can have scanned. */
  | { readonly kind: 'busy' };

export interface OverrideOrder {
  readonly claim: Pick<ClaimRequest, 'ticketId' | 'admits' | 'reentry'>;
  /** The event of the scan, as far as the ticket and what holds against it are known. */
  readonly detail: Omit<ScanDetail, 'scanId' | 'lane' | 'direction' | 'verdict' | 'offline' | 'confirmation' | 'override'>;
  /** What the screen says, from the history as it is when the admission is written. */
  readonly verdict: () => Pick<Verdict, 'kind' | 'reason' | 'reasons' | 'ticket'>;
  readonly by: string;
  readonly why: string;
}

export interface HandheldCheckOptions {
  readonly lane: LaneId;
  readonly ledger: Pick<Ledger, 'append'>;
  readonly check: ClaimedCheck;
  readonly admissions: Pick<Admissions, 'recordScan' | 'recordScanAndPassage'>;
  readonly claims: Pick<SiteClaims, 'claim' | 'withdraw'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly online: () => boolean;
  /** A ticket could not be verified: the data may be behind. */
  readonly onCannotVerify: () => void;
  readonly log: Log;
}

interface Seen {
  readonly verdict: Verdict;
  readonly until: Monotonic;
}

export function createHandheldCheck(options: HandheldCheckOptions): HandheldCheck {
  const { lane, ledger, check, admissions, claims, clock, random, online, log } = options;
  const turns = createTurns(LIMITS.staff.scansWaitingMax);
  /** What the camera has just seen, by ticket or, of what is none, by the hash of the code. */
  const seen = new Map<string, Seen>();

  const notWritten = (fault: Fault) => {
    log.error({ code: fault.code, owner: fault.owner }, fault.message);
    return { kind: 'not-written', fault } as const;
  };
  const newScanId = (): EventId => ulid(clock.wall(), random.bytes(10)) as EventId;
  const remember = (key: string, verdict: Verdict): void => {
    seen.delete(key);
    for (const oldest of seen.keys()) {
      if (seen.size < LIMITS.scanner.recentCodesMax) break;
      seen.delete(oldest);
    }
    seen.set(key, { verdict, until: plus(clock.monotonic(), LIMITS.staff.cameraDebounce) });
  };
  /** Seen without a pause, a code stays the same scan: it is still held up. */
  const sameScan = (key: string, via: 'camera' | 'typed'): Verdict | undefined => {
    const before = seen.get(key);
    if (via === 'typed' || before === undefined || clock.monotonic() >= before.until) return undefined;
    remember(key, before.verdict);
    return before.verdict;
  };
  /** Nothing may come between a decision and this: what it rests on must still be true when it is written. */
  const write = (scan: Scan, decision: Decision, isOffline: boolean, at: Instant): Result<void, Fault> => {
    const { event, admission } = check.scans.describe(scan, decision, isOffline, at);
    return written(() => {
      if (admission === undefined) admissions.recordScan(event, undefined);
      else admissions.recordScanAndPassage(event, admission, passed(scan.scanId, lane, admission.ticketId));
    });
  };

  const decideAndWrite = (scan: Scan) =>
    new Promise<
      | { readonly kind: 'written'; readonly decision: Decision; readonly isOffline: boolean; readonly at: Instant }
      | Extract<HandheldOutcome, { kind: 'not-written' }>
    >((resolve, reject) => {
      check.decide(scan, (decision, at) => {
        // In the same turn as the decision: another lane of this machine must not let the ticket in between the two.
        try {
          const isOffline = !online();
          const result = write(scan, decision, isOffline, at);
          if (!result.ok) check.withdraw(scan.scanId);
          resolve(result.ok ? { kind: 'written', decision, isOffline, at } : notWritten(result.error));
        } catch (cause) {
          reject(cause);
        }
      });
    });

  const scanOne = async (code: string, via: 'camera' | 'typed'): Promise<HandheldOutcome> => {
    const scan: Scan = { scanId: newScanId(), bytes: new TextEncoder().encode(code) };
    const looked = check.scans.decide(scan, clock.wall(), { kind: 'alone' });
    const hash = sha256Hex(scan.bytes);
    const key = looked.ticket?.id ?? hash;
    const before = sameScan(key, via);
    if (before !== undefined) return { kind: 'same-scan', verdict: before };
    const outcome = await decideAndWrite(scan);
    if (outcome.kind === 'not-written') return outcome;
    const { decision, isOffline, at } = outcome;
    const verdict = verdictOf(decision, { scanId: scan.scanId, direction: 'entry', isOffline, at });
    remember(key, verdict);
    log.info({ scanId: scan.scanId, outcome: decision.kind, reasons: verdict.reasons, codeHash: hash.slice(0, 6) }, 'scan');
    if (verdict.reason === 'cannot-verify') options.onCannotVerify();
    return { kind: 'decided', verdict };
  };

  const overrideOne = async ({ claim, detail, verdict, by, why }: OverrideOrder): Promise<HandheldOutcome> => {
    const { ticketId } = claim;
    const scanId = newScanId();
    const at = clock.wall();
    // The other gates are told, and cannot refuse: a person has decided.
    const claimed = await new Promise<ClaimOutcome>((resolve) => claims.claim({ ...claim, scanId, lane, at }, resolve));
    const confirmation = confirmationOf(claimed);
    const offline = !online();
    const shown: Verdict = { ...verdict(), scanId, direction: 'entry', offline, confirmation, at: toIso(at) };
    const event: ScanDetail = { ...detail, scanId, lane, direction: 'entry', verdict: 'admit', offline, confirmation, override: { by, why } };
    const result = written(() =>
      admissions.recordScanAndPassage(event, { ...claim, scanId, lane, direction: 'entry', at }, passed(scanId, lane, ticketId), () =>
        ledger.append({ t: 'audit', d: { action: 'admission-overridden', by, detail: `scan ${scanId}: ${why}`.slice(0, 200) } }),
      ),
    );
    if (!result.ok) {
      claims.withdraw(scanId);
      return notWritten(result.error);
    }
    log.info({ scanId, outcome: 'overridden', reasons: detail.reasons, codeHash: detail.codeHash }, 'scan');
    remember(ticketId, shown);
    return { kind: 'decided', verdict: shown };
  };

  return {
    lane,
    scan: (code, via) => turns.take(() => scanOne(code, via)),
    override: (order) => turns.take(() => overrideOne(order)),
    forget: (ticketId) => {
      seen.delete(ticketId);
    },
  };
}

function passed(scanId: EventId, lane: LaneId, ticketId: TicketId) {
  return { scanId, lane, ticketId, direction: 'entry', outcome: 'passed' } as const;
}

function confirmationOf({ kind }: ClaimOutcome): Confirmation {
  switch (kind) {
    case 'alone':
      return 'alone';
    case 'granted':
      return 'confirmed';
    case 'taken':
    case 'unanswered':
      return 'unconfirmed';
    default:
      return unreachable(kind);
  }
}

function written(work: () => void): Result<void, Fault> {
  try {
    work();
    return ok(undefined);
  } catch (cause) {
    if (cause instanceof FaultError) return err(cause.fault);
    throw cause;
  }
}

/** One at a time: two phones, or two taps, must not both find a ticket unused. */
function createTurns(waitingMax: number) {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return {
    take: async (work: () => Promise<HandheldOutcome>): Promise<HandheldOutcome> => {
      if (waiting >= waitingMax) return { kind: 'busy' };
      waiting++;
      const mine = last.then(work);
      last = mine.catch(() => {});
      try {
        return await mine;
      } finally {
        waiting--;
      }
    },
  };
}
