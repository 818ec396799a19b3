import { type Fault, unreachable } from '#core/base/fault.ts';
import type { Result } from '#core/base/result.ts';
import type { BoxOfficeCall, CallAnswer, CallOutcome, UnknownOrder } from '#core/kiosk/calls.ts';
import type { BoxOfficeClient } from '../box-office-client/box-office-client.ts';
import type { BookingJournal } from '../ledger/booking-journal.ts';
import type { KioskParts } from './kiosk.ts';

/** The part of the box office that a kiosk uses. */
export type KioskBoxOffice = Pick<
  BoxOfficeClient,
  | 'holdSeats'
  | 'releaseHold'
  | 'createOrder'
  | 'readOrder'
  | 'cancelOrder'
  | 'startPayment'
  | 'readPayment'
  | 'readPaymentMethods'
  | 'readMember'
  | 'reportTerminal'
  | 'reportTerminalReversal'
  | 'readTerminalDuties'
  | 'claimTickets'
  | 'reprintTicket'
  | 'lookUp'
  | 'readProgramme'
>;

interface NoAnswer {
  readonly kind: 'unreachable' | 'unauthorised' | 'bad-answer';
  readonly fault: Fault;
}

/** Makes one call of the machine. Never rejects: what is not an answer is `away`, told to the log once and without a code or key. */
export async function makeCall(
  {
    boxOffice,
    log,
    machineBoot,
    bookings,
  }: Pick<KioskParts, 'boxOffice' | 'log' | 'machineBoot'> & { readonly bookings: Pick<BookingJournal, 'knows'> },
  call: BoxOfficeCall,
): Promise<CallAnswer> {
  const heard = <Answer, Refusal>(
    result: Result<Answer, { readonly kind: 'refused'; readonly refusal: Refusal } | NoAnswer>,
  ): CallOutcome<Answer, Refusal> => {
    if (result.ok) return { kind: 'answered', answer: result.value };
    if (result.error.kind === 'refused') return { kind: 'refused', refusal: result.error.refusal };
    log.warn({ call: call.name, fault: result.error.fault }, 'the box office gave no answer that counts');
    return { kind: 'away' };
  };
  /** For rows that have no refusal. */
  const told = <Answer>(result: Result<Answer, NoAnswer>): CallOutcome<Answer> => heard<Answer, never>(result);
  /** An order that is not there any more is the end of every question about it, and not a box office that is away. */
  const ofOrder = <Answer, Refusal>(
    result: Result<Answer, { readonly kind: 'refused'; readonly refusal: Refusal } | NoAnswer>,
  ): CallOutcome<Answer, Refusal | UnknownOrder> =>
    !result.ok && result.error.kind === 'bad-answer' && result.error.fault.code === 'E-BOX-MISSING'
      ? { kind: 'refused', refusal: { code: 'unknown-order' } }
      : heard(result);
  switch (call.name) {
    case 'holdSeats':
      return { name: call.name, outcome: heard(await boxOffice.holdSeats({ body: call.request })) };
    case 'releaseHold':
      return { name: call.name, outcome: told(await boxOffice.releaseHold({ params: { holdId: call.holdId }, body: { token: call.token } })) };
    case 'createOrder':
      return { name: call.name, outcome: heard(await boxOffice.createOrder({ body: call.request })) };
    case 'readOrder':
      return { name: call.name, outcome: ofOrder(await boxOffice.readOrder({ params: { orderId: call.orderId } })) };
    case 'cancelOrder':
      return { name: call.name, outcome: told(await boxOffice.cancelOrder({ params: { orderId: call.orderId } })) };
    case 'startPayment':
      return { name: call.name, outcome: heard(await boxOffice.startPayment({ params: { orderId: call.orderId }, body: call.request })) };
    case 'readPayment':
      return {
        name: call.name,
        attemptKey: call.attemptKey,
        outcome: ofOrder(await boxOffice.readPayment({ params: { attemptKey: call.attemptKey } })),
      };
    case 'readPaymentMethods':
      return { name: call.name, outcome: told(await boxOffice.readPaymentMethods()) };
    case 'readMember':
      return { name: call.name, outcome: heard(await boxOffice.readMember({ body: call.request })) };
    case 'reportTerminal': {
      const { attemptKey } = call;
      return { name: call.name, outcome: heard(await boxOffice.reportTerminal({ params: { attemptKey }, body: call.result })) };
    }
    case 'reportTerminalReversal': {
      const { attemptKey } = call;
      return { name: call.name, outcome: heard(await boxOffice.reportTerminalReversal({ params: { attemptKey }, body: { receipt: call.receipt } })) };
    }
    case 'readTerminalDuties': {
      const outcome = told(await boxOffice.readTerminalDuties());
      const keys = outcome.kind === 'answered' ? outcome.answer.attempts.map(({ key }) => key) : [];
      return { name: call.name, outcome, known: new Set(keys.filter(bookings.knows)) };
    }
    case 'claimTickets':
      return { name: call.name, outcome: ofOrder(await boxOffice.claimTickets({ body: { ...call.request, boot: machineBoot } })) };
    case 'reprintTicket':
      return { name: call.name, outcome: ofOrder(await boxOffice.reprintTicket({ params: { ticketId: call.ticketId }, body: call.request })) };
    case 'lookUp':
      return { name: call.name, outcome: heard(await boxOffice.lookUp({ body: { code: call.code } })) };
    default:
      return unreachable(call);
  }
}
