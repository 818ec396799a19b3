import { unreachable } from '../base/fault.ts';
import { type Duration, type Instant, milliseconds } from '../base/time.ts';
import type { TerminalReceipt, TerminalResult } from '../contract/box-office/sales.ts';
import type { BothLanguages } from '../contract/values.ts';
import type { TerminalRefusal } from '../ports/payment-terminal.ts';
import type { Booking, BookingEffect, BookingEnding, BookingStage, BookingStep } from './booking.ts';
import type { SaleLimits } from './sale.ts';

/** The moves that several inputs of a booking have in common. */

export const stay = (booking: Booking): BookingStep => ({ booking, effects: [] });

/** Words for the guest, by what the terminal said. */
export const REFUSAL_WORDS: Readonly<Record<TerminalRefusal, BothLanguages>> = {
  'card-refused': { zh: '发卡行拒绝了这笔交易', en: "The card's bank refused the payment" },
  'card-unreadable': { zh: '无法读取卡片', en: 'The card could not be read' },
  'card-expired': { zh: '卡片已过期', en: 'The card has expired' },
  'wrong-pin': { zh: '密码错误', en: 'The PIN was wrong' },
  'not-supported': { zh: '刷卡机不支持这种卡', en: 'The terminal does not take this kind of card' },
  'terminal-busy': { zh: '刷卡机正忙', en: 'The card terminal is busy' },
  'host-away': { zh: '刷卡机暂时连不上银行', en: 'The card terminal cannot reach the bank at the moment' },
};

export const STOPPED: BothLanguages = { zh: '刷卡已取消', en: 'The card payment was stopped' };

/** Goes to a stage and does at once what the stage is for. */
export function enter(booking: Booking, stage: BookingStage): BookingStep {
  const next: Booking = { ...booking, stage };
  return { booking: next, effects: [{ kind: 'stop-waiting', timer: 'again' }, { kind: 'stop-waiting', timer: 'expiry' }, ...act(next)] };
}

export const end = (booking: Booking, how: BookingEnding): BookingStep => enter(booking, { kind: 'ended', how });

export function tell(booking: Booking, result: TerminalResult): BookingStep {
  const paid = result.outcome === 'paid';
  return enter({ ...booking, toldPaid: booking.toldPaid || paid }, { kind: 'telling', result, tries: 0 });
}

export const tellPaid = (booking: Booking, receipt: TerminalReceipt): BookingStep => tell({ ...booking, receipt }, paidBy(receipt));

export const tellNothing = (booking: Booking, reason: BothLanguages): BookingStep => tell(booking, { outcome: 'failed', reason });

export const paidBy = (receipt: TerminalReceipt): TerminalResult => ({ outcome: 'paid', amount: receipt.amount, receipt });

export const reverse = (booking: Booking, receipt: TerminalReceipt): BookingStep => enter({ ...booking, receipt }, { kind: 'reversing', tries: 0 });

/**
 * The money is back with the guest: said as a reversal when the box office may know of the money, else as a payment that did not come about. The record of it is
 * kept either way: it is the terminal's newest, and must not be taken for the next payment's.
 */
export function tellReversed(booking: Booking, reversal: TerminalReceipt): BookingStep {
  return booking.toldPaid
    ? enter(booking, { kind: 'telling-reversal', reversal, tries: 0 })
    : tellNothing({ ...booking, receipt: reversal }, STOPPED);
}

/** What a stage asks, of the terminal or of the box office. */
export function act({ attemptKey, receipt, stage }: Booking): BookingEffect[] {
  switch (stage.kind) {
    case 'authorising':
      return [{ kind: 'terminal', request: { name: 'authorise' } }];
    case 'approved':
      if (stage.verdict !== 'open' || receipt === undefined) return [];
      return [{ kind: 'call', call: { name: 'reportTerminal', attemptKey, result: paidBy(receipt) } }];
    case 'asking':
      return [{ kind: 'terminal', request: { name: 'inquire' } }];
    case 'telling':
      return [{ kind: 'call', call: { name: 'reportTerminal', attemptKey, result: stage.result } }];
    case 'reversing':
      return receipt === undefined ? [] : [{ kind: 'terminal', request: { name: 'reverse', receipt } }];
    case 'telling-reversal':
      return [{ kind: 'call', call: { name: 'reportTerminalReversal', attemptKey, receipt: stage.reversal } }];
    case 'opening':
    case 'ended':
      return [];
    default:
      return unreachable(stage);
  }
}

/** No answer that helps: the same again after 1, 2, 4, … s, until a day has passed and a person has to look. */
export function again(booking: Booking, at: Instant, limits: SaleLimits): BookingStep {
  const { stage } = booking;
  switch (stage.kind) {
    case 'approved':
    case 'asking':
    case 'telling':
    case 'reversing':
    case 'telling-reversal': {
      // The terminal was never asked, so there is nothing to lose: should the box office hold the attempt after all, it asks for it among its duties.
      if (booking.startedAt === undefined && stage.tries + 1 >= limits.startTries) return end(booking, 'no-money');
      if (at - booking.openedAt > limits.resolveFor && stage.tries >= limits.resolveTries) return end(booking, 'person');
      const after = pause(stage.tries, limits);
      return { booking: { ...booking, stage: { ...stage, tries: stage.tries + 1 } }, effects: [{ kind: 'wait', timer: 'again', after }] };
    }
    case 'opening':
    case 'authorising':
    case 'ended':
      return stay(booking);
    default:
      return unreachable(stage);
  }
}

const pause = (tries: number, limits: SaleLimits): Duration =>
  milliseconds(Math.min(limits.pollSlowest, limits.pollEvery * 2 ** Math.min(tries, 16)));
