import { assert } from '../base/fault.ts';
import { type Instant, plus } from '../base/time.ts';
import type { Direction } from '../contract/admission.ts';
import type { LaneEffect, LaneInput, LaneState, LaneStep } from './lane-state.ts';

/** What happens at the barrier: authorised → released → passed, not passed, forced or held. The record of each is an effect, told once. */

export function releaseAnswered(state: LaneState, { scanId, outcome }: Extract<LaneInput, { kind: 'release-answered' }>): LaneStep {
  const { phase, settings, isObstructed } = state;
  assert(phase.kind === 'releasing' && phase.admitted.scan.scanId === scanId, 'an answer belongs to the release that was asked for');
  const { admitted, hasPassed } = phase;
  if (hasPassed) return { state: { ...state, phase: { kind: 'idle' } }, effects: [] };
  switch (outcome) {
    case 'released':
    // Nobody knows whether the barrier opened: the passage sensor will tell, or nobody passes and the ticket is good again.
    case 'uncertain':
      return {
        state: { ...state, phase: { kind: 'passing', admitted, wasObstructed: isObstructed }, barrier: 'released' },
        effects: [{ kind: 'arm', timer: 'passage', after: state.isBlind ? settings.blindPassage : settings.passageTimeout }],
      };
    case 'expired':
    case 'not-released':
      return {
        // The guest may try again at once.
        state: { ...state, phase: { kind: 'idle' }, last: undefined, shown: undefined, barrier: 'unavailable' },
        effects: [
          { kind: 'record-passage', passage: { admitted, direction: settings.direction, outcome: 'release-failed' } },
          { kind: 'arm', timer: 'verdict', after: settings.verdictShown },
        ],
      };
  }
}

export function bodyPassed(state: LaneState, direction: Direction, at: Instant): LaneStep {
  const { phase, settings, counts } = state;
  const isForGuest =
    direction === settings.direction && (phase.kind === 'passing' || (phase.kind === 'releasing' && !phase.hasPassed)) ? phase.admitted : undefined;
  if (isForGuest === undefined) return strangerPassed(state, direction);
  return {
    state: {
      ...state,
      phase: phase.kind === 'releasing' ? { ...phase, hasPassed: true } : { kind: 'idle' },
      shown: state.shown && { ...state.shown, until: plus(at, settings.passedShown) },
      barrier: 'passed',
      counts: { ...counts, passed: counts.passed + 1, inside: insideAfter(counts.inside, direction) },
    },
    effects: [
      { kind: 'disarm', timer: 'passage' },
      { kind: 'record-passage', passage: { admitted: isForGuest, direction, outcome: 'passed' } },
      { kind: 'arm', timer: 'verdict', after: settings.passedShown },
    ],
  };
}

/**
 * A body that no admission stands for: through a forced barrier, behind somebody else, against the direction; or rightly, while the alarm is on or after a
 * technician's release, which is for one.
 */
function strangerPassed(state: LaneState, direction: Direction): LaneStep {
  const { counts, settings, isFire, isService, phase } = state;
  const isRight = isFire || isService;
  const isSilent = isRight || phase.kind === 'releasing' || phase.kind === 'passing';
  const endsService: readonly LaneEffect[] = isService && !isFire ? [{ kind: 'disarm', timer: 'service' }] : [];
  return {
    state: {
      ...state,
      isService: isService && isFire,
      barrier: isSilent ? state.barrier : 'forced',
      counts: { ...counts, inside: insideAfter(counts.inside, direction) },
    },
    effects: [
      ...endsService,
      { kind: 'record-passage', passage: { admitted: undefined, direction, outcome: isRight ? 'passed' : 'forced' } },
      ...(isSilent ? [] : [{ kind: 'arm', timer: 'verdict', after: settings.verdictShown } as const]),
    ],
  };
}

/**
 * Nobody passed: the ticket is good again. When the sensor could not have told, because it was covered all the while (`held`), there is none, the
 * board is gone or the alarm is on (`unconfirmed`), the admission counts as used.
 */
export function passageTimedOut(state: LaneState): LaneStep {
  const { phase, settings, counts } = state;
  if (phase.kind !== 'passing') return { state, effects: [] };
  const isSeen = state.devices.gate && !state.isFire && !state.isBlind;
  const outcome = !isSeen ? 'unconfirmed' : phase.wasObstructed ? 'held' : 'not-passed';
  const isTakenBack = outcome === 'not-passed';
  return {
    state: {
      ...state,
      phase: { kind: 'idle' },
      last: isTakenBack ? undefined : state.last,
      shown: undefined,
      barrier: isTakenBack ? 'not-passed' : 'closed',
      counts: isTakenBack ? { ...counts, notPassed: counts.notPassed + 1 } : counts,
    },
    effects: [
      { kind: 'record-passage', passage: { admitted: phase.admitted, direction: settings.direction, outcome } },
      { kind: 'arm', timer: 'verdict', after: settings.verdictShown },
    ],
  };
}

/** Guests behind wait until the passage is free. Somebody who stands in it is recorded at once, unless the outcome of the guest at the barrier will say it. */
export function obstructed(state: LaneState, on: boolean): LaneStep {
  const { phase, settings, isFire } = state;
  if (on === state.isObstructed) return { state, effects: [] };
  const isForGuest = phase.kind === 'passing' || (phase.kind === 'releasing' && !phase.hasPassed);
  return {
    state: { ...state, isObstructed: on, phase: phase.kind === 'passing' && on ? { ...phase, wasObstructed: true } : phase },
    effects:
      on && !isForGuest && !isFire
        ? [{ kind: 'record-passage', passage: { admitted: undefined, direction: settings.direction, outcome: 'held' } }]
        : [],
  };
}

export function serviceReleased(state: LaneState, on: boolean): LaneStep {
  return {
    state: { ...state, isService: on },
    effects: [on ? { kind: 'arm', timer: 'service', after: state.settings.passageTimeout } : { kind: 'disarm', timer: 'service' }],
  };
}

function insideAfter(inside: number, direction: Direction): number {
  return direction === 'entry' ? inside + 1 : Math.max(0, inside - 1);
}
