import { createSimulatedPrinter, type PrinterSimulator, type SimulatedMachine } from '../ticket-printer/simulator/simulated-printer.ts';
import { escposFamily } from './simulator/escpos-family.ts';
import { SIMULATED_MODELS, type SimulatedModel } from './simulator/printer-models.ts';

export interface PrinterSimulatorOptions extends SimulatedMachine {
  /** Told as the serial number. */
  readonly name?: string;
  readonly model?: SimulatedModel;
}

/** A printer that speaks ESC/POS, as Epson's, as their copies or as Custom's with a presenter do. */
export function createPrinterSimulator({ name = 'simulated', model = 'epson', ...machine }: PrinterSimulatorOptions): PrinterSimulator {
  return createSimulatedPrinter(machine, escposFamily(SIMULATED_MODELS[model], name));
}
