import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { LIMITS } from '#core/base/limits.ts';
import { err, ok, type Result } from '#core/base/result.ts';

/**
 * How a message looks on the wire, in both directions: JSON in UTF-8, compressed by gzip (RFC 1952) from {@link LIMITS.outbox.gzipFromBytes} on. A reader
 * tells the two apart by gzip's first two bytes, which no JSON begins with.
 */
const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** RFC 1952, 2.3.1: ID1 and ID2. */
const GZIP_MAGIC = [0x1f, 0x8b] as const;

/** Why a message could not be read. `detail` never holds the message itself. */
export interface UnreadablePayload {
  readonly reason: 'too-large' | 'not-gzip' | 'not-utf8' | 'not-json';
  readonly detail: string;
}

export async function encodePayload(json: string): Promise<Uint8Array> {
  const bytes = Buffer.from(json, 'utf8');
  // Level 1 already halves JSON of events four times over; higher levels cost CPU beside a gate and gain a few per cent.
  return bytes.length < LIMITS.outbox.gzipFromBytes ? bytes : compress(bytes, { level: 1 });
}

/** @param bytesMax of the message after it was unpacked; a compressed one that would grow beyond is given up on the way, not unpacked first. */
export async function decodePayload(bytes: Uint8Array, bytesMax: number): Promise<Result<unknown, UnreadablePayload>> {
  if (bytes.length > bytesMax) return err({ reason: 'too-large', detail: `${bytes.length} bytes, at most ${bytesMax} are read` });
  let plain = bytes;
  if (bytes[0] === GZIP_MAGIC[0] && bytes[1] === GZIP_MAGIC[1]) {
    try {
      plain = await decompress(bytes, { maxOutputLength: bytesMax });
    } catch (cause) {
      const isTooLarge = cause instanceof RangeError;
      return err({ reason: isTooLarge ? 'too-large' : 'not-gzip', detail: isTooLarge ? `unpacks to more than ${bytesMax} bytes` : messageOf(cause) });
    }
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(plain);
  } catch (cause) {
    return err({ reason: 'not-utf8', detail: messageOf(cause) });
  }
  try {
    return ok(JSON.parse(text) as unknown);
  } catch (cause) {
    // V8 quotes the text around the mistake; a hostile message stays out of the log.
    return err({ reason: 'not-json', detail: cause instanceof SyntaxError ? `${text.length} characters that are no JSON` : messageOf(cause) });
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
