import type { Fault } from '../base/fault.ts';
import type { PaperDocument } from './paper-document.ts';

/**
 * How much is known about a print job, worst first. Only `print-confirmed` and better may be called printed.
 * - `accepted`: the bytes left this machine. - `print-confirmed`: the printer answered after the last dot. - `cut-confirmed`: and after the cut, naming this job.
 * - `presented`: its sensor sees the paper at the output. - `taken`: and then no longer.
 */
export type PrintEvidence = 'none' | 'accepted' | ProvenEvidence;
export type ProvenEvidence = 'print-confirmed' | 'cut-confirmed' | 'presented' | 'taken';

/**
 * The outcome of one job on paper.
 * - `printed`: the printer itself said so. With a `fault` when nobody took it (`E-PRN-NOT-TAKEN`): the paper was drawn back.
 * - `not-printed`: proof that no dot reached paper: nothing was sent. Safe to try again.
 * - `uncertain`: some of it may be on paper. Never repeated without a person.
 */
export type PrintOutcome =
  | { readonly kind: 'printed'; readonly evidence: ProvenEvidence; readonly fault?: Fault }
  | { readonly kind: 'not-printed'; readonly fault: Fault }
  | { readonly kind: 'uncertain'; readonly evidence: PrintEvidence; readonly fault: Fault };

export interface PrintJob {
  /** Names the job in logs and events. */
  readonly jobId: string;
  readonly document: PaperDocument;
  /** Called, and awaited, before the first byte leaves: the caller makes the attempt durable here. A throw stops the job as `not-printed`. */
  readonly beforeFirstByte: () => void;
  /** Told as the evidence grows, so that a power cut forgets as little of it as may be. Changes nothing about the job, and must not throw. */
  readonly onEvidence?: (evidence: ProvenEvidence) => void;
}

/** A printer that proves what it printed, as far as its model can. One job at a time; a second call waits for the first. */
export interface TicketPrinter {
  print(job: PrintJob): Promise<PrintOutcome>;
  /**
   * A person says that the printer was switched off and on, so that it holds nothing of an interrupted job any more. Without this word, or the printer's own,
   * one that cannot prove it stays blocked (`needs-power-cycle`).
   */
  powerCycled(): void;
}

/** What is remembered of one printer beyond connections and restarts. */
export interface PrinterNote {
  /** Number of the last token that was used; tokens never go back, whatever the clock does. */
  readonly lastToken: number;
  /** Bytes of a job may lie in the printer and come out later. */
  readonly mayHoldRemainder: boolean;
  /** The cutter was seen stuck since the last job began: whatever cut it was told meanwhile it did not make, and what was to be cut off may hang there still. */
  readonly mayHang: boolean;
  /** Papers begun since the sensor has said that the roll ends soon. */
  readonly papersSinceLow: number;
}

export interface PrinterMemory {
  read(): PrinterNote;
  /**
   * Durable when it returns.
   * @throws when it could not be kept: then nothing may be sent
   */
  keep(note: PrinterNote): void;
}
