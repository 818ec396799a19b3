import { ascii, concatBytes } from '#core/base/bytes.ts';
import { milliseconds } from '#core/base/time.ts';
import type { Clock, Random, Timers } from '#core/ports/clock.ts';
import { createFaultSwitches } from '../simulation/fault-switches.ts';
import type { PrintedPaper, SimulatedDevice } from '../simulation/simulated-device.ts';
import { loadCharacterRom } from './simulator/character-rom.ts';
import { createHostPort } from './simulator/host-port.ts';
import { createMechanics } from './simulator/mechanics.ts';
import { createPaperRoll } from './simulator/paper-roll.ts';
import { createPresenter } from './simulator/presenter.ts';
import { createPrintEngine } from './simulator/print-engine.ts';
import { type PrinterModel, SIMULATED_MODELS, type SimulatedModel } from './simulator/printer-models.ts';
import { faultsOf } from './simulator/printer-switches.ts';
import { createRealTimeWatch, type RealTimeCommand } from './simulator/real-time-watch.ts';
import { isOffline, paperStatus } from './simulator/status-bytes.ts';
import { createStatusReports } from './simulator/status-reports.ts';
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
  /** Somebody tears off what hangs in the printer, or takes what stands in its output. */
  tearOff(): void;
  /** Only of a model that holds its paper at the output. */
  readonly output?: { readonly isTaken: boolean /** Numbers of papers that were drawn back. */; readonly retracted: readonly number[] };
}

export interface PrinterSimulatorOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  /** For the garbage; without it a fixed and nasty piece is sent. */
  readonly random?: Random;
  /** Told as the serial number. */
  readonly name?: string;
  readonly columns?: 48 | 42 | 32;
  readonly model?: SimulatedModel;
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

export function createPrinterSimulator(options: PrinterSimulatorOptions): PrinterSimulator {
  const { clock, timers, random, name = 'simulated', columns = 48, mmPerSecond = 250, fontDirectory } = options;
  const model = SIMULATED_MODELS[options.model ?? 'epson'];
  const rom = loadCharacterRom(fontDirectory);
  const headDots = HEAD_DOTS[columns];
  const roll = createPaperRoll(headDots, () => clock.wall());

  const presenter = createPresenter({
    timers,
    takenAfter: milliseconds(TAKEN_AFTER_MS),
    isLeft: () => faults.isOn('ticket-left'),
    changed: () => faults.changed(),
  });
  const mechanics = createMechanics({ roll, presenter, model, faults: () => faults, changed: () => reports.tell(false) });
  const port = createHostPort({
    receiver: () => createRealTimeWatch({ buffer: engine.receive, obey }),
    // Questions and settings are short and still get through.
    breaksIn: (bytes) => {
      const breaks = faults.isOn('half-write') && bytes.length >= HALF_WRITE_BYTES;
      if (breaks) faults.set('half-write', false);
      return breaks;
    },
  });
  const reports = createStatusReports({ model, condition: mechanics.condition, isHolding: () => engine.isHolding(), write: port.write });
  const engine = createPrintEngine({
    timers,
    typesetter: createTypesetter(headDots, rom),
    roll,
    mmPerSecond,
    isOnline: () => !isOffline(mechanics.condition()),
    reply: port.write,
    setAutomaticStatus: reports.setClasses,
    paperStatus: () => (model.paperStatus ? paperStatus(mechanics.condition()) : undefined),
    knowsProcessIds: model.processIds,
    setOfflineResponse: reports.setOfflineResponse,
    presenter: mechanics.present,
    identity: (n) => identity(n, name, model),
    echoesAreLost: () => faults.isOn('echo-lost'),
    printed: mechanics.printed,
    cut: mechanics.cut,
  });

  const obey = (command: RealTimeCommand): void => {
    if (command.kind !== 'clear-buffers') {
      reports.answer(command);
    } else if (model.clears) {
      engine.clear();
      port.write(Uint8Array.of(0x37, 0x25, 0x00));
    }
  };

  const onSwitched = (fault: string, on: boolean): void => {
    if (fault === 'unplugged' && on) port.drop();
    if (fault === 'garbage') port.write(random === undefined ? NASTY : random.bytes(NASTY.length * 2));
    if (fault === 'power-cut') {
      engine.clear();
      mechanics.freeCutter();
      reports.restart();
    }
    if (fault === 'ticket-left' && !on) presenter.take();
    if (fault === 'cutter-jam' && !on) mechanics.freeCutter();
    if (fault === 'paper-out' && on) roll.runOut();
    if (fault === 'paper-out' && !on) {
      // What hung in the printer came away with the end of the old roll.
      roll.cut();
      roll.load();
    }
    reports.tell(false);
    engine.resume();
  };
  const faults = createFaultSwitches(faultsOf(model.presenter), onSwitched);

  return {
    class: 'ticket-printer',
    faults: faultsOf(model.presenter),
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
    ...(model.presenter
      ? {
          output: {
            get isTaken() {
              return !presenter.isAtOutput;
            },
            get retracted() {
              return presenter.retracted;
            },
          },
        }
      : {}),
  };
}

/** [GS I] Maker, model, firmware and serial number; nobody should trust them. */
function identity(n: number, serial: string, { maker, model }: PrinterModel): Uint8Array | undefined {
  const text = { 65: '1.00', 66: maker, 67: model, 68: serial.slice(0, 30) }[n];
  return text === undefined ? undefined : concatBytes(Uint8Array.of(0x5f), ascii(text), Uint8Array.of(0));
}
