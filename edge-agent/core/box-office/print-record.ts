import { unreachable } from '../base/fault.ts';
import type { Instant } from '../base/time.ts';
import type { PrintState } from '../contract/box-office/sales.ts';

/**
 * One ticket on its way to paper. A lease gives it to one machine; the machine's print events settle it. A lease that lapses before the first byte gives the
 * ticket back, one that lapses later never does: from then on only the machine, or a person, can say what is on paper.
 */
export interface PrintRecord {
  readonly state: PrintState;
  readonly leaseId?: string;
  readonly leaseUntil?: Instant;
  /** The machine that printed it or has the lease. */
  readonly machine?: string;
  /** The machine has said that bytes may have left for the printer. */
  readonly started: boolean;
  readonly printedAt?: Instant;
}

export const NOT_PRINTED: PrintRecord = { state: 'pending', started: false };

export interface PrintReport {
  readonly outcome: 'started' | 'printed' | 'not-printed' | 'uncertain';
  readonly leaseId: string;
  readonly machine: string;
  readonly at: Instant;
}

/** The record as it counts at `now`: a lease that lapsed without a byte sent is over. */
export function printAt(record: PrintRecord, now: Instant): PrintRecord {
  const lapsed = record.state === 'claimed' && !record.started && record.leaseUntil !== undefined && record.leaseUntil <= now;
  return lapsed ? NOT_PRINTED : record;
}

export function claimPrint(leaseId: string, machine: string, until: Instant): PrintRecord {
  return { state: 'claimed', leaseId, leaseUntil: until, machine, started: false };
}

/**
 * The record after a machine's report. Facts win over leases: what a machine printed is printed, whoever has the lease meanwhile. A report that would make
 * a ticket printable again counts only from the machine that has the lease.
 */
export function afterReport(record: PrintRecord, report: PrintReport): PrintRecord {
  const holdsLease = record.leaseId === report.leaseId;
  const lease = { leaseId: report.leaseId, machine: report.machine };
  switch (report.outcome) {
    case 'printed':
      return record.state === 'printed' ? record : { ...lease, state: 'printed', started: true, printedAt: report.at };
    case 'uncertain':
      return record.state === 'printed' ? record : { ...lease, state: 'uncertain', started: true };
    case 'started':
      if (record.state === 'printed' || record.state === 'uncertain' || (record.started && !holdsLease)) return record;
      return { ...(holdsLease ? record : {}), ...lease, state: 'claimed', started: true };
    case 'not-printed':
      return record.state === 'claimed' && holdsLease ? NOT_PRINTED : record;
    default:
      return unreachable(report.outcome);
  }
}
