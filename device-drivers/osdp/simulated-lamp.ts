import { type Duration, milliseconds } from '#core/base/time.ts';
import type { Timer, Timers } from '#core/ports/clock.ts';
import type { LampColour } from '#core/ports/indicator.ts';
import { LED } from './frame.ts';

/** The LED and the buzzer of a simulated device, which blink and beep by themselves. */
export interface SimulatedLamp {
  /** The data of command 69, permanent part. */
  led(data: Uint8Array): void;
  /** The data of command 6A. */
  buzzer(data: Uint8Array): void;
  colour(): LampColour | undefined;
  isSounding(): boolean;
  off(): void;
}

const COLOURS: Readonly<Record<number, LampColour>> = {
  [LED.red]: 'red',
  [LED.green]: 'green',
  [LED.amber]: 'amber',
  [LED.blue]: 'blue',
  [LED.white]: 'white',
};

export function createSimulatedLamp({ timers, onChange }: { readonly timers: Timers; readonly onChange: () => void }): SimulatedLamp {
  let colour: LampColour | undefined;
  let isSounding = false;
  let blink: Timer | undefined;
  let beep: Timer | undefined;

  const setColour = (code: number): void => {
    colour = COLOURS[code];
    onChange();
  };
  const sound = (on: boolean): void => {
    isSounding = on;
    onChange();
  };
  const tenths = (count: number): Duration => milliseconds(count * 100);

  return {
    led: (data) => {
      const [, , , , , , , , , control, on = 0, off = 0, onColour = 0, offColour = 0] = data;
      if (control !== 1) return;
      blink?.cancel();
      const light = (isOn: boolean): void => {
        setColour(isOn ? onColour : offColour);
        if (on > 0 && off > 0) blink = timers.after(tenths(isOn ? on : off), () => light(!isOn));
      };
      light(true);
    },
    buzzer: (data) => {
      const [, tone = 0, on = 0, off = 0, count = 0] = data;
      beep?.cancel();
      const play = (left: number): void => {
        sound(left > 0 && tone >= 2);
        if (!isSounding) return;
        beep = timers.after(tenths(on), () => {
          sound(false);
          beep = timers.after(tenths(off), () => play(left - 1));
        });
      };
      play(count);
    },
    colour: () => colour,
    isSounding: () => isSounding,
    off: () => {
      blink?.cancel();
      beep?.cancel();
      colour = undefined;
      isSounding = false;
      onChange();
    },
  };
}
