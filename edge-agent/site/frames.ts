import { LIMITS } from '#core/base/limits.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import type { SiteMessage } from '#core/contract/wire/site.ts';
import { type HeardMessage, readSiteMessage } from './heard-message.ts';

/** A message on a line: four bytes of length (big endian), and as many bytes of JSON in UTF-8. */

const LENGTH_BYTES = 4;

export function sealMessage(message: SiteMessage): Buffer {
  const text = Buffer.from(JSON.stringify(message));
  const frame = Buffer.allocUnsafe(LENGTH_BYTES + text.length);
  frame.writeUInt32BE(text.length, 0);
  text.copy(frame, LENGTH_BYTES);
  return frame;
}

/** Takes a stream apart. After the first refusal the stream is of no use any more. */
export interface FrameReader {
  /** The messages that are complete with this chunk; an error is one sentence about the first that is none. */
  push(chunk: Buffer): Result<readonly HeardMessage[], string>;
}

export function createFrameReader(): FrameReader {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let wanted = LENGTH_BYTES;
  let isBody = false;

  const take = (): Buffer => {
    const all = held.length === 1 && held[0] !== undefined ? held[0] : Buffer.concat(held);
    const taken = all.subarray(0, wanted);
    const rest = all.subarray(wanted);
    held = rest.length === 0 ? [] : [rest];
    heldBytes = rest.length;
    return taken;
  };
  return {
    push: (chunk) => {
      held.push(chunk);
      heldBytes += chunk.length;
      const messages: HeardMessage[] = [];
      while (heldBytes >= wanted) {
        const bytes = take();
        if (isBody) {
          const message = parse(bytes);
          if (!message.ok) return message;
          messages.push(message.value);
          wanted = LENGTH_BYTES;
        } else {
          wanted = bytes.readUInt32BE(0);
          if (wanted === 0 || wanted > LIMITS.site.messageBytesMax) return err(`a message of ${wanted} bytes`);
        }
        isBody = !isBody;
      }
      return ok(messages);
    },
  };
}

function parse(bytes: Buffer): Result<HeardMessage, string> {
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString('utf8'));
  } catch {
    return err('a message that is not JSON');
  }
  return readSiteMessage(json);
}
