import type { LampColour } from '#core/ports/indicator.ts';
import type { SimulatedDevice } from './simulated-device.ts';

/** A simulated light with a buzzer, as an eye and an ear find it now. */
export interface SimulatedLight extends SimulatedDevice {
  readonly class: 'indicator';
  /** Lamps from the top, with those that are on at this moment. */
  lamps(): readonly { readonly colour: LampColour; readonly isOn: boolean }[];
  isSounding(): boolean;
}
