import { type Fault, unreachable } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import type { Currency, Money } from '#core/base/money.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import type {
  DayEndOutcome,
  PaymentTerminal,
  ReversalOutcome,
  TerminalAuthorisation,
  TerminalOutcome,
  TerminalReceipt,
} from '#core/ports/payment-terminal.ts';
import type { DialogueEnd } from './dialogue.ts';
import type { BookingStatus, ResultCode, TillCommand } from './frame.ts';
import { CURRENCY_NUMBER, findingOf, type ReceiptSurroundings, receiptOf } from './receipts.ts';
import { RESULT, refusalOf } from './result-codes.ts';
import { refused, silent, terminalBusy } from './terminal-faults.ts';

interface TerminalPortOptions {
  readonly device: string;
  readonly password: string;
  readonly currency: Currency;
  readonly surroundings: ReceiptSurroundings;
  /** Undefined when nothing can be asked now. */
  readonly run: (command: TillCommand, sale?: TerminalAuthorisation) => Promise<DialogueEnd> | undefined;
  readonly abort: () => void;
  /** Why the line was lost, once it was. */
  readonly lostBy: () => Fault | undefined;
}

/** The terminal as the lobby uses it, over dialogues. */
export function createTerminalPort({ device, password, currency, surroundings, run, abort, lostBy }: TerminalPortOptions): PaymentTerminal {
  const lost = (): Fault => lostBy() ?? silent(device);

  const authorise = async (sale: TerminalAuthorisation): Promise<TerminalOutcome> => {
    const { goodsAnswerSeconds: answerWithin, goodsQuestionsMax: questionsMax } = LIMITS.zvt;
    const { amount } = sale;
    const over = run({ kind: 'authorisation', amount, currency: CURRENCY_NUMBER[amount.currency], answerWithin, questionsMax }, sale);
    return over === undefined ? { kind: 'declined', reason: 'terminal-busy' } : outcomeOf(await over, amount);
  };
  const outcomeOf = (how: DialogueEnd, amount: Money): TerminalOutcome => {
    switch (how.kind) {
      case 'completed':
        // An end without an approval and without a refusal tells nothing.
        if (how.booking === undefined) return { kind: 'unknown', fault: refused(device, 'to tell how the payment ended', RESULT.success) };
        return { kind: 'approved', receipt: receiptOf(how.booking, amount, surroundings) };
      case 'aborted':
        if (how.booking !== undefined) return { kind: 'reversed', receipt: receiptOf(how.booking, amount, surroundings) };
        return how.result === RESULT.aborted ? { kind: 'aborted' } : { kind: 'declined', reason: refusalOf(how.result) };
      case 'refused':
        return { kind: 'declined', reason: refusalOf(how.reason) };
      case 'lost':
        return { kind: 'unknown', fault: lost() };
      default:
        return unreachable(how);
    }
  };

  /** The terminal's newest booking. One that says it has none may as well not repeat receipts at all: that proves nothing. */
  const readNewest = async (): Promise<Result<BookingStatus, Fault>> => {
    const how = await run({ kind: 'repeat-receipt', password });
    switch (how?.kind) {
      case undefined:
        return err(terminalBusy(device));
      case 'completed':
        return how.booking === undefined ? err(refused(device, 'to repeat its newest receipt', RESULT.success)) : ok(how.booking);
      case 'aborted':
        return err(refused(device, 'to repeat its newest receipt', how.result));
      case 'refused':
        return err(refused(device, 'to repeat its newest receipt', how.reason));
      case 'lost':
        return err(lost());
      default:
        return unreachable(how);
    }
  };

  const reverse = async (receipt: TerminalReceipt): Promise<ReversalOutcome> => {
    const how = await run({ kind: 'reversal', password, receiptNumber: receipt.receiptNumber ?? receipt.trace.slice(-4) });
    switch (how?.kind) {
      case undefined:
        return { kind: 'unknown', fault: terminalBusy(device) };
      case 'completed':
        return how.booking === undefined
          ? { kind: 'unknown', fault: refused(device, 'to tell how the reversal ended', RESULT.success) }
          : { kind: 'reversed', receipt: receiptOf(how.booking, receipt.amount, surroundings) };
      case 'aborted':
        return notReversed(receipt, how.result);
      case 'refused':
        return notReversed(receipt, how.reason);
      case 'lost':
        return { kind: 'unknown', fault: lost() };
      default:
        return unreachable(how);
    }
  };
  /** A reversal whose answer was lost is asked for again and refused: the newest booking tells whether it was the one. */
  const notReversed = async (receipt: TerminalReceipt, result: ResultCode): Promise<ReversalOutcome> => {
    const newest = await readNewest();
    if (newest.ok && newest.value.reversedTrace === receipt.trace) {
      return { kind: 'reversed', receipt: receiptOf(newest.value, receipt.amount, surroundings) };
    }
    return { kind: 'refused', fault: refused(device, `to reverse receipt ${receipt.receiptNumber ?? receipt.trace}`, result) };
  };

  /** §2.16: before its end the terminal tells a status information with the total of the day. Nothing was booked on a day without payments. */
  const endDay = async (): Promise<DayEndOutcome> => {
    const how = await run({ kind: 'end-of-day', password });
    switch (how?.kind) {
      case undefined:
        return { kind: 'refused', fault: terminalBusy(device) };
      case 'completed': {
        const minor = how.booking?.amountMinor;
        return { kind: 'ended', total: minor === undefined ? undefined : { minor, currency } };
      }
      case 'aborted':
        return { kind: 'refused', fault: refused(device, 'to end its day', how.result) };
      case 'refused':
        return { kind: 'refused', fault: refused(device, 'to end its day', how.reason) };
      case 'lost':
        return { kind: 'unknown', fault: lost() };
      default:
        return unreachable(how);
    }
  };

  return {
    authorise,
    reverse,
    endDay,
    abort,
    inquire: async (inquiry) => {
      const newest = await readNewest();
      return newest.ok ? findingOf(newest.value, inquiry, surroundings) : { kind: 'unknown', fault: newest.error };
    },
  };
}
