import { milliseconds } from '#core/base/time.ts';
import type { Clock, Random, Timers } from '#core/ports/clock.ts';
import { createFaultSwitches } from '../../simulation/fault-switches.ts';
import type { PrintedPaper, SimulatedDevice } from '../../simulation/simulated-device.ts';
import { loadCharacterRom } from '../paper/character-rom.ts';
import { isOffline } from './condition.ts';
import { createHostPort } from './host-port.ts';
import { createMechanics } from './mechanics.ts';
import { createPaperRoll } from './paper-roll.ts';
import { createPresenter } from './presenter.ts';
import { createPrintEngine } from './print-engine.ts';
import type { PrinterFamily } from './printer-family.ts';
import { faultsOf } from './printer-switches.ts';
import { createTypesetter } from './typesetter.ts';

/** A thermal ticket printer with cutter and roll. What comes out of it can be looked at. */
export interface PrinterSimulator extends SimulatedDevice {
  /** Oldest first, at most 20; the last may still hang in the printer (`cut` false). */
  papers(): readonly PrintedPaper[];
  /** A piece as a PNG picture, 8 bits of grey, one pixel a dot, the paper's margins included. */
  paperPng(number: number): Uint8Array | undefined;
  readonly paperLeftMm: number;
  /** Somebody puts a full roll in. */
  refill(): void;
  /** Somebody tears off what hangs in the printer, or takes what stands in its output. */
  tearOff(): void;
  /** Only of a model that holds its paper at the output. */
  readonly output?: PrinterOutput;
}

export interface PrinterOutput {
  readonly isTaken: boolean;
  /** Numbers of papers that were drawn back. */
  readonly retracted: readonly number[];
  /** A guest takes what stands there, or somebody for him. */
  take(): void;
}

export interface SimulatedMachine {
  readonly clock: Clock;
  readonly timers: Timers;
  /** For the garbage; without it a fixed and nasty piece is sent. */
  readonly random?: Random;
  readonly columns?: 48 | 42 | 32;
  /** 250 mm/s by default, as the printers of kiosks do; 0 prints in no time. */
  readonly mmPerSecond?: number;
  /** Where `glyphs.bin.gz` lies; found by itself in a checkout. */
  readonly fontDirectory?: string;
}

/** Dots of the head: 72, 64 and 48 mm. */
const HEAD_DOTS = { 48: 576, 42: 512, 32: 384 } as const;

/** A guest who stands before the output. */
const TAKEN_AFTER_MS = 1_500;
/** More than any question or setting, less than any paper. */
const HALF_WRITE_BYTES = 128;

/** Beginnings of replies that break off, an automatic status that is none, and bytes of no meaning. */
const NASTY = Uint8Array.of(0x37, 0x22, 0x50, 0x30, 0xff, 0x10, 0x80, 0xc3, 0x5f, 0x41, 0x91, 0x00, 0x3b, 0x07, 0xfe, 0x81, 0x37);

export function createSimulatedPrinter(machine: SimulatedMachine, family: PrinterFamily): PrinterSimulator {
  const { clock, timers, random, columns = 48, mmPerSecond = 250, fontDirectory } = machine;
  const rom = loadCharacterRom(fontDirectory);
  const headDots = HEAD_DOTS[columns];
  const roll = createPaperRoll(headDots, () => clock.wall());
  const switches = faultsOf(family.presenter !== 'none');

  const presenter = createPresenter({
    timers,
    takenAfter: milliseconds(TAKEN_AFTER_MS),
    isLeft: () => faults.isOn('ticket-left'),
    changed: () => faults.changed(),
  });
  const mechanics = createMechanics({ roll, presenter, family, faults: () => faults, changed: () => voice.tell() });
  const port = createHostPort({
    receiver: () => voice.receiver(engine.receive),
    // Questions and settings are short and still get through.
    breaksIn: (bytes) => {
      const breaks = faults.isOn('half-write') && bytes.length >= HALF_WRITE_BYTES;
      if (breaks) faults.set('half-write', false);
      return breaks;
    },
  });
  const voice = family.voice({
    condition: mechanics.condition,
    isHolding: () => engine.isHolding(),
    clear: () => engine.clear(),
    echoesAreLost: () => faults.isOn('echo-lost'),
    write: port.write,
  });
  const engine = createPrintEngine({
    timers,
    typesetter: createTypesetter(headDots, rom, family),
    roll,
    mmPerSecond,
    parse: family.parse,
    drawsQr: family.qr,
    isOnline: () => !isOffline(mechanics.condition()),
    obey: (command) => voice.obey(command),
    presenter: mechanics.present,
    toMark: mechanics.toMark,
    printed: mechanics.printed,
    cut: mechanics.cut,
  });

  const onSwitched = (fault: string, on: boolean): void => {
    if (fault === 'unplugged' && on) port.drop();
    if (fault === 'garbage') port.write(random === undefined ? NASTY : random.bytes(NASTY.length * 2));
    if (fault === 'power-cut') {
      engine.clear();
      mechanics.freeCutter();
      voice.restart();
    }
    if (fault === 'ticket-left' && !on) presenter.take();
    if ((fault === 'cutter-jam' || fault === 'mark-lost') && !on) mechanics.freeCutter();
    if (fault === 'paper-out' && on) roll.runOut();
    if (fault === 'paper-out' && !on) {
      // What hung in the printer came away with the end of the old roll.
      roll.cut();
      roll.load();
    }
    voice.tell();
    engine.resume();
  };
  const faults = createFaultSwitches(switches, onSwitched);

  return {
    class: 'ticket-printer',
    faults: switches,
    isOn: (fault) => faults.isOn(fault),
    setFault: (fault, on) => faults.set(fault, on),
    onChange: (listen) => faults.onChange(listen),
    connect: (host) => (faults.isOn('unplugged') ? undefined : port.connect(host)),
    papers: () => roll.papers(),
    paperPng: (number) => roll.png(number),
    get paperLeftMm() {
      return roll.leftMm();
    },
    refill: () => {
      roll.load();
      faults.set('paper-near-end', false);
      faults.set('paper-out', false);
      faults.changed();
    },
    tearOff: () => {
      roll.cut();
      presenter.take();
      faults.changed();
    },
    ...(family.presenter === 'none'
      ? {}
      : {
          output: {
            get isTaken() {
              return !presenter.isAtOutput;
            },
            get retracted() {
              return presenter.retracted;
            },
            take: presenter.take,
          },
        }),
  };
}
