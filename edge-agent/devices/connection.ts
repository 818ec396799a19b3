import type { Fault } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import type { Duration } from '#core/base/time.ts';
import type { HealthReason, HealthState } from '#core/ports/health.ts';

/**
 * One device's connection, wanted against actual, as a pure machine. Unplugging, a cable put back, a port that another program holds and an orderly stop are all
 * the same few steps. The device manager carries the effects out; `epoch` tells it which inputs belong to a connection that is already history.
 */
export type ConnectionPhase =
  /** Not wanted, nothing there. */
  | { readonly kind: 'stopped' }
  | { readonly kind: 'connecting' }
  | { readonly kind: 'open' }
  /** Wanted, not there; a retry is due later. */
  | { readonly kind: 'waiting' }
  /** Wanted in another place than where it is; there it is taken down. */
  | { readonly kind: 'moving' }
  /** Not wanted any more, but a connection is still being made or taken down. */
  | { readonly kind: 'stopping' };

export interface Connection {
  readonly phase: ConnectionPhase;
  /** Counts connection attempts. */
  readonly epoch: number;
  /** Failures in a row, for the back-off. */
  readonly failures: number;
}

export type ConnectionInput =
  | { readonly kind: 'start' }
  | { readonly kind: 'stop' }
  | { readonly kind: 'retry-due' }
  /** It was plugged in, or somebody said which one it is: there is nothing to wait for. */
  | { readonly kind: 'present' }
  /** It is to be looked for elsewhere from now on. */
  | { readonly kind: 'moved' }
  | { readonly kind: 'opened' }
  | { readonly kind: 'open-failed'; readonly fault: Fault }
  /** The session ended, by itself with a fault or by our stop. */
  | { readonly kind: 'ended'; readonly fault: Fault | undefined; readonly lasted: Duration };

export type ConnectionEffect =
  /** Make a session; answer with `opened` or `open-failed`. */
  | { readonly kind: 'connect' }
  /** End the session; answer with `ended`. */
  | { readonly kind: 'disconnect' }
  /** Answer with `retry-due` after the back-off of this many failures. */
  | { readonly kind: 'retry-later'; readonly failures: number }
  | { readonly kind: 'cancel-retry' }
  | { readonly kind: 'tell-health'; readonly state: HealthState };

export const STOPPED: Connection = { phase: { kind: 'stopped' }, epoch: 0, failures: 0 };

export interface ConnectionStep {
  readonly state: Connection;
  readonly effects: readonly ConnectionEffect[];
}

export function stepConnection(state: Connection, input: ConnectionInput): ConnectionStep {
  switch (input.kind) {
    case 'start':
      return state.phase.kind === 'stopped' ? connect(state) : stay(state);
    case 'retry-due':
      return state.phase.kind === 'waiting' ? connect(state) : stay(state);
    case 'present':
      return state.phase.kind === 'waiting' ? connectAtOnce(state) : stay(state);
    case 'moved':
      return moved(state);
    case 'stop':
      return stop(state);
    case 'opened':
      return opened(state);
    case 'open-failed':
      return openFailed(state, input.fault);
    case 'ended':
      return ended(state, input.fault, input.lasted);
  }
}

const stay = (state: Connection): ConnectionStep => ({ state, effects: [] });

const connect = (state: Connection): ConnectionStep => ({
  state: { ...state, phase: { kind: 'connecting' }, epoch: state.epoch + 1 },
  effects: [{ kind: 'connect' }],
});

/** Its back-off begins anew: what failed before was another thing, or none. */
const connectAtOnce = (state: Connection): ConnectionStep => {
  const { state: next, effects } = connect({ ...state, failures: 0 });
  return { state: next, effects: [{ kind: 'cancel-retry' }, ...effects] };
};

const stopped = (state: Connection): ConnectionStep => stay({ ...state, phase: { kind: 'stopped' }, failures: 0 });

function moved(state: Connection): ConnectionStep {
  switch (state.phase.kind) {
    case 'open':
      return { state: { ...state, phase: { kind: 'moving' } }, effects: [{ kind: 'disconnect' }] };
    case 'connecting':
      // What this attempt brings is in the wrong place.
      return stay({ ...state, phase: { kind: 'moving' } });
    case 'waiting':
      return connectAtOnce(state);
    case 'stopped':
    case 'moving':
    case 'stopping':
      return stay(state);
  }
}

function stop(state: Connection): ConnectionStep {
  switch (state.phase.kind) {
    case 'stopped':
    case 'stopping':
      return stay(state);
    case 'waiting':
      return { ...stopped(state), effects: [{ kind: 'cancel-retry' }] };
    case 'connecting':
    case 'moving':
      // The attempt cannot be called back; what it brings is taken down when it is there.
      return stay({ ...state, phase: { kind: 'stopping' } });
    case 'open':
      return { state: { ...state, phase: { kind: 'stopping' } }, effects: [{ kind: 'disconnect' }] };
  }
}

const opened = (state: Connection): ConnectionStep =>
  state.phase.kind === 'stopping' || state.phase.kind === 'moving'
    ? { state, effects: [{ kind: 'disconnect' }] }
    : stay({ ...state, phase: { kind: 'open' } });

function openFailed(state: Connection, fault: Fault): ConnectionStep {
  switch (state.phase.kind) {
    case 'connecting':
      return failed(state, fault, state.failures + 1);
    case 'moving':
      return connect({ ...state, failures: 0 });
    default:
      return stopped(state);
  }
}

function ended(state: Connection, fault: Fault | undefined, lasted: Duration): ConnectionStep {
  if (state.phase.kind === 'moving') return connect({ ...state, failures: 0 });
  if (state.phase.kind === 'stopping') return stopped(state);
  // A device that comes and goes at once is not worth a shorter wait each time; one that worked for a while is.
  return failed(state, fault, lasted >= LIMITS.devices.stableAfter ? 1 : state.failures + 1);
}

const failed = (state: Connection, fault: Fault | undefined, failures: number): ConnectionStep => ({
  state: { ...state, phase: { kind: 'waiting' }, failures },
  effects: [
    { kind: 'tell-health', state: healthAfter(fault) },
    { kind: 'retry-later', failures },
  ],
});

/** What staff read while a device is away. A held port is there, a wrong setting is not a pulled cable. */
export function healthAfter(fault: Fault | undefined): HealthState {
  const away = (reason: HealthReason): HealthState => ({ kind: 'absent', reasons: [reason] });
  const waiting = (reason: HealthReason): HealthState => ({ kind: 'blocked', reasons: [reason] });
  switch (fault?.code) {
    case undefined:
    case 'E-LNK-LOST':
    case 'E-LNK-CLOSED':
      return away('link-lost');
    case 'E-LNK-ABSENT':
      return away('port-missing');
    case 'E-LNK-BUSY':
      return waiting('port-busy');
    case 'E-LNK-UNASSIGNED':
      return waiting('port-unassigned');
    case 'E-OSD-KEY':
      return waiting('wrong-key');
    default:
      return fault?.owner === 'configuration' ? waiting('configuration') : away('no-answer');
  }
}
