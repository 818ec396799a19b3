import { LIMITS } from '#core/base/limits.ts';
import type { MachineId, TicketId } from '#core/contract/identifiers.ts';
import type { Conflict, WireEvent } from '#core/contract/wire/events.ts';
import { type ConflictRow, conflictOf, settledConflict } from '#core/site/conflict.ts';
import type { Unit } from '../unit-of-work.ts';
import type { GateFacts } from './gate-facts.ts';

/**
 * Tickets that let in too many. The box office finds them in what the machines report of themselves, by the same rule as the gates; and it takes what a gate
 * tells of others, whose own events may still be on their way, as that gate's word.
 */

/** More than any ticket admits: of one that nobody here knows, only the gates can say that it let in too many. */
const UNKNOWN_ADMITS = 255;

/** What a conflict is judged by, of an admission that was just reported. */
export function factsOf(gates: GateFacts, machine: MachineId, { at, d }: Extract<WireEvent, { t: 'scan' }>, ticketId: TicketId): ConflictRow {
  const known = gates.ticket(ticketId);
  const showId = known?.showId ?? d.showId ?? null;
  const show = showId === null ? undefined : gates.show(showId);
  return {
    scanId: d.scanId,
    ticketId,
    showId,
    machine,
    lane: d.lane,
    direction: d.direction,
    at: Date.parse(at),
    outcome: null,
    admits: known?.admits ?? UNKNOWN_ADMITS,
    reentry: show?.reentry ?? false,
    clockErrorMs: d.clockErrorMs,
    dataVersion: d.dataVersion,
    dataAgeSeconds: d.dataAgeSeconds,
    confirmation: d.confirmation,
    override: d.override?.by ?? null,
  };
}

/** After any change of the ticket's admissions. */
export async function judgeTicket(unit: Unit, ticketId: TicketId): Promise<void> {
  const before = await unit.tx.conflicts.find(ticketId);
  const rows = (await unit.tx.admissions.ofTicket(ticketId)).flatMap(({ facts }) => (facts === undefined ? [] : [facts]));
  if (before === undefined && rows.length < 2) return;
  const all = withTold(rows, before?.conflict);
  const found = conflictOf(ticketId, all) ?? (before?.conflict.state === 'open' ? settledConflict(before.conflict, all) : undefined);
  if (found !== undefined) await keep(unit, found, undefined);
}

/** A gate tells of a double that came to light when it met the others again. */
export async function takeConflict(unit: Unit, from: MachineId, told: Conflict): Promise<void> {
  const { ticketId } = told;
  const rows = (await unit.tx.admissions.ofTicket(ticketId)).flatMap(({ facts }) => (facts === undefined ? [] : [facts]));
  const found = told.state === 'open' ? (conflictOf(ticketId, withTold(rows, told)) ?? told) : told;
  await keep(unit, found, from);
}

/** What the machines have reported themselves, and beside it what was told of those that have not yet. */
function withTold(rows: readonly ConflictRow[], told: Conflict | undefined): readonly ConflictRow[] {
  if (told === undefined) return rows;
  const missing = told.entries.filter((entry) => !rows.some((row) => row.scanId === entry.scanId));
  return [
    ...rows.map((row) => (row.admits === UNKNOWN_ADMITS ? { ...row, admits: told.admits } : row)),
    ...missing.map((entry) => ({
      ...entry,
      at: Date.parse(entry.at),
      ticketId: told.ticketId,
      showId: told.showId,
      direction: 'entry' as const,
      admits: told.admits,
      reentry: false,
      override: null,
    })),
  ];
}

async function keep(unit: Unit, conflict: Conflict, from: MachineId | undefined): Promise<void> {
  const before = await unit.tx.conflicts.find(conflict.ticketId);
  const toldBy = [...new Set([...(before?.toldBy ?? []), ...(from === undefined ? [] : [from])])].slice(0, LIMITS.site.membersMax);
  if (before !== undefined && toldBy.length === before.toldBy.length && JSON.stringify(before.conflict) === JSON.stringify(conflict)) return;
  await unit.tx.conflicts.put({ conflict, foundAt: before?.foundAt ?? unit.now, changedAt: unit.now, toldBy });
}
