import { ascii, concatBytes } from '#core/base/bytes.ts';
import type { Clock, Random, Timers } from '#core/ports/clock.ts';
import { createFaultSwitches } from '../simulation/fault-switches.ts';
import type { DeviceLine, PrintedPaper, SimulatedDevice } from '../simulation/simulated-device.ts';
import { loadCharacterRom } from './simulator/character-rom.ts';
import { createPaperRoll } from './simulator/paper-roll.ts';
import { createPrintEngine } from './simulator/print-engine.ts';
import { PRINTER_FAULTS } from './simulator/printer-switches.ts';
import { createRealTimeWatch, type RealTimeCommand } from './simulator/real-time-watch.ts';
import { automaticStatus, type Condition, isOffline, paperStatus, realTimeStatus } from './simulator/status-bytes.ts';
import { createTypesetter } from './simulator/typesetter.ts';

/** A thermal ticket printer with cutter and roll that speaks ESC/POS as Epson's do. What comes out of it can be looked at. */
export interface PrinterSimulator extends SimulatedDevice {
  /** Oldest first, at most 20; the last may still hang in the printer (`cut` false). */
  papers(): readonly PrintedPaper[];
  /** A piece as a PNG picture, 8 bits of grey, one pixel a dot, the paper's margins included. */
  paperPng(number: number): Uint8Array | undefined;
  readonly paperLeftMm: number;
  /** Somebody puts a full roll in. */
  refill(): void;
  /** Somebody tears off what hangs in the printer. */
  tearOff(): void;
}

export interface PrinterSimulatorOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  /** For the garbage; without it a fixed and nasty piece is sent. */
  readonly random?: Random;
  /** Told as the serial number. */
  readonly name?: string;
  readonly columns?: 48 | 42 | 32;
  /** 250 mm/s by default, as the printers of kiosks do; 0 prints in no time. */
  readonly mmPerSecond?: number;
  /** Where `glyphs.bin.gz` lies; found by itself in a checkout. */
  readonly fontDirectory?: string;
}

/** Dots of the head: 72, 64 and 48 mm. */
const HEAD_DOTS = { 48: 576, 42: 512, 32: 384 } as const;
/** A roll with less than this left shows at the sensor. */
const NEAR_END_MM = 3_000;
/** Where the roll ends with `paper-out-mid-ticket`: in the middle of the bar code of a ticket of 150 mm. */
const MID_TICKET_MM = 70;

/** Beginnings of replies that break off, an automatic status that is none, and bytes of no meaning. */
const NASTY = Uint8Array.of(0x37, 0x22, 0x50, 0x30, 0xff, 0x10, 0x80, 0xc3, 0x5f, 0x41, 0x91, 0x00, 0x3b, 0x07, 0xfe, 0x81, 0x37);

export function createPrinterSimulator(options: PrinterSimulatorOptions): PrinterSimulator {
  const { clock, timers, random, name = 'simulated', columns = 48, mmPerSecond = 250, fontDirectory } = options;
  const rom = loadCharacterRom(fontDirectory);
  const headDots = HEAD_DOTS[columns];
  const roll = createPaperRoll(headDots, () => clock.wall());
  let line: DeviceLine | undefined;
  let cutterError = false;
  /** Classes of change that are told unasked [GS a]; 0 after power-on. */
  let statusClasses = 0;
  let lastStatus = '';

  const condition = (): Condition => ({
    coverOpen: faults.isOn('cover-open'),
    paperEnd: faults.isOn('paper-out'),
    paperNearEnd: faults.isOn('paper-near-end'),
    cutterError,
    headHot: faults.isOn('head-hot'),
    switchedOff: faults.isOn('offline'),
  });

  const tellStatus = (isForced: boolean): void => {
    const status = automaticStatus(condition());
    if (statusClasses !== 0 && (isForced || status.join() !== lastStatus)) line?.write(status);
    lastStatus = status.join();
  };

  const paperRanOut = (): void => {
    roll.runOut();
    faults.set('paper-out', true);
  };

  const engine = createPrintEngine({
    timers,
    typesetter: createTypesetter(headDots, rom),
    roll,
    mmPerSecond,
    isOnline: () => !isOffline(condition()),
    reply: (bytes) => line?.write(bytes),
    setAutomaticStatus: (classes) => {
      statusClasses = classes;
      tellStatus(true);
    },
    paperStatus: () => paperStatus(condition()),
    identity: (n) => identity(n, name),
    echoesAreLost: () => faults.isOn('echo-lost'),
    printed: () => {
      if (faults.isOn('paper-out-mid-ticket') && roll.hangingMm() >= MID_TICKET_MM) {
        faults.set('paper-out-mid-ticket', false);
        paperRanOut();
      } else if (roll.leftMm() === 0) {
        paperRanOut();
      } else if (roll.leftMm() < NEAR_END_MM) {
        faults.set('paper-near-end', true);
      }
      faults.changed();
    },
    cut: () => {
      if (faults.isOn('cutter-jam')) {
        cutterError = true;
        tellStatus(false);
      } else {
        roll.cut();
      }
      faults.changed();
      return !cutterError;
    },
  });

  const obey = (command: RealTimeCommand): void => {
    if (command.kind === 'status') {
      line?.write(Uint8Array.of(realTimeStatus(condition(), command.n)));
    } else {
      engine.clear();
      line?.write(Uint8Array.of(0x37, 0x25, 0x00));
    }
  };

  const onSwitched = (fault: string, on: boolean): void => {
    if (fault === 'unplugged' && on) {
      line?.drop();
      line = undefined;
    }
    if (fault === 'garbage') line?.write(random === undefined ? NASTY : random.bytes(NASTY.length * 2));
    // Whoever frees the cutter switches it off and on.
    if (fault === 'cutter-jam' && !on) cutterError = false;
    if (fault === 'paper-out' && on) roll.runOut();
    if (fault === 'paper-out' && !on) {
      // What hung in the printer came away with the end of the old roll.
      roll.cut();
      roll.load();
    }
    tellStatus(false);
    engine.resume();
  };
  const faults = createFaultSwitches(PRINTER_FAULTS, onSwitched);

  return {
    class: 'ticket-printer',
    faults: PRINTER_FAULTS,
    isOn: (fault) => faults.isOn(fault),
    setFault: (fault, on) => faults.set(fault, on),
    onChange: (listen) => faults.onChange(listen),
    connect: (host) => {
      if (faults.isOn('unplugged')) return undefined;
      line?.drop();
      line = host;
      const receive = createRealTimeWatch({ buffer: engine.receive, obey });
      return {
        receive: (bytes) => {
          if (line === host) receive(bytes);
        },
        closed: () => {
          if (line === host) line = undefined;
        },
      };
    },
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
      faults.changed();
    },
  };
}

/** [GS I] Maker, model, firmware and serial number; nobody should trust them. */
function identity(n: number, serial: string): Uint8Array | undefined {
  const text = { 65: '1.00', 66: 'FOYER', 67: 'SIM-80', 68: serial.slice(0, 30) }[n];
  return text === undefined ? undefined : concatBytes(Uint8Array.of(0x5f), ascii(text), Uint8Array.of(0));
}
