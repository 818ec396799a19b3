import type { PrinterStatus } from '../ticket-printer/printer-status.ts';
import type { StatusBytes } from './frame.ts';

const bit = (byte: number, index: number): boolean => ((byte >> index) & 1) === 1;

/** Where a paper stands in the presenter [appendix 2, printer status 7]: 3 is at the output, to be pulled out. */
const AT_OUTPUT = 3;

/** [Appendix 2, printer status 1 to 7] A command that it did not understand and an overflow that it remembers say nothing about the paper and are left out. */
export function readStatus([printer = 0, error = 0, further = 0, paper = 0, , , presenter = 0]: StatusBytes): PrinterStatus {
  return {
    offline: bit(printer, 3),
    // An open head is an open cover to whoever has to close it.
    coverOpen: bit(printer, 5) || bit(further, 1),
    cutterError: bit(error, 3),
    headHot: bit(error, 6),
    paperJam: bit(further, 2),
    otherError: bit(error, 2) || bit(error, 5) || bit(further, 3),
    paperEnd: bit(paper, 3),
    paperNearEnd: bit(paper, 2) || bit(paper, 1),
    ticketAtOutput: ((presenter >> 1) & 0x07) === AT_OUTPUT,
  };
}

/** The five bits of the ETB counter, with a gap at bit 4 [appendix 2, printer status 6]; undefined of a printer whose report is too short for it. */
export function readFences(bytes: StatusBytes): number | undefined {
  const counter = bytes[5];
  return counter === undefined ? undefined : ((counter >> 1) & 0x07) | ((counter >> 2) & 0x18);
}
