import type { Money } from '#core/base/money.ts';

/**
 * Every message of ZVT that we send and every one that we understand (ECR-Interface PA00P015 revision 13.08; "§" names its chapters). An application data unit
 * (APDU) is `class instruction length data`; the till (ECR: us) and the payment terminal (PT) answer each other's units with an acknowledgement.
 */
export const INSTRUCTION = {
  /** §2.1 Registration. */ registration: 0x0600,
  /** §2.2 Authorization. */ authorisation: 0x0601,
  /** §2.25 Abort by the till. */ abortByTill: 0x06b0,
  /** §2.7 Reversal. */ reversal: 0x0630,
  /** §2.13 Repeat receipt. */ repeatReceipt: 0x0620,
  /** §2.16 End of day. */ endOfDay: 0x0650,
  /** §2.39 Status enquiry. */ statusEnquiry: 0x0501,
  /** §3.1 Status information. */ statusInformation: 0x040f,
  /** §3.7 Intermediate status. */ intermediateStatus: 0x04ff,
  /** §3.2 Completion. */ completion: 0x060f,
  /** §3.3 Abort by the terminal. */ abortByTerminal: 0x061e,
  /** §3.5 Print line. */ printLine: 0x06d1,
  /** §3.6 Print text block. */ printTextBlock: 0x06d3,
} as const;

/** Class of a positive acknowledgement, `80 00 00`, and of one with a reason in the place of the instruction, `84 xx 00` (§1.3). */
export const ACKNOWLEDGED = 0x80;
export const ANSWERED = 0x84;

/** Vending mode (§2.2.6): our answer to a status information that tells an approval. */
export const GOODS = {
  /** `84 9C 00`: not yet; the terminal asks again in 2 s. */
  wait: 0x9c,
  /** `84 66 00`: not issued. Any reason but 00 and 9C has the terminal book the money back. */
  notIssued: 0x66,
} as const;

/** A number that names a result (§10, error messages): 00 is success, up to 63 the host's own reasons, above them the terminal's. */
export type ResultCode = number;

/** What a status information tells of one booking. The card's number is cut off when it is read and exists nowhere above the codec. */
export interface BookingStatus {
  readonly result: ResultCode;
  readonly amountMinor?: number;
  readonly currency?: number;
  readonly terminalId?: string;
  readonly trace?: string;
  /** Trace of the booking that this one reverses (field 37). */
  readonly reversedTrace?: string;
  readonly receiptNumber?: string;
  /** `MMDD` and `HHMMSS` by the terminal's clock. */
  readonly date?: string;
  readonly time?: string;
  readonly cardName?: string;
}

export type TerminalMessage =
  | { readonly kind: 'acknowledged' }
  /** `84 xx`: 00 is as good as `80 00`. */
  | { readonly kind: 'answered'; readonly reason: ResultCode }
  | { readonly kind: 'intermediate'; readonly status: number; readonly text: string }
  | { readonly kind: 'status-information'; readonly booking: BookingStatus }
  | { readonly kind: 'completion'; readonly terminalId?: string }
  | { readonly kind: 'abort'; readonly result: ResultCode }
  /** A line or block of a receipt: acknowledged and dropped, the lobby prints its own. */
  | { readonly kind: 'print' }
  /** Anything else that is a whole unit. */
  | { readonly kind: 'other'; readonly instruction: number };

export type TillCommand =
  /** `currency` as ISO 4217 number; what the till wants to hear is in the configuration byte. */
  | { readonly kind: 'registration'; readonly password: string; readonly currency: number }
  /** `answerWithin` (field 01) and `questionsMax` (field 02) bound the vending mode: seconds for each answer, and how often the terminal asks. */
  | {
      readonly kind: 'authorisation';
      readonly amount: Money;
      readonly currency: number;
      readonly answerWithin: number;
      readonly questionsMax: number;
    }
  | { readonly kind: 'abort' }
  | { readonly kind: 'reversal'; readonly password: string; readonly receiptNumber: string }
  | { readonly kind: 'repeat-receipt'; readonly password: string }
  | { readonly kind: 'status-enquiry'; readonly password: string }
  | { readonly kind: 'end-of-day'; readonly password: string }
  /** To a terminal's unit: it was received (and, after an approval, the goods were issued). */
  | { readonly kind: 'acknowledge' }
  | { readonly kind: 'goods-wait' }
  | { readonly kind: 'goods-not-issued' };
