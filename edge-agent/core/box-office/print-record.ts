import { unreachable } from '../base/fault.ts';
import { type Instant, minutes, plus } from '../base/time.ts';
import type { PrintState } from '../contract/box-office/sales.ts';

/**
 * One ticket on its way to paper. A lease gives it to one machine, and only that machine's print events, or a person, settle it: a lease that has lapsed gives
 * nothing to anybody else. A machine that began to print and cannot be heard would otherwise have its ticket printed a second time, without a mark, elsewhere.
 * Machines give back by themselves what they did not begin, at the end of a lease and after a restart.
 */
export interface PrintRecord {
  readonly state: PrintState;
  readonly leaseId?: string;
  readonly leaseUntil?: Instant;
  /** The machine that printed it or has the lease. */
  readonly machine?: string;
  /** The start of that machine to which the lease was given. */
  readonly boot?: string;
  /** The machine has said that bytes may have left for the printer. */
  readonly started: boolean;
  readonly printedAt?: Instant;
  /** Of a ticket that is printed: the newest reprint. */
  readonly reprint?: ReprintRecord;
  /** What persons have said and asked, oldest first. */
  readonly history?: readonly PrintNote[];
  /** Leases whose doubt a person has settled: what their machine still says of doubt is old news. */
  readonly settledLeases?: readonly string[];
}

/** One reprint: claimed under a lease like a first print. Its end changes nothing about the ticket, which was printed before. */
export interface ReprintRecord {
  /** 1 for the first reprint; no two papers bear the same. */
  readonly number: number;
  readonly leaseId: string;
  readonly leaseUntil: Instant;
  readonly machine: string;
  readonly state: 'claimed' | 'started' | 'printed' | 'not-printed' | 'uncertain';
}

export interface PrintNote {
  readonly kind: 'reprint' | 'resolved-printed' | 'resolved-not-printed';
  readonly at: Instant;
  readonly by: string;
  readonly reason: string;
  /** Of a reprint. */
  readonly number?: number;
}

export const NOT_PRINTED: PrintRecord = { state: 'pending', started: false };

export interface PrintReport {
  readonly outcome: 'started' | 'printed' | 'not-printed' | 'uncertain';
  readonly leaseId: string;
  readonly machine: string;
  readonly at: Instant;
  /** Number of the reprint that it is about. */
  readonly reprint?: number;
}

/** Who asks for a ticket. `boot` names a start of the machine; one that was off since may have an older copy of its disk. */
export interface Claimant {
  readonly machine: string;
  readonly boot?: string | undefined;
}

/**
 * Whether this machine may take the ticket: nobody has it, or it is its own from a lease that lapsed before it began. What it began it knows itself, as long as
 * it was not off.
 */
export function mayClaim(record: PrintRecord, { machine, boot }: Claimant, now: Instant): boolean {
  return record.state === 'pending' || (hasLapsed(record, now) && !record.started && record.machine === machine && record.boot === boot);
}

const hasLapsed = ({ state, leaseUntil }: PrintRecord, now: Instant): boolean => state === 'claimed' && leaseUntil !== undefined && leaseUntil <= now;

export function claimPrint(leaseId: string, { machine, boot }: Claimant, until: Instant, before: PrintRecord = NOT_PRINTED): PrintRecord {
  return { ...unprinted(before), state: 'claimed', leaseId, leaseUntil: until, machine, ...(boot === undefined ? {} : { boot }) };
}

/** Free to be claimed; what persons have said of it stays. */
function unprinted({ history, settledLeases }: PrintRecord): PrintRecord {
  if (history === undefined && settledLeases === undefined) return NOT_PRINTED;
  return { ...NOT_PRINTED, ...kept({ history, settledLeases }) };
}

function kept({
  history,
  settledLeases,
}: {
  history?: PrintRecord['history'] | undefined;
  settledLeases?: PrintRecord['settledLeases'] | undefined;
}) {
  return { ...(history === undefined ? {} : { history }), ...(settledLeases === undefined ? {} : { settledLeases }) };
}

/**
 * The record after a machine's report. Facts win over leases: what a machine printed is printed, whoever has the lease meanwhile. A report that would make
 * a ticket printable again counts only from the machine that has the lease.
 */
export function afterReport(record: PrintRecord, report: PrintReport): PrintRecord {
  if (report.reprint !== undefined) return afterReprintReport(record, report);
  const holdsLease = record.leaseId === report.leaseId;
  const isSettled = record.settledLeases?.includes(report.leaseId) ?? false;
  const lease = { ...kept(record), leaseId: report.leaseId, machine: report.machine };
  switch (report.outcome) {
    case 'printed':
      return record.state === 'printed' ? record : { ...lease, state: 'printed', started: true, printedAt: report.at };
    case 'uncertain':
      return record.state === 'printed' || isSettled ? record : { ...lease, state: 'uncertain', started: true };
    case 'started':
      if (record.state === 'printed' || record.state === 'uncertain' || isSettled || (record.started && !holdsLease)) return record;
      return { ...(holdsLease ? record : {}), ...lease, state: 'claimed', started: true };
    case 'not-printed':
      return record.state === 'claimed' && holdsLease ? unprinted(record) : record;
    default:
      return unreachable(report.outcome);
  }
}

/** A reprint's own report. Of an older one than the newest nothing is kept: what matters of it is its number, which is given away once. */
function afterReprintReport(record: PrintRecord, { reprint: number, leaseId, outcome }: PrintReport): PrintRecord {
  const { reprint } = record;
  if (reprint === undefined || reprint.number !== number || reprint.leaseId !== leaseId || reprint.state === 'printed') return record;
  return { ...record, reprint: { ...reprint, state: outcome } };
}

/** Another machine is at a reprint of the ticket, or this one has not said its end. A lease that lapsed without a byte is over. */
export function openReprint({ reprint }: PrintRecord, now: Instant): ReprintRecord | undefined {
  if (reprint === undefined) return undefined;
  const isOpen =
    reprint.state === 'started' ? now < plus(reprint.leaseUntil, STARTED_PATIENCE) : reprint.state === 'claimed' && now < reprint.leaseUntil;
  return isOpen ? reprint : undefined;
}

/** A machine that died in the middle of a reprint keeps nobody from the next one for longer: the mark says that there may be two. */
const STARTED_PATIENCE = minutes(5);

export interface ReprintClaim {
  readonly leaseId: string;
  readonly machine: string;
  readonly until: Instant;
  readonly by: string;
  readonly reason: string;
  readonly now: Instant;
}

export function claimReprint(record: PrintRecord, { leaseId, machine, until, by, reason, now }: ReprintClaim): PrintRecord {
  const number = (record.reprint?.number ?? 0) + 1;
  return {
    ...record,
    reprint: { number, leaseId, leaseUntil: until, machine, state: 'claimed' },
    history: [...(record.history ?? []), { kind: 'reprint', at: now, by, reason, number }],
  };
}

/** A doubt that a person may settle: the machine says so, or has said nothing of the end until its lease had ended. */
export function isInDoubt(record: PrintRecord, now: Instant): boolean {
  return record.state === 'uncertain' || hasLapsed(record, now);
}

/**
 * What a named person found. `not-printed` makes the ticket printable again under the same number: should the first paper turn up after all, the gate lets in one
 * of the two.
 */
export function resolvePrint(record: PrintRecord, outcome: 'printed' | 'not-printed', by: string, reason: string, now: Instant): PrintRecord {
  const note: PrintNote = { kind: outcome === 'printed' ? 'resolved-printed' : 'resolved-not-printed', at: now, by, reason };
  const history = [...(record.history ?? []), note];
  const settledLeases = [...(record.settledLeases ?? []), ...(record.leaseId === undefined ? [] : [record.leaseId])];
  if (outcome === 'printed') return { ...record, state: 'printed', started: true, printedAt: now, history, settledLeases };
  return { ...NOT_PRINTED, history, settledLeases };
}
