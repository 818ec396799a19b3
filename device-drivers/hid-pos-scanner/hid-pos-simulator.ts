import { equalBytes } from '#core/base/bytes.ts';
import { milliseconds } from '#core/base/time.ts';
import type { Timer, Timers } from '#core/ports/clock.ts';
import { createScannerBody, type ScannerDesk, type ScannerSimulator } from '../simulation/scanner-simulator.ts';
import type { FaultSwitch } from '../simulation/simulated-device.ts';
import { encodeParts } from './codec.ts';
import { REPORT_BYTES } from './frame.ts';
import { HID_POS_PROFILES, type HidPosProfileName } from './profiles.ts';

export interface HidPosSimulatorOptions {
  readonly timers: Timers;
  readonly profile: HidPosProfileName;
  /** AIM identifier without its bracket. */
  readonly symbology?: string;
}

const FAULTS: readonly FaultSwitch[] = [
  { name: 'lost-part', label: { zh: '丢失最后一段', en: 'Loses the last part of a code' }, kind: 'switch' },
  { name: 'aim-shifted', label: { zh: '标识后移一字节', en: 'Identifier one byte late' }, kind: 'switch' },
  { name: 'babble', label: { zh: '不停发送乱码', en: 'Babbles without end' }, kind: 'switch' },
  { name: 'refuses-mode', label: { zh: '拒绝切换模式', en: 'Refuses to change its mode' }, kind: 'switch' },
];

const BABBLE_EVERY = milliseconds(100);
/** A report of the right number with nothing right in it. */
const NOISE = new Uint8Array(REPORT_BYTES).fill(0xff).fill(0x02, 0, 1);

/** A scanner in HID-POS mode; one with an activation says nothing before it was told to. */
export function createHidPosSimulator({ timers, profile: name, symbology = 'Q1' }: HidPosSimulatorOptions): ScannerSimulator {
  const profile = HID_POS_PROFILES[name];
  const wanted = 'activation' in profile ? profile.activation : undefined;
  let isActive = wanted === undefined;
  let babbling: Timer | undefined;
  const babble = (desk: ScannerDesk): void => {
    desk.write(NOISE);
    babbling = timers.after(BABBLE_EVERY, () => babble(desk));
  };
  return createScannerBody({
    timers,
    faults: FAULTS,
    send: (code, desk) => {
      if (!isActive) return;
      const parts = encodeParts(code, symbology, desk.isOn('aim-shifted') ? 1 : 0);
      for (const part of desk.isOn('lost-part') ? parts.slice(0, -1) : parts) desk.write(part);
    },
    onConnect: () => {
      isActive = wanted === undefined;
    },
    onFault: (fault, on, desk) => {
      if (fault !== 'babble') return;
      babbling?.cancel();
      if (on) babble(desk);
    },
    features: (desk) => ({
      send: (report) => {
        if (wanted === undefined || desk.isOn('refuses-mode') || !equalBytes(report, wanted)) return false;
        isActive = true;
        return true;
      },
      read: () => undefined,
    }),
  });
}
