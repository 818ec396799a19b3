import { assert, unreachable } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import type { Money } from '#core/base/money.ts';
import type { Duration } from '#core/base/time.ts';
import type { Timer, Timers } from '#core/ports/clock.ts';
import type { GoodsDecision, TerminalAuthorisation, TerminalReceipt } from '#core/ports/payment-terminal.ts';
import { beginDialogue, type Dialogue, type DialogueEffect, type DialogueEnd, type DialogueInput, stepDialogue } from './dialogue.ts';
import type { BookingStatus, TerminalMessage, TillCommand } from './frame.ts';

/** Carries one dialogue at a time out: its timers, its answers, and what its caller wants to hear. */
export interface DialogueRunner {
  /** Undefined when another dialogue runs. `sale` is told of texts and the approval, and decides about the goods. */
  run(command: TillCommand, sale?: TerminalAuthorisation): Promise<DialogueEnd> | undefined;
  hear(message: TerminalMessage): void;
  abort(): void;
  /** The line is gone: a running dialogue is lost. */
  close(): void;
}

interface Running {
  dialogue: Dialogue;
  readonly sale: TerminalAuthorisation | undefined;
  /** The caller has the receipt of the approval. */
  isKept: boolean;
  readonly over: (end: DialogueEnd) => void;
}

export interface DialogueRunnerOptions {
  readonly timers: Timers;
  readonly send: (command: TillCommand) => void;
  readonly receiptOf: (booking: BookingStatus, asked: Money) => TerminalReceipt;
  /** A dialogue has begun (`true`) or ended. */
  readonly onBusy: (isBusy: boolean) => void;
  /** The terminal has fallen silent in the middle of one. */
  readonly onSilence: () => void;
}

export function createDialogueRunner({ timers, send, receiptOf, onBusy, onSilence }: DialogueRunnerOptions): DialogueRunner {
  let running: Running | undefined;
  let silence: Timer | undefined;

  const tell = (input: DialogueInput): void => {
    if (running === undefined) return;
    const current = running;
    const step = stepDialogue(current.dialogue, input, LIMITS.zvt);
    current.dialogue = step.dialogue;
    for (const effect of step.effects) perform(current, effect);
  };
  const expect = (within: Duration): void => {
    silence?.cancel();
    silence = timers.after(within, () => {
      tell({ kind: 'silence' });
      onSilence();
    });
  };
  const perform = (current: Running, effect: DialogueEffect): void => {
    switch (effect.kind) {
      case 'send':
        send(effect.command);
        break;
      case 'expect':
        expect(effect.within);
        break;
      case 'text':
        current.sale?.onText(effect.text, effect.prompt);
        break;
      case 'approved':
        approve(current, effect.booking);
        break;
      case 'ask-for-goods':
        tell({ kind: 'goods', decision: decisionOf(current) });
        break;
      case 'over':
        silence?.cancel();
        running = undefined;
        current.over(effect.end);
        onBusy(false);
        break;
      default:
        unreachable(effect);
    }
  };
  const approve = (current: Running, booking: BookingStatus): void => {
    assert(current.sale !== undefined, 'only a sale is approved');
    try {
      current.sale.onApproved(receiptOf(booking, current.sale.amount));
      current.isKept = true;
    } catch {
      // A caller that could not keep the receipt has issued nothing: the decision says so, and the outcome tells that it was booked back.
      current.isKept = false;
    }
  };
  const decisionOf = ({ sale, isKept }: Running): GoodsDecision => (sale === undefined || !isKept ? 'not-issued' : sale.decide());

  return {
    run: (command, sale) => {
      if (running !== undefined) return undefined;
      return new Promise((over) => {
        running = { dialogue: beginDialogue(sale !== undefined), sale, isKept: false, over };
        onBusy(true);
        expect(LIMITS.zvt.acknowledgeWithin);
        send(command);
      });
    },
    hear: (message) => {
      if (running !== undefined) tell({ kind: 'message', message });
      // Between dialogues a terminal may still talk (a late receipt, a clerk at its menu): it is answered, or it would ask for ever.
      else if (message.kind !== 'acknowledged' && message.kind !== 'answered') send({ kind: 'acknowledge' });
    },
    abort: () => tell({ kind: 'abort' }),
    close: () => {
      silence?.cancel();
      tell({ kind: 'silence' });
    },
  };
}
