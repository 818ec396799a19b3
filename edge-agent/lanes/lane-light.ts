import type { GateView } from '#core/contract/local/live.ts';
import { signalOf } from '#core/lane/lane-signal.ts';
import { DARK, type Indicator } from '#core/ports/indicator.ts';

/** The light above a lane, kept to what the lane's screen says. */
export interface LaneLight {
  follow(view: GateView): void;
  goDark(): void;
}

/** @param indicator none when this lane has no light */
export function createLaneLight(indicator: Indicator | undefined): LaneLight {
  /** What it was told last, and for which scan: the same verdict of the next guest is told anew. */
  let told = '';
  return {
    follow: (view) => {
      const { signal, of } = signalOf(view);
      if (of === told) return;
      told = of;
      indicator?.show(signal);
    },
    goDark: () => {
      told = '';
      indicator?.show(DARK);
    },
  };
}
