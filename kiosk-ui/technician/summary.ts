import type { DeviceRow, TechnicianState } from '#core/contract/local/technician.ts';
import type { BothLanguages } from '#core/contract/values.ts';
import type { HealthReason } from '#core/ports/health.ts';
import { REASON, REMEDY } from '#core/ports/health-words.ts';
import { technician } from '../text/technician.ts';

/** How a thing stands, for colour and order. Words always say it too. */
export type Tone = 'bad' | 'warn' | 'quiet' | 'good';

export const TONE_OF_DEVICE: Readonly<Record<DeviceRow['state'], Tone>> = {
  faulted: 'bad',
  blocked: 'bad',
  absent: 'bad',
  degraded: 'warn',
  connecting: 'quiet',
  ready: 'good',
};

export interface ReasonWords {
  readonly what: BothLanguages;
  readonly toDo?: BothLanguages;
}

/** The contract leaves room for reasons of a newer agent: an unknown one is shown by its name. */
export function reasonWords(reason: string): ReasonWords {
  if (!isKnown(reason)) return { what: technician.unknownReason(reason) };
  return { what: REASON[reason], toDo: REMEDY[reason] };
}

function isKnown(reason: string): reason is HealthReason {
  return Object.hasOwn(REASON, reason);
}

/** Where a device hangs, as the agent says it in English (`composition/port-wishes.ts`): paths and numbers stay as they are. */
const PLACE_IN_CHINESE: readonly (readonly [RegExp, string])[] = [
  [/^simulated$/, '模拟'],
  [/^by its looks$/, '按型号识别'],
  [/^serial number (.+)$/, '序列号 $1'],
  [/^socket (.+)$/, '插口 $1'],
  [/^interface (.+)$/, '接口 $1'],
  [/^by (.+)$/, '厂商 $1'],
];

export function placeWords(place: string): BothLanguages {
  const parts = place.split(', ').map((part) => PLACE_IN_CHINESE.reduce((said, [written, zh]) => said.replace(written, zh), part));
  return { zh: parts.join('，'), en: place };
}

export const isUplinkWell = ({ uplink }: TechnicianState): boolean => uplink.state === 'connected' && !uplink.notAccepted;

/** A machine's clock that is certainly wrong by more than this makes its log and its screens wrong; what it decides rests on the interval. */
const WALL_OFF_MS = 2_000;

export function isClockWell({ clock }: TechnicianState): boolean {
  return !clock.contradicted && clock.wallOutsideMs <= WALL_OFF_MS;
}

export function isStorageWell({ storage }: TechnicianState): boolean {
  return storage.reasons.length === 0 && storage.damaged === undefined && storage.salvaged === undefined;
}

export function openConflicts({ conflicts = [] }: TechnicianState): number {
  return conflicts.filter(({ state }) => state === 'open').length;
}

/** Devices, then what connects the machine: everything that a person should look at. Derived from how things are now, never from an event of the past. */
export function toLookAt(state: TechnicianState): number {
  const devices = state.devices.filter((device) => TONE_OF_DEVICE[device.state] === 'bad' || TONE_OF_DEVICE[device.state] === 'warn').length;
  const others = [
    isUplinkWell(state),
    state.boxOffice.reachable,
    state.validity.version !== null && state.validity.lastFault === undefined,
    isClockWell(state),
    isStorageWell(state),
    state.site?.state !== 'split',
    openConflicts(state) === 0,
  ];
  return devices + others.filter((isWell) => !isWell).length;
}
