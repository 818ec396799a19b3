import { ascii, concatBytes } from '#core/base/bytes.ts';
import { LIMITS } from '#core/base/limits.ts';
import { ACK, ENQ, NAK } from './frame.ts';

/** A question that a scanner answers whenever it is alive, and how its answer is told from the codes that come over the same line. */
export interface HeartbeatProtocol {
  readonly question: Uint8Array;
  /** How every answer begins. No ticket does, and an answer has a control character, which no ticket has. */
  readonly tag: Uint8Array;
}

/**
 * The scanners that can be asked. Honeywell and Youjie: the trigger mode is asked for, a menu command that changes nothing (3310g User's Guide, "Serial
 * Programming Commands": `SYN M CR`, tag, `?`, `.`; the answer is the tag, the value and ACK, and the full stop again).
 */
export const HEARTBEATS: Readonly<Record<'honeywell', HeartbeatProtocol>> = {
  honeywell: { question: concatBytes(Uint8Array.of(0x16, 0x4d, 0x0d), ascii('TRGMOD?.')), tag: ascii('TRGMOD') },
};

/** Takes answers out of the line while a question is open. Memory is one answer. */
export interface AnswerFilter {
  /** What of these bytes is no answer, and whether one was among them. */
  take(chunk: Uint8Array): { readonly rest: Uint8Array; readonly isAnswered: boolean };
  /** What was held back as the possible beginning of an answer that did not come. */
  flush(): Uint8Array;
}

const FULL_STOP = 0x2e;
const EXCLAMATION = 0x21;
const NOTHING = new Uint8Array();

export function createAnswerFilter({ tag }: HeartbeatProtocol): AnswerFilter {
  let held: Uint8Array = NOTHING;
  /** The full stop behind an answer may come in the next chunk. */
  let isStopDue = false;

  const indexOfTag = (bytes: Uint8Array): number => {
    for (let at = bytes.indexOf(tag[0] ?? 0); at >= 0; at = bytes.indexOf(tag[0] ?? 0, at + 1)) {
      const there = bytes.subarray(at, at + tag.length);
      if (there.every((byte, index) => byte === tag[index])) return at;
    }
    return -1;
  };

  const take = (chunk: Uint8Array): { rest: Uint8Array; isAnswered: boolean } => {
    const isStop = isStopDue && (chunk[0] === FULL_STOP || chunk[0] === EXCLAMATION);
    if (chunk.length > 0) isStopDue = false;
    const bytes = concatBytes(held, isStop ? chunk.subarray(1) : chunk);
    held = NOTHING;
    const begin = indexOfTag(bytes);
    if (begin < 0) return { rest: bytes, isAnswered: false };
    const answer = bytes.subarray(begin, begin + LIMITS.scanner.heartbeat.answerBytesMax);
    const end = answer.findIndex((byte) => byte === ACK || byte === NAK || byte === ENQ);
    if (end < 0 && bytes.length - begin >= LIMITS.scanner.heartbeat.answerBytesMax) return { rest: bytes, isAnswered: false };
    if (begin + tag.length > bytes.length || end < 0) {
      held = bytes.slice(begin);
      return { rest: bytes.subarray(0, begin), isAnswered: false };
    }
    const behind = bytes.subarray(begin + end + 1);
    isStopDue = behind.length === 0;
    const skipped = behind[0] === FULL_STOP || behind[0] === EXCLAMATION ? 1 : 0;
    return { rest: concatBytes(bytes.subarray(0, begin), behind.subarray(skipped)), isAnswered: true };
  };

  return {
    take,
    flush: () => {
      const rest = held;
      held = NOTHING;
      return rest;
    },
  };
}
