import { layOutTicket } from '#core/paper/ticket.ts';
import type { DeviceSession } from '#core/ports/driver.ts';
import type { HealthState } from '#core/ports/health.ts';
import type { Transport } from '#core/ports/link.ts';
import type { PrintJob, PrintOutcome, TicketPrinter } from '#core/ports/ticket-printer.ts';
import type { SimulatedModel } from '#drivers/escpos-printer/simulator/printer-models.ts';
import { createPrinterSimulator } from '#drivers/escpos-printer/simulator.ts';
import { ticketPrinterDriver } from '#drivers/ticket-printer/driver.ts';
import type { PrinterLanguage } from '#drivers/ticket-printer/printer-language.ts';
import type { PrinterSimulator, SimulatedMachine } from '#drivers/ticket-printer/simulator/simulated-printer.ts';
import { memoryTransport } from '#drivers/transport/memory.ts';
import { SAMPLE_CODE, SAMPLE_FACE, SAMPLE_TICKET_ID } from '#test/core/paper/sample-face.ts';
import { createVirtualTime, type VirtualTime } from '#test/support/virtual-time.ts';
import { createKeptMemory, type KeptMemory, languageOf, profileOf } from './printer-parts.ts';

/** A printer of another family, and how it is spoken to. */
export interface PrinterPlug {
  readonly language: PrinterLanguage;
  simulate(machine: SimulatedMachine): PrinterSimulator;
}

/** A driver and a simulated printer on one cable, in virtual time. */
export interface PrinterBench {
  readonly time: VirtualTime;
  readonly printer: PrinterSimulator;
  readonly session: DeviceSession<TicketPrinter>;
  /** Everything the driver said of the device, oldest first. */
  readonly health: readonly HealthState[];
  readonly memory: KeptMemory;
  /** Bytes that the host sent so far. */
  sentBytes(): number;
}

export const TICKET = layOutTicket(SAMPLE_FACE, SAMPLE_CODE, { columns: 48, layout: 'cn', ticketId: SAMPLE_TICKET_ID });

export const job = (overrides: Partial<PrintJob> = {}): PrintJob => ({
  jobId: 'job-1',
  document: TICKET,
  beforeFirstByte: () => undefined,
  ...overrides,
});

export async function connectPrinter(
  options: {
    readonly before?: (printer: PrinterSimulator) => void;
    readonly mmPerSecond?: number;
    readonly cable?: (transport: Transport, time: VirtualTime) => Transport;
    readonly model?: SimulatedModel;
    readonly memory?: KeptMemory;
    readonly plug?: PrinterPlug;
  } = {},
): Promise<PrinterBench> {
  const time = createVirtualTime();
  const model = options.model ?? 'epson';
  const plug = options.plug ?? { language: languageOf(profileOf(model)), simulate: (machine) => createPrinterSimulator({ ...machine, model }) };
  const memory = options.memory ?? createKeptMemory();
  const printer = plug.simulate({ ...time, mmPerSecond: options.mmPerSecond ?? 250 });
  options.before?.(printer);
  const { session, health, sentBytes } = await connectTo(printer, time, options.cable, { language: plug.language, memory });
  return { time, printer, session, health, memory, sentBytes };
}

interface ConnectOptions {
  readonly model?: SimulatedModel;
  readonly language?: PrinterLanguage;
  readonly memory?: KeptMemory;
}

/** One more connection to a printer that has a history. */
export async function connectTo(
  printer: PrinterSimulator,
  time: VirtualTime,
  cable: (transport: Transport, time: VirtualTime) => Transport = (transport) => transport,
  { model = 'epson', language = languageOf(profileOf(model)), memory = createKeptMemory() }: ConnectOptions = {},
) {
  const health: HealthState[] = [];
  let sent = 0;
  const counted = countingTransport(cable(memoryTransport(printer), time), (bytes) => {
    sent += bytes;
  });
  const context = { ...time, device: 'printer', transport: counted, onHealth: (state: HealthState) => health.push(state) };
  const connecting = ticketPrinterDriver.connect(context, { columns: 48, language, memory });
  await time.settle();
  // A printer that leaves questions open costs their timeouts.
  for (let second = 0; second < 6 && health.length < 2; second += 1) await time.advance(SECOND);
  const connected = await connecting;
  if (!connected.ok) throw new Error(`${connected.error.code}: ${connected.error.message}`);
  return { session: connected.value, health, sentBytes: () => sent };
}

function countingTransport(transport: Transport, count: (bytes: number) => void): Transport {
  return {
    place: transport.place,
    open: async (events) => {
      const opened = await transport.open(events);
      if (!opened.ok) return opened;
      const link = opened.value;
      const write = (bytes: Uint8Array) => {
        count(bytes.length);
        return link.write(bytes);
      };
      return {
        ok: true,
        value: {
          get isOpen() {
            return link.isOpen;
          },
          write,
          close: () => link.close(),
        },
      };
    },
  };
}

const SECOND = 1_000 as Parameters<VirtualTime['advance']>[0];

/** The outcome of a print, with as much virtual time as it takes. */
export async function outcomeOf({ time, session }: Pick<PrinterBench, 'time' | 'session'>, print: PrintJob = job()): Promise<PrintOutcome> {
  let outcome: PrintOutcome | undefined;
  void session.port.print(print).then((result) => {
    outcome = result;
  });
  for (let second = 0; second < 60 && outcome === undefined; second += 1) await time.advance(SECOND);
  if (outcome === undefined) throw new Error('no outcome within a minute');
  return outcome;
}

/** Height of all paper that came out, in dots: what a later print would add to. */
export const paperDots = (printer: PrinterSimulator): number => printer.papers().reduce((sum, { heightDots }) => sum + heightDots, 0);
