import type { Money } from '../base/money.ts';
import type { Duration, Instant } from '../base/time.ts';
import type { PaymentAttempt, TerminalReceipt, TerminalResult } from '../contract/box-office/sales.ts';
import type { IdempotencyKey, OrderId } from '../contract/identifiers.ts';
import type { ReversalOutcome, TerminalFinding, TerminalOutcome } from '../ports/payment-terminal.ts';
import type { BoxOfficeCall, CallAnswer } from './calls.ts';

/**
 * One payment at this machine's card terminal, from before the terminal is asked until the box office knows what became of the money. The box office keeps the
 * attempt; this is its arm. It outlives guest, sale and power cuts, and everything that it is about to ask of the terminal is written down before.
 */
export interface Booking {
  readonly attemptKey: IdempotencyKey;
  readonly orderId: OrderId;
  readonly amount: Money;
  readonly openedAt: Instant;
  /** When the terminal was asked; until then no money can have moved. */
  readonly startedAt: Instant | undefined;
  /** The newest booking that was known at this terminal before: what is not newer is not ours. */
  readonly before: TerminalReceipt | undefined;
  /** The guest still wants to pay. An approval that nobody wants is booked back. */
  readonly wanted: boolean;
  /** What the terminal said of the money, as soon as it said so. */
  readonly receipt: TerminalReceipt | undefined;
  /** The box office was told, or may have been told, that the money is here. */
  readonly toldPaid: boolean;
  readonly stage: BookingStage;
}

/** `tries` counts questions in a row without an answer that helps. */
export type BookingStage =
  /** The box office is being asked to begin the attempt; the terminal knows nothing yet. */
  | { readonly kind: 'opening' }
  | { readonly kind: 'authorising' }
  /** Approved: the terminal asks whether the goods came out. */
  | { readonly kind: 'approved'; readonly since: Instant; readonly verdict: BookingVerdict; readonly tries: number }
  /** Nobody heard how it ended: the terminal's own records are asked. */
  | { readonly kind: 'asking'; readonly tries: number }
  /** Proven, and to be told to the box office until it has heard. */
  | { readonly kind: 'telling'; readonly result: TerminalResult; readonly tries: number }
  | { readonly kind: 'reversing'; readonly tries: number }
  | { readonly kind: 'telling-reversal'; readonly reversal: TerminalReceipt; readonly tries: number }
  | { readonly kind: 'ended'; readonly how: BookingEnding };

/** What is to become of an approval: not known yet, the goods are the guest's, or the money goes back. */
export type BookingVerdict = 'open' | 'keep' | 'give-back';

/**
 * `person`: terminal and box office contradict each other, or the terminal will not: only somebody who looks can say what is right. Once she has said so at the
 * box office it is one of the others. `forgotten`: the box office knows it no more, and a person looks for its money as that of any order that it has lost.
 */
export type BookingEnding = 'paid' | 'no-money' | 'reversed' | 'person' | 'forgotten';

export type BookingInput =
  /** The box office has opened the attempt, which ends at `expiresAt` of this machine's clock. */
  | { readonly kind: 'go'; readonly at: Instant; readonly expiresAt: Instant }
  | { readonly kind: 'unwanted'; readonly at: Instant }
  | { readonly kind: 'approved'; readonly at: Instant; readonly receipt: TerminalReceipt }
  | { readonly kind: 'terminal'; readonly at: Instant; readonly answer: TerminalAnswer }
  | { readonly kind: 'answered'; readonly at: Instant; readonly answer: CallAnswer }
  | { readonly kind: 'elapsed'; readonly at: Instant; readonly timer: BookingTimer }
  | { readonly kind: 'terminal-back'; readonly at: Instant }
  | { readonly kind: 'restarted'; readonly at: Instant };

/** `again`: ask or tell again. `expiry`: the attempt may take no money any more. */
export type BookingTimer = 'again' | 'expiry';

export type TerminalAnswer =
  | { readonly to: 'authorise'; readonly outcome: TerminalOutcome }
  | { readonly to: 'inquire'; readonly finding: TerminalFinding }
  | { readonly to: 'reverse'; readonly outcome: ReversalOutcome };

export type TerminalRequest =
  | { readonly name: 'authorise' }
  | { readonly name: 'inquire' }
  | { readonly name: 'reverse'; readonly receipt: TerminalReceipt }
  | { readonly name: 'abort' };

export type BookingEffect =
  | { readonly kind: 'call'; readonly call: BoxOfficeCall }
  | { readonly kind: 'terminal'; readonly request: TerminalRequest }
  | { readonly kind: 'wait'; readonly timer: BookingTimer; readonly after: Duration }
  | { readonly kind: 'stop-waiting'; readonly timer: BookingTimer }
  /** The box office's word about the attempt, for the sale that waits for it. */
  | { readonly kind: 'tell'; readonly attempt: PaymentAttempt };

export interface BookingStep {
  readonly booking: Booking;
  readonly effects: readonly BookingEffect[];
}

/** While this is true, the terminal has or may have something open of this booking, and nothing new is begun there. */
export function occupiesTerminal({ stage }: Booking): boolean {
  return stage.kind !== 'telling' && stage.kind !== 'telling-reversal' && stage.kind !== 'ended';
}
