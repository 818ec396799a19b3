import type { Fault } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import type { Duration } from '#core/base/time.ts';
import type { Booking, TerminalAnswer, TerminalRequest } from '#core/kiosk/booking.ts';
import type { Timers } from '#core/ports/clock.ts';
import type { GoodsDecision, PaymentTerminal, TerminalPrompt, TerminalReceipt } from '#core/ports/payment-terminal.ts';

/** What the kiosk hears of a terminal while it works. */
export interface TerminalListener {
  onText(text: string, prompt: TerminalPrompt | undefined): void;
  onApproved(receipt: TerminalReceipt): void;
  decide(): GoodsDecision;
}

export type AnsweredRequest = Exclude<TerminalRequest, { name: 'abort' }>;

/**
 * One request to the terminal, with an end for certain: a terminal that never answers leaves everything unknown. Whatever it says is freed of anything that
 * could be the number of a card before anybody here sees it.
 */
export function runTerminalJob(
  terminal: PaymentTerminal,
  timers: Timers,
  booking: Booking,
  request: AnsweredRequest,
  listener: TerminalListener,
): Promise<TerminalAnswer> {
  let isOver = false;
  const asked = ask(terminal, booking, request, {
    onText: (text, prompt) => isOver || listener.onText(withoutCardNumbers(text).slice(0, LIMITS.sale.terminalTextMax), prompt),
    onApproved: (receipt) => isOver || listener.onApproved(cleanReceipt(receipt)),
    decide: () => (isOver ? 'wait' : listener.decide()),
  });
  return new Promise((resolve, reject) => {
    const deadline = timers.after(timeoutOf(request), () => {
      isOver = true;
      resolve(unknownAnswer(request));
    });
    asked.then(
      (answer) => {
        deadline.cancel();
        resolve(answer);
      },
      (cause: unknown) => {
        deadline.cancel();
        reject(cause instanceof Error ? cause : new Error(String(cause)));
      },
    );
  });
}

const timeoutOf = ({ name }: AnsweredRequest): Duration => (name === 'authorise' ? LIMITS.sale.holdFor : LIMITS.sale.terminalTimeout);

interface Heard extends Omit<TerminalListener, 'onText' | 'onApproved'> {
  readonly onText: (text: string, prompt: TerminalPrompt | undefined) => unknown;
  readonly onApproved: (receipt: TerminalReceipt) => unknown;
}

async function ask(terminal: PaymentTerminal, booking: Booking, request: AnsweredRequest, heard: Heard): Promise<TerminalAnswer> {
  const { attemptKey, amount, before, receipt: approved } = booking;
  switch (request.name) {
    case 'authorise': {
      const outcome = await terminal.authorise({
        attemptKey,
        amount,
        onText: (text, prompt) => {
          heard.onText(text, prompt);
        },
        onApproved: (receipt) => {
          heard.onApproved(receipt);
        },
        decide: () => heard.decide(),
      });
      return { to: 'authorise', outcome: 'receipt' in outcome ? { ...outcome, receipt: cleanReceipt(outcome.receipt) } : outcome };
    }
    case 'inquire': {
      const finding = await terminal.inquire({ attemptKey, amount, startedAt: booking.startedAt ?? booking.openedAt, before, approved });
      return { to: 'inquire', finding: 'receipt' in finding ? { ...finding, receipt: cleanReceipt(finding.receipt) } : finding };
    }
    case 'reverse': {
      const outcome = await terminal.reverse(request.receipt);
      return { to: 'reverse', outcome: 'receipt' in outcome ? { ...outcome, receipt: cleanReceipt(outcome.receipt) } : outcome };
    }
  }
}

export function unknownAnswer({ name }: AnsweredRequest, fault: Fault = NEVER_ENDED): TerminalAnswer {
  switch (name) {
    case 'authorise':
      return { to: 'authorise', outcome: { kind: 'unknown', fault } };
    case 'inquire':
      return { to: 'inquire', finding: { kind: 'unknown', fault } };
    case 'reverse':
      return { to: 'reverse', outcome: { kind: 'unknown', fault } };
  }
}

const NEVER_ENDED: Fault = {
  code: 'E-TRM-TIMEOUT',
  owner: 'device',
  message: 'the card terminal did not come to an end in time',
  remedy: 'Look at the terminal; its last receipt tells whether the money was taken.',
};

export const NO_TERMINAL: Fault = {
  code: 'E-TRM-ABSENT',
  owner: 'configuration',
  message: 'a payment at a card terminal is open, and this machine has no terminal any more',
  remedy: 'Connect the terminal again, or settle the payment by its receipt.',
};

/** Twelve and more digits, spaced or not, could be the number of a card (ISO/IEC 7812 has 12 to 19): they are masked wherever they come from. */
export const withoutCardNumbers = (text: string): string => text.replaceAll(/\d(?:[ -]?\d){11,}/g, '****');

/** In the form of the box office's contract: printable, short, without anything that could be a card's number. */
function cleanReceipt({ terminalId, trace, receiptNumber, scheme, amount, at }: TerminalReceipt): TerminalReceipt {
  return {
    terminalId: cleanText(terminalId),
    trace: cleanText(trace),
    ...(receiptNumber === undefined ? {} : { receiptNumber: cleanText(receiptNumber) }),
    ...(scheme === undefined ? {} : { scheme: cleanText(scheme) }),
    amount,
    at,
  };
}

const cleanText = (text: string): string => withoutCardNumbers(text.replaceAll(/[^\x20-\x7e]/g, '')).slice(0, LIMITS.sale.receiptTextMax);
