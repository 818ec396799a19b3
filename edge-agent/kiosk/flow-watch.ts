import type { Flow } from '#core/contract/local/kiosk.ts';
import { type FlowFacts, flowsOf } from '#core/kiosk/flows.ts';

/** Keeps the list of flows that are left, and tells of it when it changes. */
export interface FlowWatch {
  flows(): readonly Flow[];
  /** Any of the facts may have changed. */
  changed(): void;
}

export function createFlowWatch(facts: () => FlowFacts, onFlows: (flows: readonly Flow[]) => void): FlowWatch {
  let flows = flowsOf(facts());
  return {
    flows: () => flows,
    changed: () => {
      const now = flowsOf(facts());
      if (JSON.stringify(now) === JSON.stringify(flows)) return;
      flows = now;
      onFlows(now);
    },
  };
}
