import type { Currency, Money } from '#core/base/money.ts';
import type { Instant } from '#core/base/time.ts';
import type { TerminalFinding, TerminalInquiry, TerminalReceipt } from '#core/ports/payment-terminal.ts';
import type { BookingStatus } from './frame.ts';
import { terminalTime } from './local-time.ts';

/** ISO 4217, numeric. */
export const CURRENCY_NUMBER: Readonly<Record<Currency, number>> = { CNY: 156, EUR: 978, GBP: 826, USD: 840, HKD: 344 };

export interface ReceiptSurroundings {
  /** The zone of the clock inside the terminal. */
  readonly timeZone: string;
  readonly wall: () => Instant;
}

/** @param asked what we asked for: a terminal that leaves the amount out means that */
export function receiptOf(booking: BookingStatus, asked: Money, { timeZone, wall }: ReceiptSurroundings): TerminalReceipt {
  return {
    terminalId: booking.terminalId ?? '00000000',
    trace: booking.trace ?? '000000',
    receiptNumber: booking.receiptNumber,
    scheme: booking.cardName,
    amount: { minor: booking.amountMinor ?? asked.minor, currency: asked.currency },
    at: terminalTime(booking.date, booking.time, timeZone, wall()),
  };
}

/** Whether two records are of one booking: numbers start over some day, so the time has to fit as well where both tell one. */
export function isSameBooking(a: TerminalReceipt, b: TerminalReceipt): boolean {
  return a.terminalId === b.terminalId && a.trace === b.trace && a.receiptNumber === b.receiptNumber && a.at === b.at;
}

/** Clocks of terminals are set once a night: a booking this much older than the attempt by its own clock may still be the attempt's. */
const CLOCK_TOLERANCE_MS = 10 * 60_000;

/**
 * What the newest booking of the terminal says about an attempt. It is the attempt's when it is newer than what was known before, has its amount and does not
 * lie before it in time; anything else that is new leaves the question to a person, because only the newest booking can be read again.
 */
export function findingOf(newest: BookingStatus, inquiry: TerminalInquiry, surroundings: ReceiptSurroundings): TerminalFinding {
  const receipt = receiptOf(newest, inquiry.amount, surroundings);
  const { approved, before } = inquiry;
  if (approved !== undefined && newest.reversedTrace === approved.trace) return { kind: 'reversed', receipt };
  if (approved !== undefined && isSameBooking(receipt, approved))
    return { kind: newest.reversedTrace === undefined ? 'approved' : 'reversed', receipt };
  if (before !== undefined && isSameBooking(receipt, before)) return { kind: 'not-booked' };
  const isOlder = Date.parse(receipt.at) < inquiry.startedAt - CLOCK_TOLERANCE_MS;
  if (receipt.amount.minor !== inquiry.amount.minor) {
    return isOlder ? { kind: 'not-booked' } : leftToPerson(receipt, 'is of another amount than the payment in question');
  }
  // Two clocks are compared, and one of them may be wrong by hours: that is no proof that money of this very amount is somebody else's.
  if (isOlder) return leftToPerson(receipt, 'is of the amount of the payment in question, and older by its clock');
  return newest.reversedTrace === undefined ? { kind: 'approved', receipt } : { kind: 'reversed', receipt };
}

function leftToPerson({ terminalId, receiptNumber, trace }: TerminalReceipt, why: string): TerminalFinding {
  return {
    kind: 'unknown',
    fault: {
      code: 'E-TRM-OTHER-BOOKING',
      owner: 'operator',
      message: `the newest booking of terminal ${terminalId} (receipt ${receiptNumber ?? trace}) ${why}`,
      remedy: 'Look the payment up in the terminal by its time and amount, resolve it by hand, and set both clocks.',
    },
  };
}
