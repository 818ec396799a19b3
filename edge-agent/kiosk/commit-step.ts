import { unreachable } from '#core/base/fault.ts';
import type { Instant } from '#core/base/time.ts';
import { unknownOrderText } from '#core/contract/wire/unknown-order.ts';
import { journalKey } from '#core/kiosk/calls.ts';
import type { DurableEffect, KioskEffect, KioskInput } from '#core/kiosk/kiosk.ts';
import type { BookingJournal } from '../ledger/booking-journal.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { PrintLedger } from '../ledger/print-ledger.ts';
import type { SaleJournal } from '../ledger/sale-journal.ts';
import type { SidePapers } from '../ledger/side-papers.ts';

/** Where the durable effects of a step go. */
export interface Books {
  readonly ledger: Pick<Ledger, 'transaction' | 'append'>;
  readonly journal: SaleJournal;
  readonly prints: PrintLedger;
  readonly papers: SidePapers;
  readonly bookings: BookingJournal;
}

/**
 * Everything durable of one step, with its events and with the intents of the calls that follow, or nothing of it.
 * @throws as `Ledger.transaction`
 */
export function commitStep(books: Books, input: KioskInput, effects: readonly KioskEffect[]): void {
  const durable = effects.filter(isDurable);
  if (durable.length === 0) return;
  const { journal } = books;
  books.ledger.transaction(() => {
    noteResult(journal, input);
    for (const effect of durable) write(books, effect, input.at);
    for (const effect of effects) {
      const key = effect.kind === 'call' ? journalKey(effect.call) : undefined;
      if (effect.kind === 'call' && key !== undefined) journal.note(effect.owner.id, 'intent', effect.call.name, key, input.at);
      if (effect.kind === 'terminal') {
        const { attemptKey } = effect.booking;
        journal.note(attemptKey, 'intent', `terminal ${effect.request.name}`, attemptKey, input.at);
      }
    }
  });
}

function noteResult(journal: SaleJournal, input: KioskInput): void {
  if (input.kind === 'answered' && input.owner.kind !== 'visit' && CHANGES.has(input.answer.name)) {
    journal.note(input.owner.id, 'result', input.answer.name, resultOf(input.answer.outcome), input.at);
  } else if (input.kind === 'terminal-approved') {
    journal.note(input.attemptKey, 'result', 'terminal approval', input.receipt.trace, input.at);
  } else if (input.kind === 'terminal-answered') {
    const { answer } = input;
    const { kind } = answer.to === 'inquire' ? answer.finding : answer.outcome;
    journal.note(input.attemptKey, 'result', `terminal ${answer.to}`, kind, input.at);
  }
}

const DURABLE: ReadonlySet<string> = new Set<DurableEffect['kind']>([
  'save-sale',
  'save-delivery',
  'save-booking',
  'booking-settled',
  'sale-event',
  'queue-job',
  'keep-outcome',
  'give-back',
  'order-unknown',
  'keep-paper',
]);

export const isDurable = (effect: KioskEffect): effect is DurableEffect => DURABLE.has(effect.kind);

function write({ ledger, journal, prints, papers, bookings }: Books, effect: DurableEffect, at: Instant): void {
  switch (effect.kind) {
    case 'save-sale':
      journal.save(effect.sale, at);
      break;
    case 'save-delivery':
      prints.save(effect.delivery, at);
      break;
    case 'save-booking':
      bookings.save(effect.booking, at);
      break;
    case 'booking-settled':
      bookings.settle(effect.attemptKey, effect.how, at);
      break;
    case 'sale-event': {
      const order = effect.orderId === undefined ? {} : { orderId: effect.orderId };
      ledger.append({ t: 'sale', d: { saleId: effect.saleId, step: effect.step, ...order } });
      break;
    }
    case 'queue-job':
      prints.queue(effect, at);
      break;
    case 'keep-outcome':
      prints.keepOutcome(effect.jobId, effect.outcome, at);
      break;
    case 'give-back':
      prints.giveBack(effect.jobId, at);
      break;
    case 'order-unknown': {
      const { orderId } = effect;
      const amount = effect.amount ?? journal.amountOf(orderId) ?? bookings.amountOf(orderId);
      ledger.append({ t: 'audit', d: { action: 'order-unknown', by: 'kiosk', detail: unknownOrderText({ orderId, amount }) } });
      break;
    }
    case 'keep-paper':
      papers.keepOutcome(effect.paperId, effect.outcome, at);
      break;
    default:
      unreachable(effect);
  }
}

/** Calls that change something at the box office; their results are journalled. */
const CHANGES: ReadonlySet<string> = new Set([
  'holdSeats',
  'releaseHold',
  'createOrder',
  'cancelOrder',
  'startPayment',
  'claimTickets',
  'reprintTicket',
  'reportTerminal',
  'reportTerminalReversal',
]);

function resultOf(
  outcome: { readonly kind: 'answered' | 'away' } | { readonly kind: 'refused'; readonly refusal: { readonly code: string } },
): string {
  return outcome.kind === 'refused' ? `refused: ${outcome.refusal.code}` : outcome.kind;
}
