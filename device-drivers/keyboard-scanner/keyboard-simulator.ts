import { milliseconds } from '#core/base/time.ts';
import type { Timer, Timers } from '#core/ports/clock.ts';
import { createScannerBody, type ScannerDesk, type ScannerSimulator } from '../simulation/scanner-simulator.ts';
import type { FaultSwitch } from '../simulation/simulated-device.ts';
import { KEY, keyOf, REPORT_BYTES } from './frame.ts';

const FAULTS: readonly FaultSwitch[] = [
  { name: 'no-suffix', label: { zh: '缺少回车', en: 'Forgets Enter' }, kind: 'switch' },
  { name: 'alt-mode', label: { zh: 'ALT 编码模式', en: 'Types by ALT numbers' }, kind: 'switch' },
  { name: 'babble', label: { zh: '按键卡死', en: 'Presses all keys at once' }, kind: 'switch' },
];

const BABBLE_EVERY = milliseconds(100);
const LEFT_SHIFT = 0x02;
const LEFT_ALT = 0x04;
const NOISE = new Uint8Array(REPORT_BYTES).fill(KEY.rollOver, 2);

const report = (modifiers: number, ...keys: number[]): Uint8Array =>
  Uint8Array.of(modifiers, 0, ...keys, ...new Array<number>(6 - keys.length).fill(0));
const RELEASED = report(0);

/** The reports that type these bytes. What no key types goes by its number, as a scanner in ALT mode does. */
export function typed(code: Uint8Array, byNumber: boolean): Uint8Array[] {
  return [...code].flatMap((character) => {
    const key = byNumber ? undefined : keyOf(character);
    if (key !== undefined) return [report(key.isShifted ? LEFT_SHIFT : 0, key.usage), RELEASED];
    const digits = [...String(character).padStart(4, '0')].map((digit) => KEY.keypad1 + ((Number(digit) + 9) % 10));
    return [...digits.flatMap((usage) => [report(LEFT_ALT, usage), report(LEFT_ALT)]), RELEASED];
  });
}

export function createKeyboardSimulator({ timers }: { readonly timers: Timers }): ScannerSimulator {
  let babbling: Timer | undefined;
  const babble = (desk: ScannerDesk): void => {
    desk.write(NOISE);
    babbling = timers.after(BABBLE_EVERY, () => babble(desk));
  };
  return createScannerBody({
    timers,
    faults: FAULTS,
    send: (code, desk) => {
      const end = desk.isOn('no-suffix') ? [] : [report(0, KEY.enter), RELEASED];
      for (const each of [...typed(code, desk.isOn('alt-mode')), ...end]) desk.write(each);
    },
    onFault: (fault, on, desk) => {
      if (fault !== 'babble') return;
      babbling?.cancel();
      if (on) babble(desk);
    },
  });
}
