import { type ReadonlySignal, signal } from '@preact/signals';
import { seconds } from '#core/base/time.ts';
import type { Verdict } from '#core/contract/admission.ts';
import type { BothLanguages } from '#core/contract/values.ts';
import type { Timer, Timers } from '#core/ports/clock.ts';

/** A verdict in front of everything. `number` tells the same verdict shown twice apart. */
export interface Shown {
  readonly verdict: Verdict;
  readonly number: number;
}

/** One line that stands for some seconds. */
export interface Notice {
  readonly words: BothLanguages;
  readonly tone: 'bad' | 'good';
  readonly number: number;
}

/** What stands in front of the page for a while: one verdict, and one line. */
export interface Stage {
  readonly shown: ReadonlySignal<Shown | undefined>;
  readonly notice: ReadonlySignal<Notice | undefined>;
  show(verdict: Verdict): void;
  dismiss(): void;
  tell(words: BothLanguages, tone: Notice['tone']): void;
  close(): void;
}

/** An admission leaves by itself; what needs the usher's eye stays until a touch or the next code. */
const ADMISSION_SHOWN = seconds(4);
const NOTICE_SHOWN = seconds(6);

export function createStage(timers: Timers, onVerdict: ((verdict: Verdict) => void) | undefined): Stage {
  const shown = signal<Shown | undefined>(undefined);
  const notice = signal<Notice | undefined>(undefined);
  let number = 0;
  let leaving: Timer | undefined;
  let fading: Timer | undefined;
  const dismiss = (): void => {
    leaving?.cancel();
    shown.value = undefined;
  };
  const silence = (): void => {
    fading?.cancel();
    notice.value = undefined;
  };
  return {
    shown,
    notice,
    show: (verdict) => {
      leaving?.cancel();
      silence();
      shown.value = { verdict, number: ++number };
      onVerdict?.(verdict);
      if (verdict.kind === 'enter' || verdict.kind === 'enter-group') leaving = timers.after(ADMISSION_SHOWN, dismiss);
    },
    dismiss,
    tell: (words, tone) => {
      silence();
      notice.value = { words, tone, number: ++number };
      fading = timers.after(NOTICE_SHOWN, silence);
    },
    close: () => {
      leaving?.cancel();
      fading?.cancel();
    },
  };
}
