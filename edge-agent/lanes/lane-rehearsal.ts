import { ulid } from '#core/base/ulid.ts';
import type { SiteClock } from '#core/clock/site-clock.ts';
import type { EventId } from '#core/contract/identifiers.ts';
import { stepLane } from '#core/lane/lane-machine.ts';
import { initialLane, type LaneSettings } from '#core/lane/lane-state.ts';
import type { Clock, Random } from '#core/ports/clock.ts';
import type { ScanCheck } from './scan-check.ts';

export interface LaneRehearsalOptions {
  readonly scans: Pick<ScanCheck, 'warm'>;
  readonly settings: LaneSettings;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly siteClock: Pick<SiteClock, 'now'>;
  readonly random: Random;
}

/**
 * Lets a guest in who is not there: the check of the last ticket, and the same steps of a lane that nobody stands at. The machine is pure, so what it asks for
 * is asked of nobody: no claim, no commit and no release comes of it.
 */
export function createLaneRehearsal({ scans, settings, clock, siteClock, random }: LaneRehearsalOptions): () => void {
  const free = stepLane(initialLane(settings), { kind: 'devices', devices: { scanner: true, gate: true } }).state;
  return () => {
    const scanId = ulid(siteClock.now().now, random.bytes(10)) as EventId;
    const rehearsed = scans.warm(scanId);
    if (rehearsed === undefined) return;
    const { scan, decision, at } = rehearsed;
    const checking = stepLane(free, { kind: 'scanned', scan, seenAt: clock.monotonic() });
    const committing = stepLane(checking.state, { kind: 'decided', scanId, decision, isOffline: false, at });
    stepLane(committing.state, { kind: 'committed', scanId, at });
  };
}
