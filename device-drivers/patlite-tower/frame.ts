import type { LampColour } from '#core/ports/indicator.ts';
import type { Lamp } from '../light-signals/tower-levels.ts';

/**
 * Patlite LR6-USB (191A:8003): one output report of eight bytes without a number; byte 0 here is the number 0 that stands before them. As the programs `ptltectl`
 * and `sr_hazard_light` send it:
 *
 *     00  00 00  buzzer  pitch  LED1,LED2  LED3,LED4  LED5,0  00
 *
 * - buzzer: 0 silent, 1 sounds;
 * - pitch: a nibble for each of two tones; F leaves it as it is;
 * - LED: a nibble each, from the top (red, amber, green, blue, white): 0 off, 1 on, F unchanged. The tower's own rhythms (2 to 6) are not used: they are not the
 *   lobby's.
 */
export const REPORT_BYTES = 9;

const BUZZER_AT = 3;
const PITCH_AT = 4;
const LEDS_AT = 5;
const UNCHANGED = 0xff;

/** From the top. */
export const LEDS: readonly LampColour[] = ['red', 'amber', 'green', 'blue', 'white'];

/** A report that says of every lamp and of the buzzer whether it is on. */
export function encodeLevels(on: ReadonlySet<Lamp>): Uint8Array {
  const report = new Uint8Array(REPORT_BYTES);
  report[BUZZER_AT] = on.has('buzzer') ? 1 : 0;
  report[PITCH_AT] = UNCHANGED;
  LEDS.forEach((colour, index) => {
    const at = LEDS_AT + Math.floor(index / 2);
    if (on.has(colour)) report[at] = (report[at] ?? 0) | (index % 2 === 0 ? 0x10 : 0x01);
  });
  return report;
}

/** What is on after a report, given what was on before; undefined when it is none. */
export function levelsAfter(report: Uint8Array, before: ReadonlySet<Lamp>): ReadonlySet<Lamp> | undefined {
  if (report.length !== REPORT_BYTES || report[0] !== 0) return undefined;
  const on = new Set<Lamp>();
  const take = (lamp: Lamp, level: number): void => {
    if (level === 0x0f ? before.has(lamp) : level !== 0) on.add(lamp);
  };
  take('buzzer', (report[BUZZER_AT] ?? 0) & 0x0f);
  LEDS.forEach((colour, index) => {
    const pair = report[LEDS_AT + Math.floor(index / 2)] ?? 0;
    take(colour, index % 2 === 0 ? pair >> 4 : pair & 0x0f);
  });
  return on;
}
