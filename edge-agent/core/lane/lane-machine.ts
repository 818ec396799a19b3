import { verdictOf } from '../admission/verdict.ts';
import { equalBytes } from '../base/bytes.ts';
import { assert } from '../base/fault.ts';
import { type Instant, plus, toIso } from '../base/time.ts';
import type { Direction, Verdict } from '../contract/admission.ts';
import type { EventId } from '../contract/identifiers.ts';
import { type Admitted, isInService, type LaneEffect, type LaneInput, type LaneState, type LaneStep, type Scan } from './lane-state.ts';

/**
 * The lane machine: one guest at the barrier at a time, the next ones' scans kept meanwhile. It never asks for a release before a commit, it takes an
 * admission back when nobody passed, and it leaves no admission without an outcome while it runs.
 */
export function stepLane(state: LaneState, input: LaneInput): LaneStep {
  switch (input.kind) {
    case 'scanned':
      return scanned(state, input.scan);
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
      return input.timer === 'passage' ? passageTimedOut(state) : quiet({ ...state, shown: undefined, barrier: restingBarrier(state) });
    case 'devices':
      return serviceChanged({ ...state, devices: input.devices });
    case 'jammed':
      return serviceChanged({ ...state, isJammed: input.on });
    case 'fire':
      return serviceChanged({ ...state, isFire: input.on });
  }
}

function quiet(state: LaneState): LaneStep {
  return { state, effects: [] };
}

function withEffects({ state, effects }: LaneStep, ...before: readonly LaneEffect[]): LaneStep {
  return { state, effects: [...before, ...effects] };
}

function scanned(state: LaneState, scan: Scan): LaneStep {
  if (!isInService(state)) return quiet(state);
  if (state.phase.kind === 'idle') {
    return { state: { ...state, phase: { kind: 'checking', scan } }, effects: [{ kind: 'check', scan }] };
  }
  const isSameAgain = isHeldByGuestAtBarrier(state, scan) || state.waiting.some(({ bytes }) => equalBytes(bytes, scan.bytes));
  if (isSameAgain || state.waiting.length >= state.settings.waitingScansMax) return quiet(state);
  return quiet({ ...state, waiting: [...state.waiting, scan] });
}

/** A guest who holds the phone up again while the barrier is open for him is not somebody with a used ticket. */
function isHeldByGuestAtBarrier({ phase }: LaneState, { bytes }: Scan): boolean {
  switch (phase.kind) {
    case 'idle':
      return false;
    case 'checking':
    case 'committing':
      return equalBytes(phase.scan.bytes, bytes);
    case 'releasing':
    case 'passing':
      return !phase.admitted.isParty && equalBytes(phase.admitted.scan.bytes, bytes);
  }
}

function decided(state: LaneState, { scanId, decision, isOffline, at }: Extract<LaneInput, { kind: 'decided' }>): LaneStep {
  const { phase, settings } = state;
  assert(phase.kind === 'checking' && phase.scan.scanId === scanId, 'a decision answers the scan that is being checked');
  const verdict = verdictOf(decision, { scanId, direction: settings.direction, isOffline, at });
  return {
    state: { ...state, phase: { kind: 'committing', scan: phase.scan, decision, verdict } },
    effects: [{ kind: 'commit', scan: phase.scan, decision, verdict }],
  };
}

function committed(state: LaneState, scanId: EventId, at: Instant): LaneStep {
  const { phase, settings, counts } = state;
  assert(phase.kind === 'committing' && phase.scan.scanId === scanId, 'a commit answers the scan that is being written');
  const { decision, scan, verdict } = phase;
  if (decision.kind === 'refuse') {
    const refused: LaneState = {
      ...state,
      phase: { kind: 'idle' },
      shown: { verdict, until: plus(at, settings.verdictShown) },
      barrier: 'closed',
      counts: { ...counts, refused: counts.refused + 1 },
    };
    return withEffects(takeNext(refused), { kind: 'arm', timer: 'verdict', after: settings.verdictShown });
  }
  const admitted: Admitted = { scan, ticketId: decision.ticket.id, isParty: decision.ticket.admits > 1 };
  return {
    state: {
      ...state,
      phase: { kind: 'releasing', admitted, hasPassed: false },
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
  assert(phase.kind === 'committing' && phase.scan.scanId === scanId, 'a failed commit answers the scan that was being written');
  const verdict: Verdict = {
    scanId,
    kind: 'cannot-verify',
    reason: 'cannot-verify',
    reasons: ['cannot-verify'],
    direction: settings.direction,
    offline: phase.verdict.offline,
    at: toIso(at),
  };
  const untold: LaneState = {
    ...state,
    phase: { kind: 'idle' },
    shown: { verdict, until: plus(at, settings.verdictShown) },
    barrier: 'closed',
  };
  return withEffects(takeNext(untold), { kind: 'arm', timer: 'verdict', after: settings.verdictShown });
}

function releaseAnswered(state: LaneState, { scanId, outcome }: Extract<LaneInput, { kind: 'release-answered' }>): LaneStep {
  const { phase, settings } = state;
  assert(phase.kind === 'releasing' && phase.admitted.scan.scanId === scanId, 'an answer belongs to the release that was asked for');
  const { admitted, hasPassed } = phase;
  if (hasPassed) return takeNext({ ...state, phase: { kind: 'idle' } });
  switch (outcome) {
    case 'released':
    // Nobody knows whether the barrier opened: the passage sensor will tell, or nobody passes and the ticket is good again.
    case 'uncertain':
      return {
        state: { ...state, phase: { kind: 'passing', admitted }, barrier: 'released' },
        effects: [{ kind: 'arm', timer: 'passage', after: settings.passageTimeout }],
      };
    case 'expired':
    case 'not-released':
      return withEffects(
        takeNext({ ...state, phase: { kind: 'idle' }, shown: undefined, barrier: 'unavailable' }),
        { kind: 'record-passage', passage: { admitted, direction: settings.direction, outcome: 'release-failed' } },
        { kind: 'arm', timer: 'verdict', after: settings.verdictShown },
      );
  }
}

function bodyPassed(state: LaneState, direction: Direction, at: Instant): LaneStep {
  const { phase, settings } = state;
  const isForGuest =
    direction === settings.direction && (phase.kind === 'passing' || (phase.kind === 'releasing' && !phase.hasPassed)) ? phase.admitted : undefined;
  if (isForGuest === undefined) return strangerPassed(state, direction);
  const { counts } = state;
  const passed: LaneState = {
    ...state,
    phase: phase.kind === 'releasing' ? { ...phase, hasPassed: true } : { kind: 'idle' },
    shown: state.shown && { ...state.shown, until: plus(at, settings.passedShown) },
    barrier: 'passed',
    counts: { ...counts, passed: counts.passed + 1, inside: insideAfter(counts.inside, direction) },
  };
  const effects: readonly LaneEffect[] = [
    { kind: 'disarm', timer: 'passage' },
    { kind: 'record-passage', passage: { admitted: isForGuest, direction, outcome: 'passed' } },
    { kind: 'arm', timer: 'verdict', after: settings.passedShown },
  ];
  return passed.phase.kind === 'idle' ? withEffects(takeNext(passed), ...effects) : { state: passed, effects };
}

/** A body that no admission stands for: through a forced barrier, behind somebody else, against the direction, or, while the alarm is on, as it should be. */
function strangerPassed(state: LaneState, direction: Direction): LaneStep {
  const { counts, settings, isFire, phase } = state;
  const isAtBarrier = phase.kind === 'releasing' || phase.kind === 'passing';
  return {
    state: {
      ...state,
      barrier: isFire || isAtBarrier ? state.barrier : 'forced',
      counts: { ...counts, inside: insideAfter(counts.inside, direction) },
    },
    effects: [
      { kind: 'record-passage', passage: { admitted: undefined, direction, outcome: isFire ? 'passed' : 'forced' } },
      ...(isFire || isAtBarrier ? [] : [{ kind: 'arm', timer: 'verdict', after: settings.verdictShown } as const]),
    ],
  };
}

/** Nobody passed: the ticket is good again. When the sensor could not have told (the board is gone, the alarm is on), the admission counts as used. */
function passageTimedOut(state: LaneState): LaneStep {
  const { phase, settings, counts } = state;
  if (phase.kind !== 'passing') return quiet(state);
  const couldTell = state.devices.gate && !state.isFire;
  const ended: LaneState = {
    ...state,
    phase: { kind: 'idle' },
    shown: undefined,
    barrier: couldTell ? 'not-passed' : 'closed',
    counts: couldTell ? { ...counts, notPassed: counts.notPassed + 1 } : counts,
  };
  const outcome = couldTell ? 'not-passed' : 'unconfirmed';
  return withEffects(
    takeNext(ended),
    { kind: 'record-passage', passage: { admitted: phase.admitted, direction: settings.direction, outcome } },
    { kind: 'arm', timer: 'verdict', after: settings.verdictShown },
  );
}

/** Scans of guests who wait are forgotten when the lane goes out of service: nothing was decided about them, and they are sent to another lane. */
function serviceChanged(state: LaneState): LaneStep {
  return isInService(state) ? takeNext(state) : quiet({ ...state, waiting: [] });
}

function takeNext(state: LaneState): LaneStep {
  const [next, ...others] = state.waiting;
  if (next === undefined || state.phase.kind !== 'idle' || !isInService(state)) return quiet(state);
  return scanned({ ...state, waiting: others }, next);
}

function restingBarrier({ phase }: LaneState): LaneState['barrier'] {
  return phase.kind === 'passing' ? 'released' : 'closed';
}

function insideAfter(inside: number, direction: Direction): number {
  return direction === 'entry' ? inside + 1 : Math.max(0, inside - 1);
}
