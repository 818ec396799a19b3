import type { Fault } from '#core/base/fault.ts';
import type {
  PaymentTerminal,
  ReversalOutcome,
  TerminalAuthorisation,
  TerminalOutcome,
  TerminalPrompt,
  TerminalReceipt,
} from '#core/ports/payment-terminal.ts';

/**
 * A terminal that keeps the port's promises and does what the test says. What is booked is in `booked`, as a bank would know it, whatever anybody heard of it:
 * a terminal outlives the kiosk that drives it.
 */
export interface ScriptedTerminal {
  readonly port: PaymentTerminal;
  /** The guest's money, by attempt: what the bank has booked and not booked back. */
  readonly booked: Map<string, TerminalReceipt>;
  /** Every authorisation that was ever asked for. */
  readonly asked: string[];
  readonly aborts: () => number;
  say(text: string, prompt?: TerminalPrompt): void;
  /** The bank approves; from now on the kiosk may be asked about the goods. */
  approve(): void;
  /** One question about the goods; ends the authorisation when it is decided. */
  askGoods(): Promise<'wait' | 'goods-issued' | 'not-issued'>;
  end(outcome: TerminalOutcome): Promise<void>;
  stands(): 'idle' | 'running' | 'approved';
  /** The kiosk is gone: nobody answers the terminal's question, and it books back what it approved (PA00P015 §2.2.6). */
  cutOff(): void;
  /** As `cutOff`, by a terminal that keeps what it booked. */
  keepAndForget(): void;
  /** The line breaks: the kiosk hears nothing more of what runs. */
  lose(): Promise<void>;
  /** What `inquire` and `reverse` answer; by default the truth. `newest`: of whomever the newest booking is, as a terminal that keeps no names. */
  inquiries: 'truth' | 'unknown' | 'newest';
  readonly inquired: () => number;
  reversals: 'truth' | ReversalOutcome['kind'];
}

export const LOST: Fault = { code: 'E-TRM-LINK', owner: 'device', message: 'the terminal does not answer' };

export function createScriptedTerminal(settle: () => Promise<void>): ScriptedTerminal {
  let running: { request: TerminalAuthorisation; resolve: (outcome: TerminalOutcome) => void; receipt?: TerminalReceipt } | undefined;
  let number = 0;
  let aborts = 0;
  let inquired = 0;
  const booked = new Map<string, TerminalReceipt>();
  const asked: string[] = [];
  const receiptFor = (request: TerminalAuthorisation): TerminalReceipt => ({
    terminalId: '29001006',
    trace: String(++number).padStart(6, '0'),
    receiptNumber: String(number),
    scheme: 'girocard',
    amount: request.amount,
    at: '2026-10-31T10:00:00.000Z',
  });
  const finish = async (outcome: TerminalOutcome): Promise<void> => {
    const ended = running;
    running = undefined;
    ended?.resolve(outcome);
    await settle();
  };
  const terminal: ScriptedTerminal = {
    booked,
    asked,
    aborts: () => aborts,
    inquired: () => inquired,
    inquiries: 'truth',
    reversals: 'truth',
    say: (text, prompt) => running?.request.onText(text, prompt),
    approve: () => {
      if (running === undefined) throw new Error('nothing runs at the terminal');
      const receipt = receiptFor(running.request);
      running = { ...running, receipt };
      booked.set(running.request.attemptKey, receipt);
      running.request.onApproved(receipt);
    },
    askGoods: async () => {
      const { request, receipt } = running ?? {};
      if (request === undefined || receipt === undefined) throw new Error('nothing is approved');
      const decision = request.decide();
      if (decision === 'goods-issued') await finish({ kind: 'approved', receipt });
      if (decision === 'not-issued') {
        booked.delete(request.attemptKey);
        await finish({ kind: 'reversed', receipt });
      }
      return decision;
    },
    stands: () => (running === undefined ? 'idle' : running.receipt === undefined ? 'running' : 'approved'),
    cutOff: () => {
      if (running?.receipt !== undefined) booked.delete(running.request.attemptKey);
      running = undefined;
    },
    keepAndForget: () => {
      running = undefined;
    },
    end: finish,
    lose: () => finish({ kind: 'unknown', fault: LOST }),
    port: {
      authorise: (request) => {
        asked.push(request.attemptKey);
        return new Promise((resolve) => {
          running = { request, resolve };
        });
      },
      inquire: async ({ attemptKey, before }) => {
        inquired++;
        // One operation at a time, as the port says: while one runs, its records tell nothing of it.
        if (terminal.inquiries === 'unknown' || running !== undefined) return { kind: 'unknown', fault: LOST };
        const newest = [...booked.values()].findLast((each) => each.trace !== before?.trace);
        const receipt = terminal.inquiries === 'newest' ? newest : booked.get(attemptKey);
        return receipt === undefined ? { kind: 'not-booked' } : { kind: 'approved', receipt };
      },
      reverse: async (receipt) => {
        if (terminal.reversals === 'unknown' || terminal.reversals === 'refused') return { kind: terminal.reversals, fault: LOST };
        for (const [key, each] of booked) if (each.trace === receipt.trace) booked.delete(key);
        return { kind: 'reversed', receipt: { ...receipt, trace: String(++number).padStart(6, '0') } };
      },
      endDay: async () => ({ kind: 'ended', total: undefined }),
      abort: () => {
        aborts++;
      },
    },
  };
  return terminal;
}
