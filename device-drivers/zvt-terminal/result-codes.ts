import type { TerminalRefusal } from '#core/ports/payment-terminal.ts';
import type { ResultCode } from './frame.ts';

/** Result codes of PA00P015 §10 that mean something to the lobby. */
export const RESULT = {
  success: 0x00,
  /** "abort via timeout or abort-key". */ aborted: 0x6c,
  /** "PT busy / please wait". */ pleaseWait: 0x9c,
} as const;

const REASONS: ReadonlyMap<ResultCode, TerminalRefusal> = new Map<ResultCode, TerminalRefusal>([
  // Of the host (ISO 8583 reasons): 33 and 54 expired, 55 and 75 PIN.
  [33, 'card-expired'],
  [54, 'card-expired'],
  [55, 'wrong-pin'],
  [75, 'wrong-pin'],
  [91, 'host-away'],
  [92, 'host-away'],
  // Of the terminal.
  ...[0x64, 0x65, 0x66, 0x72, 0x73, 0xdc, 0xdd, 0xde, 0xe2, 0xe3].map((code) => [code, 'card-unreadable'] as const),
  [0x78, 'card-expired'],
  ...[0x67, 0x68, 0x6b, 0x6f, 0x7a, 0x83, 0xc3, 0xc4, 0xc5, 0xc6, 0xc8, 0xc9, 0xcb, 0xd2, 0xe9, 0xea, 0xeb].map(
    (code) => [code, 'not-supported'] as const,
  ),
  ...[0x7d, 0x9b, 0xa1, 0xa3].map((code) => [code, 'host-away'] as const),
  ...[RESULT.pleaseWait, 0xa0, 0xe0, 0xf0].map((code) => [code, 'terminal-busy'] as const),
]);

/** What a guest can do about it; "the card was refused" for everything else. */
export function refusalOf(result: ResultCode): TerminalRefusal {
  return REASONS.get(result) ?? 'card-refused';
}
