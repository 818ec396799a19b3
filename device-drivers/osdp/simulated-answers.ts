import { milliseconds } from '#core/base/time.ts';
import type { Turnstile } from '../simulation/turnstile.ts';
import { COMMAND, NAK, OUTPUT_PULSE, REPLY, SCS } from './frame.ts';
import type { Packet, ReceivedPacket } from './packet.ts';
import { DEFAULT_KEY } from './secure-channel.ts';
import type { SimulatedChannel } from './simulated-channel.ts';
import type { SimulatedLamp } from './simulated-lamp.ts';

/** What a simulated device does with a command and answers to it, numbers and line apart. */
export interface PdAnswers {
  to(packet: ReceivedPacket): Answer;
  localStatus(): Answer;
  ownKey(): Uint8Array | undefined;
  words(): string;
  /** What it was told to take last. */
  settings(): { readonly address: number; readonly baudRate: number } | undefined;
}

export type Answer = { readonly code: number; readonly data?: Uint8Array; readonly security?: Packet['security'] };
export const ACK: Answer = { code: REPLY.ack };
export const nak = (reason: number): Answer => ({ code: REPLY.nak, data: Uint8Array.of(reason) });

const IDENTITY = Uint8Array.of(0x69, 0x7a, 0x00, 0x99, 0x01, 0x04, 0x03, 0x02, 0x01, 0x0b, 0x0c, 0x0d);
/** Function, compliance, number (Annex B). */
const CAPABILITIES: readonly (readonly [number, number, number])[] = [
  [1, 1, 8],
  [2, 1, 4],
  [3, 1, 0],
  [4, 4, 1],
  [5, 1, 1],
  [6, 1, 1],
  [8, 1, 0],
  [9, 1, 1],
];
const INPUTS = 8;
const WRONG_KEY = Uint8Array.from({ length: 16 }, (_, i) => 0xc0 + i);
/** Commands that a device takes in the clear, also when it has a key (Annex D). */
const IN_CLEAR: readonly number[] = [COMMAND.identify, COMMAND['ask-capabilities'], COMMAND.challenge, COMMAND.prove];

export interface PdAnswersOptions {
  readonly key: Uint8Array | undefined;
  readonly releaseOutput: number;
  readonly without: readonly number[];
  readonly isOn: (fault: string) => boolean;
  readonly channel: SimulatedChannel;
  readonly turnstile: Turnstile;
  readonly lamp: SimulatedLamp;
  /** What a poll brings next. */
  readonly news: Answer[];
}

export function createPdAnswers({ key: given, releaseOutput, without, isOn, channel, turnstile, lamp, news }: PdAnswersOptions): PdAnswers {
  let ownKey = given;
  let words = '';
  let settings: ReturnType<PdAnswers['settings']>;

  const localStatus = (): Answer => ({
    code: REPLY.localStatus,
    data: Uint8Array.of(isOn('tamper') ? 1 : 0, isOn('power') ? 1 : 0),
  });
  const inputs = (): Answer => {
    const { entryCovered, exitCovered } = turnstile.sensors();
    const levels = [entryCovered || isOn('sensor-stuck'), exitCovered, isOn('jam'), isOn('fire-alarm')];
    return { code: REPLY.inputs, data: Uint8Array.from({ length: INPUTS }, (_, i) => (levels[i] ? 1 : 0)) };
  };

  const output = ([number, code, low = 0, high = 0]: Uint8Array): Answer => {
    if (number === releaseOutput) {
      if (code === OUTPUT_PULSE) turnstile.releaseFor(milliseconds((low | (high << 8)) * 100));
      else turnstile.hold(false);
    }
    return ACK;
  };

  const challenge = ({ security }: ReceivedPacket, randomA: Uint8Array): Answer => {
    const isDefault = security?.data[0] === 0;
    // A device with a key of its own does not go back to the one that everybody knows, and one without has no other.
    if (isDefault === (ownKey !== undefined)) return nak(NAK.conditions);
    const key = isOn('wrong-key') ? WRONG_KEY : (ownKey ?? DEFAULT_KEY);
    return {
      code: REPLY.clientCryptogram,
      data: channel.challenge(key, randomA),
      security: { type: SCS.clientCryptogram, data: Uint8Array.of(isDefault ? 0 : 1) },
    };
  };

  const prove = (cryptogram: Uint8Array): Answer => {
    const mac = channel.prove(cryptogram);
    return {
      code: REPLY.firstMac,
      data: mac ?? new Uint8Array(16),
      security: { type: SCS.firstMac, data: Uint8Array.of(mac === undefined ? 0xff : 1) },
    };
  };

  const serve = (packet: ReceivedPacket, data: Uint8Array): Answer => {
    if (isOn('refuses') && packet.code !== COMMAND.poll && packet.code !== COMMAND.identify) return nak(NAK.unknown);
    switch (packet.code) {
      case COMMAND.poll:
        return news.shift() ?? ACK;
      case COMMAND.identify:
        return { code: REPLY.identity, data: IDENTITY };
      case COMMAND['ask-capabilities']:
        return { code: REPLY.capabilities, data: Uint8Array.from(CAPABILITIES.filter(([code]) => !without.includes(code)).flat()) };
      case COMMAND['ask-local-status']:
        return localStatus();
      case COMMAND['ask-inputs']:
        return inputs();
      case COMMAND.output:
        return output(data);
      case COMMAND.led:
        lamp.led(data);
        return ACK;
      case COMMAND.buzzer:
        lamp.buzzer(data);
        return ACK;
      case COMMAND.text:
        words = String.fromCharCode(...data.subarray(6));
        return ACK;
      case COMMAND['set-key']:
        if (!channel.isOpen()) return nak(NAK.conditions);
        ownKey = data.slice(2);
        return ACK;
      case COMMAND['set-communication']:
        settings = settingsIn(data);
        return settings === undefined ? nak(NAK.length) : { code: REPLY.communication, data: data.slice() };
      case COMMAND.challenge:
        return challenge(packet, data);
      case COMMAND.prove:
        return prove(data);
      default:
        return nak(NAK.unknown);
    }
  };

  /** Inside the channel, where one is open; a device with a key says nothing else in the clear. */
  const answerTo = (packet: ReceivedPacket): Answer => {
    const isInChannel = packet.mac !== undefined;
    if (isInChannel) {
      const data = channel.open(packet);
      return data === undefined ? nak(NAK.conditions) : serve(packet, data);
    }
    if (packet.code !== COMMAND.prove) channel.drop();
    return ownKey === undefined || IN_CLEAR.includes(packet.code) ? serve(packet, packet.data) : nak(NAK.conditions);
  };

  return { to: answerTo, localStatus, ownKey: () => ownKey, words: () => words, settings: () => settings };
}

function settingsIn(data: Uint8Array): ReturnType<PdAnswers['settings']> {
  if (data.length !== 5) return undefined;
  const view = new DataView(data.buffer, data.byteOffset);
  return { address: view.getUint8(0), baudRate: view.getUint32(1, true) };
}
