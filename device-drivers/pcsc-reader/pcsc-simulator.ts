import { concatBytes, equalBytes, fromHex } from '#core/base/bytes.ts';
import { milliseconds } from '#core/base/time.ts';
import type { Timer, Timers } from '#core/ports/clock.ts';
import type { CardReaderSimulator } from '../simulation/card-reader-simulator.ts';
import { createFaultSwitches, UNPLUGGED } from '../simulation/fault-switches.ts';
import { createHostLine } from '../simulation/host-line.ts';
import type { FaultSwitch } from '../simulation/simulated-device.ts';
import { GET_UID } from '../smart-card/apdu.ts';
import { type SimulatedChip, simulatedChip } from '../smart-card/card-simulator.ts';
import type { ProofKey } from '../smart-card/desfire.ts';
import { createMessageDecoder, encodeMessage } from './codec.ts';
import type { PcscMessage } from './frame.ts';

/** A contactless reader and its service, and a hand that holds cards before it. */
export interface PcscSimulator extends CardReaderSimulator {
  /** Lays this chip into the field, or takes away what lies there. */
  lay(chip: SimulatedChip | undefined): void;
}

export interface PcscSimulatorOptions {
  readonly timers: Timers;
  /** The key that the member's card was given. */
  readonly proof: ProofKey;
}

const FAULTS: readonly FaultSwitch[] = [
  UNPLUGGED,
  { name: 'service-restart', label: { zh: '重启 pcscd 服务', en: 'The smart card service restarts' }, kind: 'pulse' },
  { name: 'no-answer', label: { zh: '读卡器不应答', en: 'Does not answer' }, kind: 'switch' },
  { name: 'mute-card', label: { zh: '卡片不应答', en: 'Cards stay mute' }, kind: 'switch' },
  { name: 'card-lost', label: { zh: '卡片一碰就拿走', en: 'Cards are taken away too soon' }, kind: 'switch' },
  { name: 'flutter', label: { zh: '卡片在感应区边缘晃动', en: 'Cards flutter at the edge of the field' }, kind: 'switch' },
  { name: 'garbage', label: { zh: '发送一段乱码', en: 'Burst of garbage' }, kind: 'pulse' },
];

const HELD_FOR = milliseconds(600);
const FLUTTER = milliseconds(90);
/** A DESFire's, and a MIFARE Classic's (PC/SC part 3: `03`, card `0001`). */
export const ATR_WITH_COMMANDS = fromHex('3b81800180 80') ?? new Uint8Array();
export const ATR_STORAGE = fromHex('3b8f8001804f0ca0000003060300010000 00006a') ?? new Uint8Array();
const NOISE = Uint8Array.of(0xff, 0xff, 0x99, 0x13, 0x37);

/** What a reader answers by itself, and what it hands to the chip. */
export const answerOf = (chip: SimulatedChip, command: Uint8Array): Uint8Array =>
  equalBytes(command, GET_UID) ? concatBytes(chip.uid, Uint8Array.of(0x90, 0x00)) : chip.answer(command);

export const atrOf = (chip: SimulatedChip): Uint8Array => (chip.hasCommands ? ATR_WITH_COMMANDS : ATR_STORAGE);

export function createPcscSimulator({ timers, proof }: PcscSimulatorOptions): PcscSimulator {
  const host = createHostLine();
  let chip: SimulatedChip | undefined;
  let reads = 0;
  let decoder = createMessageDecoder(0x200);
  const running = new Set<Timer>();

  const later = (delay: typeof HELD_FOR, action: () => void): void => {
    const timer = timers.after(delay, () => {
      running.delete(timer);
      action();
    });
    running.add(timer);
  };
  const tell = (message: PcscMessage): void => host.write(encodeMessage(message));
  const tellCard = (): void => {
    if (chip === undefined) tell({ kind: 'card-gone' });
    else tell({ kind: 'card-came', atr: switches.isOn('mute-card') ? new Uint8Array() : atrOf(chip) });
  };
  const lay = (next: SimulatedChip | undefined): void => {
    for (const timer of running) timer.cancel();
    running.clear();
    chip = next;
    next?.powerUp();
    tellCard();
    switches.changed();
  };

  const switches = createFaultSwitches(FAULTS, (fault, on) => {
    if ((fault === 'unplugged' && on) || fault === 'service-restart') host.pull();
    if (fault === 'garbage') host.write(NOISE);
  });

  const flutter = (shown: SimulatedChip, times: number): void => {
    if (times === 0) return;
    later(FLUTTER, () => {
      tell({ kind: 'card-gone' });
      later(FLUTTER, () => {
        shown.powerUp();
        tellCard();
        flutter(shown, times - 1);
      });
    });
  };

  const receive = (bytes: Uint8Array): void => {
    for (const event of decoder.push(bytes)) {
      if (event.kind !== 'exchange' || switches.isOn('no-answer')) continue;
      const isLost = chip === undefined || switches.isOn('card-lost');
      const { number, bytes: command } = event;
      tell(isLost || chip === undefined ? { kind: 'no-answer', number } : { kind: 'exchange', number, bytes: answerOf(chip, command) });
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
      return host.connect(line, () => {
        decoder = createMessageDecoder(0x200);
        if (chip !== undefined) tellCard();
        return { receive };
      });
    },
    lay,
    show: (card) => {
      reads += 1;
      const shown = simulatedChip(card, proof);
      lay(shown);
      if (switches.isOn('flutter')) flutter(shown, 3);
      later(HELD_FOR, () => lay(undefined));
    },
    reads: () => reads,
  };
}
