import { milliseconds } from '#core/base/time.ts';
import type { Timer } from '#core/ports/clock.ts';
import type { Driver } from '#core/ports/driver.ts';
import { DARK, type Indicator, type LampColour, type LampRhythm, type Signal } from '#core/ports/indicator.ts';
import { BEEP_TRAINS, type BeepTrain } from '../light-signals/tower-levels.ts';
import { LED, type LedColour, type LedColours, type OsdpCommand } from './frame.ts';
import { reasonsOf } from './osdp-faults.ts';
import type { OsdpPd } from './osdp-line.ts';
import { joinPd } from './pd-session.ts';

export interface OsdpLightOptions {
  readonly pd: OsdpPd;
  readonly reader: number;
  readonly led: number;
}

/** The LED, the buzzer and the display of an OSDP device. It blinks and beeps by itself; what it does not have is left out. */
export const osdpLightDriver: Driver<Indicator, OsdpLightOptions> = {
  name: 'osdp-light',
  connect: (context, { pd, reader, led }) =>
    joinPd(context, pd, () => {
      let shown: Signal = DARK;
      let nextTrain: Timer | undefined;
      const say = (command: OsdpCommand): void => void pd.order(command);

      const beep = ([train, ...others]: readonly BeepTrain[]): void => {
        if (train === undefined) return;
        say({ kind: 'buzzer', reader, on: tenths(train.on), off: tenths(train.off), count: train.count });
        // A second command would cut the first one short.
        if (others.length > 0)
          nextTrain = context.timers.after(milliseconds((tenths(train.on) + tenths(train.off)) * 100 * train.count), () => beep(others));
      };

      const show = (signal: Signal): void => {
        nextTrain?.cancel();
        shown = signal;
        say({ kind: 'led', reader, led, colours: ledColours(signal.light) });
        say({ kind: 'text', reader, text: signal.words });
        beep(BEEP_TRAINS[signal.beeps]);
      };

      return {
        port: { show },
        // After it was without power it knows nothing of what it showed; what it would have sounded is over.
        online: () => show({ ...shown, beeps: 'none' }),
        levels: (levels) => {
          const reasons = reasonsOf(levels);
          context.onHealth(reasons.length > 0 ? { kind: 'degraded', reasons } : { kind: 'ready', reasons: [] });
        },
        event: () => undefined,
        end: () => nextTrain?.cancel(),
      };
    }),
};

const tenths = (span: number): number => Math.max(1, Math.round(span / 100));

const COLOUR: Readonly<Record<LampColour, LedColour>> = { red: LED.red, amber: LED.amber, green: LED.green, blue: LED.blue, white: LED.white };

/** In units of 100 ms: once a second, twice a second. */
const BLINK: Readonly<Record<LampRhythm, { readonly on: number; readonly off: number }>> = {
  steady: { on: 1, off: 0 },
  slow: { on: 5, off: 5 },
  fast: { on: 3, off: 2 },
};

function ledColours(light: Signal['light']): LedColours {
  if (light === undefined) return { onColour: LED.black, offColour: LED.black, ...BLINK.steady };
  return { onColour: COLOUR[light.colour], offColour: LED.black, ...BLINK[light.rhythm] };
}
