import type { Fault } from '../base/fault.ts';
import type { HealthReason } from '../ports/health.ts';
import type { PrintStopReason } from './delivery.ts';
import type { PrinterView } from './printers.ts';

/** Why printing stopped, in the closed list that the screens have words for. */

const STOP_OF_REASON: Partial<Record<HealthReason, PrintStopReason>> = {
  'paper-out': 'paper-out',
  'cover-open': 'cover-open',
  'cutter-jam': 'cutter-jam',
  'paper-jam': 'paper-jam',
  'ticket-not-taken': 'not-taken',
  'link-lost': 'printer-gone',
  'port-missing': 'printer-gone',
  'port-busy': 'printer-gone',
  'port-unassigned': 'printer-gone',
  'no-answer': 'printer-gone',
};

/** The reason's place is its weight: an open cover also reports missing paper, and the cover is what a person can see. */
const WEIGHT: readonly PrintStopReason[] = ['cover-open', 'paper-out', 'cutter-jam', 'paper-jam', 'not-taken', 'printer-gone'];

/** Codes of the printer's faults that name their cause; others leave it to the printer's health. */
function stopOfFault(fault: Fault | undefined): PrintStopReason | undefined {
  if (fault === undefined) return undefined;
  if (/^E-(?:LNK-|DEV-ABSENT|PRN-(?:LINK|SILENT))/.test(fault.code)) return 'printer-gone';
  const cause = /^E-PRN-(PAPER|COVER|CUT|JAM|NOT-TAKEN)/.exec(fault.code)?.[1];
  switch (cause) {
    case 'PAPER':
      return 'paper-out';
    case 'COVER':
      return 'cover-open';
    case 'CUT':
      return 'cutter-jam';
    case 'JAM':
      return 'paper-jam';
    case 'NOT-TAKEN':
      return 'not-taken';
    default:
      return undefined;
  }
}

export function printStop(printer: PrinterView, fault: Fault | undefined): PrintStopReason {
  const named = printer.reasons.map((reason) => STOP_OF_REASON[reason]);
  const heaviest = WEIGHT.find((stop) => named.includes(stop));
  return heaviest ?? stopOfFault(fault) ?? (printer.isAbsent ? 'printer-gone' : 'printer-error');
}
