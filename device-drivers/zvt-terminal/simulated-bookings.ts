import { concatBytes } from '#core/base/bytes.ts';
import type { Instant } from '#core/base/time.ts';
import { TAG, writeBcd, writeField } from './fields.ts';

/** One line in the records of a simulated terminal: a payment, or the reversal of one. */
export interface SimulatedBooking {
  readonly trace: number;
  readonly receiptNumber: number;
  readonly amountMinor: number;
  readonly currency: number;
  readonly at: Instant;
  /** Trace of the payment that this line reverses. */
  readonly reverses?: number;
}

/** What the terminal's host has booked: the ground truth that a test holds the lobby's books against. */
export interface SimulatedBookings {
  all(): readonly SimulatedBooking[];
  newest(): SimulatedBooking | undefined;
  book(amountMinor: number, currency: number): SimulatedBooking;
  /** Undefined when there is no such payment, or it was reversed before. */
  reverse(receiptNumber: number): SimulatedBooking | undefined;
  /** Money that was taken and not given back, in minor units. */
  kept(): number;
  /** The business day ends: its total, payments less reversals, and the next one begins empty. */
  endDay(): number;
}

export function createSimulatedBookings(wall: () => Instant): SimulatedBookings {
  const lines: SimulatedBooking[] = [];
  let dayBegins = 0;
  const add = (line: Omit<SimulatedBooking, 'trace' | 'receiptNumber' | 'at'>): SimulatedBooking => {
    const number = lines.length + 1;
    const booked = { ...line, trace: number, receiptNumber: number, at: wall() };
    lines.push(booked);
    return booked;
  };
  const isReversed = ({ trace }: SimulatedBooking): boolean => lines.some(({ reverses }) => reverses === trace);
  return {
    all: () => lines,
    newest: () => lines.at(-1),
    book: (amountMinor, currency) => add({ amountMinor, currency }),
    reverse: (receiptNumber) => {
      const paid = lines.find((line) => line.receiptNumber === receiptNumber && line.reverses === undefined);
      if (paid === undefined || isReversed(paid)) return undefined;
      return add({ amountMinor: paid.amountMinor, currency: paid.currency, reverses: paid.trace });
    },
    endDay: () => {
      const total = lines.slice(dayBegins).reduce((sum, { amountMinor, reverses }) => sum + (reverses === undefined ? amountMinor : -amountMinor), 0);
      dayBegins = lines.length;
      return total;
    },
    kept: () => lines.filter((line) => line.reverses === undefined && !isReversed(line)).reduce((sum, { amountMinor }) => sum + amountMinor, 0),
  };
}

/** The terminal's clock shows UTC. The card's number is a test number and masked as a terminal masks it: what must never come through is there to be missed. */
const MASKED_CARD = Uint8Array.of(0xee, 0xee, 0xee, 0xee, 0xee, 0xee, 0x57, 0x26);

/** The data of a status information (PA00P015 §3.1) about a booking. */
export function bookingData(booking: SimulatedBooking, terminalId: string): Uint8Array {
  const iso = new Date(booking.at).toISOString();
  const reversed = booking.reverses === undefined ? [] : [writeField(TAG.reversedTrace, writeBcd(String(booking.reverses), 3))];
  return concatBytes(
    writeField(TAG.result, Uint8Array.of(0)),
    writeField(TAG.amount, writeBcd(String(booking.amountMinor), 6)),
    writeField(TAG.trace, writeBcd(String(booking.trace), 3)),
    ...reversed,
    writeField(TAG.time, writeBcd(iso.slice(11, 19).replaceAll(':', ''), 3)),
    writeField(TAG.date, writeBcd(iso.slice(5, 10).replace('-', ''), 2)),
    writeField(TAG.cardNumber, MASKED_CARD),
    writeField(TAG.terminalId, writeBcd(terminalId, 4)),
    writeField(TAG.currency, writeBcd(String(booking.currency), 2)),
    writeField(TAG.receiptNumber, writeBcd(String(booking.receiptNumber), 2)),
    writeField(TAG.cardName, new TextEncoder().encode('Debit Mastercard\0')),
  );
}

/** The data of a status information at the end of a day (PA00P015 §2.16): the total and, in field 60, first and last receipt and one group of payments. */
export function totalData(totalMinor: number, receipts: number): Uint8Array {
  const total = writeBcd(String(totalMinor), 6);
  const group = concatBytes(writeBcd('1', 2), writeBcd(String(receipts), 2), Uint8Array.of(receipts), total);
  return concatBytes(writeField(TAG.result, Uint8Array.of(0)), writeField(TAG.amount, total), writeField(TAG.groupTotals, group));
}
