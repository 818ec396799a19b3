import { unreachable } from '#core/base/fault.ts';
import { instant } from '#core/base/time.ts';
import { afterWord } from '#core/box-office/command-record.ts';
import { afterReport } from '#core/box-office/print-record.ts';
import type { PassageOutcome } from '#core/contract/admission.ts';
import type { MachineId } from '#core/contract/identifiers.ts';
import type { WireEvent } from '#core/contract/wire/events.ts';
import type { Office } from '../office.ts';
import type { Unit } from '../unit-of-work.ts';
import { factsOf, judgeTicket, takeConflict } from './conflicts.ts';
import { type GateFacts, readGateFacts } from './gate-facts.ts';

type EventOf<Type extends WireEvent['t']> = Extract<WireEvent, { t: Type }>;

/** Where the events of a run have their effect. */
interface Surroundings {
  readonly unit: Unit;
  readonly office: Office;
  readonly dev: MachineId;
  readonly gates: GateFacts;
}

/**
 * What the events of a machine change at the box office, one after the other. An event tells a fact, so it is never refused here: one that fits nothing that
 * is known changes nothing.
 */
export async function applyEvents(unit: Unit, office: Office, dev: MachineId, events: readonly WireEvent[]): Promise<void> {
  const gates = await readGateFacts(unit, events);
  for (const event of events) await applyEvent({ unit, office, dev, gates }, event);
}

async function applyEvent(at: Surroundings, event: WireEvent): Promise<void> {
  switch (event.t) {
    case 'print':
      return applyPrint(at, event);
    case 'scan':
      return applyScan(at, event);
    case 'passage':
      return applyPassage(at, event);
    case 'sale':
    case 'device-health':
    case 'audit':
      return;
    case 'command':
      return applyCommand(at, event);
    case 'conflict':
      at.gates.told(event.d.ticketId);
      return takeConflict(at.unit, at.dev, event.d);
    default:
      return unreachable(event);
  }
}

async function applyPrint({ unit, office, dev }: Surroundings, event: EventOf<'print'>): Promise<void> {
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

async function applyCommand({ unit, dev }: Surroundings, event: EventOf<'command'>): Promise<void> {
  const known = event.d.id === undefined ? undefined : await unit.tx.commands.find(event.d.id);
  if (known === undefined) return;
  const heard = afterWord(known, dev, event);
  if (heard !== known) await unit.tx.commands.put(heard);
}

async function applyScan({ unit, office, dev, gates }: Surroundings, event: EventOf<'scan'>): Promise<void> {
  const { ticketId, scanId, lane, verdict, direction } = event.d;
  if (verdict !== 'admit' || ticketId === undefined) return;
  const facts = factsOf(gates, dev, event, ticketId);
  if (!(await gates.admit({ scanId, ticketId, dev, gateLane: lane, stands: direction === 'entry', facts }))) return;
  if (direction !== 'entry') return;
  if (gates.mayConflict(ticketId)) await judgeTicket(unit, ticketId);
  // What is valid by the data that the gates have is valid here: both change in one transaction.
  if (gates.ticket(ticketId)?.standing === 'valid') return;
  const ticket = await unit.tx.tickets.find(ticketId);
  if (ticket !== undefined && ticket.status !== 'valid') {
    office.log.warn({ code: 'E-BOX-CONFLICT', machine: dev, event: event.id }, 'A gate let somebody in with a ticket that had been given back.');
  }
}

async function applyPassage({ unit, dev, gates }: Surroundings, event: EventOf<'passage'>): Promise<void> {
  const { scanId, outcome } = event.d;
  if (scanId === undefined) return;
  const admission = gates.admission(scanId);
  // Only the machine that let somebody in can say what became of it.
  if (admission === undefined || admission.dev !== dev) return;
  const { facts, stands, ticketId } = admission;
  await gates.change({
    ...admission,
    stands: stands && !TAKES_BACK[outcome],
    ...(facts === undefined ? {} : { facts: { ...facts, outcome } }),
  });
  if (gates.mayConflict(ticketId)) await judgeTicket(unit, ticketId);
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
