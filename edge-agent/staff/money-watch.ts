import { LIMITS } from '#core/base/limits.ts';
import type { Duration } from '#core/base/time.ts';
import type { MoneyView } from '#core/contract/box-office/money-view.ts';
import type { MoneySummary } from '#core/contract/local/staff.ts';
import type { Timer, Timers } from '#core/ports/clock.ts';
import type { BoxOfficeClient } from '../box-office-client/box-office-client.ts';

/** The box office's money view as last read; read again every few seconds, and soon after somebody did something about it. */
export interface MoneyWatch {
  read(): { readonly view: MoneyView; readonly stale: boolean } | undefined;
  summary(): MoneySummary | undefined;
  /** Reads now, and again when what was done has come through. */
  refresh(): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

const ROWS_IN_SUMMARY = 50;

/** @param onRead hears of every view that was read, `onChanged` of what looks different from then on */
export function createMoneyWatch(
  boxOffice: Pick<BoxOfficeClient, 'readMoneyView'>,
  timers: Timers,
  { onRead, onChanged }: { readonly onRead: (view: MoneyView) => void; readonly onChanged: () => void },
): MoneyWatch {
  let view: MoneyView | undefined;
  let stale = false;
  let waiting: Timer | undefined;
  let reading: Promise<void> | undefined;
  let isStopped = false;

  const later = (after: Duration): void => {
    waiting?.cancel();
    if (!isStopped) waiting = timers.after(after, () => void readNow().then(() => later(LIMITS.staff.moneyEvery)));
  };
  const readNow = (): Promise<void> => {
    // Two who ask at once get the same answer.
    reading ??= ask().finally(() => {
      reading = undefined;
    });
    return reading;
  };
  const ask = async (): Promise<void> => {
    const answer = await boxOffice.readMoneyView();
    const before = JSON.stringify([view?.items, stale]);
    stale = !answer.ok;
    if (answer.ok) {
      view = answer.value;
      onRead(view);
    }
    if (JSON.stringify([view?.items, stale]) !== before) onChanged();
  };
  return {
    read: () => view && { view, stale },
    summary: () => view && summaryOf(view, stale),
    refresh: async () => {
      await readNow();
      later(LIMITS.staff.moneyAfterAction);
    },
    start: () => void readNow().then(() => later(LIMITS.staff.moneyEvery)),
    stop: async () => {
      isStopped = true;
      waiting?.cancel();
      await reading;
    },
  };
}

/** Without anything of a guest: whoever stands before the technician's page has not said who he is. */
function summaryOf({ at, items }: MoneyView, stale: boolean): MoneySummary {
  return {
    at,
    stale,
    count: items.length,
    items: items.slice(0, ROWS_IN_SUMMARY).map(({ kind, machine, since, next, actions }) => ({
      kind,
      machine,
      since,
      next,
      needsPerson:
        actions.includes('resolve-print') || next.step === 'person-decides' || kind === 'payment-needs-person' || kind === 'refund-needs-person',
    })),
  };
}
