import { money } from '#core/base/money.ts';
import { toIso } from '#core/base/time.ts';
import type { DeviceId } from '#core/contract/identifiers.ts';
import type { BenchDevice, BenchFault, BenchState } from '#core/contract/local/bench.ts';
import type { SimulatedDevice } from '#drivers/simulation/simulated-device.ts';
import type { SimulatedLight } from '#drivers/simulation/simulated-light.ts';
import type { PrinterSimulator } from '#drivers/ticket-printer/simulator/simulated-printer.ts';
import type { TerminalSimulator } from '#drivers/zvt-terminal/zvt-simulator.ts';
import type { Simulators } from '../composition/devices/surroundings.ts';
import type { BenchSource } from './handlers.ts';

/** The simulated devices of this lobby and its wires, as one page sees and moves them. */
export interface BenchParts {
  readonly simulators: Simulators;
  readonly wires: BenchWires;
  /** Something on the bench can be seen to have changed. */
  readonly onChange: () => void;
}

export interface BenchWires {
  state(): BenchState['network'];
  /** Joins (true) or cuts. */
  setBroker(isJoined: boolean): void;
  setBoxOffice(isJoined: boolean): void;
  setSite(isJoined: boolean): void;
}

/** The newest papers; older ones have been swept up. */
const PAPERS_SHOWN = 20;

export function createBench({ simulators, wires, onChange }: BenchParts): BenchSource {
  const { printers, scanners, gates, terminals, cardReaders, indicators } = simulators;
  const everyone: ReadonlyMap<DeviceId, SimulatedDevice> = new Map<DeviceId, SimulatedDevice>([
    ...printers,
    ...scanners,
    ...gates,
    ...terminals,
    ...cardReaders,
    ...indicators,
  ]);
  for (const device of everyone.values()) device.onChange(onChange);
  /** The newest paper that was taken away: it and all before it have left the lobby. */
  const taken = new Map<DeviceId, number>();

  /** False when there is no such device; the function is then not called. */
  const on = <Device>(devices: ReadonlyMap<DeviceId, Device>, id: DeviceId, act: (device: Device) => void): boolean => {
    const device = devices.get(id);
    if (device !== undefined) act(device);
    return device !== undefined;
  };

  return {
    state: () => ({
      devices: [
        ...[...printers].map(([device, printer]) => printerOf(device, printer, taken.get(device) ?? 0)),
        ...[...scanners].map(([device, scanner]): BenchDevice => ({ class: 'scanner', device, faults: faultsOf(scanner), reads: scanner.reads() })),
        ...[...gates].map(([device, gate]): BenchDevice => ({ class: 'gate-controller', device, faults: faultsOf(gate), ...gate.state() })),
        ...[...terminals].map(([device, terminal]) => terminalOf(device, terminal)),
        ...[...cardReaders].map(
          ([device, reader]): BenchDevice => ({ class: 'card-reader', device, faults: faultsOf(reader), reads: reader.reads() }),
        ),
        ...[...indicators].map(([device, light]) => lightOf(device, light)),
      ],
      network: wires.state(),
    }),
    present: (id, bytes) =>
      on(scanners, id, (scanner) => {
        // A scanner that is unplugged still lights up; what it read is lost, as on a real cable.
        scanner.present(bytes);
        onChange();
      }),
    setFault: (id, fault, isOn) => {
      const device = everyone.get(id);
      if (device === undefined || !device.faults.some(({ name }) => name === fault)) return false;
      device.setFault(fault, isOn);
      return true;
    },
    setPerson: (id, person) => on(gates, id, (gate) => (person === 'push' ? gate.push() : gate.setPerson(person))),
    presentCard: (id, card) => on(terminals, id, (terminal) => (card === 'stop' ? terminal.pressStop() : terminal.present(card))),
    showCard: (id, card) => on(cardReaders, id, (reader) => reader.show(card)),
    refill: (id) => on(printers, id, (printer) => printer.refill()),
    tearOff: (id) =>
      on(printers, id, (printer) => {
        printer.tearOff();
        taken.set(id, printer.papers().at(-1)?.number ?? 0);
        onChange();
      }),
    takePaper: (id) => on(printers, id, (printer) => printer.output?.take()),
    setNetwork: ({ broker, boxOffice, site }) => {
      if (broker !== undefined) wires.setBroker(broker);
      if (boxOffice !== undefined) wires.setBoxOffice(boxOffice);
      if (site !== undefined) wires.setSite(site);
      onChange();
    },
    paperPng: (id, number) => printers.get(id)?.paperPng(number),
  };
}

function printerOf(device: DeviceId, printer: PrinterSimulator, taken: number): BenchDevice {
  const papers = printer
    .papers()
    .filter(({ number }) => number > taken)
    .slice(-PAPERS_SHOWN)
    .map(({ number, at, widthDots, heightDots, cut }) => ({ number, at: toIso(at), widthDots, heightDots, cut }));
  const { output } = printer;
  return {
    class: 'ticket-printer',
    device,
    faults: faultsOf(printer),
    papers,
    paperLeftMm: Math.max(0, Math.round(printer.paperLeftMm)),
    ...(output === undefined ? {} : { output: { holds: !output.isTaken, drawnBack: output.retracted.length } }),
  };
}

function terminalOf(device: DeviceId, terminal: TerminalSimulator): BenchDevice {
  const { phase, display, amountMinor } = terminal.state();
  return {
    class: 'payment-terminal',
    device,
    faults: faultsOf(terminal),
    phase,
    display,
    wants: phase === 'idle' ? null : money(amountMinor, terminal.currency),
    kept: money(terminal.bookings.kept(), terminal.currency),
  };
}

const lightOf = (device: DeviceId, light: SimulatedLight): BenchDevice => ({
  class: 'indicator',
  device,
  faults: faultsOf(light),
  lamps: light.lamps().map(({ colour, isOn }) => ({ colour, on: isOn })),
  sounding: light.isSounding(),
});

const faultsOf = (device: SimulatedDevice): BenchFault[] =>
  device.faults.map(({ name, label, kind }) => ({ name, label: { ...label }, on: device.isOn(name), kind }));
