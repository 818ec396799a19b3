import { unreachable } from '#core/base/fault.ts';
import { instant } from '#core/base/time.ts';
import { afterReport } from '#core/box-office/print-record.ts';
import type { PassageOutcome } from '#core/contract/admission.ts';
import type { MachineId } from '#core/contract/identifiers.ts';
import type { WireEvent } from '#core/contract/wire/events.ts';
import type { Office } from '../office.ts';
import type { Unit } from '../unit-of-work.ts';
import { factsOf, judgeTicket, takeConflict } from './conflicts.ts';

type EventOf<Type extends WireEvent['t']> = Extract<WireEvent, { t: Type }>;

/** What an event changes at the box office. An event tells a fact, so it is never refused here: one that fits nothing that is known changes nothing. */
export async function applyEvent(unit: Unit, office: Office, dev: MachineId, event: WireEvent): Promise<void> {
  switch (event.t) {
    case 'print':
      return applyPrint(unit, office, dev, event);
    case 'scan':
      return applyScan(unit, office, dev, event);
    case 'passage':
      return applyPassage(unit, dev, event);
    case 'sale':
    case 'device-health':
    case 'audit':
    case 'command':
      return;
    case 'conflict':
      return takeConflict(unit, dev, event.d);
    default:
      return unreachable(event);
  }
}

async function applyPrint(unit: Unit, office: Office, dev: MachineId, event: EventOf<'print'>): Promise<void> {
  const { ticketId, outcome, leaseId, reprint } = event.d;
  const ticket = await unit.tx.tickets.find(ticketId);
  if (ticket === undefined) return;
  const report = { outcome, leaseId, machine: dev, at: instant(Date.parse(event.at)), ...(reprint === undefined ? {} : { reprint }) };
  const print = afterReport(ticket.print, report);
  if (print === ticket.print) return;
  await unit.tx.tickets.put({ ...ticket, print });
  if (ticket.status !== 'valid' && outcome === 'printed') {
    office.log.warn({ code: 'E-BOX-CONFLICT', machine: dev, event: event.id }, 'A ticket was printed after it had been given back. Gates refuse it.');
  }
}

async function applyScan(unit: Unit, office: Office, dev: MachineId, event: EventOf<'scan'>): Promise<void> {
  const { ticketId, scanId, lane, verdict, direction } = event.d;
  if (verdict !== 'admit' || ticketId === undefined) return;
  if ((await unit.tx.admissions.find(scanId)) !== undefined) return;
  const facts = await factsOf(unit, dev, event, ticketId);
  await unit.tx.admissions.put({ scanId, ticketId, dev, gateLane: lane, stands: direction === 'entry', facts });
  if (direction !== 'entry') return;
  await judgeTicket(unit, ticketId);
  const ticket = await unit.tx.tickets.find(ticketId);
  if (ticket !== undefined && ticket.status !== 'valid') {
    office.log.warn({ code: 'E-BOX-CONFLICT', machine: dev, event: event.id }, 'A gate let somebody in with a ticket that had been given back.');
  }
}

async function applyPassage(unit: Unit, dev: MachineId, event: EventOf<'passage'>): Promise<void> {
  const { scanId, outcome } = event.d;
  if (scanId === undefined) return;
  const admission = await unit.tx.admissions.find(scanId);
  // Only the machine that let somebody in can say what became of it.
  if (admission === undefined || admission.dev !== dev) return;
  const { facts, stands, ticketId } = admission;
  await unit.tx.admissions.put({
    ...admission,
    stands: stands && !TAKES_BACK[outcome],
    ...(facts === undefined ? {} : { facts: { ...facts, outcome } }),
  });
  await judgeTicket(unit, ticketId);
}

/** Whether nobody went in, so that the ticket is good again. `unconfirmed` counts as used. */
const TAKES_BACK: Readonly<Record<PassageOutcome, boolean>> = {
  passed: false,
  forced: false,
  held: false,
  unconfirmed: false,
  'not-passed': true,
  'release-failed': true,
};
