import { createSimulatedPrinter, type PrinterSimulator, type SimulatedMachine } from '../ticket-printer/simulator/simulated-printer.ts';
import { starFamily } from './simulator/star-family.ts';

/** By the name of the profile that a driver would use with it. */
export const SIMULATED_STARS = {
  star: { presenter: false, counts: true, chinese: false, printEnd: false },
  'star-chinese': { presenter: false, counts: true, chinese: true, printEnd: false },
  'star-without-counter': { presenter: false, counts: false, chinese: false, printEnd: false },
  'star-print-end': { presenter: false, counts: true, chinese: false, printEnd: true },
  'star-tup900': { presenter: true, counts: true, chinese: true, printEnd: false },
} as const satisfies Record<string, StarModel>;

export type SimulatedStar = keyof typeof SIMULATED_STARS;

export interface StarModel {
  readonly presenter: boolean;
  readonly chinese: boolean;
  /** Its reports reach to the counter of fences, or end before it. */
  readonly counts: boolean;
  /** It knows ESC GS ETX. */
  readonly printEnd: boolean;
}

export interface StarSimulatorOptions extends SimulatedMachine {
  readonly model?: SimulatedStar;
  /** Its reports carry the further length that they have over Ethernet. */
  readonly overEthernet?: boolean;
}

/** A printer that speaks Star's line mode. */
export function createStarSimulator({ model = 'star-chinese', overEthernet = false, ...machine }: StarSimulatorOptions): PrinterSimulator {
  return createSimulatedPrinter(machine, starFamily(SIMULATED_STARS[model], overEthernet));
}
