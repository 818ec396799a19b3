import { assert } from '#core/base/fault.ts';
import type { FaultSwitch } from './simulated-device.ts';

/** The state of a simulated device's fault switches, and who wants to hear of changes. Every simulator has one. */
export interface FaultSwitches {
  isOn(fault: string): boolean;
  set(fault: string, on: boolean): void;
  onChange(listen: () => void): void;
  /** The simulator tells its listeners of a change of its own (a barrier moved, paper came out). */
  changed(): void;
}

/**
 * @param onSwitched told after a switch moved and before the listeners are; not told when a switch is set to what it already is. A pulse is told as `true`
 *   once and reads as off at once.
 */
export function createFaultSwitches(faults: readonly FaultSwitch[], onSwitched: (fault: string, on: boolean) => void): FaultSwitches {
  const kinds = new Map(faults.map(({ name, kind }) => [name, kind]));
  const on = new Set<string>();
  const listeners: (() => void)[] = [];
  const changed = (): void => {
    for (const listen of listeners) listen();
  };
  return {
    isOn: (fault) => {
      assert(kinds.has(fault), `this simulated device has no fault called ${fault}`);
      return on.has(fault);
    },
    set: (fault, wanted) => {
      const kind = kinds.get(fault);
      assert(kind !== undefined, `this simulated device has no fault called ${fault}`);
      if (kind === 'pulse') {
        if (!wanted) return;
      } else if (on.has(fault) === wanted) {
        return;
      } else if (wanted) {
        on.add(fault);
      } else {
        on.delete(fault);
      }
      onSwitched(fault, wanted);
      changed();
    },
    onChange: (listen) => {
      listeners.push(listen);
    },
    changed,
  };
}

/** Every simulated device has this one. */
export const UNPLUGGED: FaultSwitch = { name: 'unplugged', label: { zh: '拔掉电缆', en: 'Unplugged' }, kind: 'switch' };
