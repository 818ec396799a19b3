import { unreachable } from '#core/base/fault.ts';
import type { Duration } from '#core/base/time.ts';
import type { GoodsDecision, TerminalPrompt } from '#core/ports/payment-terminal.ts';
import type { BookingStatus, ResultCode, TerminalMessage, TillCommand } from './frame.ts';
import { promptOf } from './prompts.ts';
import { RESULT } from './result-codes.ts';

/**
 * One command of ours and everything that the terminal says until it is over, as a machine. The terminal leads: each of its units is answered once, and only
 * `06 0F` or `06 1E` ends the dialogue (PA00P015 §2).
 *
 *   asked → running ⇄ deciding → concluding → over
 */
export interface Dialogue {
  /** Whether an approval asks for the goods (authorisations only). */
  readonly isSale: boolean;
  readonly phase: 'asked' | 'running' | 'deciding' | 'concluding' | 'over';
  /** The newest status information with result 00. */
  readonly booking: BookingStatus | undefined;
  readonly goods: 'open' | 'issued' | 'not-issued';
}

export const beginDialogue = (isSale: boolean): Dialogue => ({ isSale, phase: 'asked', booking: undefined, goods: 'open' });

/**
 * - `completed`: `06 0F`; a booking of a sale that was issued is approved for good.
 * - `aborted`: `06 1E`; with a booking, the terminal has booked it back because the goods did not come.
 * - `refused`: the command itself was turned down and nothing was begun.
 * - `lost`: nobody said how it ended.
 */
export type DialogueEnd =
  | { readonly kind: 'completed'; readonly booking: BookingStatus | undefined; readonly terminalId: string | undefined }
  | { readonly kind: 'aborted'; readonly result: ResultCode; readonly booking: BookingStatus | undefined }
  | { readonly kind: 'refused'; readonly reason: ResultCode }
  | { readonly kind: 'lost' };

export type DialogueInput =
  | { readonly kind: 'message'; readonly message: TerminalMessage }
  /** The answer to `ask-for-goods`. */
  | { readonly kind: 'goods'; readonly decision: GoodsDecision }
  | { readonly kind: 'abort' }
  | { readonly kind: 'silence' };

export type DialogueEffect =
  | { readonly kind: 'send'; readonly command: TillCommand }
  /** Silence for this long from now on loses the dialogue. */
  | { readonly kind: 'expect'; readonly within: Duration }
  | { readonly kind: 'text'; readonly text: string; readonly prompt: TerminalPrompt | undefined }
  /** Once, before the first question for the goods. */
  | { readonly kind: 'approved'; readonly booking: BookingStatus }
  | { readonly kind: 'ask-for-goods' }
  | { readonly kind: 'over'; readonly end: DialogueEnd };

export interface DialogueStep {
  readonly dialogue: Dialogue;
  readonly effects: readonly DialogueEffect[];
}

export interface DialogueLimits {
  readonly progressWithin: Duration;
}

const ACKNOWLEDGE: DialogueEffect = { kind: 'send', command: { kind: 'acknowledge' } };

export function stepDialogue(dialogue: Dialogue, input: DialogueInput, limits: DialogueLimits): DialogueStep {
  if (dialogue.phase === 'over') return stay(dialogue);
  switch (input.kind) {
    case 'message':
      return hear(dialogue, input.message, limits);
    case 'goods':
      return decided(dialogue, input.decision, limits);
    case 'abort':
      // The terminal may have approved meanwhile: then the goods decide, and nothing is aborted any more.
      return dialogue.phase === 'running' && dialogue.goods === 'open'
        ? stay(dialogue, { kind: 'send', command: { kind: 'abort' } })
        : stay(dialogue);
    case 'silence':
      return over(dialogue, { kind: 'lost' });
    default:
      return unreachable(input);
  }
}

function hear(dialogue: Dialogue, message: TerminalMessage, limits: DialogueLimits): DialogueStep {
  const expect: DialogueEffect = { kind: 'expect', within: limits.progressWithin };
  switch (message.kind) {
    case 'acknowledged':
      return dialogue.phase === 'asked' ? stay({ ...dialogue, phase: 'running' }, expect) : stay(dialogue);
    case 'answered':
      if (dialogue.phase !== 'asked') return stay(dialogue);
      return message.reason === RESULT.success
        ? stay({ ...dialogue, phase: 'running' }, expect)
        : over(dialogue, { kind: 'refused', reason: message.reason });
    case 'intermediate':
      return stay(running(dialogue), ACKNOWLEDGE, expect, ...shown(message));
    case 'status-information':
      return hearBooking(running(dialogue), message.booking, expect);
    case 'completion':
      return over(dialogue, { kind: 'completed', booking: dialogue.booking, terminalId: message.terminalId }, ACKNOWLEDGE);
    case 'abort':
      return over(dialogue, { kind: 'aborted', result: message.result, booking: dialogue.booking }, ACKNOWLEDGE);
    case 'print':
    case 'other':
      return stay(running(dialogue), ACKNOWLEDGE, expect);
    default:
      return unreachable(message);
  }
}

function shown({ status, text }: Extract<TerminalMessage, { kind: 'intermediate' }>): DialogueEffect[] {
  const prompt = promptOf(status);
  return text === '' && prompt === undefined ? [] : [{ kind: 'text', text, prompt }];
}

/** A unit of the terminal tells that the command has arrived, even when its acknowledgement got lost. */
const running = (dialogue: Dialogue): Dialogue => (dialogue.phase === 'asked' ? { ...dialogue, phase: 'running' } : dialogue);

function hearBooking(dialogue: Dialogue, booking: BookingStatus, expect: DialogueEffect): DialogueStep {
  if (booking.result !== RESULT.success) return stay(dialogue, ACKNOWLEDGE, expect);
  // After "not issued" the terminal tells its own reversal in the same words.
  if (!dialogue.isSale || dialogue.goods !== 'open') return stay({ ...dialogue, booking: dialogue.booking ?? booking }, ACKNOWLEDGE, expect);
  const isNew = dialogue.booking === undefined;
  const next: Dialogue = { ...dialogue, phase: 'deciding', booking: dialogue.booking ?? booking };
  return stay(next, expect, ...(isNew ? [{ kind: 'approved', booking } as const] : []), { kind: 'ask-for-goods' });
}

function decided(dialogue: Dialogue, decision: GoodsDecision, limits: DialogueLimits): DialogueStep {
  if (dialogue.phase !== 'deciding') return stay(dialogue);
  const expect: DialogueEffect = { kind: 'expect', within: limits.progressWithin };
  switch (decision) {
    case 'wait':
      return stay({ ...dialogue, phase: 'running' }, { kind: 'send', command: { kind: 'goods-wait' } }, expect);
    case 'goods-issued':
      return stay({ ...dialogue, phase: 'concluding', goods: 'issued' }, ACKNOWLEDGE, expect);
    case 'not-issued':
      return stay({ ...dialogue, phase: 'concluding', goods: 'not-issued' }, { kind: 'send', command: { kind: 'goods-not-issued' } }, expect);
    default:
      return unreachable(decision);
  }
}

function stay(dialogue: Dialogue, ...effects: readonly DialogueEffect[]): DialogueStep {
  return { dialogue, effects };
}

function over(dialogue: Dialogue, end: DialogueEnd, ...before: readonly DialogueEffect[]): DialogueStep {
  return { dialogue: { ...dialogue, phase: 'over' }, effects: [...before, { kind: 'over', end }] };
}
