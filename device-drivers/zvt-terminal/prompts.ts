import type { TerminalPrompt } from '#core/ports/payment-terminal.ts';

/**
 * What the number of an intermediate status (PA00P015 §3.7, table) asks of the guest. A terminal's own text is in the terminal's language; the number is in none.
 * What is not here is told by the text alone.
 */
const PROMPTS: ReadonlyMap<number, TerminalPrompt> = new Map<number, TerminalPrompt>([
  [0x00, 'confirm-amount'],
  [0x01, 'watch-terminal'],
  [0x02, 'watch-terminal'],
  [0x04, 'wait'],
  [0x05, 'books-back'],
  [0x06, 'wait'],
  [0x07, 'card-refused'],
  [0x08, 'card-refused'],
  [0x09, 'card-expired'],
  [0x0a, 'present-card'],
  [0x0b, 'remove-card'],
  [0x0c, 'card-unreadable'],
  [0x0e, 'wait'],
  [0x10, 'card-refused'],
  [0x13, 'card-refused'],
  [0x14, 'card-refused'],
  [0x15, 'wrong-pin'],
  [0x16, 'card-refused'],
  [0x17, 'wait'],
  [0x18, 'card-refused'],
  [0x19, 'card-unreadable'],
  [0x1c, 'approved'],
  [0x1d, 'card-refused'],
  [0x28, 'watch-terminal'],
  [0x29, 'watch-terminal'],
  [0x2b, 'wait'],
  [0x2c, 'watch-terminal'],
  // 40 and above repeat the card's handling: "watch the PIN pad, please remove the card" and its like.
  [0x41, 'remove-card'],
  [0x42, 'remove-card'],
  [0xd2, 'wait'],
  [0xd3, 'wait'],
]);

export const promptOf = (status: number): TerminalPrompt | undefined => PROMPTS.get(status);
