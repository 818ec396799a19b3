import { assert, type Fault } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import type { CardReader } from '#core/ports/card-reader.ts';
import type { Timer } from '#core/ports/clock.ts';
import type { GateController } from '#core/ports/gate-controller.ts';
import type { DeviceHealth } from '#core/ports/health.ts';
import type { PaymentTerminal } from '#core/ports/payment-terminal.ts';
import type { Scanner } from '#core/ports/scanner.ts';
import type { TicketPrinter } from '#core/ports/ticket-printer.ts';
import type { TraceEntry } from './line-trace.ts';
import type { ManagedDevice } from './managed-device.ts';
import { type LobbyLight, stableCardReader, stableGate, stableIndicator, stablePrinter, stableScanner, stableTerminal } from './stable-ports.ts';
import { type SupervisedDevice, type Surroundings, superviseDevice } from './supervised-device.ts';

/** Keeps every wanted device connected, and gives the lobby ports that survive cables being pulled. */
export interface DeviceManager {
  start(): void;
  /** Resolves when every session has ended and every line is closed. */
  stop(): Promise<void>;
  /** This device was plugged in. */
  present(id: string): void;
  /** It is to be looked for elsewhere from now on. */
  moved(id: string): void;
  printer(id: string): TicketPrinter;
  scanner(id: string): Scanner;
  gate(id: string): GateController;
  terminal(id: string): PaymentTerminal;
  cardReader(id: string): CardReader;
  indicator(id: string): LobbyLight;
  /** Every device, in the order of the configuration. */
  health(): readonly DeviceHealth[];
  /** Why it was missed last; undefined while it never was. */
  missedBy(id: string): Fault | undefined;
  /** What one device's line carried last, oldest first; undefined when there is no such device. */
  trace(id: string): readonly TraceEntry[] | undefined;
}

export interface DeviceManagerOptions extends Surroundings {
  readonly devices: readonly ManagedDevice[];
}

/** The configuration has been checked: an unknown device, or one of another class, is our own bug. */
export function createDeviceManager({ devices, ...surroundings }: DeviceManagerOptions): DeviceManager {
  const supervised: SupervisedDevice[] = [];
  const printers = new Map<string, TicketPrinter>();
  const scanners = new Map<string, Scanner>();
  const gates = new Map<string, GateController>();
  const terminals = new Map<string, PaymentTerminal>();
  const cardReaders = new Map<string, CardReader>();
  const indicators = new Map<string, LobbyLight>();
  const absences = new Map<string, ReturnType<typeof rememberAbsence>>();
  for (const device of devices) {
    const absence = rememberAbsence(device.id);
    absences.set(device.id, absence);
    switch (device.class) {
      case 'ticket-printer': {
        const stable = stablePrinter(absence.why);
        printers.set(device.id, stable.port);
        supervised.push(superviseDevice(device, stable, absence.because, surroundings));
        break;
      }
      case 'scanner': {
        const stable = stableScanner();
        scanners.set(device.id, stable.port);
        supervised.push(superviseDevice(device, stable, absence.because, surroundings));
        break;
      }
      case 'gate-controller': {
        const stable = stableGate(absence.why);
        gates.set(device.id, stable.port);
        supervised.push(superviseDevice(device, stable, absence.because, surroundings));
        break;
      }
      case 'payment-terminal': {
        const stable = stableTerminal(absence.why);
        terminals.set(device.id, stable.port);
        supervised.push(superviseDevice(device, stable, absence.because, surroundings));
        break;
      }
      case 'card-reader': {
        const stable = stableCardReader();
        cardReaders.set(device.id, stable.port);
        supervised.push(superviseDevice(device, stable, absence.because, surroundings));
        break;
      }
      case 'indicator': {
        const stable = stableIndicator();
        indicators.set(device.id, stable.port);
        supervised.push(superviseDevice(device, stable, absence.because, surroundings));
        break;
      }
    }
  }
  const named = [printers, scanners, gates, terminals, cardReaders, indicators].reduce((count, { size }) => count + size, 0);
  assert(named === devices.length, 'every device has a name of its own');

  const of = (id: string): SupervisedDevice | undefined => supervised.find((device) => device.health().device === id);
  const { timers, onHealth } = surroundings;
  let nextReport: Timer | undefined;
  const reportLater = (): void => {
    nextReport = timers.after(LIMITS.devices.healthEvery, () => {
      for (const device of supervised) onHealth(device.health());
      reportLater();
    });
  };

  return {
    start: () => {
      for (const device of supervised) device.start();
      reportLater();
    },
    stop: async () => {
      nextReport?.cancel();
      await Promise.all(supervised.map((device) => device.stop()));
    },
    present: (id) => of(id)?.present(),
    moved: (id) => of(id)?.moved(),
    printer: (id) => known(printers, id, 'ticket printer'),
    scanner: (id) => known(scanners, id, 'scanner'),
    gate: (id) => known(gates, id, 'gate controller'),
    terminal: (id) => known(terminals, id, 'payment terminal'),
    cardReader: (id) => known(cardReaders, id, 'card reader'),
    indicator: (id) => known(indicators, id, 'indicator'),
    health: () => supervised.map((device) => device.health()),
    missedBy: (id) => absences.get(id)?.last(),
    trace: (id) => of(id)?.trace(),
  };
}

function known<Port>(ports: ReadonlyMap<string, Port>, id: string, kind: string): Port {
  const port = ports.get(id);
  assert(port !== undefined, `there is no ${kind} called ${id}`);
  return port;
}

/** Why the device is away, in the words of the last fault, for commands that find nobody there. */
function rememberAbsence(device: string): {
  readonly why: () => Fault;
  readonly because: (fault: Fault) => void;
  readonly last: () => Fault | undefined;
} {
  let last: Fault | undefined;
  return {
    last: () => last,
    because: (fault) => {
      last = fault;
    },
    why: () => ({
      code: 'E-DEV-ABSENT',
      owner: 'device',
      message: last === undefined ? `${device} is not connected yet` : `${device} is not connected: ${last.message}`,
      ...(last?.remedy !== undefined && { remedy: last.remedy }),
      device,
    }),
  };
}
