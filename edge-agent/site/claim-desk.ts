import { LIMITS } from '#core/base/limits.ts';
import type { EventId, MachineId, TicketId } from '#core/contract/identifiers.ts';
import type { OpenClaim, SiteMessage, SiteRow } from '#core/contract/wire/site.ts';
import type { Clock, Timers } from '#core/ports/clock.ts';
import { asPastEntry, type ClaimsEffect, type ClaimsInput, openClaims, startClaims, stepClaims } from '#core/site/claims.ts';
import { isLive } from '#core/site/merge.ts';
import type { ClaimOutcome, ClaimRequest, SiteClaims } from '#core/site/site-claims.ts';
import { createNamedTimers } from '../runtime/named-timers.ts';

/** The claim machine with what it needs of the world: rows, time, and lines. */
export interface ClaimDesk extends SiteClaims {
  setMembers(machines: readonly MachineId[]): void;
  setReachable(machine: MachineId, isReachable: boolean): void;
  /** Somebody else's claim; it is answered with all that is known of the ticket. */
  asked(from: MachineId, ticketId: TicketId, claim: OpenClaim): void;
  /** The answer to a claim of ours; its rows have been merged. */
  told(from: MachineId, answer: Extract<SiteMessage, { t: 'answer' }>): void;
  withdrawn(from: MachineId, scanId: EventId): void;
  /** These admissions are written: whoever claimed one of them has what he wanted. */
  written(rows: readonly Pick<SiteRow, 'scanId' | 'machine'>[]): void;
  learnStamp(stamp: number): void;
  stamp(): number;
  /** Forgets claims that nobody has ended. */
  tick(): void;
  stop(): void;
}

export interface ClaimDeskParts {
  readonly machine: MachineId;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly rowsOf: (ticketId: TicketId) => readonly SiteRow[];
  readonly send: (to: MachineId, message: SiteMessage) => void;
  /** Part of this machine's own records is lost and has not come back yet. */
  readonly isRestoring: () => boolean;
}

/** As many as the contract lets one answer carry; a ticket that was shown more often is used up by these alone. */
const ROWS_TOLD_MAX = 64;

interface Wish {
  readonly request: ClaimRequest;
  readonly answered: (outcome: ClaimOutcome) => void;
}

export function createClaimDesk({ machine, clock, timers, rowsOf, send, isRestoring }: ClaimDeskParts): ClaimDesk {
  let state = startClaims(machine);
  const wishes = new Map<EventId, Wish>();
  const budgets = createNamedTimers<EventId>(timers, (scanId) => take({ kind: 'budget-spent', scanId, at: clock.monotonic() }));

  const take = (input: ClaimsInput): void => {
    const step = stepClaims(state, input);
    state = step.state;
    for (const effect of step.effects) perform(effect);
  };
  const perform = (effect: ClaimsEffect): void => {
    switch (effect.kind) {
      case 'ask':
        send(effect.to, { t: 'claim', ticketId: effect.ticketId, claim: effect.claim });
        break;
      case 'tell': {
        const { to, scanId, ticketId, claims } = effect;
        send(to, { t: 'answer', scanId, stamp: state.stamp, rows: rowsOf(ticketId).slice(0, ROWS_TOLD_MAX), claims: [...claims] });
        break;
      }
      case 'tell-withdrawn':
        send(effect.to, { t: 'withdraw', scanId: effect.scanId });
        break;
      case 'arm':
        budgets.arm(effect.scanId, LIMITS.site.claimBudget);
        break;
      case 'disarm':
        budgets.disarm(effect.scanId);
        break;
      case 'answered': {
        const wish = wishes.get(effect.scanId);
        wishes.delete(effect.scanId);
        const { outcome } = effect;
        wish?.answered(outcome.kind === 'unanswered' ? { ...outcome, mustRefuse: isRestoring() } : { kind: outcome.kind });
        break;
      }
    }
  };
  const written = (rows: readonly Pick<SiteRow, 'scanId' | 'machine'>[]): void => {
    for (const { scanId, machine: by } of rows) {
      if (state.own.has(scanId) || state.others.has(scanId)) take({ kind: 'ended', scanId, how: 'written', by });
    }
  };
  /** Places that are gone. A claim whose admission is written already is not counted twice: it ends here. */
  const used = (ticketId: TicketId, reentry: boolean): number => {
    const rows = rowsOf(ticketId);
    written(rows);
    const count = (direction: SiteRow['direction']) => rows.filter((row) => row.direction === direction && isLive(row.outcome)).length;
    return reentry ? Math.max(0, count('entry') - count('exit')) : count('entry');
  };

  return {
    claim: (request, answered) => {
      if (state.members.size === 0) {
        answered({ kind: 'alone' });
        return;
      }
      wishes.set(request.scanId, { request, answered });
      take({ kind: 'ask', request, used: used(request.ticketId, request.reentry), at: clock.monotonic() });
    },
    withdraw: (scanId) => {
      if (state.own.has(scanId)) take({ kind: 'ended', scanId, how: 'withdrawn', by: machine });
    },
    pending: (ticketId, before) => (state.own.size + state.others.size === 0 ? [] : openClaims(state, ticketId, before).map(asPastEntry)),
    setMembers: (machines) => take({ kind: 'members', members: machines }),
    setReachable: (of, isReachable) => take({ kind: 'reachable', machine: of, isReachable, at: clock.monotonic() }),
    asked: (from, ticketId, claim) => {
      written(rowsOf(ticketId));
      take({ kind: 'asked', from, ticketId, claim, at: clock.monotonic() });
    },
    told: (from, { scanId, stamp, claims }) => {
      const wish = wishes.get(scanId);
      if (wish === undefined) take({ kind: 'stamp', stamp });
      else {
        const { ticketId, reentry } = wish.request;
        const isWritten = new Set(rowsOf(ticketId).map((row) => row.scanId));
        const open = claims.filter((claim) => !isWritten.has(claim.scanId));
        take({ kind: 'told', from, scanId, stamp, claims: open, used: used(ticketId, reentry), at: clock.monotonic() });
      }
    },
    withdrawn: (from, scanId) => take({ kind: 'ended', scanId, how: 'withdrawn', by: from }),
    written,
    learnStamp: (stamp) => take({ kind: 'stamp', stamp }),
    stamp: () => state.stamp,
    tick: () => {
      // Most beats find no claim that is open.
      if (state.own.size + state.others.size > 0) take({ kind: 'time', at: clock.monotonic() });
    },
    stop: () => budgets.disarmAll(),
  };
}
