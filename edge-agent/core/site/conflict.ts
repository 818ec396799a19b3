import { instant, toIso } from '../base/time.ts';
import type { TicketId } from '../contract/identifiers.ts';
import type { Conflict, ConflictEntry } from '../contract/wire/events.ts';
import type { SiteRow } from '../contract/wire/site.ts';
import { isLive } from './merge.ts';

/**
 * Doubles: a ticket that more bodies went in with than it admits, because its gates could not ask each other. A conflict is a function of the ticket's rows and
 * nothing else, so every member that has the same rows finds the same one, without a word to the others.
 */

/** What stands of one admission, wherever the record of it comes from. */
export type ConflictRow = Pick<
  SiteRow,
  'scanId' | 'ticketId' | 'showId' | 'machine' | 'lane' | 'direction' | 'at' | 'outcome' | 'admits' | 'reentry'
> &
  Pick<SiteRow, 'clockErrorMs' | 'dataVersion' | 'dataAgeSeconds' | 'confirmation' | 'override'>;

/** As many as one record carries (`Conflict.entries`). */
const ENTRIES_MAX = 16;

/** The open conflict that the rows of one ticket show, if they do. Whoever was let in by a person against the reasons is no double: that is in the audit. */
export function conflictOf(ticketId: TicketId, rows: readonly ConflictRow[]): Conflict | undefined {
  const counted = rows.filter(({ outcome, override }) => isLive(outcome) && override === null).sort(inTime);
  // The gates' data may differ in age; the newest knowledge of the ticket counts.
  const newest = counted.reduce<ConflictRow | undefined>(
    (best, row) => (best === undefined || row.dataVersion >= best.dataVersion ? row : best),
    undefined,
  );
  if (newest === undefined) return undefined;
  const { admits, reentry } = newest;
  const together = reentry ? insideTogether(counted, admits) : counted.filter(({ direction }) => direction === 'entry');
  if (together.length <= admits) return undefined;
  const kept = together.slice(0, ENTRIES_MAX);
  const showId = kept.find((row) => row.showId !== null)?.showId ?? null;
  return { ticketId, showId, admits, entries: kept.map(entryOf), second: secondOf(kept, admits), state: 'open' };
}

/** A conflict that was told, when the rows do not show it any more: an admission was taken back. */
export function settledConflict(told: Conflict, rows: readonly ConflictRow[]): Conflict {
  const byScan = new Map<string, ConflictRow>(rows.map((row) => [row.scanId, row]));
  const entries = told.entries.map((entry) => {
    const row = byScan.get(entry.scanId);
    return row === undefined ? entry : entryOf(row);
  });
  return { ...told, entries, second: [], state: 'settled' };
}

/** One order everywhere; the clocks of the gates may all be wrong, so it proves nothing by itself. */
function inTime(one: ConflictRow, other: ConflictRow): number {
  return one.at - other.at || (one.scanId < other.scanId ? -1 : 1);
}

/** Where a show lets people come back: those who were in at a moment at which more were in than the ticket admits. */
function insideTogether(rows: readonly ConflictRow[], admits: number): readonly ConflictRow[] {
  const inside: ConflictRow[] = [];
  const involved = new Set<ConflictRow>();
  for (const row of rows) {
    if (row.direction === 'exit') {
      inside.shift();
      continue;
    }
    inside.push(row);
    if (inside.length > admits) for (const each of inside) involved.add(each);
  }
  return rows.filter((row) => involved.has(row));
}

function entryOf(row: ConflictRow): ConflictEntry {
  const { scanId, machine, lane, at, clockErrorMs, dataVersion, dataAgeSeconds, confirmation, outcome } = row;
  return { scanId, machine, lane, at: toIso(instant(at)), clockErrorMs, dataVersion, dataAgeSeconds, confirmation, outcome };
}

/** Those beyond the places, when every clock says so: each of the first came in before the earliest moment at which any of the others could have. */
function secondOf(rows: readonly ConflictRow[], admits: number): Conflict['second'] {
  const first = rows.slice(0, admits);
  const second = rows.slice(admits);
  if (rows.some(({ clockErrorMs }) => clockErrorMs < 0)) return [];
  const lastOfFirst = Math.max(...first.map(({ at, clockErrorMs }) => at + clockErrorMs));
  const firstOfSecond = Math.min(...second.map(({ at, clockErrorMs }) => at - clockErrorMs));
  return lastOfFirst < firstOfSecond ? second.map(({ scanId }) => scanId) : [];
}
