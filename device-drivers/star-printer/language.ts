import { concatBytes } from '#core/base/bytes.ts';
import { unreachable } from '#core/base/fault.ts';
import type { PrinterLanguage, PrinterOrder, PrinterWord, WordDecoder } from '../ticket-printer/printer-language.ts';
import { documentEncoder, MODES, type StarPaper } from './document-encoder.ts';
import { encodeCommand } from './encoder.ts';
import type { StarCommand, StarReply } from './frame.ts';
import { createReplyDecoder } from './reply-decoder.ts';
import type { StarProfile } from './star-profile.ts';
import { readFences, readStatus } from './status-reading.ts';

/** Star's line mode as one model of printer speaks it. */
export function starLanguage(paper: StarPaper): PrinterLanguage {
  const { profile } = paper;
  const isCounted = profile.fence === 'etb-counter';
  return {
    abilities: {
      questions: ['full'],
      cutterQuestion: 'full',
      readAnswer: () => undefined,
      fence: isCounted ? 'counted' : 'none',
      clears: false,
      presents: profile.presenter === 'star',
    },
    createDecoder: () => createWordDecoder(isCounted),
    encodeOrder: (order) => concatBytes(...orderCommands(order, profile).map(encodeCommand)),
    encodeFence: () => (isCounted ? encodeCommand({ kind: 'count-fence' }) : new Uint8Array(0)),
    encodeDocument: documentEncoder(paper),
  };
}

function orderCommands(order: PrinterOrder, { presenter }: StarProfile): readonly StarCommand[] {
  switch (order.kind) {
    case 'greet':
      return MODES;
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
