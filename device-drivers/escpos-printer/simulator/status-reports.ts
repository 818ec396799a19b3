import { type Condition, isOffline } from '../../ticket-printer/simulator/condition.ts';
import type { PrinterModel } from './printer-models.ts';
import type { RealTimeCommand } from './real-time-watch.ts';
import { automaticStatus, fullStatus, offlineResponse, realTimeStatus } from './status-bytes.ts';

/** What the printer says of itself, asked and unasked. */
export interface StatusReports {
  /** Something may have changed. `isForced`: said even if it has not. */
  tell(isForced: boolean): void;
  /** Classes of change that are told unasked [GS a]. */
  setClasses(classes: number): void;
  /** [GS ( H fn 49] */
  setOfflineResponse(on: boolean): void;
  answer(command: Exclude<RealTimeCommand, { kind: 'clear-buffers' }>): void;
  /** As after power-on: nothing is told unasked, but that the printer is there. */
  restart(): void;
}

export interface ReportSurroundings {
  readonly model: PrinterModel;
  condition(): Condition;
  /** It has received what it has not printed. */
  isHolding(): boolean;
  write(bytes: Uint8Array): void;
}

export function createStatusReports({ model, condition, isHolding, write }: ReportSurroundings): StatusReports {
  let classes = 0;
  let last = '';
  let tellsOffline = false;
  let wasOffline = false;

  const tell = (isForced: boolean): void => {
    const now = condition();
    const status = automaticStatus(now);
    if (classes !== 0 && (isForced || status.join() !== last)) write(status);
    last = status.join();
    if (isOffline(now) && !wasOffline && tellsOffline && isHolding()) write(offlineResponse(now));
    wasOffline = isOffline(now);
  };

  return {
    tell,
    setClasses: (wanted) => {
      classes = wanted;
      tell(true);
    },
    setOfflineResponse: (on) => {
      tellsOffline = on;
    },
    answer: (command) => {
      const isFull = command.kind === 'full-status';
      if (isFull !== model.fullStatus) return;
      write(isFull ? fullStatus(condition()) : Uint8Array.of(realTimeStatus(condition(), command.n)));
    },
    restart: () => {
      classes = 0;
      tellsOffline = false;
      write(Uint8Array.of(0x3b, 0x31, 0x00));
    },
  };
}
