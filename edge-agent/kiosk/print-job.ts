import { type Fault, FaultError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import type { Clock, Timers } from '#core/ports/clock.ts';
import type { PaperDocument } from '#core/ports/paper-document.ts';
import type { PrintOutcome, ProvenEvidence } from '#core/ports/ticket-printer.ts';
import type { PrintLedger } from '../ledger/print-ledger.ts';
import type { Log } from '../runtime/log.ts';
import type { KioskPrinter } from './kiosk.ts';

export interface JobSurroundings {
  readonly printer: KioskPrinter;
  readonly prints: Pick<PrintLedger, 'start' | 'keepEvidence'>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
}

/**
 * One ticket through the printer, with an end for certain: a printer that never answers leaves the job `uncertain` when its first byte was allowed, and
 * `not-printed` when it was not. After that the job can no longer begin.
 */
export function runPrintJob(
  { printer, prints, clock, timers, log }: JobSurroundings,
  job: { jobId: string; document: PaperDocument },
): Promise<PrintOutcome> {
  let isStarted = false;
  let isGivenUp = false;
  const beforeFirstByte = (): void => {
    if (isGivenUp) throw new Error(`print job ${job.jobId} was given up`);
    prints.start(job.jobId, printer.id, clock.wall());
    isStarted = true;
  };
  const onEvidence = (evidence: ProvenEvidence): void => {
    if (isGivenUp) return;
    try {
      prints.keepEvidence(job.jobId, evidence, clock.wall());
    } catch (cause) {
      // Less is known after a power cut than could be; the outcome that follows is written all the same.
      if (!(cause instanceof FaultError)) throw cause;
      log.warn({ fault: cause.fault, job: job.jobId }, 'what a printer proved could not be written down yet');
    }
  };
  return new Promise((resolve, reject) => {
    const deadline = timers.after(LIMITS.printer.jobTimeout, () => {
      isGivenUp = true;
      resolve(isStarted ? { kind: 'uncertain', evidence: 'none', fault: NEVER_ENDED } : { kind: 'not-printed', fault: NEVER_ENDED });
    });
    printer.port.print({ ...job, beforeFirstByte, onEvidence }).then(
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
