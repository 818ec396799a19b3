import { ascii, concatBytes } from '#core/base/bytes.ts';
import { milliseconds } from '#core/base/time.ts';
import type { Timer, Timers } from '#core/ports/clock.ts';
import { createScannerBody, type ScannerDesk, type ScannerSimulator } from '../simulation/scanner-simulator.ts';
import type { FaultSwitch } from '../simulation/simulated-device.ts';
import { ACK, AROUND, NAK, type ScanSuffix } from './frame.ts';

export interface ScannerSimulatorOptions {
  readonly timers: Timers;
  /** As the driver's options of the same names. */
  readonly suffix?: ScanSuffix;
  readonly prefix?: string;
  /** Sent before each code when given (`Q1`), with its bracket. */
  readonly symbology?: string;
}

const FAULTS: readonly FaultSwitch[] = [
  { name: 'garbage', label: { zh: '发送一段乱码', en: 'Burst of garbage' }, kind: 'pulse' },
  { name: 'babble', label: { zh: '不停发送乱码', en: 'Babbles without end' }, kind: 'switch' },
  { name: 'split-frame', label: { zh: '分段发送', en: 'Sends codes in two parts' }, kind: 'switch' },
  { name: 'no-suffix', label: { zh: '缺少结束符', en: 'Forgets the suffix' }, kind: 'switch' },
  { name: 'asleep', label: { zh: '死机（串口仍在）', en: 'Dead on a living port' }, kind: 'switch' },
];

/** Between the two halves of a split frame: a USB adapter's latency timer, below every gap that ends a frame. */
const SPLIT_PAUSE = milliseconds(16);
const BABBLE_EVERY = milliseconds(100);
/** After a NAK the code is sent again so often (3310g: three times). */
const REPEATS_MAX = 3;
/** Line noise has no meaning: high bytes, controls and suffixes in the wrong place. It ends a frame, as noise between two codes on average does. */
const NOISE = Uint8Array.of(0x00, 0xff, 0x1b, 0x5b, 0x80, 0x07, 0x0d, 0x7f, 0xfe, 0x0d, 0x0a);
/** The one menu command that it understands: SYN M CR, tag, question (see frame.ts). */
const MENU_QUESTION = '\x16M\rTRGMOD?.';

export function createScannerSimulator({ timers, suffix = 'cr', prefix = '', symbology }: ScannerSimulatorOptions): ScannerSimulator {
  let babbling: Timer | undefined;
  let heard = '';
  let lastCode: { readonly code: Uint8Array; repeats: number } | undefined;

  const babble = (desk: ScannerDesk): void => {
    desk.write(NOISE);
    babbling = timers.after(BABBLE_EVERY, () => babble(desk));
  };

  const send = (code: Uint8Array, desk: ScannerDesk): void => {
    if (desk.isOn('asleep')) return;
    const { head, tail } = AROUND[suffix];
    const end = desk.isOn('no-suffix') ? [] : tail;
    const identifier = ascii(`${prefix}${symbology === undefined ? '' : `]${symbology}`}`);
    const frame = concatBytes(Uint8Array.from(head), identifier, code, Uint8Array.from(end));
    if (!desk.isOn('split-frame')) {
      desk.write(frame);
      return;
    }
    const middle = Math.floor(frame.length / 2);
    desk.write(frame.subarray(0, middle));
    desk.later(SPLIT_PAUSE, () => desk.write(frame.subarray(middle)));
  };

  const receive = (bytes: Uint8Array, desk: ScannerDesk): void => {
    if (desk.isOn('asleep')) return;
    if (bytes[0] === ACK) lastCode = undefined;
    if (bytes[0] === NAK && lastCode !== undefined && lastCode.repeats < REPEATS_MAX) {
      lastCode.repeats += 1;
      send(lastCode.code, desk);
    }
    heard = (heard + String.fromCharCode(...bytes)).slice(-64);
    if (!heard.includes(MENU_QUESTION)) return;
    heard = '';
    desk.write(ascii('TRGMOD0\x06.'));
  };

  return createScannerBody({
    timers,
    faults: FAULTS,
    send: (code, desk) => {
      lastCode = { code, repeats: 0 };
      send(code, desk);
    },
    receive,
    onFault: (fault, on, desk) => {
      if (fault === 'garbage') desk.write(NOISE);
      if (fault === 'babble') {
        babbling?.cancel();
        if (on) babble(desk);
      }
    },
  });
}
