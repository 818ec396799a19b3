import type { Fault } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { err, type Result } from '#core/base/result.ts';
import type { PaperDocument } from '#core/ports/paper-document.ts';
import type { PrintJob, PrintOutcome } from '#core/ports/ticket-printer.ts';
import { printerFault } from './printer-faults.ts';
import type { EncodedDocument, PrinterLanguage } from './printer-language.ts';

/** The prints of one session, one in hand at a time and a bounded number behind it. */
export interface PrintQueue {
  /** Resolves with the job's outcome; at once when it cannot be taken. */
  add(job: PrintJob): Promise<PrintOutcome>;
  inHand(): PrintJob | undefined;
  /** The job in hand is over; the next one begins. */
  finish(outcome: PrintOutcome): void;
  /** Whatever waits, and whatever comes later, is not printed because of this. The job in hand is finished by its machine. */
  close(why: Fault): void;
}

interface WaitingJob {
  readonly job: PrintJob;
  readonly resolve: (outcome: PrintOutcome) => void;
}

export interface PrintQueueOptions {
  readonly device: string;
  /** Of the paper in the printer. */
  readonly columns: number;
  readonly language: Pick<PrinterLanguage, 'encodeDocument'>;
  readonly begin: (document: EncodedDocument) => void;
}

export function createPrintQueue({ device, columns, language, begin }: PrintQueueOptions): PrintQueue {
  const waiting: WaitingJob[] = [];
  let current: WaitingJob | undefined;
  let closedBy: Fault | undefined;

  const encode = (document: PaperDocument): Result<EncodedDocument, Fault> =>
    document.columns > columns
      ? err(printerFault('E-PRN-DOCUMENT', device, `it is ${document.columns} columns wide, the paper ${columns}`))
      : language.encodeDocument(document, device);

  const beginNext = (): void => {
    while (current === undefined) {
      const next = waiting.shift();
      if (next === undefined) return;
      const encoded = encode(next.job.document);
      if (encoded.ok) {
        current = next;
        begin(encoded.value);
      } else {
        next.resolve({ kind: 'not-printed', fault: encoded.error });
      }
    }
  };

  return {
    add: (job) => {
      const refusal = closedBy ?? (waiting.length >= LIMITS.printer.jobsWaitingMax ? printerFault('E-PRN-BUSY', device) : undefined);
      if (refusal !== undefined) return Promise.resolve({ kind: 'not-printed', fault: refusal });
      return new Promise((resolve) => {
        waiting.push({ job, resolve });
        beginNext();
      });
    },
    inHand: () => current?.job,
    finish: (outcome) => {
      const finished = current;
      current = undefined;
      finished?.resolve(outcome);
      beginNext();
    },
    close: (why) => {
      closedBy = why;
      for (const { resolve } of waiting.splice(0)) resolve({ kind: 'not-printed', fault: why });
    },
  };
}
