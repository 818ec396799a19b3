import { verdictOf } from '../admission/verdict.ts';
import { equalBytes } from '../base/bytes.ts';
import { assert } from '../base/fault.ts';
import { between, type Instant, type Monotonic, plus, toIso } from '../base/time.ts';
import type { Verdict } from '../contract/admission.ts';
import type { EventId, TicketId } from '../contract/identifiers.ts';
import { type Admitted, isInService, type LaneInput, type LaneState, type LaneStep, type Scan, type SeenScan } from './lane-state.ts';
import { bodyPassed, obstructed, passageTimedOut, releaseAnswered, serviceReleased } from './passage.ts';

/**
 * The lane machine: one guest at the barrier at a time, the next ones' scans kept meanwhile. It never asks for a release before a commit, it takes an
 * admission back when nobody passed, and it leaves no admission without an outcome while it runs. Whenever it has become free it takes the next guest's scan.
 */
export function stepLane(state: LaneState, input: LaneInput): LaneStep {
  const step = take(state, input);
  const next = takeNext(step.state);
  return { state: next.state, effects: [...step.effects, ...next.effects] };
}

function take(state: LaneState, input: LaneInput): LaneStep {
  switch (input.kind) {
    case 'scanned':
      return scanned(state, input.scan, input.seenAt);
    case 'decided':
      return decided(state, input);
    case 'committed':
      return committed(state, input.scanId, input.at);
    case 'commit-failed':
      return commitFailed(state, input.scanId, input.at);
    case 'release-answered':
      return releaseAnswered(state, input);
    case 'body-passed':
      return bodyPassed(state, input.direction, input.at);
    case 'timer':
      return timerFired(state, input.timer);
    case 'obstructed':
      return obstructed(state, input.on);
    case 'blind':
      return quiet({ ...state, isBlind: input.on });
    case 'service-release':
      return serviceReleased(state, input.on);
    case 'devices':
      return quiet(serviceChanged({ ...state, devices: input.devices }));
    case 'jammed':
      return quiet(serviceChanged({ ...state, isJammed: input.on }));
    case 'fire':
      return quiet(serviceChanged({ ...state, isFire: input.on }));
    case 'counted':
      return quiet({ ...state, counts: input.counts });
  }
}

function quiet(state: LaneState): LaneStep {
  return { state, effects: [] };
}

function timerFired(state: LaneState, timer: Extract<LaneInput, { kind: 'timer' }>['timer']): LaneStep {
  switch (timer) {
    case 'passage':
      return passageTimedOut(state);
    case 'verdict':
      return quiet({ ...state, shown: undefined, barrier: state.phase.kind === 'passing' ? 'released' : 'closed' });
    case 'service':
      return quiet({ ...state, isService: false });
  }
}

/** Every scan waits its turn, most of them for no time at all. */
function scanned(state: LaneState, scan: Scan, seenAt: Monotonic): LaneStep {
  if (!isInService(state)) return quiet(state);
  const { last, phase, waiting, settings } = state;
  const isLastAgain = last !== undefined && equalBytes(last.bytes, scan.bytes);
  if (isHeldUpAgain(state, scan, seenAt)) {
    return quiet(isLastAgain ? { ...state, last: { ...last, seenAt } } : state);
  }
  const isFree = phase.kind === 'idle' && !state.isObstructed;
  if (!isFree && (waiting.some((other) => equalBytes(other.scan.bytes, scan.bytes)) || waiting.length >= settings.waitingScansMax))
    return quiet(state);
  return quiet({ ...state, waiting: [...waiting, { scan, seenAt, behind: guestBefore(state, seenAt) }] });
}

/** A guest who holds the phone up again while the barrier is open for him, or has just been, is not somebody with a used ticket. */
function isHeldUpAgain({ phase, last, settings }: LaneState, { bytes }: Scan, seenAt: Monotonic): boolean {
  switch (phase.kind) {
    case 'idle':
      return last !== undefined && !last.isParty && between(last.seenAt, seenAt) < settings.debounce && equalBytes(last.bytes, bytes);
    case 'checking':
    case 'committing':
      return equalBytes(phase.seen.scan.bytes, bytes);
    case 'releasing':
    case 'passing':
      return !phase.admitted.isParty && equalBytes(phase.admitted.scan.bytes, bytes);
  }
}

/** Whose hand another code of the same ticket would be in. */
function guestBefore({ phase, last, settings }: LaneState, seenAt: Monotonic): TicketId | undefined {
  if (phase.kind === 'releasing' || phase.kind === 'passing') return phase.admitted.ticketId;
  return last !== undefined && between(last.seenAt, seenAt) < settings.debounce ? last.ticketId : undefined;
}

function takeNext(state: LaneState): LaneStep {
  const [next, ...others] = state.waiting;
  if (next === undefined || state.phase.kind !== 'idle' || state.isObstructed || !isInService(state)) return quiet(state);
  return { state: { ...state, waiting: others, phase: { kind: 'checking', seen: next } }, effects: [{ kind: 'check', scan: next.scan }] };
}

function decided(state: LaneState, { scanId, decision, isOffline, at }: Extract<LaneInput, { kind: 'decided' }>): LaneStep {
  const { phase, settings } = state;
  assert(phase.kind === 'checking' && phase.seen.scan.scanId === scanId, 'a decision answers the scan that is being checked');
  const { seen } = phase;
  if (decision.ticket !== undefined && decision.ticket.id === seen.behind && decision.ticket.admits === 1) return sameGuest(state, seen);
  const verdict = verdictOf(decision, { scanId, direction: settings.direction, isOffline, at });
  return {
    state: { ...state, phase: { kind: 'committing', seen, decision, verdict } },
    effects: [{ kind: 'commit', scan: seen.scan, decision, verdict }],
  };
}

/** Another code of the ticket that was let in just before: the phone has changed its code in the guest's hand. */
function sameGuest(state: LaneState, { scan, seenAt }: SeenScan): LaneStep {
  const { last } = state;
  return {
    state: { ...state, phase: { kind: 'idle' }, last: last && { ...last, bytes: scan.bytes, seenAt } },
    effects: [{ kind: 'drop', scanId: scan.scanId }],
  };
}

function committed(state: LaneState, scanId: EventId, at: Instant): LaneStep {
  const { phase, settings, counts } = state;
  assert(phase.kind === 'committing' && phase.seen.scan.scanId === scanId, 'a commit answers the scan that is being written');
  const { decision, seen, verdict } = phase;
  if (decision.kind === 'refuse') {
    return {
      state: {
        ...state,
        phase: { kind: 'idle' },
        shown: { verdict, until: plus(at, settings.verdictShown) },
        barrier: 'closed',
        counts: { ...counts, refused: counts.refused + 1 },
      },
      effects: [{ kind: 'arm', timer: 'verdict', after: settings.verdictShown }],
    };
  }
  const admitted: Admitted = { scan: seen.scan, ticketId: decision.ticket.id, isParty: decision.ticket.admits > 1 };
  return {
    state: {
      ...state,
      phase: { kind: 'releasing', admitted, hasPassed: false },
      last: { ticketId: admitted.ticketId, isParty: admitted.isParty, bytes: seen.scan.bytes, seenAt: seen.seenAt },
      shown: { verdict, until: plus(at, settings.passageTimeout) },
      barrier: 'closed',
      counts: { ...counts, admitted: counts.admitted + 1 },
    },
    // The release first: everything else can wait a moment, the guest should not.
    effects: [
      { kind: 'release', scanId },
      { kind: 'disarm', timer: 'verdict' },
    ],
  };
}

/** Nothing was written, so nobody is let in; the guest is told that we could not verify, which is the truth. */
function commitFailed(state: LaneState, scanId: EventId, at: Instant): LaneStep {
  const { phase, settings } = state;
  assert(phase.kind === 'committing' && phase.seen.scan.scanId === scanId, 'a failed commit answers the scan that was being written');
  const verdict: Verdict = {
    scanId,
    kind: 'cannot-verify',
    reason: 'cannot-verify',
    reasons: ['cannot-verify'],
    direction: settings.direction,
    offline: phase.verdict.offline,
    at: toIso(at),
  };
  return {
    state: { ...state, phase: { kind: 'idle' }, shown: { verdict, until: plus(at, settings.verdictShown) }, barrier: 'closed' },
    effects: [{ kind: 'arm', timer: 'verdict', after: settings.verdictShown }],
  };
}

/** Scans of guests who wait are forgotten when the lane goes out of service: nothing was decided about them, and they are sent to another lane. */
function serviceChanged(state: LaneState): LaneState {
  return isInService(state) ? state : { ...state, waiting: [] };
}
