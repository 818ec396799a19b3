import type { FaultSwitches } from '../../simulation/fault-switches.ts';
import type { Condition } from './condition.ts';
import type { PaperRoll } from './paper-roll.ts';
import type { Presenter } from './presenter.ts';
import type { PrinterFamily } from './printer-family.ts';

/** The moving parts: what happens to the paper, and what the sensors see of it. */
export interface Mechanics {
  condition(): Condition;
  /** A strip was printed; the roll may have come to its end. */
  printed(): void;
  /** False when the cutter jammed. */
  cut(): boolean;
  present(what: 'present' | 'retract'): void;
  /** Dots to the place that lies so far from the next black mark; undefined when none comes. */
  toMark(offsetDots: number): number | undefined;
  /** Whoever frees the cutter switches the printer off and on. */
  freeCutter(): void;
}

/** A roll with less than this left shows at the sensor. */
const NEAR_END_MM = 3_000;
/** Where the roll ends with `paper-out-mid-ticket`: in the middle of the bar code of a ticket of 150 mm. */
const MID_TICKET_MM = 70;

export interface MechanicsSurroundings {
  readonly roll: PaperRoll;
  readonly presenter: Presenter;
  readonly family: Pick<PrinterFamily, 'presenter'>;
  /** The switches are made later: they call the printer. */
  readonly faults: () => FaultSwitches;
  /** The cutter's state changed. */
  changed(): void;
}

export function createMechanics({ roll, presenter, family, faults, changed }: MechanicsSurroundings): Mechanics {
  let cutterError = false;

  const isPresenting = family.presenter !== 'none';
  let markLost = false;

  const isJammed = (): boolean => isPresenting && faults().isOn('paper-jam');

  const runOut = (): void => {
    roll.runOut();
    faults().set('paper-out', true);
  };

  const present = (what: 'present' | 'retract'): void => {
    if (!isPresenting || cutterError || isJammed()) return;
    const last = roll.papers().at(-1);
    if (what === 'retract') {
      presenter.retract();
    } else if (last?.cut === true) {
      if (faults().isOn('presenter-jam')) {
        faults().set('presenter-jam', false);
        faults().set('paper-jam', true);
      } else if (faults().isOn('pulled-early')) {
        // In the hand before the output's sensor has seen it.
        faults().set('pulled-early', false);
      } else {
        presenter.present(last.number);
      }
    }
  };

  return {
    condition: () => ({
      coverOpen: faults().isOn('cover-open'),
      paperEnd: faults().isOn('paper-out'),
      paperNearEnd: faults().isOn('paper-near-end'),
      cutterError,
      headHot: faults().isOn('head-hot'),
      markLost,
      paperJam: isJammed(),
      ticketAtOutput: presenter.isAtOutput,
      switchedOff: faults().isOn('offline'),
    }),
    printed: () => {
      if (faults().isOn('paper-out-mid-ticket') && roll.hangingMm() >= MID_TICKET_MM) {
        faults().set('paper-out-mid-ticket', false);
        runOut();
      } else if (roll.leftMm() === 0) {
        runOut();
      } else if (roll.leftMm() < NEAR_END_MM) {
        faults().set('paper-near-end', true);
      }
      faults().changed();
    },
    cut: () => {
      if (faults().isOn('cutter-jam')) {
        cutterError = true;
        changed();
      } else {
        roll.cut();
        if (family.presenter === 'at-cut') present('present');
      }
      faults().changed();
      return !cutterError;
    },
    present,
    toMark: (offsetDots) => {
      markLost = faults().isOn('mark-lost');
      if (!markLost) return roll.dotsToMark(offsetDots);
      changed();
      return undefined;
    },
    freeCutter: () => {
      cutterError = false;
      markLost = false;
    },
  };
}
