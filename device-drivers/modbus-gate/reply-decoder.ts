import { concatBytes } from '#core/base/bytes.ts';
import { hasValidCrc } from './codec.ts';
import { EXCEPTION, type ModbusReply, READ_COILS, READ_INPUTS, REQUEST_BYTES, WRITE_COIL } from './frame.ts';

export type ReplyEvent =
  | { readonly kind: 'reply'; readonly reply: ModbusReply }
  /** This many bytes belong to no frame of our unit. */
  | { readonly kind: 'garbage'; readonly length: number };

/** Finds the replies of one unit in what a serial line gives. No I/O, no timer: silence on the line is an input (`idle`). */
export interface ReplyDecoder {
  push(chunk: Uint8Array): ReplyEvent[];
  /** The line has been silent: what is held will never become a frame. */
  idle(): ReplyEvent[];
  reset(): void;
}

/** Unit, function, one byte (of count or of exception) and the checksum. */
const SHORTEST = 5;

/**
 * @param maxFrameBytes the longest reply that our requests can bring: a false head in noise then waits for a few bytes, not for 250
 *
 * RTU frames have no start mark; they are told by silence, which an operating system does not keep. We know who answers and with what, and that is enough: a
 * frame begins with our unit and one of four functions, its length follows from its head, and its checksum must hold. Any other byte is skipped, one at a time,
 * so that a frame behind noise is found.
 */
export function createReplyDecoder({ unit, maxFrameBytes }: { readonly unit: number; readonly maxFrameBytes: number }): ReplyDecoder {
  let held: Uint8Array = new Uint8Array();

  const take = (): ReplyEvent[] => {
    const events: ReplyEvent[] = [];
    let at = 0;
    let skipped = 0;
    const skippedBefore = (): void => {
      if (skipped > 0) events.push({ kind: 'garbage', length: skipped });
      skipped = 0;
    };
    while (at < held.length) {
      const rest = held.subarray(at);
      const length = frameLength(rest, unit);
      if (length === 'unknown-yet' || (length !== 'no-frame' && length <= maxFrameBytes && length > rest.length)) break;
      if (length === 'no-frame' || length > maxFrameBytes || !hasValidCrc(rest.subarray(0, length))) {
        at += 1;
        skipped += 1;
        continue;
      }
      skippedBefore();
      events.push({ kind: 'reply', reply: parse(rest.subarray(0, length)) });
      at += length;
    }
    skippedBefore();
    held = held.slice(at);
    return events;
  };

  return {
    push: (chunk) => {
      const events: ReplyEvent[] = [];
      // In pieces of a frame's size: what is held never grows beyond two of them, whatever the line brings.
      for (let from = 0; from < chunk.length; from += maxFrameBytes) {
        held = concatBytes(held, chunk.subarray(from, from + maxFrameBytes));
        events.push(...take());
      }
      return events;
    },
    idle: () => {
      const length = held.length;
      held = new Uint8Array();
      return length > 0 ? [{ kind: 'garbage', length }] : [];
    },
    reset: () => {
      held = new Uint8Array();
    },
  };
}

/** Of the whole frame, of whichever unit, that these bytes begin with: a request of ours, which has eight bytes, or a reply. 0 when they begin with none. */
export function wholeFrameLength(bytes: Uint8Array): number {
  const reply = frameLength(bytes, bytes[0] ?? 0);
  if (typeof reply !== 'number') return 0;
  return [reply, REQUEST_BYTES].find((length) => length <= bytes.length && hasValidCrc(bytes.subarray(0, length))) ?? 0;
}

/** The length of the frame that begins here, as far as its first bytes tell. */
function frameLength(bytes: Uint8Array, unit: number): number | 'unknown-yet' | 'no-frame' {
  if (bytes[0] !== unit) return 'no-frame';
  const code = bytes[1];
  if (code === undefined) return 'unknown-yet';
  if (code === WRITE_COIL) return 8;
  if (code === READ_COILS || code === READ_INPUTS) {
    const count = bytes[2];
    if (count === undefined) return 'unknown-yet';
    return count === 0 ? 'no-frame' : SHORTEST + count;
  }
  return code === (EXCEPTION | WRITE_COIL) || code === (EXCEPTION | READ_COILS) || code === (EXCEPTION | READ_INPUTS) ? SHORTEST : 'no-frame';
}

/** A whole frame whose checksum holds. */
function parse(frame: Uint8Array): ModbusReply {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const code = view.getUint8(1);
  switch (code) {
    case WRITE_COIL:
      return { kind: 'write-echo', address: view.getUint16(2), value: view.getUint16(4) };
    case READ_COILS:
      return { kind: 'coils', bits: frame.slice(3, -2) };
    case READ_INPUTS:
      return { kind: 'inputs', bits: frame.slice(3, -2) };
    default:
      return { kind: 'exception', to: code & ~EXCEPTION, code: view.getUint8(2) };
  }
}
