import { concatBytes } from '#core/base/bytes.ts';
import { createFaultSwitches, UNPLUGGED } from '#drivers/simulation/fault-switches.ts';
import type { DeviceLine, SimulatedDevice } from '#drivers/simulation/simulated-device.ts';

/** The barest simulated device: keeps what it hears, and says what the test tells it to. */
export interface ScriptedDevice extends SimulatedDevice {
  heard(): Uint8Array;
  say(bytes: Uint8Array): void;
  /** Hosts that connected, and those that went away again. */
  readonly seen: { connected: number; gone: number };
  isConnected(): boolean;
  /** Answers each chunk that comes in. */
  onHeard(answer: (bytes: Uint8Array) => void): void;
}

export function createScriptedDevice(): ScriptedDevice {
  let line: DeviceLine | undefined;
  let heard: Uint8Array = new Uint8Array();
  let answer: (bytes: Uint8Array) => void = () => undefined;
  const seen = { connected: 0, gone: 0 };
  const switches = createFaultSwitches([UNPLUGGED], (_, on) => {
    const pulled = line;
    line = undefined;
    if (on) pulled?.drop();
  });
  return {
    class: 'scanner',
    faults: [UNPLUGGED],
    isOn: switches.isOn,
    setFault: switches.set,
    onChange: switches.onChange,
    connect: (newLine) => {
      if (switches.isOn('unplugged')) return undefined;
      line?.drop();
      line = newLine;
      seen.connected += 1;
      return {
        receive: (bytes) => {
          heard = concatBytes(heard, bytes);
          answer(bytes);
        },
        closed: () => {
          seen.gone += 1;
          if (line === newLine) line = undefined;
        },
      };
    },
    heard: () => heard,
    say: (bytes) => line?.write(bytes),
    seen,
    isConnected: () => line !== undefined,
    onHeard: (next) => {
      answer = next;
    },
  };
}
