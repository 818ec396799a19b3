import { LIMITS } from '#core/base/limits.ts';
import { type Money, majorUnits } from '#core/base/money.ts';
import { between } from '#core/base/time.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { DayEndOutcome, PaymentTerminal } from '#core/ports/payment-terminal.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { createTerminalDays } from '../ledger/terminal-days.ts';

/** The end of a card terminal's business day: it settles with its bank and tells its total, which is held against what this machine has booked since the last one. */
export interface TerminalDay {
  /** @throws as `Ledger.transaction`, before the terminal is asked */
  end(by: string): Promise<TerminalDayResult>;
  /** Payments wait for the end of a day that should have been long ago. */
  isOverdue(): boolean;
}

export type TerminalDayResult =
  /** `theirs` is missing where the terminal tells no total; then nothing was compared. */
  | { readonly kind: 'ended'; readonly ours: Money; readonly oursCount: number; readonly theirs: Money | undefined }
  /** A payment is under way, or one of which nobody knows how it went. */
  | { readonly kind: 'busy' }
  | Exclude<DayEndOutcome, { readonly kind: 'ended' }>;

export const amountText = (amount: Money): string => `${amount.currency} ${majorUnits(amount)}`;

export interface TerminalDayParts {
  readonly ledger: Pick<Ledger, 'database' | 'transaction' | 'append'>;
  readonly terminal: Pick<PaymentTerminal, 'endDay'>;
  readonly clock: Pick<Clock, 'wall'>;
}

export function createTerminalDay({ ledger, terminal, clock }: TerminalDayParts): TerminalDay {
  const days = createTerminalDays(ledger);
  const audit = (by: string, detail: string): void => {
    ledger.append({ t: 'audit', d: { action: 'terminal-day-ended', by, detail } });
  };
  return {
    isOverdue: () => {
      const since = days.waitsSince();
      return since !== undefined && between(since, clock.wall()) > LIMITS.records.dayEndOverdue;
    },
    end: async (by) => {
      if (days.isPaymentOpen()) return { kind: 'busy' };
      ledger.transaction(() => audit(by, 'asked'));
      const outcome = await terminal.endDay();
      if (outcome.kind !== 'ended') return outcome;
      const { total: theirs } = outcome;
      const { count: oursCount, minor, currency } = days.bookedSinceLastEnd();
      const ours: Money = { minor, currency: theirs?.currency ?? currency };
      ledger.transaction(() => {
        days.keepEnd(clock.wall(), theirs?.minor, minor);
        audit(
          by,
          `ended: ${oursCount} payments of ours, ${amountText(ours)}; the terminal says ${theirs === undefined ? 'nothing' : amountText(theirs)}`,
        );
      });
      return { kind: 'ended', ours, oursCount, theirs };
    },
  };
}
