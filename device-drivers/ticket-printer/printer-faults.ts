import type { Fault, FaultOwner } from '#core/base/fault.ts';

/** Every fault this driver can name, what it means, and what a person does about it. */
const FAULTS = {
  'E-PRN-PAPER': { owner: 'device', message: 'the printer is out of paper', remedy: 'Put in a new roll and close the cover.' },
  'E-PRN-COVER': { owner: 'device', message: 'the cover of the printer is open', remedy: 'Close the cover until it clicks.' },
  'E-PRN-CUT': {
    owner: 'device',
    message: 'the cutter of the printer is jammed',
    remedy: 'Switch the printer off, free the cutter, remove the paper that hangs in it, switch it on.',
  },
  'E-PRN-JAM': {
    owner: 'device',
    message: 'paper is jammed in the printer',
    remedy: 'Open the printer, take the jammed paper out, close it, and switch it off and on.',
  },
  'E-PRN-NOT-TAKEN': {
    owner: 'operator',
    message: 'the last ticket was not taken from the output',
    remedy: 'Take the ticket from the output, or from the box behind it.',
  },
  'E-PRN-UNCONFIRMED': {
    owner: 'device',
    message: 'this printer cannot say whether it printed: sent, not confirmed',
    remedy: 'Look whether the paper came out. For tickets use a printer that confirms.',
  },
  'E-PRN-HEAD': { owner: 'device', message: 'the print head is too hot', remedy: 'Wait some minutes; the printer recovers by itself.' },
  'E-PRN-ERROR': { owner: 'device', message: 'the printer reports an error', remedy: 'Switch the printer off and on; if it stays, replace it.' },
  'E-PRN-OFFLINE': {
    owner: 'device',
    message: 'the printer is offline',
    remedy: 'Look at the printer: its lights say why. Release its feed button.',
  },
  'E-PRN-ECHO': {
    owner: 'device',
    message: 'the printer did not confirm that it printed',
    remedy: 'Look whether the paper came out before anything is printed again.',
  },
  'E-PRN-RESTART': {
    owner: 'device',
    message: 'the printer was switched off or restarted during a print',
    remedy: 'Look whether the paper came out before anything is printed again. Check the power supply.',
  },
  'E-PRN-SILENT': {
    owner: 'device',
    message: 'the printer does not answer',
    remedy: 'Check power and cable, and that the line speed is the configured one.',
  },
  'E-PRN-CLEAR': {
    owner: 'device',
    message: 'the printer may still hold the rest of an interrupted print',
    remedy: 'Switch the printer off and on before putting paper in, or the rest may come out; then confirm that on the technician page.',
  },
  'E-PRN-LINK': { owner: 'device', message: 'the line to the printer was lost', remedy: 'Check the cable and the power of the printer.' },
  'E-PRN-STOPPED': { owner: 'operator', message: 'the printer was taken out of service' },
  'E-PRN-BUSY': { owner: 'peer', message: 'too many prints are waiting' },
  'E-PRN-JOURNAL': {
    owner: 'store',
    message: 'the attempt to print could not be recorded, so nothing was sent',
    remedy: 'Check the disk of this machine.',
  },
  'E-PRN-DOCUMENT': { owner: 'peer', message: 'this cannot be put on paper' },
} as const satisfies Record<string, { readonly owner: FaultOwner; readonly message: string; readonly remedy?: string }>;

export type PrinterFaultCode = keyof typeof FAULTS;

export function printerFault(code: PrinterFaultCode, device: string, detail?: string): Fault {
  const { message, ...rest } = FAULTS[code];
  return { code, device, ...rest, message: detail === undefined ? message : `${message}: ${detail}` };
}
