import { DeviceId } from '#core/contract/identifiers.ts';
import type { DeviceHealth, HealthState } from '#core/ports/health.ts';
import type { Ledger } from '../ledger/ledger.ts';

/** The newest state of every device, and an event in the ledger for every change of one. */
export interface HealthBoard {
  /** Absent until the device manager has said otherwise. */
  stateOf(device: DeviceId): HealthState;
  update(health: DeviceHealth): void;
}

const UNKNOWN: HealthState = { kind: 'absent', reasons: [] };

/** @param onChanged after a change has been written down */
export function healthBoard(ledger: Pick<Ledger, 'transaction' | 'append'>, onChanged: (device: DeviceId, state: HealthState) => void): HealthBoard {
  const states = new Map<DeviceId, HealthState>();
  return {
    stateOf: (device) => states.get(device) ?? UNKNOWN,
    update: ({ device: id, class: kind, state }) => {
      const device = DeviceId.parse(id);
      const before = states.get(device);
      if (before !== undefined && before.kind === state.kind && before.reasons.join() === state.reasons.join()) return;
      states.set(device, state);
      ledger.transaction(() => ledger.append({ t: 'device-health', d: { device, class: kind, state: state.kind, reasons: [...state.reasons] } }));
      onChanged(device, state);
    },
  };
}
