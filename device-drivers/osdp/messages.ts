import { ascii, concatBytes, toHex } from '#core/base/bytes.ts';
import { assert } from '#core/base/fault.ts';
import { COMMAND, type OsdpCommand, type OsdpReply, OUTPUT_OFF, OUTPUT_PULSE, PULSE_TENTHS_MAX, REPLY } from './frame.ts';

/** A command's code and data (SIA OSDP 2.2, clause 6). */
export function encodeCommand(command: OsdpCommand): { readonly code: number; readonly data: Uint8Array } {
  return { code: COMMAND[command.kind], data: dataOf(command) };
}

function dataOf(command: OsdpCommand): Uint8Array {
  switch (command.kind) {
    case 'poll':
    case 'ask-local-status':
    case 'ask-inputs':
      return new Uint8Array();
    case 'identify':
    case 'ask-capabilities':
      return Uint8Array.of(0);
    case 'output': {
      const { output, action } = command;
      if (action.kind === 'off') return Uint8Array.of(output, OUTPUT_OFF, 0, 0);
      assert(action.tenths >= 1 && action.tenths <= PULSE_TENTHS_MAX, `a pulse lasts 1 to ${PULSE_TENTHS_MAX} tenths, not ${action.tenths}`);
      return Uint8Array.of(output, OUTPUT_PULSE, action.tenths & 0xff, action.tenths >> 8);
    }
    case 'led': {
      const { reader, led, colours } = command;
      // Temporary: code 0, leave alone. Permanent: code 1, set.
      return Uint8Array.of(reader, led, 0, 0, 0, 0, 0, 0, 0, 1, colours.on, colours.off, colours.onColour, colours.offColour);
    }
    case 'buzzer':
      // Tone 2 is the default one; 1 would be silence.
      return Uint8Array.of(command.reader, 2, command.on, command.off, command.count);
    case 'text':
      // Code 1: permanent, without wrapping; row and column are counted from 1.
      return concatBytes(Uint8Array.of(command.reader, 1, 0, 1, 1, command.text.length), ascii(command.text));
    case 'set-communication': {
      const data = new DataView(new ArrayBuffer(5));
      data.setUint8(0, command.address);
      data.setUint32(1, command.baudRate, true);
      return new Uint8Array(data.buffer);
    }
    case 'set-key':
      return concatBytes(Uint8Array.of(1, command.key.length), command.key);
    case 'challenge':
      return command.randomA;
    case 'prove':
      return command.cryptogram;
  }
}

/** What a device's answer says. Its data are clear text by now. */
export function parseReply(code: number, data: Uint8Array): OsdpReply {
  return readers[code]?.(data) ?? { kind: 'other', code };
}

const bytesOf = (count: number, data: Uint8Array): Uint8Array | undefined => (data.length === count ? data : undefined);
const levelsOf = (data: Uint8Array): boolean[] => [...data].map((level) => level !== 0);

/** One for each reply; undefined when the data cannot be that. */
const readers: Readonly<Record<number, (data: Uint8Array) => OsdpReply | undefined>> = {
  [REPLY.ack]: () => ({ kind: 'ack' }),
  [REPLY.nak]: ([reason]) => (reason === undefined ? undefined : { kind: 'nak', reason }),
  [REPLY.identity]: (data) => {
    if (data.length !== 12) return undefined;
    const view = new DataView(data.buffer, data.byteOffset);
    return {
      kind: 'identity',
      vendor: toHex(data.subarray(0, 3)),
      model: view.getUint8(3),
      serial: view.getUint32(5, true),
      firmware: [...data.subarray(9, 12)].join('.'),
    };
  },
  [REPLY.capabilities]: (data) =>
    data.length % 3 !== 0
      ? undefined
      : {
          kind: 'capabilities',
          capabilities: Array.from({ length: data.length / 3 }, (_, i) => ({
            function: data[i * 3] ?? 0,
            compliance: data[i * 3 + 1] ?? 0,
            number: data[i * 3 + 2] ?? 0,
          })),
        },
  [REPLY.localStatus]: ([tamper, power]) =>
    tamper === undefined || power === undefined ? undefined : { kind: 'local-status', isTampered: tamper !== 0, hasPowerFailure: power !== 0 },
  [REPLY.inputs]: (data) => ({ kind: 'inputs', levels: levelsOf(data) }),
  [REPLY.outputs]: (data) => ({ kind: 'outputs', levels: levelsOf(data) }),
  [REPLY.card]: (data) => {
    const [reader, , low, high] = data;
    if (reader === undefined || low === undefined || high === undefined) return undefined;
    const bits = low | (high << 8);
    const payload = data.slice(4);
    return payload.length === Math.ceil(bits / 8) && bits > 0 ? { kind: 'card', reader, bits, data: payload } : undefined;
  },
  [REPLY.keys]: (data) => {
    const [reader, count] = data;
    if (reader === undefined || count === undefined || data.length !== count + 2) return undefined;
    return { kind: 'keys', reader, keys: [...data.subarray(2)].map(keyOf).join('') };
  },
  [REPLY.communication]: (data) => {
    if (data.length !== 5) return undefined;
    const view = new DataView(data.buffer, data.byteOffset);
    return { kind: 'communication', address: view.getUint8(0), baudRate: view.getUint32(1, true) };
  },
  [REPLY.clientCryptogram]: (data) => bytesOf(32, data) && { kind: 'client-cryptogram', randomB: data.slice(8, 16), cryptogram: data.slice(16) },
  [REPLY.firstMac]: (data) => bytesOf(16, data) && { kind: 'first-mac', mac: data.slice() },
  [REPLY.busy]: () => ({ kind: 'busy' }),
};

/** Digits are ASCII; `#` is carriage return (0D) and `*` delete (7F), by clause 7.12. */
function keyOf(byte: number): string {
  if (byte === 0x0d) return '#';
  if (byte === 0x7f) return '*';
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '?';
}
