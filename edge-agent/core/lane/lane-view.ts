import { toIso } from '../base/time.ts';
import type { LaneId, MachineId } from '../contract/identifiers.ts';
import type { GateView } from '../contract/local/live.ts';
import { isInService, type LaneState } from './lane-state.ts';

/** What the lane's screen shows, from the machine's state and what it does not know: the network, the other gates and the data. */
export interface LaneSurroundings {
  readonly lane: LaneId;
  readonly name: string;
  readonly online: boolean;
  readonly dataAgeSeconds: number | null;
  readonly missingGates: readonly MachineId[];
  readonly openConflicts: number;
}

export function viewLane(state: LaneState, { lane, name, online, dataAgeSeconds, missingGates, openConflicts }: LaneSurroundings): GateView {
  const face = faceOf(state);
  const shown = face === 'verdict' ? state.shown : undefined;
  return {
    lane,
    name,
    state: face,
    verdict: shown?.verdict,
    until: shown === undefined ? undefined : toIso(shown.until),
    barrier: barrierOf(state),
    online,
    dataAgeSeconds,
    missingGates: [...missingGates],
    openConflicts,
    counts: state.counts,
  };
}

function barrierOf({ devices, isObstructed, isFire, barrier }: LaneState): GateView['barrier'] {
  if (!devices.gate) return 'unavailable';
  return isObstructed && !isFire ? 'held' : barrier;
}

/** A guest whose admission is on its way through keeps his verdict even when the lane has just gone out of service: it is still true. */
function faceOf(state: LaneState): GateView['state'] {
  if (state.isFire) return 'fire';
  const isGuestAtBarrier = state.phase.kind === 'releasing' || state.phase.kind === 'passing';
  if (!isInService(state) && !isGuestAtBarrier) return 'out-of-service';
  if (state.phase.kind === 'checking' || state.phase.kind === 'committing') return 'checking';
  return state.shown === undefined ? 'ready' : 'verdict';
}
