import { systemClock, systemTimers } from '#agent/runtime/clock.ts';
import { type Duration, milliseconds } from '#core/base/time.ts';
import type { Timers } from '#core/ports/clock.ts';
import { createPrinterSimulator } from '#drivers/escpos-printer/simulator.ts';
import { createGateSimulator } from '#drivers/modbus-gate/gate-simulator.ts';
import { createScannerSimulator } from '#drivers/serial-scanner/scanner-simulator.ts';
import type { ScannerSimulator } from '#drivers/simulation/scanner-simulator.ts';
import { serveOverTcp } from '#drivers/simulation/serve-over-tcp.ts';
import type { SimulatedDevice } from '#drivers/simulation/simulated-device.ts';
import type { SimulatedGate } from '#drivers/simulation/simulated-gate.ts';
import type { PrinterSimulator } from '#drivers/ticket-printer/simulator/simulated-printer.ts';
import { createTerminalSimulator, type TerminalSimulator } from '#drivers/zvt-terminal/zvt-simulator.ts';

/** Devices that stand in the lobby on their own power: an agent that dies leaves paper in the printer and money at the terminal, as it would in a real one. */
export interface StandingDevices {
  readonly printers: readonly [Standing<PrinterSimulator>, Standing<PrinterSimulator>];
  readonly scanner: Standing<ScannerSimulator>;
  readonly terminal: Standing<TerminalSimulator>;
  readonly gate: Standing<SimulatedGate>;
  close(): Promise<void>;
}

export interface Standing<Simulator extends SimulatedDevice> {
  readonly simulator: Simulator;
  readonly port: number;
  readonly wire: WatchedWire;
}

/** The wire between a device and its host, and somebody who listens to it. */
export interface WatchedWire {
  /**
   * At the first such bytes `act` is called, before they go on; `lost` lets them and all that follows on this connection vanish, as a power cut does.
   * @param wanted is asked about each piece in the order of the wire
   */
  at(direction: Direction, wanted: (bytes: Uint8Array) => boolean, act: () => 'lost' | 'goes-on'): void;
}

type Direction = 'to-device' | 'to-host';

interface Watch {
  readonly direction: Direction;
  readonly wanted: (bytes: Uint8Array) => boolean;
  readonly act: () => 'lost' | 'goes-on';
}

/** The terminal's patience is half a minute for each answer; this one has less of it, so that nobody has to stand and wait. */
const TERMINAL_HURRIES = 6;

export async function placeDevices(name: string): Promise<StandingDevices> {
  const timers = systemTimers;
  const clock = systemClock;
  const served: { close(): Promise<void> }[] = [];
  const place = async <Simulator extends SimulatedDevice>(simulator: Simulator): Promise<Standing<Simulator>> => {
    const { device, wire } = watched(simulator);
    const line = await serveOverTcp(device);
    if (!line.ok) throw new Error(line.error.message);
    served.push(line.value);
    return { simulator, port: line.value.port, wire };
  };
  return {
    printers: [
      await place(createPrinterSimulator({ clock, timers, name: `${name}-a` })),
      await place(createPrinterSimulator({ clock, timers, name: `${name}-b` })),
    ],
    scanner: await place(createScannerSimulator({ timers })),
    terminal: await place(createTerminalSimulator({ clock, timers: hurried(timers, TERMINAL_HURRIES), framing: 'tcp' })),
    gate: await place(createGateSimulator({ timers })),
    close: async () => {
      await Promise.all(served.map((line) => line.close()));
    },
  };
}

function watched(simulator: SimulatedDevice): { readonly device: SimulatedDevice; readonly wire: WatchedWire } {
  let watches: readonly Watch[] = [];
  const isLost = (direction: Direction, bytes: Uint8Array): boolean => {
    const watch = watches.find((each) => each.direction === direction && each.wanted(bytes));
    if (watch === undefined) return false;
    watches = watches.filter((each) => each !== watch);
    return watch.act() === 'lost';
  };
  return {
    wire: {
      at: (direction, wanted, act) => {
        watches = [...watches, { direction, wanted, act }];
      },
    },
    device: {
      class: simulator.class,
      faults: simulator.faults,
      isOn: simulator.isOn,
      setFault: simulator.setFault,
      onChange: simulator.onChange,
      connect: (line) => {
        let isDead = false;
        const passes = (direction: Direction, bytes: Uint8Array): boolean => {
          isDead ||= isLost(direction, bytes);
          return !isDead;
        };
        const end = simulator.connect({
          write: (bytes) => {
            if (passes('to-host', bytes)) line.write(bytes);
          },
          drop: line.drop,
        });
        return (
          end && {
            receive: (bytes) => {
              if (passes('to-device', bytes)) end.receive(bytes);
            },
            closed: end.closed,
          }
        );
      },
    },
  };
}

const hurried = (timers: Timers, times: number): Timers => ({
  ...timers,
  after: (delay: Duration, action) => timers.after(milliseconds(delay / times), action),
});
