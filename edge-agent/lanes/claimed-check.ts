import type { Decision } from '#core/admission/decision.ts';
import type { SiteFacts } from '#core/admission/facts.ts';
import type { Instant } from '#core/base/time.ts';
import type { EventId, MachineId } from '#core/contract/identifiers.ts';
import type { Scan } from '#core/lane/lane-state.ts';
import type { ClaimOutcome, SiteClaims } from '#core/site/site-claims.ts';
import type { Admissions } from '../ledger/admissions.ts';
import type { ScanCheck } from './scan-check.ts';

/**
 * The check of a ticket among several gates: decided from local data, claimed from the other gates when it would let somebody in, and decided again with what
 * they say. Where there is no other gate this is the check itself.
 */
export interface ClaimedCheck {
  readonly scans: ScanCheck;
  /**
   * `then` is called once: before this returns unless another gate has to be waited for, and in any case within `LIMITS.site.claimBudget`. An admission is
   * claimed until its row is written; whoever does not write it calls `withdraw`.
   */
  decide(scan: Scan, then: (decision: Decision, at: Instant) => void): void;
  withdraw(scanId: EventId): void;
}

export interface ClaimedCheckOptions {
  readonly machine: MachineId;
  readonly admissions: Admissions;
  readonly claims: SiteClaims;
  readonly now: () => Instant;
  readonly scanCheck: (admissions: Admissions) => ScanCheck;
}

/** A gate that lost to one which then did not let its guest in asks again; so often in one scan that something is wrong with us. */
const CLAIMS_MAX = 3;

export function createClaimedCheck({ machine, admissions, claims, now, scanCheck }: ClaimedCheckOptions): ClaimedCheck {
  let checking: EventId | undefined;
  const scans = scanCheck({ ...admissions, history: (ticket) => admissions.history(ticket, claims.pending(ticket, checking)) });

  const decideWith = (scan: Scan, at: Instant, site: SiteFacts): Decision => {
    checking = scan.scanId;
    return scans.decide(scan, at, site);
  };
  const decide = (scan: Scan, then: (decision: Decision, at: Instant) => void, claimed: number): void => {
    const at = now();
    const alone = decideWith(scan, at, { kind: 'alone' });
    const request = scans.claimOf(alone, scan, at);
    if (request === undefined) {
      then(alone, at);
      return;
    }
    claims.claim(request, (outcome) => {
      if (outcome.kind === 'alone') {
        then(alone, at);
        return;
      }
      const answeredAt = now();
      const decision = decideWith(scan, answeredAt, factsOf(outcome));
      if (decision.kind === 'refuse') claims.withdraw(scan.scanId);
      if (outcome.kind !== 'taken' || decision.kind === 'refuse') then(decision, answeredAt);
      // It was lost to somebody who has given it up since.
      else if (claimed + 1 < CLAIMS_MAX) decide(scan, then, claimed + 1);
      else then(decideWith(scan, answeredAt, { kind: 'unanswered', missing: [machine], mustRefuse: true }), answeredAt);
    });
  };
  return { scans, decide: (scan, then) => decide(scan, then, 0), withdraw: (scanId) => claims.withdraw(scanId) };
}

/** What was taken stands in the history; beyond that, everybody has answered. */
function factsOf(outcome: Exclude<ClaimOutcome, { kind: 'alone' }>): SiteFacts {
  switch (outcome.kind) {
    case 'granted':
    case 'taken':
      return { kind: 'confirmed' };
    case 'unanswered':
      return { kind: 'unanswered', missing: outcome.missing, mustRefuse: outcome.mustRefuse };
  }
}
