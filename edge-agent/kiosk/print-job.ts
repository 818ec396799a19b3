import type { Fault } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { milliseconds } from '#core/base/time.ts';
import type { Clock, Timers } from '#core/ports/clock.ts';
import type { PaperDocument } from '#core/ports/paper-document.ts';
import type { PrintOutcome, TicketPrinter } from '#core/ports/ticket-printer.ts';
import type { PrintLedger } from '../ledger/print-ledger.ts';

/** The longest that a job may take with others before it; a printer that keeps its own promises is always quicker. */
const JOB_TIMEOUT = milliseconds(LIMITS.printer.echoTimeout * 4);

interface JobSurroundings {
  readonly printer: TicketPrinter;
  readonly prints: Pick<PrintLedger, 'start'>;
  readonly clock: Clock;
  readonly timers: Timers;
}

/**
 * One ticket through the printer, with an end for certain: a printer that never answers leaves the job `uncertain` when its first byte was allowed, and
 * `not-printed` when it was not. After that the job can no longer begin.
 */
export function runPrintJob(
  { printer, prints, clock, timers }: JobSurroundings,
  job: { jobId: string; document: PaperDocument },
): Promise<PrintOutcome> {
  let isStarted = false;
  let isGivenUp = false;
  const beforeFirstByte = (): void => {
    if (isGivenUp) throw new Error(`print job ${job.jobId} was given up`);
    prints.start(job.jobId, clock.wall());
    isStarted = true;
  };
  return new Promise((resolve, reject) => {
    const deadline = timers.after(JOB_TIMEOUT, () => {
      isGivenUp = true;
      resolve(isStarted ? { kind: 'uncertain', evidence: 'none', fault: NEVER_ENDED } : { kind: 'not-printed', fault: NEVER_ENDED });
    });
    printer.print({ ...job, beforeFirstByte }).then(
      (outcome) => {
        deadline.cancel();
        resolve(outcome);
      },
      (cause: unknown) => {
        deadline.cancel();
        reject(cause instanceof Error ? cause : new Error(String(cause)));
      },
    );
  });
}

const NEVER_ENDED: Fault = {
  code: 'E-PRN-TIMEOUT',
  owner: 'device',
  message: 'a print job did not come to its end in time',
  remedy: 'Look whether the ticket came out; switch the printer off and on.',
};
