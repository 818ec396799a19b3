import { assert } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { ASK, CHANNELS_MAX, type RelayCommand, type RelayLevel, SWITCH } from './frame.ts';

export function encodeCommand(command: RelayCommand): Uint8Array {
  if (command.kind === 'ask') return Uint8Array.of(ASK);
  const { channel, on } = command;
  assert(channel >= 1 && channel <= CHANNELS_MAX, `a module has channels 1 to ${CHANNELS_MAX}, not ${channel}`);
  const state = on ? 1 : 0;
  return Uint8Array.of(SWITCH, channel, state, (SWITCH + channel + state) & 0xff);
}

export type RelayReplyEvent = { readonly kind: 'level'; readonly level: RelayLevel } | { readonly kind: 'garbage'; readonly length: number };

/** Finds the lines of a module's answer. Bounded: a line that never ends is garbage. */
export function createReplyDecoder(): { push(chunk: Uint8Array): RelayReplyEvent[] } {
  let line = '';
  return {
    push: (chunk) => {
      const events: RelayReplyEvent[] = [];
      for (const byte of chunk) {
        if (byte !== 0x0a && byte !== 0x0d) line += String.fromCharCode(byte);
        if ((byte === 0x0a || byte === 0x0d || line.length > LIMITS.lcus.lineBytesMax) && line !== '') {
          events.push(parseLine(line));
          line = '';
        }
      }
      return events;
    },
  };
}

function parseLine(line: string): RelayReplyEvent {
  // A line may stand behind noise of the plug.
  const [, channel, state] = /CH\s?([1-8])\s?:\s?(ON|OFF)\s?$/i.exec(line) ?? [];
  if (channel === undefined || state === undefined) return { kind: 'garbage', length: line.length };
  return { kind: 'level', level: { channel: Number(channel), on: state.toUpperCase() === 'ON' } };
}

/** The module's side: finds commands in what a host sends. A byte that begins none is skipped. */
export function createCommandDecoder(): { push(chunk: Uint8Array): RelayCommand[] } {
  let held: number[] = [];
  return {
    push: (chunk) => {
      const commands: RelayCommand[] = [];
      held.push(...chunk);
      while (held.length > 0) {
        if (held[0] === ASK) {
          commands.push({ kind: 'ask' });
          held = held.slice(1);
          continue;
        }
        if (held[0] === SWITCH && held.length < 4) break;
        const [head = 0, channel = 0, state = 0, sum = 0] = held;
        const isCommand = head === SWITCH && channel >= 1 && channel <= CHANNELS_MAX && state <= 1 && sum === ((head + channel + state) & 0xff);
        if (isCommand) commands.push({ kind: 'switch', channel, on: state === 1 });
        held = held.slice(isCommand ? 4 : 1);
      }
      return commands;
    },
  };
}
