import { ascii, concatBytes } from '#core/base/bytes.ts';
import { milliseconds } from '#core/base/time.ts';
import type { Timer, Timers } from '#core/ports/clock.ts';
import { createFaultSwitches, UNPLUGGED } from '../simulation/fault-switches.ts';
import type { DeviceEnd, DeviceLine, FaultSwitch, SimulatedDevice } from '../simulation/simulated-device.ts';
import { type ScanSuffix, SUFFIX_BYTES } from './frame.ts';

/** A scanner on a cable, and a hand that holds codes before it. */
export interface ScannerSimulator extends SimulatedDevice {
  readonly class: 'scanner';
  /** Reads one code: exactly these bytes go on the line, then the suffix. False when no host is connected: the read is lost, as on a real cable. */
  present(code: Uint8Array): boolean;
  /** Codes read since the start. */
  reads(): number;
}

export interface ScannerSimulatorOptions {
  readonly timers: Timers;
  /** As the driver's option of the same name. */
  readonly suffix?: ScanSuffix;
  /** Sent before each code when given (`Q1`), with its bracket. */
  readonly symbology?: string;
}

const FAULTS: readonly FaultSwitch[] = [
  UNPLUGGED,
  { name: 'garbage', label: { zh: '发送一段乱码', en: 'Burst of garbage' }, kind: 'pulse' },
  { name: 'babble', label: { zh: '不停发送乱码', en: 'Babbles without end' }, kind: 'switch' },
  { name: 'split-frame', label: { zh: '分段发送', en: 'Sends codes in two parts' }, kind: 'switch' },
  { name: 'double-read', label: { zh: '重复读取', en: 'Reads every code twice' }, kind: 'switch' },
  { name: 'no-suffix', label: { zh: '缺少结束符', en: 'Forgets the suffix' }, kind: 'switch' },
];

/** Between the two halves of a split frame: a USB adapter's latency timer, below every gap that ends a frame. */
const SPLIT_PAUSE = milliseconds(16);
/** Hardware readers repeat a code that stays in view after 0.2 to 2 s. */
const REPEAT_AFTER = milliseconds(300);
const BABBLE_EVERY = milliseconds(100);
/** Line noise has no meaning: high bytes, controls and suffixes in the wrong place. It ends a frame, as noise between two codes on average does. */
const NOISE = Uint8Array.of(0x00, 0xff, 0x1b, 0x5b, 0x80, 0x07, 0x0d, 0x7f, 0xfe, 0x0d, 0x0a);

export function createScannerSimulator({ timers, suffix = 'cr', symbology }: ScannerSimulatorOptions): ScannerSimulator {
  let line: DeviceLine | undefined;
  let reads = 0;
  let babbling: Timer | undefined;
  const pending = new Set<Timer>();

  const later = (delay: typeof SPLIT_PAUSE, action: () => void): void => {
    const timer = timers.after(delay, () => {
      pending.delete(timer);
      action();
    });
    pending.add(timer);
  };
  const hangUp = (): void => {
    line = undefined;
    for (const timer of pending) timer.cancel();
    pending.clear();
  };
  const babble = (): void => {
    line?.write(NOISE);
    babbling = timers.after(BABBLE_EVERY, babble);
  };

  const switches = createFaultSwitches(FAULTS, (fault, on) => {
    if (fault === 'unplugged' && on) {
      const pulled = line;
      hangUp();
      pulled?.drop();
    }
    if (fault === 'garbage') line?.write(NOISE);
    if (fault === 'babble') {
      babbling?.cancel();
      if (on) babble();
    }
  });

  const send = (code: Uint8Array): void => {
    const head = symbology === undefined ? new Uint8Array() : ascii(`]${symbology}`);
    const tail = switches.isOn('no-suffix') ? new Uint8Array() : Uint8Array.from(SUFFIX_BYTES[suffix]);
    const frame = concatBytes(head, code, tail);
    if (!switches.isOn('split-frame')) {
      line?.write(frame);
      return;
    }
    const middle = Math.floor(frame.length / 2);
    line?.write(frame.subarray(0, middle));
    later(SPLIT_PAUSE, () => line?.write(frame.subarray(middle)));
  };

  return {
    class: 'scanner',
    faults: FAULTS,
    isOn: switches.isOn,
    setFault: switches.set,
    onChange: switches.onChange,
    connect: (newLine): DeviceEnd | undefined => {
      if (switches.isOn('unplugged')) return undefined;
      const previous = line;
      hangUp();
      previous?.drop();
      line = newLine;
      return {
        // Host commands (CipherLab, Honeywell) exist; the driver sends none, and a scanner that does not know a command ignores it.
        receive: () => undefined,
        closed: () => {
          if (line === newLine) hangUp();
        },
      };
    },
    present: (code) => {
      if (line === undefined) return false;
      reads += 1;
      const shown = code.slice();
      send(shown);
      if (switches.isOn('double-read')) later(REPEAT_AFTER, () => send(shown));
      switches.changed();
      return true;
    },
    reads: () => reads,
  };
}
