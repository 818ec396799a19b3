import { type Duration, milliseconds } from '#core/base/time.ts';
import type { Timer, Timers } from '#core/ports/clock.ts';
import { createFaultSwitches, type FaultSwitches, UNPLUGGED } from './fault-switches.ts';
import { createHostLine } from './host-line.ts';
import type { FaultSwitch, SimulatedDevice, SimulatedFeatures } from './simulated-device.ts';

/** A scanner on a cable, and a hand that holds codes before it. What a code is on the wire is the scanner's own affair. */
export interface ScannerSimulator extends SimulatedDevice {
  readonly class: 'scanner';
  /** Reads one code of exactly these bytes. False when no host is connected: the read is lost, as on a real cable. */
  present(code: Uint8Array): boolean;
  /** Codes read since the start. */
  reads(): number;
}

/** What kinds of scanners differ in. */
export interface ScannerMake {
  readonly timers: Timers;
  /** Beside those of every scanner. */
  readonly faults: readonly FaultSwitch[];
  /** Puts one read on the wire. */
  send(code: Uint8Array, desk: ScannerDesk): void;
  /** Of its own faults. */
  onFault?(fault: string, on: boolean, desk: ScannerDesk): void;
  onConnect?(desk: ScannerDesk): void;
  receive?(bytes: Uint8Array, desk: ScannerDesk): void;
  features?(desk: ScannerDesk): SimulatedFeatures;
}

/** What a make works with. */
export interface ScannerDesk {
  isOn(fault: string): boolean;
  /** Lost when no host is connected. */
  write(bytes: Uint8Array): void;
  /** Cancelled when the host goes. */
  later(delay: Duration, action: () => void): void;
}

const EVERY_SCANNER: readonly FaultSwitch[] = [
  UNPLUGGED,
  { name: 'double-read', label: { zh: '重复读取', en: 'Reads every code twice' }, kind: 'switch' },
  { name: 'stuck', label: { zh: '一直读到最后一个码', en: 'Reads the last code for ever' }, kind: 'switch' },
];

/** Hardware readers repeat a code that stays in view after 0.2 to 2 s. */
const REPEAT_AFTER = milliseconds(300);

/** What all simulated scanners have in common: one host, a hand, and the faults that every kind can have. */
export function createScannerBody(make: ScannerMake): ScannerSimulator {
  const { timers } = make;
  const faults = [...EVERY_SCANNER, ...make.faults];
  let reads = 0;
  let last: Uint8Array | undefined;
  let repeating: Timer | undefined;
  const pending = new Set<Timer>();

  const host = createHostLine(() => {
    for (const timer of pending) timer.cancel();
    pending.clear();
  });

  const switches: FaultSwitches = createFaultSwitches(faults, (fault, on) => {
    if (fault === 'unplugged' && on) host.pull();
    if (fault === 'stuck') {
      repeating?.cancel();
      if (on) repeat();
    }
    make.onFault?.(fault, on, desk);
  });

  const desk: ScannerDesk = {
    isOn: switches.isOn,
    write: host.write,
    later: (delay, action) => {
      const timer = timers.after(delay, () => {
        pending.delete(timer);
        action();
      });
      pending.add(timer);
    },
  };

  const repeat = (): void => {
    repeating = timers.after(REPEAT_AFTER, () => {
      if (last !== undefined && host.isConnected) {
        reads += 1;
        make.send(last, desk);
      }
      repeat();
    });
  };

  const features = make.features?.(desk);
  return {
    class: 'scanner',
    faults,
    isOn: switches.isOn,
    setFault: switches.set,
    onChange: switches.onChange,
    connect: (line) => {
      if (switches.isOn('unplugged')) return undefined;
      return host.connect(line, () => {
        make.onConnect?.(desk);
        // A scanner that knows no command ignores it.
        return { receive: (bytes) => make.receive?.(bytes, desk), ...(features !== undefined && { features }) };
      });
    },
    present: (code) => {
      if (!host.isConnected) return false;
      reads += 1;
      const shown = code.slice();
      last = shown;
      make.send(shown, desk);
      if (switches.isOn('double-read')) desk.later(REPEAT_AFTER, () => make.send(shown, desk));
      switches.changed();
      return true;
    },
    reads: () => reads,
  };
}
