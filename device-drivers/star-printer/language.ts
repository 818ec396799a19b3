import { concatBytes } from '#core/base/bytes.ts';
import { unreachable } from '#core/base/fault.ts';
import type { PrinterLanguage, PrinterOrder, PrinterWord, WordDecoder } from '../ticket-printer/printer-language.ts';
import { documentEncoder, MODES, type StarPaper } from './document-encoder.ts';
import { encodeCommand } from './encoder.ts';
import type { StarCommand, StarReply } from './frame.ts';
import { createReplyDecoder } from './reply-decoder.ts';
import type { StarProfile } from './star-profile.ts';
import { readFences, readStatus } from './status-reading.ts';

const FENCES = { 'etb-counter': 'counted', 'print-end': 'named', none: 'none' } as const;

/** Star's line mode as one model of printer speaks it. */
export function starLanguage(paper: StarPaper): PrinterLanguage {
  const { profile } = paper;
  const isCounted = profile.fence === 'etb-counter';
  const { fence } = profile;
  return {
    abilities: {
      questions: ['full'],
      cutterQuestion: 'full',
      readAnswer: () => undefined,
      fence: FENCES[fence],
      tokenNames: 'sixteen-bits',
      watched: fence !== 'none',
      clears: false,
      presents: profile.presenter === 'star',
    },
    createDecoder: () => createWordDecoder(isCounted),
    encodeOrder: (order) => concatBytes(...orderCommands(order, profile).map(encodeCommand)),
    encodeFence: (token) => {
      switch (fence) {
        case 'etb-counter':
          return encodeCommand({ kind: 'count-fence' });
        case 'print-end':
          return encodeCommand({ kind: 'print-end-fence', name: Number.parseInt(token, 16) });
        case 'none':
          return new Uint8Array(0);
        default:
          return unreachable(fence);
      }
    },
    encodeDocument: documentEncoder(paper),
  };
}

function orderCommands(order: PrinterOrder, { presenter, fence }: StarProfile): readonly StarCommand[] {
  switch (order.kind) {
    case 'greet':
      // A document that was cut short may still be taken in and dropped, and with it all that comes after.
      return fence === 'print-end' ? [{ kind: 'end-document' }, ...MODES] : MODES;
    case 'ask-status':
      return [{ kind: 'ask-status' }];
    case 'clear-buffers':
      // Never ordered: no command of this language empties the buffer and says so (CAN waits in it, and nothing confirms a reset).
      return [];
    case 'cut-off-remainder':
      return [{ kind: 'cut', how: 'full' }, ...(presenter === 'star' ? [{ kind: 'retract' } as const] : [])];
    case 'retract':
      return [{ kind: 'retract' }];
    case 'move-counter':
      return Array.from({ length: order.by }, () => ({ kind: 'count-fence' }));
    default:
      return unreachable(order);
  }
}

function createWordDecoder(isCounted: boolean): WordDecoder {
  const decoder = createReplyDecoder();
  const toWord = (reply: StarReply): PrinterWord => {
    switch (reply.kind) {
      case 'report': {
        const fences = isCounted ? readFences(reply.bytes) : undefined;
        return { kind: 'full-status', status: readStatus(reply.bytes), ...(fences === undefined ? {} : { fences }) };
      }
      case 'print-end':
        return { kind: 'process-id', token: reply.name.toString(16).toUpperCase().padStart(4, '0') };
      case 'flow':
        return { kind: 'aside' };
      case 'garbage':
        return { kind: 'noise' };
      default:
        return unreachable(reply);
    }
  };
  return { push: (bytes) => decoder.push(bytes).map(toWord), idle: () => decoder.idle().map(toWord) };
}
