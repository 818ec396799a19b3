import type { Fault } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import type { HealthReason, HealthState } from '#core/ports/health.ts';
import { printerFault } from './printer-faults.ts';

/** What the printer has said about itself, freed of where in which byte it stood. */
export interface PrinterStatus {
  readonly offline: boolean;
  readonly coverOpen: boolean;
  readonly paperEnd: boolean;
  readonly paperNearEnd: boolean;
  readonly cutterError: boolean;
  readonly paperJam: boolean;
  /** A paper stands in the presenter's output and waits to be taken. */
  readonly ticketAtOutput: boolean;
  /** The head is too hot; passes by itself. */
  readonly headHot: boolean;
  /** An error that only switching off and on may mend, or a mechanical one without a name. */
  readonly otherError: boolean;
}

export const ALL_WELL: PrinterStatus = {
  offline: false,
  coverOpen: false,
  paperEnd: false,
  paperNearEnd: false,
  cutterError: false,
  paperJam: false,
  ticketAtOutput: false,
  headHot: false,
  otherError: false,
};

/** Why nothing can be printed now; undefined when it can. The cause a person can mend comes first: an open cover also reads as paper end. */
export function statusFault(status: PrinterStatus, device: string): Fault | undefined {
  if (status.coverOpen) return printerFault('E-PRN-COVER', device);
  if (status.paperEnd) return printerFault('E-PRN-PAPER', device);
  if (status.cutterError) return printerFault('E-PRN-CUT', device);
  if (status.paperJam) return printerFault('E-PRN-JAM', device);
  if (status.headHot) return printerFault('E-PRN-HEAD', device);
  if (status.otherError) return printerFault('E-PRN-ERROR', device);
  if (status.offline) return printerFault('E-PRN-OFFLINE', device);
  return undefined;
}

/** What health rests on beside the printer's own words. */
export interface PrinterCircumstances {
  readonly status: PrinterStatus;
  readonly mayHoldRemainder: boolean;
  readonly papersSinceLow: number;
}

export function healthOf({ status, mayHoldRemainder, papersSinceLow }: PrinterCircumstances): HealthState {
  const reasons: HealthReason[] = [];
  if (status.coverOpen) reasons.push('cover-open');
  if (status.paperEnd) reasons.push('paper-out');
  if (status.cutterError) reasons.push('cutter-jam');
  if (status.paperJam) reasons.push('paper-jam');
  if (status.headHot) reasons.push('head-hot');
  if (status.otherError) reasons.push('printer-error');
  if (status.offline && reasons.length === 0) reasons.push('printer-offline');
  if (status.ticketAtOutput) reasons.push('ticket-not-taken');
  if (mayHoldRemainder) reasons.push('needs-power-cycle');
  if (reasons.length > 0) return { kind: 'blocked', reasons };
  if (!status.paperNearEnd) return { kind: 'ready', reasons: [] };
  return { kind: 'degraded', reasons: papersSinceLow >= LIMITS.printer.papersAfterLow ? ['paper-near-end', 'paper-short'] : ['paper-near-end'] };
}

export function equalHealth(a: HealthState, b: HealthState): boolean {
  return a.kind === b.kind && a.reasons.length === b.reasons.length && a.reasons.every((reason, i) => reason === b.reasons[i]);
}
