import type { Fault } from '../base/fault.ts';
import type { PaperDocument } from './paper-document.ts';

/** How much is known about a print job, worst first. Only `print-confirmed` and better may be called printed. */
export type PrintEvidence = 'none' | 'accepted' | 'print-confirmed' | 'cut-confirmed';

/**
 * The outcome of one job on paper.
 * - `printed`: the printer itself said so, after the ink and after the cut.
 * - `not-printed`: proof that no dot reached paper (nothing was sent, or the printer's buffer was cleared before it printed). Safe to try again.
 * - `uncertain`: some of it may be on paper. Never repeated without a person.
 */
export type PrintOutcome =
  | { readonly kind: 'printed'; readonly evidence: 'print-confirmed' | 'cut-confirmed' }
  | { readonly kind: 'not-printed'; readonly fault: Fault }
  | { readonly kind: 'uncertain'; readonly evidence: PrintEvidence; readonly fault: Fault };

export interface PrintJob {
  /** Names the job in logs and events. */
  readonly jobId: string;
  readonly document: PaperDocument;
  /** Called, and awaited, before the first byte leaves: the caller makes the attempt durable here. A throw stops the job as `not-printed`. */
  readonly beforeFirstByte: () => void;
}

/** A printer that proves what it printed. One job at a time; a second call waits for the first. */
export interface TicketPrinter {
  print(job: PrintJob): Promise<PrintOutcome>;
}
