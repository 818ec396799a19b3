import { ascii, concatBytes } from '#core/base/bytes.ts';
import type { Timers } from '#core/ports/clock.ts';
import type { CardReaderSimulator, ShownCard } from '../simulation/card-reader-simulator.ts';
import { createFaultSwitches, UNPLUGGED } from '../simulation/fault-switches.ts';
import type { DeviceEnd, DeviceLine, FaultSwitch, SimulatedDevice } from '../simulation/simulated-device.ts';
import type { SimulatedGate } from '../simulation/simulated-gate.ts';
import type { SimulatedLight } from '../simulation/simulated-light.ts';
import { createTurnstile } from '../simulation/turnstile.ts';
import { COMMAND, NAK, REPLY } from './frame.ts';
import { createPacketDecoder, encodePacket, type Packet, type ReceivedPacket } from './packet.ts';
import { ACK, type Answer, createPdAnswers, nak } from './simulated-answers.ts';
import { createSimulatedChannel } from './simulated-channel.ts';
import { createSimulatedLamp } from './simulated-lamp.ts';

/** One OSDP device with a reader, a keypad, a lamp and a buzzer, and a turnstile on its output and inputs. Each view is one use of it on the bench. */
export interface OsdpPdSimulator {
  /** As it was last told. */
  readonly address: () => number;
  readonly baudRate: () => number;
  readonly reader: CardReaderSimulator;
  readonly gate: SimulatedGate;
  readonly light: SimulatedLight;
  /** Keys that somebody presses. */
  type(keys: string): void;
  /** What its display shows. */
  words(): string;
  ownKey(): Uint8Array | undefined;
}

export interface OsdpPdSimulatorOptions {
  readonly timers: Timers;
  readonly address?: number;
  readonly baudRate?: number;
  /** The key that it was given; it still has the default one when missing. */
  readonly key?: Uint8Array | undefined;
  readonly releaseOutput?: number;
  /** Function codes that it does not have (Annex B). */
  readonly without?: readonly number[];
}

const FAULTS: readonly FaultSwitch[] = [
  UNPLUGGED,
  { name: 'no-answer', label: { zh: '设备无应答', en: 'Device does not answer' }, kind: 'switch' },
  { name: 'lost-reply', label: { zh: '丢失一个应答', en: 'One answer is lost' }, kind: 'pulse' },
  { name: 'wrong-sequence', label: { zh: '序号错乱一次', en: 'One wrong sequence number' }, kind: 'pulse' },
  { name: 'restart', label: { zh: '设备断电重启', en: 'Device restarts' }, kind: 'pulse' },
  { name: 'busy', label: { zh: '设备一直忙', en: 'Always busy' }, kind: 'switch' },
  { name: 'refuses', label: { zh: '拒绝所有命令', en: 'Refuses every command' }, kind: 'switch' },
  { name: 'wrong-key', label: { zh: '密钥不符', en: 'Has another key' }, kind: 'switch' },
  { name: 'noise', label: { zh: '线路杂波', en: 'Noise on the line' }, kind: 'switch' },
  { name: 'forged-reply', label: { zh: '伪造一个应答', en: 'One forged answer' }, kind: 'pulse' },
  { name: 'tamper', label: { zh: '外壳被打开', en: 'Case opened' }, kind: 'switch' },
  { name: 'power', label: { zh: '供电异常', en: 'Power fails' }, kind: 'switch' },
  { name: 'jam', label: { zh: '闸机卡住', en: 'Barrier jammed' }, kind: 'switch' },
  { name: 'sensor-stuck', label: { zh: '通行传感器被遮挡', en: 'Passage sensor covered' }, kind: 'switch' },
  { name: 'fire-alarm', label: { zh: '火灾报警', en: 'Fire alarm' }, kind: 'switch' },
];

/** Starts like a packet and never becomes one. */
const NOISE = Uint8Array.of(0x00, 0x53, 0xf1, 0x03, 0x53, 0x80, 0x09);
/** Of 26 bits; the last is a number that no member has. */
const CARDS: Readonly<Record<ShownCard, Uint8Array>> = {
  member: Uint8Array.of(0xa1, 0xb2, 0xc3, 0x40),
  payment: Uint8Array.of(0x04, 0x99, 0x12, 0x80),
  unknown: Uint8Array.of(0x00, 0x00, 0x01, 0x40),
};

/** The numbers after 0 are 1, 2, 3, 1, … */
const after = (sequence: number): number => (sequence % 3) + 1;

export function createOsdpPdSimulator(options: OsdpPdSimulatorOptions): OsdpPdSimulator & SimulatedDevice {
  const { timers, key, releaseOutput = 0, without = [] } = options;
  let { address = 0, baudRate = 9_600 } = options;
  let line: DeviceLine | undefined;
  let last: { readonly sequence: number; readonly reply: Uint8Array } | undefined;
  let reads = 0;
  const once = new Set<string>();
  const news: Answer[] = [];
  const channel = createSimulatedChannel();
  const turnstile = createTurnstile({ timers, onChange: () => switches.changed() });
  const lamp = createSimulatedLamp({ timers, onChange: () => switches.changed() });

  const restart = (): void => {
    last = undefined;
    news.length = 0;
    channel.drop();
    turnstile.hold(false);
    lamp.off();
  };

  const switches = createFaultSwitches(FAULTS, (fault, on) => {
    if (fault === 'restart' || fault === 'unplugged') restart();
    if (fault === 'jam') turnstile.setJammed(on);
    if (fault === 'fire-alarm') turnstile.setAlarm(on);
    if (fault === 'tamper' || fault === 'power') news.push(answers.localStatus());
    if (fault === 'lost-reply' || fault === 'wrong-sequence' || fault === 'forged-reply') once.add(fault);
  });

  const answers = createPdAnswers({ key, releaseOutput, without, isOn: switches.isOn, channel, turnstile, lamp, news });

  const replyWith = (packet: ReceivedPacket, answer: Answer, sequence: number, isSecret: boolean): Uint8Array => {
    const { code, data = new Uint8Array(), security } = answer;
    const reply: Packet = { address, isReply: true, sequence, check: packet.check, security, code, data };
    return isSecret ? channel.close(reply) : encodePacket(reply);
  };

  /** Busy, lost its place, or asked again: what is answered without looking at the command. */
  const answerBefore = (packet: ReceivedPacket): Uint8Array | undefined => {
    // Outside of all numbering and of the channel.
    if (switches.isOn('busy')) return replyWith(packet, { code: REPLY.busy }, 0, false);
    if (packet.sequence === 0) return undefined;
    if (last === undefined) return replyWith(packet, nak(NAK.sequence), 0, false);
    if (packet.sequence === last.sequence) return last.reply;
    return packet.sequence === after(last.sequence) ? undefined : replyWith(packet, nak(NAK.sequence), packet.sequence, false);
  };

  /** From the answer on, which leaves by the old ones. */
  const takeSettings = (settings: { readonly address: number; readonly baudRate: number } | undefined): void => {
    if (settings === undefined) return;
    ({ address, baudRate } = settings);
    restart();
  };

  const received = (packet: ReceivedPacket): void => {
    if (packet.isReply || packet.address !== address || switches.isOn('unplugged') || switches.isOn('no-answer')) return;
    if (switches.isOn('noise')) line?.write(NOISE);
    const before = answerBefore(packet);
    if (before !== undefined) {
      line?.write(before);
      return;
    }
    const wasOpen = channel.isOpen() && packet.mac !== undefined;
    const answer = answers.to(packet);
    const reply = replyWith(packet, answer, packet.sequence, wasOpen && channel.isOpen());
    last = { sequence: packet.sequence, reply };
    if (packet.code === COMMAND['set-communication'] && answer.code === REPLY.communication) takeSettings(answers.settings());
    if (once.delete('lost-reply')) return;
    // Somebody on the line is quicker than the device.
    if (once.delete('forged-reply')) line?.write(replyWith(packet, ACK, packet.sequence, false));
    line?.write(once.delete('wrong-sequence') ? replyWith(packet, answer, after(packet.sequence), false) : reply);
  };

  const device = {
    faults: FAULTS,
    isOn: switches.isOn,
    setFault: switches.set,
    onChange: switches.onChange,
    connect: (newLine: DeviceLine): DeviceEnd => {
      line = newLine;
      const decoder = createPacketDecoder();
      return {
        receive: (bytes) => {
          for (const event of decoder.push(bytes)) if (event.kind === 'packet') received(event.packet);
        },
        closed: () => {
          if (line === newLine) line = undefined;
        },
      };
    },
  };

  const gate: SimulatedGate = {
    ...device,
    class: 'gate-controller',
    state: turnstile.state,
    setPerson: turnstile.setPerson,
    push: (direction = 'entry') => turnstile.push(direction),
  };
  const show = (card: ShownCard): void => {
    reads += 1;
    news.push({ code: REPLY.card, data: concatBytes(Uint8Array.of(0, 0, 26, 0), CARDS[card]) });
    switches.changed();
  };
  return {
    ...gate,
    address: () => address,
    baudRate: () => baudRate,
    gate,
    reader: { ...device, class: 'card-reader', show, reads: () => reads },
    light: {
      ...device,
      class: 'indicator',
      lamps: () => (['red', 'amber', 'green', 'blue', 'white'] as const).map((colour) => ({ colour, isOn: lamp.colour() === colour })),
      isSounding: lamp.isSounding,
    },
    type: (keys) => void news.push({ code: REPLY.keys, data: concatBytes(Uint8Array.of(0, keys.length), ascii(keys)) }),
    words: answers.words,
    ownKey: answers.ownKey,
  };
}
