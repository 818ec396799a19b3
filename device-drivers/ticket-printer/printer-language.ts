import type { Fault } from '#core/base/fault.ts';
import type { Result } from '#core/base/result.ts';
import type { PaperDocument } from '#core/ports/paper-document.ts';
import type { PrinterStatus } from './printer-status.ts';
import type { TokenNames } from './process-tokens.ts';

/**
 * What a family of printers brings to the session that all of them share: its bytes, and what its models are able to say. The session decides what is asked,
 * printed and believed; a language only translates.
 */
export interface PrinterLanguage {
  readonly abilities: PrinterAbilities;
  /** One for each connection. */
  createDecoder(): WordDecoder;
  encodeOrder(order: PrinterOrder): Uint8Array;
  /** What makes the printer say that it is through with everything before it. */
  encodeFence(token: ProcessToken): Uint8Array;
  /** The bytes of a paper, or `E-PRN-DOCUMENT` when it holds what no paper of ours may. */
  encodeDocument(document: PaperDocument, device: string): Result<EncodedDocument, Fault>;
}

/** One paper in the printer's language. `body` ends with a feed that puts its last dot on paper; the cut is sent on its own, after that is proven. */
export interface EncodedDocument {
  readonly body: Uint8Array;
  readonly cut: Uint8Array;
}

/** One of several questions that are answered with a byte each, or the one that tells everything. */
export type StatusQuestion = 1 | 2 | 3 | 4 | 'full';

/** Names an echo; four printable ASCII characters. */
export type ProcessToken = string;

export interface PrinterAbilities {
  /** A round of status questions, in order. */
  readonly questions: readonly StatusQuestion[];
  /** The one that tells about the cutter. */
  readonly cutterQuestion: StatusQuestion;
  /** What the byte of a short answer says. */
  readonly readAnswer: (status: PrinterStatus, question: StatusQuestion, byte: number) => PrinterStatus | undefined;
  /**
   * How the printer says that it is through with what was sent. `named`: with the name of the job. `unnamed`: by answering a question that waits in the same
   * queue. `counted`: by a counter in its status, which is asked for again and again. `none`: not at all; nothing is ever called printed, unless its presenter
   * shows it.
   */
  readonly fence: 'named' | 'unnamed' | 'counted' | 'none';
  /** How its named fences are named. */
  readonly tokenNames: TokenNames;
  /** Is asked for its whole state again and again while a paper is under way: it tells nothing by itself. */
  readonly watched: boolean;
  /** Forgets what it has not printed, also while it is stopped, and confirms that. */
  readonly clears: boolean;
  /** The paper is held at the output until it is taken, or drawn back. */
  readonly presents: boolean;
}

/** What the session wants said, beside papers and fences. */
export type PrinterOrder =
  /** The modes of a new connection. */
  | { readonly kind: 'greet' }
  | { readonly kind: 'ask-status'; readonly about: StatusQuestion }
  /** Forget everything received and not printed, at once. */
  | { readonly kind: 'clear-buffers' }
  /** Cut off what hangs in the printer from a job that was cut short; with a presenter it is drawn back at once. */
  | { readonly kind: 'cut-off-remainder' }
  /** Draw back what nobody took. */
  | { readonly kind: 'retract' }
  /** Fences without a paper before them, to move the counter on. */
  | { readonly kind: 'move-counter'; readonly by: number };

/** What the printer has said. */
export type PrinterWord =
  /** The answer to one of several questions; which, is known only by the order of asking. */
  | { readonly kind: 'status'; readonly byte: number }
  /** Everything at once. `fences`: how many it has passed, of printers that count them (0 to `FENCES` − 1, then again from 0). */
  | { readonly kind: 'full-status'; readonly status: PrinterStatus; readonly fences?: number }
  /** Everything at once, unasked. */
  | { readonly kind: 'automatic-status'; readonly status: PrinterStatus }
  /** A named fence is passed. */
  | { readonly kind: 'process-id'; readonly token: ProcessToken }
  /** An unnamed fence is passed, or stands before a missing roll. */
  | { readonly kind: 'fence'; readonly paperEnd: boolean }
  | { readonly kind: 'cleared' }
  /** Printing stopped in the middle; why has to be asked. */
  | { readonly kind: 'offline' }
  | { readonly kind: 'power'; readonly on: boolean }
  /** Well formed, and nothing that the session needs to know. */
  | { readonly kind: 'aside' }
  /** Bytes that are none of these. */
  | { readonly kind: 'noise' };

/** Cuts bytes into words. No I/O, no clock: an idle line is told by `idle()`. Fed byte by byte it says the same as fed whole. */
export interface WordDecoder {
  push(bytes: Uint8Array): PrinterWord[];
  /** The line was silent for longer than any reply takes: what is half received will not be completed. */
  idle(): PrinterWord[];
}

/** Counters of fences are five bits wide. */
export const FENCES = 32;
