import type { Finding } from '../decision.ts';
import type { AdmissionInput } from '../facts.ts';
import type { Subject } from '../subject.ts';

/** Whether a good ticket is good at this gate. */

export function wrongScreen({ signed, show }: Subject, { gate }: AdmissionInput): Finding | undefined {
  // The show may have moved since the ticket was printed: the data's screen counts.
  const screenId = show?.screenId ?? signed?.payload.screenId;
  if (gate.screens === undefined || screenId === undefined || gate.screens.includes(screenId)) return undefined;
  return { reason: 'wrong-screen', evidence: { kind: 'screen', screenId, screens: gate.screens } };
}

/** The ticket was moved to another show, and this is the old paper. */
export function wrongShow({ signed, record }: Subject): Finding | undefined {
  if (signed === undefined || record === undefined || record.showId === signed.payload.showId) return undefined;
  return { reason: 'wrong-show', evidence: { kind: 'show-on-ticket', signed: signed.payload.showId, recorded: record.showId } };
}

export function wrongClass({ ticketClass }: Subject, { gate: { classes } }: AdmissionInput): Finding | undefined {
  return classes === undefined || classes.includes(ticketClass)
    ? undefined
    : { reason: 'wrong-class', evidence: { kind: 'class', ticketClass, classes } };
}
