import type { CharacterSet } from '../ticket-printer/paper/characters.ts';

/**
 * What one model of printer can do, as far as this driver makes use of it. Written as data in `profiles/`, each capability with where it is known from; read
 * and checked by whoever composes the driver.
 */
export interface PrinterProfile {
  readonly name: string;
  /** `real-time`: four questions of a byte each [DLE EOT 1–4]. `custom-full`: one of four bytes [Custom, `10 04 14`]. */
  readonly status: 'real-time' | 'custom-full';
  /**
   * How the printer says that it is through with what was sent. `process-id`: with the name of the job [GS ( H fn 48]. `paper-status`: by answering a question
   * that waits in the same queue [GS r 1], without a name. `none`: not at all; nothing is ever called printed, unless its presenter shows it.
   */
  readonly fence: 'process-id' | 'paper-status' | 'none';
  /** Tells changes of its state unasked [GS a]. Never together with `paper-status`, whose answer looks like the end of such a report. */
  readonly automaticStatus: boolean;
  /** Tells that it stopped in the middle of a print [GS ( H fn 49]. */
  readonly offlineResponse: boolean;
  /** Forgets what it has not printed, also while it is stopped, and confirms that [DLE DC4 fn 8]. */
  readonly clear: 'dle-dc4' | 'none';
  /** `custom`: the paper is held at the output until it is taken, or drawn back [GS e]. */
  readonly presenter: 'none' | 'custom';
  /** Which letters it has. A line with one that it has not is drawn and sent as a picture. */
  readonly characters: CharacterSet;
  /** Whether it draws QR symbols itself [GS ( k]; otherwise they are sent as pictures. */
  readonly qr: 'firmware' | 'picture';
  /** How it is told to feed to the black mark [GS FF], [Custom, GS F8h]; `none`: it has no sensor for one. */
  readonly blackMark: 'none' | 'gs-ff' | 'custom-notch';
  /** Where a ticket begins and is cut, away from the mark [GS ( F]; `none`: as the printer was set at the factory, or has no such command. */
  readonly markOffsets: 'none' | MarkOffsets;
}

/** In millimetres, forward the way the paper goes; the model counts them in units of its own. */
export interface MarkOffsets {
  readonly startMm: number;
  readonly cutMm: number;
  readonly unitMm: number;
}
