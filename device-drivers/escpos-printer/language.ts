import { concatBytes } from '#core/base/bytes.ts';
import { unreachable } from '#core/base/fault.ts';
import type { PrinterLanguage, PrinterOrder, PrinterWord, WordDecoder } from '../ticket-printer/printer-language.ts';
import { cutCommand, documentEncoder, type EscposPaper, modeCommands } from './document-encoder.ts';
import { encodeCommand } from './encoder.ts';
import type { PrinterCommand, PrinterReply } from './frame.ts';
import type { PrinterProfile } from './printer-profile.ts';
import { createReplyDecoder } from './reply-decoder.ts';
import { fromAutomaticStatus, fromFullStatus, withAnswer } from './status-reading.ts';

const FENCES = { 'process-id': 'named', 'paper-status': 'unnamed', none: 'none' } as const;

/** ESC/POS as one model of printer speaks it. */
export function escposLanguage(paper: EscposPaper): PrinterLanguage {
  const { profile } = paper;
  const isCustom = profile.status === 'custom-full';
  return {
    abilities: {
      questions: isCustom ? ['full'] : [1, 2, 3, 4],
      cutterQuestion: isCustom ? 'full' : 3,
      readAnswer: (status, question, byte) => (question === 'full' ? undefined : withAnswer(status, question, byte)),
      tokenNames: 'letters',
      watched: false,
      fence: FENCES[profile.fence],
      clears: profile.clear === 'dle-dc4',
      presents: profile.presenter === 'custom',
    },
    createDecoder: () => createWordDecoder(profile),
    encodeOrder: (order) => concatBytes(...orderCommands(order, profile).map(encodeCommand)),
    encodeFence: (token) => {
      switch (profile.fence) {
        case 'process-id':
          return encodeCommand({ kind: 'process-id', token });
        case 'paper-status':
          return encodeCommand({ kind: 'ask-paper' });
        case 'none':
          return new Uint8Array(0);
        default:
          return unreachable(profile.fence);
      }
    },
    encodeDocument: documentEncoder(paper),
  };
}

function orderCommands(order: PrinterOrder, profile: PrinterProfile): readonly PrinterCommand[] {
  switch (order.kind) {
    case 'greet':
      return modeCommands(profile);
    case 'ask-status':
    case 'clear-buffers':
    case 'retract':
      return [order];
    case 'cut-off-remainder':
      return [cutCommand(profile, 'full'), ...(profile.presenter === 'custom' ? [{ kind: 'retract' } as const] : [])];
    case 'move-counter':
      // Never ordered: these printers do not count.
      return [];
    default:
      return unreachable(order);
  }
}

function createWordDecoder(profile: PrinterProfile): WordDecoder {
  const decoder = createReplyDecoder(profile);
  return { push: (bytes) => decoder.push(bytes).map(toWord), idle: () => decoder.idle().map(toWord) };
}

export function toWord(reply: PrinterReply): PrinterWord {
  switch (reply.kind) {
    case 'status':
    case 'process-id':
    case 'cleared':
    case 'offline':
    case 'power':
      return reply;
    case 'automatic-status':
      return { kind: 'automatic-status', status: fromAutomaticStatus(reply.bytes) };
    case 'full-status':
      return { kind: 'full-status', status: fromFullStatus(reply.bytes) };
    case 'paper-status':
      return { kind: 'fence', paperEnd: (reply.byte & 0x0c) !== 0 };
    case 'flow':
      return { kind: 'aside' };
    case 'other-block':
    case 'garbage':
    case 'overflow':
      return { kind: 'noise' };
    default:
      return unreachable(reply);
  }
}
