import {
  BLOCK_BYTES_MAX,
  CLEARED_BLOCK,
  FULL_STATUS_HEAD,
  isAutomaticStatusFirst,
  isAutomaticStatusRest,
  isBlockHeader,
  isPaperStatus,
  isStatusByte,
  OFFLINE_BLOCK,
  PROCESS_ID_BLOCK,
  type PrinterReply,
} from './frame.ts';
import type { PrinterProfile } from './printer-profile.ts';

/** Cuts the printer's bytes into replies. No I/O, no clock: an idle line is told by `idle()`. Fed byte by byte it says the same as fed whole. */
export interface ReplyDecoder {
  push(bytes: Uint8Array): PrinterReply[];
  /** The line was silent for longer than any reply takes: what is half received will not be completed. */
  idle(): PrinterReply[];
}

type Partial =
  | { readonly kind: 'none' }
  | { readonly kind: 'garbage'; length: number }
  | { readonly kind: 'automatic-status'; readonly bytes: number[] }
  | { readonly kind: 'full-status'; readonly bytes: number[] }
  | { readonly kind: 'block'; readonly bytes: number[] }
  /** Too long: dropped up to its end. */
  | { readonly kind: 'overflow'; length: number };

const NOTHING: Partial = { kind: 'none' };
const XON = 0x11;
const XOFF = 0x13;

/** Inside a block stand printable characters only, so a byte outside them ends a block that broke off. */
const isBlockByte = (byte: number): boolean => byte >= 0x20 && byte <= 0x7e;

/**
 * @param dialect a printer's answers of one byte, and those that begin with 10h, can only be told apart by knowing which of them it sends
 */
export function createReplyDecoder({ status, fence }: Pick<PrinterProfile, 'status' | 'fence'>): ReplyDecoder {
  const startsStatus = status === 'custom-full' ? 'full-status' : 'automatic-status';
  let partial: Partial = NOTHING;

  const abandon = (out: PrinterReply[]): void => {
    if (partial.kind === 'garbage') out.push({ kind: 'garbage', length: partial.length });
    else if (partial.kind === 'overflow') out.push({ kind: 'overflow', length: partial.length });
    else if (partial.kind !== 'none') out.push({ kind: 'garbage', length: partial.bytes.length });
    partial = NOTHING;
  };

  /** Takes a byte as the beginning of something. */
  const begin = (byte: number, out: PrinterReply[]): void => {
    // Only where nothing broken stands before it: the end of a broken block is 00 as well, and must not confirm a print.
    if (fence === 'paper-status' && partial.kind === 'none' && isPaperStatus(byte)) {
      out.push({ kind: 'paper-status', byte });
      return;
    }
    const isKnown = isStatusByte(byte) || isAutomaticStatusFirst(byte) || isBlockHeader(byte) || byte === XON || byte === XOFF;
    if (!isKnown) {
      if (partial.kind === 'garbage') partial.length += 1;
      else partial = { kind: 'garbage', length: 1 };
      return;
    }
    abandon(out);
    if (isStatusByte(byte)) out.push({ kind: 'status', byte });
    else if (byte === XON || byte === XOFF) out.push({ kind: 'flow', go: byte === XON });
    else partial = { kind: isBlockHeader(byte) ? 'block' : startsStatus, bytes: [byte] };
  };

  const take = (byte: number, out: PrinterReply[]): void => {
    switch (partial.kind) {
      case 'none':
      case 'garbage':
        begin(byte, out);
        return;
      case 'automatic-status':
        if (!isAutomaticStatusRest(byte)) {
          abandon(out);
          begin(byte, out);
          return;
        }
        partial.bytes.push(byte);
        finishAutomaticStatus(partial.bytes, out);
        return;
      case 'full-status':
        if (partial.bytes.length === 1 && byte !== FULL_STATUS_HEAD[1]) {
          abandon(out);
          begin(byte, out);
          return;
        }
        partial.bytes.push(byte);
        finishFullStatus(partial.bytes, out);
        return;
      case 'block':
        takeInBlock(partial.bytes, byte, out);
        return;
      case 'overflow':
        if (isBlockByte(byte)) {
          partial.length += 1;
          return;
        }
        abandon(out);
        if (byte !== 0) begin(byte, out);
        return;
    }
  };

  const finishAutomaticStatus = (bytes: readonly number[], out: PrinterReply[]): void => {
    const [first, second, third, fourth] = bytes;
    if (first === undefined || second === undefined || third === undefined || fourth === undefined) return;
    out.push({ kind: 'automatic-status', bytes: [first, second, third, fourth] });
    partial = NOTHING;
  };

  const finishFullStatus = (bytes: readonly number[], out: PrinterReply[]): void => {
    const [paper, user, recoverable, unrecoverable] = bytes.slice(FULL_STATUS_HEAD.length);
    if (paper === undefined || user === undefined || recoverable === undefined || unrecoverable === undefined) return;
    out.push({ kind: 'full-status', bytes: [paper, user, recoverable, unrecoverable] });
    partial = NOTHING;
  };

  const takeInBlock = (bytes: number[], byte: number, out: PrinterReply[]): void => {
    if (byte === 0) {
      out.push(readBlock(bytes));
      partial = NOTHING;
    } else if (!isBlockByte(byte)) {
      abandon(out);
      begin(byte, out);
    } else if (bytes.length === BLOCK_BYTES_MAX) {
      partial = { kind: 'overflow', length: bytes.length + 1 };
    } else {
      bytes.push(byte);
    }
  };

  return {
    push: (bytes) => {
      const out: PrinterReply[] = [];
      for (const byte of bytes) take(byte, out);
      return out;
    },
    idle: () => {
      const out: PrinterReply[] = [];
      abandon(out);
      return out;
    },
  };
}

/** A block without its closing 00. */
function readBlock(bytes: readonly number[]): PrinterReply {
  const [header, second, ...rest] = bytes;
  if (header === 0x37 && second === PROCESS_ID_BLOCK && rest.length === 4) return { kind: 'process-id', token: String.fromCharCode(...rest) };
  if (header === 0x37 && second === CLEARED_BLOCK && rest.length === 0) return { kind: 'cleared' };
  if (header === 0x37 && second === OFFLINE_BLOCK && rest.length <= 10) return { kind: 'offline' };
  if (header === 0x3b && rest.length === 0 && (second === 0x30 || second === 0x31)) return { kind: 'power', on: second === 0x31 };
  return { kind: 'other-block', header: header ?? 0, length: bytes.length + 1 };
}
