import { assert, unreachable } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { toIso } from '#core/base/time.ts';
import type { ReprintResult } from '#core/kiosk/delivery.ts';
import type { CommandReply, KioskInput, WorldEffect } from '#core/kiosk/kiosk.ts';
import type { Timer } from '#core/ports/clock.ts';
import type { GoodsDecision, TerminalPrompt, TerminalReceipt } from '#core/ports/payment-terminal.ts';
import type { BookingJournal } from '../ledger/booking-journal.ts';
import type { PrintLedger } from '../ledger/print-ledger.ts';
import type { SidePapers } from '../ledger/side-papers.ts';
import { makeCall } from './box-office-calls.ts';
import type { KioskParts, KioskPrinter } from './kiosk.ts';
import { runPrintJob } from './print-job.ts';
import { runSidePaper } from './side-paper-job.ts';
import { NO_TERMINAL, runTerminalJob, unknownAnswer } from './terminal-job.ts';

/** Everything that the kiosk does outside its own memory and ledger: calls, papers, waits, answers. */
export interface World {
  perform(effect: WorldEffect): void;
  /** The answer to one command; after the command timeout it is `unavailable`, whatever happens later. */
  awaitReply(request: string): Promise<CommandReply>;
  reply(request: string, reply: CommandReply): void;
  /** Ends every wait, answers every command that is open, and resolves when no call and no print is under way. */
  stop(): Promise<void>;
}

export interface WorldParts extends Omit<KioskParts, 'ledger'> {
  readonly prints: Pick<PrintLedger, 'start' | 'keepEvidence'>;
  readonly papers: Pick<SidePapers, 'earlier' | 'start'>;
  readonly bookings: Pick<BookingJournal, 'knows'>;
  readonly onReprint: (deliveryId: string, result: ReprintResult) => void;
  readonly put: (input: KioskInput) => void;
  /** What the terminal hears about the goods of an attempt. */
  readonly decide: (attemptKey: string) => GoodsDecision;
}

export function createWorld(parts: WorldParts): World {
  const { clock, timers, put } = parts;
  const waits = new Map<string, Timer>();
  const replies = new Map<string, (reply: CommandReply) => void>();
  const underWay = new Set<Promise<void>>();

  const reply = (request: string, answer: CommandReply): void => {
    const settle = replies.get(request);
    replies.delete(request);
    settle?.(answer);
  };

  /** Neither a call nor a print job rejects unless our own code is broken. */
  const follow = (work: Promise<void>): void => {
    const guarded = work.catch((cause: unknown) => parts.onFatal(cause)).finally(() => underWay.delete(guarded));
    underWay.add(guarded);
  };

  const call = async ({ owner, call: what }: Extract<WorldEffect, { kind: 'call' }>): Promise<void> => {
    const answer = await makeCall(parts, what);
    put({ kind: 'answered', at: clock.wall(), owner, answer });
  };

  const printerOf = (id: string): KioskPrinter => {
    const printer = parts.printers.find((each) => each.id === id) ?? parts.printers[0];
    assert(printer !== undefined, 'a kiosk has a printer');
    return printer;
  };

  const print = async ({ deliveryId, printer: id, claimed }: Extract<WorldEffect, { kind: 'print' }>): Promise<void> => {
    const { jobId, ticket, code, reprint } = claimed;
    const printer = printerOf(id);
    const document = parts.layOutTicket(ticket.face, code, ticket.id, { columns: printer.columns, reprint });
    const outcome = await runPrintJob({ ...parts, printer }, { jobId, document });
    put({ kind: 'job-ended', at: clock.wall(), deliveryId, jobId, outcome });
  };

  const printPaper = async (effect: Extract<WorldEffect, { kind: 'print-paper' }>): Promise<void> =>
    put(await runSidePaper({ ...parts, printer: printerOf(effect.printer) }, effect));

  const atTerminal = async ({ booking, request }: Extract<WorldEffect, { kind: 'terminal' }>): Promise<void> => {
    const { attemptKey } = booking;
    const terminal = parts.terminal?.port;
    if (request.name === 'abort') return terminal?.abort();
    const listener = {
      onText: (text: string, prompt: TerminalPrompt | undefined) => put({ kind: 'terminal-text', at: clock.wall(), attemptKey, text, prompt }),
      onApproved: (receipt: TerminalReceipt) => put({ kind: 'terminal-approved', at: clock.wall(), attemptKey, receipt }),
      decide: () => parts.decide(attemptKey),
    };
    const answer = terminal === undefined ? unknownAnswer(request, NO_TERMINAL) : await runTerminalJob(terminal, timers, booking, request, listener);
    put({ kind: 'terminal-answered', at: clock.wall(), attemptKey, answer });
  };

  const stopWaiting = (name: string): void => {
    waits.get(name)?.cancel();
    waits.delete(name);
  };

  const wait = ({ owner, timer, after }: Extract<WorldEffect, { kind: 'wait' }>): void => {
    const name = timerName({ owner, timer });
    stopWaiting(name);
    const running = timers.after(after, () => {
      waits.delete(name);
      put({ kind: 'elapsed', at: clock.wall(), owner, timer });
    });
    waits.set(name, running);
  };

  return {
    perform: (effect) => {
      switch (effect.kind) {
        case 'call':
          follow(call(effect));
          break;
        case 'print':
          follow(print(effect));
          break;
        case 'print-paper':
          follow(printPaper(effect));
          break;
        case 'reprint-ended':
          parts.onReprint(effect.deliveryId, effect.result);
          break;
        case 'terminal':
          follow(atTerminal(effect));
          break;
        case 'wait':
          wait(effect);
          break;
        case 'stop-waiting':
          stopWaiting(timerName(effect));
          break;
        case 'reply':
          reply(effect.request, effect.reply);
          break;
        case 'notice':
          parts.onNotice({ at: toIso(clock.wall()), problem: effect.problem });
          break;
        default:
          unreachable(effect);
      }
    },
    awaitReply: (request) =>
      new Promise((resolve) => {
        const deadline = timers.after(LIMITS.sale.commandTimeout, () => reply(request, { kind: 'unavailable', lost: 'box-office' }));
        replies.set(request, (answer) => {
          deadline.cancel();
          resolve(answer);
        });
      }),
    reply,
    stop: async () => {
      for (const timer of waits.values()) timer.cancel();
      waits.clear();
      // A payment that still runs at the terminal would hold the end up for as long as the guest looks for a card.
      parts.terminal?.port.abort();
      for (const request of [...replies.keys()]) reply(request, { kind: 'unavailable', lost: 'store' });
      await Promise.all(underWay);
    },
  };
}

const timerName = ({ owner, timer }: Pick<Extract<WorldEffect, { kind: 'wait' }>, 'owner' | 'timer'>): string => `${owner.kind}/${owner.id}/${timer}`;
