import { concatBytes, fromHex } from '#core/base/bytes.ts';
import { milliseconds } from '#core/base/time.ts';
import type { Timer, Timers } from '#core/ports/clock.ts';
import type { CardReaderSimulator } from '../simulation/card-reader-simulator.ts';
import { createFaultSwitches, UNPLUGGED } from '../simulation/fault-switches.ts';
import { createHostLine } from '../simulation/host-line.ts';
import type { FaultSwitch } from '../simulation/simulated-device.ts';
import { type SimulatedChip, simulatedChip } from '../smart-card/card-simulator.ts';
import type { ProofKey } from '../smart-card/desfire.ts';
import { createPn532Decoder, encodeFrame } from './codec.ts';
import { ACK, COMMAND, FROM_CHIP, SEL_RES_COMMANDS, TO_CHIP } from './frame.ts';

/** A PN532 module on a serial line, and a hand that holds cards before it. */
export interface Pn532Simulator extends CardReaderSimulator {
  /** Lays this chip into the field, or takes away what lies there. */
  lay(chip: SimulatedChip | undefined): void;
}

export interface Pn532SimulatorOptions {
  readonly timers: Timers;
  /** The key that the member's card was given. */
  readonly proof: ProofKey;
}

const FAULTS: readonly FaultSwitch[] = [
  UNPLUGGED,
  { name: 'no-answer', label: { zh: '不应答', en: 'Does not answer' }, kind: 'switch' },
  { name: 'no-card-answer', label: { zh: '只确认，不给结果', en: 'Acknowledges and says no more' }, kind: 'switch' },
  { name: 'bad-checksum', label: { zh: '校验和错误', en: 'Wrong checksums' }, kind: 'switch' },
  { name: 'card-lost', label: { zh: '卡片一碰就拿走', en: 'Cards are taken away too soon' }, kind: 'switch' },
  { name: 'other-chip', label: { zh: '换成另一种芯片', en: 'Another chip answers' }, kind: 'switch' },
  { name: 'garbage', label: { zh: '发送一段乱码', en: 'Burst of garbage' }, kind: 'pulse' },
  { name: 'brown-out', label: { zh: '供电瞬断', en: 'Power dips: it falls asleep' }, kind: 'pulse' },
];

/** Longer than two looks at the field, shorter than a person's hand. */
const HELD_FOR = milliseconds(600);
/** Rounded up from what a real one takes to look for a card. */
const WORK = milliseconds(12);
const NOISE = Uint8Array.of(0x55, 0xaa, 0x00, 0xff, 0x13, 0x37, 0xff, 0x00, 0x00);
/** UM0701-02 §7.2.2: IC `32`, version 1.6, all three standards; the other one is a PN531 (`31`). */
const FIRMWARE = Uint8Array.of(0x32, 0x01, 0x06, 0x07);
const OTHER_FIRMWARE = Uint8Array.of(0x31, 0x04, 0x02);
const REFUSED_FRAME = fromHex('0000ff01ff7f8100') ?? new Uint8Array();
/** UM0701-02 §7.1: the card did not answer in time; an unknown card number. */
const TIMED_OUT = Uint8Array.of(0x01);
const BAD_TARGET = Uint8Array.of(0x27);

export function createPn532Simulator({ timers, proof }: Pn532SimulatorOptions): Pn532Simulator {
  let isAwake = false;
  let chip: SimulatedChip | undefined;
  let active: SimulatedChip | undefined;
  let reads = 0;
  let working: Timer | undefined;
  let held: Timer | undefined;
  const decoder = createPn532Decoder({ bodyBytesMax: 265, tfi: TO_CHIP });

  const host = createHostLine(() => {
    isAwake = false;
    working?.cancel();
  });
  const lay = (next: SimulatedChip | undefined): void => {
    held?.cancel();
    chip = next;
    active = undefined;
    next?.powerUp();
    switches.changed();
  };

  const switches = createFaultSwitches(FAULTS, (fault, on) => {
    if (fault === 'unplugged' && on) host.pull();
    if (fault === 'garbage') host.write(NOISE);
    if (fault === 'brown-out') {
      isAwake = false;
      working?.cancel();
    }
  });

  const answer = (command: number, data: Uint8Array): Uint8Array | undefined => {
    switch (command) {
      case COMMAND.samConfiguration:
      case COMMAND.rfConfiguration:
        return new Uint8Array();
      case COMMAND.inRelease:
        active = undefined;
        return Uint8Array.of(0);
      case COMMAND.getFirmwareVersion:
        return switches.isOn('other-chip') ? OTHER_FIRMWARE : FIRMWARE;
      case COMMAND.inListPassiveTarget:
        active = chip;
        if (chip === undefined) return Uint8Array.of(0);
        return concatBytes(Uint8Array.of(1, 1, 0x03, 0x44, chip.hasCommands ? SEL_RES_COMMANDS : 0x08, chip.uid.length), chip.uid);
      case COMMAND.inDataExchange:
        if (active === undefined) return BAD_TARGET;
        if (chip === undefined || switches.isOn('card-lost')) return TIMED_OUT;
        return concatBytes(Uint8Array.of(0), active.answer(data.slice(1)));
      default:
        return undefined;
    }
  };

  const obey = (command: number, data: Uint8Array): void => {
    working?.cancel();
    host.write(ACK);
    if (switches.isOn('no-card-answer')) return;
    working = timers.after(WORK, () => {
      const said = answer(command, data);
      const frame = said === undefined ? REFUSED_FRAME : encodeFrame(command + 1, said, FROM_CHIP);
      const sent = frame.slice();
      if (switches.isOn('bad-checksum')) sent[sent.length - 2] = (sent.at(-2) ?? 0) ^ 0x01;
      host.write(sent);
    });
  };

  const receive = (bytes: Uint8Array): void => {
    if (bytes.includes(0x55)) isAwake = true;
    if (!isAwake || switches.isOn('no-answer')) return;
    for (const event of decoder.push(bytes)) {
      if (event.kind === 'answer') obey(event.code, event.data);
      // The host ends what is being done.
      if (event.kind === 'ack') working?.cancel();
    }
  };

  return {
    class: 'card-reader',
    faults: FAULTS,
    isOn: switches.isOn,
    setFault: switches.set,
    onChange: switches.onChange,
    connect: (line) => {
      if (switches.isOn('unplugged')) return undefined;
      decoder.reset();
      return host.connect(line, () => ({ receive }));
    },
    lay,
    show: (card) => {
      reads += 1;
      lay(simulatedChip(card, proof));
      held = timers.after(HELD_FOR, () => lay(undefined));
    },
    reads: () => reads,
  };
}
