import { NotFoundException } from '@zxing/library';
import { decode, encode } from 'fast-png';
import { systemClock, systemRandom, systemTimers } from '#agent/runtime/clock.ts';
import { createPrinterSimulator } from '#drivers/escpos-printer/simulator.ts';
import { createGateSimulator } from '#drivers/modbus-gate/gate-simulator.ts';
import { createScannerSimulator } from '#drivers/serial-scanner/scanner-simulator.ts';
import { type ServedOverTcp, serveOverTcp } from '#drivers/simulation/serve-over-tcp.ts';
import type { SimulatedDevice } from '#drivers/simulation/simulated-device.ts';
import { readPaper } from '../../support/paper-reader.ts';
import type { OutsideLog } from './outside-log.ts';

/** The devices of one machine, in a process that nobody kills: what a scanner reads, a barrier does and a printer prints is seen here, whatever becomes of the agent. */
export interface OutsideDevices {
  /** The `devices:` of the machine's configuration. */
  readonly configuration: string;
  /** Holds a ticket before the gate's scanner; false when the agent is not there to read it. */
  holdUp(code: string): boolean;
  isReleased(): boolean;
  close(): Promise<void>;
}

const CLOCK_AND_TIMERS = { clock: systemClock, timers: systemTimers };
/** Ten times a kiosk's printer: a torture is about what happens between two papers, not about waiting for them. */
const MM_PER_SECOND = 2_500;
/** A ticket is more than a thousand bytes, a question to the printer less than fifty. */
const TICKET_BYTES = 200;

export async function startDevices(log: OutsideLog): Promise<OutsideDevices> {
  const printer = createPrinterSimulator({ ...CLOCK_AND_TIMERS, random: systemRandom, mmPerSecond: MM_PER_SECOND });
  const kioskScanner = createScannerSimulator({ timers: systemTimers });
  const gateScanner = createScannerSimulator({ timers: systemTimers });
  const gate = createGateSimulator({ timers: systemTimers });
  watchBarrier(gate, log);
  watchPapers(printer, log);
  const served: ServedOverTcp[] = [];
  const serve = async (device: SimulatedDevice): Promise<string> => {
    const outcome = await serveOverTcp(device);
    if (!outcome.ok) throw new Error(outcome.error.message);
    served.push(outcome.value);
    return `{ kind: tcp, host: 127.0.0.1, port: ${outcome.value.port} }`;
  };
  const configuration = `devices:
  - { id: ticket-printer, driver: escpos-printer, link: ${await serve(watchBytes(printer, log))} }
  - { id: kiosk-scanner, driver: serial-scanner, link: ${await serve(kioskScanner)} }
  - { id: gate-scanner, driver: serial-scanner, link: ${await serve(gateScanner)} }
  - { id: gate-controller, driver: modbus-gate, link: ${await serve(gate)} }
`;
  return {
    configuration,
    holdUp: (code) => {
      log.heldUp(code);
      return gateScanner.present(Buffer.from(code, 'latin1'));
    },
    isReleased: () => gate.state().barrier === 'released',
    close: async () => {
      await Promise.all(served.map(({ close }) => close()));
    },
  };
}

function watchBarrier(gate: ReturnType<typeof createGateSimulator>, log: OutsideLog): void {
  let before = gate.state();
  gate.onChange(() => {
    const now = gate.state();
    if (now.barrier === 'released' && before.barrier === 'closed') log.released();
    if (now.passed > before.passed) log.passed();
    before = now;
  });
}

function watchPapers(printer: ReturnType<typeof createPrinterSimulator>, log: OutsideLog): void {
  let seen = 0;
  printer.onChange(() => {
    for (const { number, cut } of printer.papers()) {
      if (number <= seen || !cut) continue;
      seen = number;
      const picture = printer.paperPng(number);
      if (picture !== undefined) log.paper(picture);
    }
  });
}

/** The same device, with an ear on what the agent sends to it. */
function watchBytes(device: SimulatedDevice, log: OutsideLog): SimulatedDevice {
  return {
    ...device,
    connect: (line) => {
      const end = device.connect(line);
      if (end === undefined) return undefined;
      return {
        closed: end.closed,
        receive: (bytes) => {
          end.receive(bytes);
          if (bytes.length >= TICKET_BYTES) log.printBegun(bytes);
        },
      };
    },
  };
}

/** Rows of dots that are looked at at once, and how far apart: a code is 260 high. */
const WINDOW = { rows: 1_000, step: 500 } as const;

/** The codes on a paper, from its head on; none on half a ticket, a slip, or a blank piece. */
export function codesOn(picture: Uint8Array): readonly string[] {
  const { width, height, data, channels } = decode(picture);
  const found = new Set<string>();
  for (let top = 0; top < Math.max(1, height - WINDOW.step); top += WINDOW.step) {
    const rows = Math.min(WINDOW.rows, height - top);
    const part = data.subarray(top * width * channels, (top + rows) * width * channels);
    try {
      found.add(readPaper(encode({ width, height: rows, data: part, channels, depth: 8 })));
    } catch (cause) {
      if (!(cause instanceof NotFoundException)) throw cause;
    }
  }
  return [...found];
}
