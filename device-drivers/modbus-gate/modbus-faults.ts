import { type Fault, unreachable } from '#core/base/fault.ts';
import { EXCEPTION_NAMES } from './frame.ts';
import type { Exchanged } from './rtu-line.ts';

/** Why a request to a board did not bring what it asked for. */
export function exchangeFault(exchanged: Exchanged, device: string): Fault {
  switch (exchanged.kind) {
    case 'refused':
      return boardRefused(exchanged.code, device);
    case 'not-sent':
    case 'unanswered':
      return { ...exchanged.fault, device };
    case 'answered':
    case 'withdrawn':
      return { code: 'E-GAT-PROTOCOL', owner: 'device', message: `the board answered with something else: ${exchanged.kind}`, device };
    default:
      return unreachable(exchanged);
  }
}

export const boardRefused = (code: number, device: string): Fault => ({
  code: 'E-GAT-REFUSED',
  owner: 'configuration',
  message: `the board refused the command: ${EXCEPTION_NAMES[code] ?? `exception ${code}`}`,
  remedy: 'Check the relay and input numbers in the configuration against the board.',
  device,
});

export const lineClosed = (device: string): Fault => ({ code: 'E-LNK-CLOSED', owner: 'device', message: `the line to ${device} is closed`, device });

export const unitSilent = (unit: number): Fault => ({
  code: 'E-GAT-NO-ANSWER',
  owner: 'device',
  message: `unit ${unit} on the Modbus line does not answer`,
  remedy: "Check the board's power, its cable, its unit number and its baud rate.",
});
