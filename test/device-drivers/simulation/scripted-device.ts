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
  /** Each chunk as it came in. */
  reports(): readonly Uint8Array[];
}

/** Feature report 7 is the only one that the scripted device knows: it keeps what was sent last. */
export const KNOWN_FEATURE = 7;

export function createScriptedDevice(): ScriptedDevice {
  let line: DeviceLine | undefined;
  let heard: Uint8Array = new Uint8Array();
  const reports: Uint8Array[] = [];
  let feature: Uint8Array = Uint8Array.of(KNOWN_FEATURE);
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
          reports.push(bytes);
          answer(bytes);
        },
        closed: () => {
          seen.gone += 1;
          if (line === newLine) line = undefined;
        },
        features: {
          send: (report) => {
            if (report[0] !== KNOWN_FEATURE) return false;
            feature = report;
            return true;
          },
          read: (number) => (number === KNOWN_FEATURE ? feature : undefined),
        },
      };
    },
    heard: () => heard,
    reports: () => reports,
    say: (bytes) => line?.write(bytes),
    seen,
    isConnected: () => line !== undefined,
    onHeard: (next) => {
      answer = next;
    },
  };
}
