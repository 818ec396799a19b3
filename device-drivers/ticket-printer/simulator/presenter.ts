import type { Duration } from '#core/base/time.ts';
import type { Timer, Timers } from '#core/ports/clock.ts';

/** The output of a printer that holds its paper until somebody takes it, and the guest before it. */
export interface Presenter {
  readonly isAtOutput: boolean;
  /** Numbers of the papers that were drawn back into the box. */
  readonly retracted: readonly number[];
  /** The paper that was cut off last comes out. */
  present(paper: number): void;
  retract(): void;
  /** The guest, or whoever passes by. */
  take(): void;
}

export interface PresenterSurroundings {
  readonly timers: Timers;
  /** How long a guest needs to take a paper. */
  readonly takenAfter: Duration;
  /** The guest pays no attention. */
  isLeft(): boolean;
  changed(): void;
}

export function createPresenter({ timers, takenAfter, isLeft, changed }: PresenterSurroundings): Presenter {
  const retracted: number[] = [];
  let paper: number | undefined;
  let hand: Timer | undefined;

  const empty = (): void => {
    hand?.cancel();
    hand = undefined;
    paper = undefined;
    changed();
  };

  return {
    get isAtOutput() {
      return paper !== undefined;
    },
    get retracted() {
      return retracted;
    },
    present: (number) => {
      paper = number;
      hand = timers.after(takenAfter, () => {
        if (!isLeft()) empty();
      });
      changed();
    },
    retract: () => {
      if (paper === undefined) return;
      retracted.push(paper);
      empty();
    },
    take: () => {
      if (paper !== undefined) empty();
    },
  };
}
