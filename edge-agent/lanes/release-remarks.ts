import type { EventId } from '#core/contract/identifiers.ts';
import type { LaneDevices } from '#core/lane/lane-state.ts';
import type { ReleaseOutcome } from '#core/ports/gate-controller.ts';
import type { HealthState } from '#core/ports/health.ts';
import type { Log } from '../runtime/log.ts';

/** What the log is told of releases that did not go as they should. */
export interface ReleaseRemarks {
  /** @returns what is to be said, when there is time for it */
  of(scanId: EventId, outcome: ReleaseOutcome): readonly (() => void)[];
  /** Told of every change; gives it on. */
  heard(device: keyof LaneDevices, health: HealthState): HealthState;
}

/** A barrier that can never say whether it opened says so once for each time that it was connected, not for every guest. */
export function createReleaseRemarks(log: Pick<Log, 'warn'>): ReleaseRemarks {
  let hasNoFeedback = false;
  return {
    of: (scanId, outcome) => {
      if (outcome.kind === 'released' || outcome.kind === 'expired') return [];
      const { code, owner, message } = outcome.fault;
      if (code === 'E-GAT-NO-FEEDBACK' && hasNoFeedback) return [];
      if (code === 'E-GAT-NO-FEEDBACK') hasNoFeedback = true;
      return [() => log.warn({ scanId, outcome: outcome.kind, code, owner }, message)];
    },
    heard: (device, health) => {
      if (device === 'gate' && health.kind === 'absent') hasNoFeedback = false;
      return health;
    },
  };
}
