import type { StatusQuestion } from '../ticket-printer/printer-language.ts';
import type { PrinterStatus } from '../ticket-printer/printer-status.ts';
import type { FullStatus } from './frame.ts';

/** What the status bytes of ESC/POS printers say, freed of where in which byte it stood. */

const bit = (byte: number, index: number): boolean => ((byte >> index) & 1) === 1;

/** [DLE EOT n = 1–4]. Each answer replaces what its own bits say and leaves the rest. */
export function withAnswer(status: PrinterStatus, question: Exclude<StatusQuestion, 'full'>, byte: number): PrinterStatus {
  switch (question) {
    case 1:
      return { ...status, offline: bit(byte, 3) };
    case 2:
      return { ...status, coverOpen: bit(byte, 2), paperEnd: bit(byte, 5) };
    case 3:
      return { ...status, cutterError: bit(byte, 3), headHot: bit(byte, 6), otherError: bit(byte, 2) || bit(byte, 5) };
    case 4:
      // Bits 5 and 6 are the paper end sensor. The stop of answer 2 stays as well: on some models the sensor is at the roll, not at the head.
      return { ...status, paperNearEnd: (byte & 0x0c) !== 0, paperEnd: status.paperEnd || (byte & 0x60) !== 0 };
  }
}

/** [GS a]. The four bytes tell everything. */
export function fromAutomaticStatus([first, second, third]: readonly [number, number, number, number]): PrinterStatus {
  return {
    offline: bit(first, 3),
    coverOpen: bit(first, 5),
    cutterError: bit(second, 3),
    paperJam: false,
    ticketAtOutput: false,
    headHot: bit(second, 6),
    otherError: bit(second, 2) || bit(second, 5),
    paperNearEnd: (third & 0x03) !== 0,
    paperEnd: (third & 0x0c) !== 0,
  };
}

/** [Custom, full status] A command that it did not understand (recoverable, bit 5) says nothing about the paper and is left out. */
export function fromFullStatus([paper, user, recoverable, unrecoverable]: FullStatus): PrinterStatus {
  return {
    offline: false,
    coverOpen: bit(user, 0) || bit(user, 1),
    paperEnd: bit(paper, 0),
    paperNearEnd: bit(paper, 2) || bit(paper, 6),
    cutterError: bit(unrecoverable, 0),
    paperJam: bit(recoverable, 6),
    ticketAtOutput: bit(paper, 5),
    headHot: bit(recoverable, 0),
    otherError: bit(recoverable, 1) || bit(recoverable, 3) || bit(unrecoverable, 2) || bit(unrecoverable, 3) || bit(unrecoverable, 6),
  };
}
