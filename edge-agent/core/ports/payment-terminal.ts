import type { Fault } from '../base/fault.ts';
import type { Money } from '../base/money.ts';
import type { Instant } from '../base/time.ts';

/**
 * What a card terminal said about one booking, as far as it may be kept: nothing of the card but its scheme. `trace` and `receiptNumber` name the booking at
 * this terminal (ZVT PA00P015, status information 04 0F: BMP 29, 0B, 87, 04, 8B); the terminal counts them and starts over some day. The same shape as
 * `TerminalReceipt` of the box office's contract, which says what each text may hold.
 */
export interface TerminalReceipt {
  readonly terminalId: string;
  readonly trace: string;
  readonly receiptNumber?: string | undefined;
  readonly scheme?: string | undefined;
  readonly amount: Money;
  /** By the terminal's own clock, which may be wrong; ISO 8601 in UTC. */
  readonly at: string;
}

/** What the caller says when the terminal, having approved, asks whether the goods came out. */
export type GoodsDecision = 'wait' | 'goods-issued' | 'not-issued';

/** What a terminal wants of the guest, as far as it says so in no language: screens have words for each. */
export type TerminalPrompt =
  | 'present-card'
  | 'watch-terminal'
  | 'confirm-amount'
  | 'wait'
  | 'remove-card'
  | 'approved'
  | 'books-back'
  | 'card-refused'
  | 'card-unreadable'
  | 'card-expired'
  | 'wrong-pin';

export interface TerminalAuthorisation {
  /** Names the attempt to the caller; a terminal knows nothing of it, so a driver finds a booking by amount, number and time. */
  readonly attemptKey: string;
  readonly amount: Money;
  /** Intermediate texts ("insert card", "enter PIN"), in the terminal's language, and what they mean where it says so. Never called after the outcome. */
  readonly onText: (text: string, prompt: TerminalPrompt | undefined) => void;
  /**
   * Called at most once, when the terminal has approved and before the first `decide`: the caller makes the receipt durable here. A throw counts as a
   * decision of `not-issued`.
   */
  readonly onApproved: (receipt: TerminalReceipt) => void;
  /**
   * Asked after the approval and then about every 2 s (ZVT PA00P015 §2.2.6, vending mode) until the answer is no longer `wait`. `not-issued` makes the
   * terminal book the money back by itself, and so does a caller that says `wait` for longer than the terminal's own bound.
   */
  readonly decide: () => GoodsDecision;
}

/**
 * The outcome of one authorisation. `approved`, `declined`, `aborted` and `reversed` are proven by the terminal; everything else (a lost line, no answer, an
 * answer that cannot be read) is `unknown` and stays so until `inquire` says more.
 * - `declined`: the card or the host said no. No money moved.
 * - `aborted`: ended before an approval, by the guest, by `abort` or by the terminal's own time limit. No money moved.
 * - `reversed`: it was approved and the terminal has booked it back.
 */
export type TerminalOutcome =
  | { readonly kind: 'approved'; readonly receipt: TerminalReceipt }
  | { readonly kind: 'declined'; readonly reason: TerminalRefusal }
  | { readonly kind: 'aborted' }
  | { readonly kind: 'reversed'; readonly receipt: TerminalReceipt }
  | { readonly kind: 'unknown'; readonly fault: Fault };

/** Why a card was refused, as far as a guest can do something about it. */
export type TerminalRefusal = 'card-refused' | 'card-unreadable' | 'card-expired' | 'wrong-pin' | 'not-supported' | 'terminal-busy' | 'host-away';

/** What the terminal's own records say about an attempt whose outcome nobody heard. */
export type TerminalFinding =
  | { readonly kind: 'approved'; readonly receipt: TerminalReceipt }
  | { readonly kind: 'reversed'; readonly receipt: TerminalReceipt }
  /** Proof that nothing is booked: the newest booking is older than the attempt. */
  | { readonly kind: 'not-booked' }
  | { readonly kind: 'unknown'; readonly fault: Fault };

export interface TerminalInquiry {
  readonly attemptKey: string;
  readonly amount: Money;
  /** When the authorisation was begun, by this machine's clock. */
  readonly startedAt: Instant;
  /** The newest booking that was known at this terminal before the attempt; what is not newer than it cannot be the attempt's. */
  readonly before: TerminalReceipt | undefined;
  /** What `onApproved` told of this very attempt: with it the booking is known by its number, whatever any clock says. */
  readonly approved: TerminalReceipt | undefined;
}

export type ReversalOutcome =
  /** `receipt` is the reversal's own. Reversing what was reversed before is answered the same way. */
  | { readonly kind: 'reversed'; readonly receipt: TerminalReceipt }
  /** The terminal will not (another booking came after, the day was closed): a person has to. */
  | { readonly kind: 'refused'; readonly fault: Fault }
  | { readonly kind: 'unknown'; readonly fault: Fault };

/** The end of the terminal's business day: what it has booked since the last one is settled with its bank. */
export type DayEndOutcome =
  /** `total`: payments less what was booked back, where the terminal tells it. */
  | { readonly kind: 'ended'; readonly total: Money | undefined }
  /** The terminal will not: nothing has changed. */
  | { readonly kind: 'refused'; readonly fault: Fault }
  /** Nobody heard how it ended. Asking again is safe: a day that has ended is a day without payments. */
  | { readonly kind: 'unknown'; readonly fault: Fault };

/**
 * A payment terminal with its own keypad and card reader. One operation at a time: while one runs, `authorise` is
 * `declined` as `terminal-busy`, the others are `unknown` with a fault that says so.
 */
export interface PaymentTerminal {
  authorise(request: TerminalAuthorisation): Promise<TerminalOutcome>;
  inquire(inquiry: TerminalInquiry): Promise<TerminalFinding>;
  reverse(receipt: TerminalReceipt): Promise<ReversalOutcome>;
  endDay(): Promise<DayEndOutcome>;
  /** Asks the terminal to stop the running authorisation. It may be too late: only the outcome of `authorise` tells. */
  abort(): void;
}
