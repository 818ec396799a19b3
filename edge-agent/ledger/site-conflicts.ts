import type { TicketId } from '#core/contract/identifiers.ts';
import { Conflict } from '#core/contract/wire/events.ts';
import type { SiteRow } from '#core/contract/wire/site.ts';
import { conflictOf, settledConflict } from '#core/site/conflict.ts';
import type { Ledger } from './ledger.ts';

/** Doubles as they are found: one record a ticket, told to the box office in the transaction of the row that shows it. */
export interface SiteConflicts {
  /** Looks at a ticket again, within the transaction that changed one of its rows. */
  judge(ticket: TicketId, rows: readonly SiteRow[]): void;
  /** Whether a conflict of this ticket was ever found; true now and then without one. */
  mayConcern(ticket: TicketId): boolean;
  /** The newest change first. */
  list(limit: number): readonly Conflict[];
  /** The number of the newest change; what was listed before it is still true. */
  newest(): number;
  /** A conflict without rows is history; within a transaction. */
  prune(): void;
}

export function createSiteConflicts({ database, append }: Pick<Ledger, 'database' | 'append'>): SiteConflicts {
  const read = database.prepare<[bigint], string>('SELECT conflict FROM site_conflict WHERE ticket = ?').pluck();
  const write = database.prepare<[bigint, string, string]>(
    `INSERT INTO site_conflict (ticket, change, state, conflict) VALUES (?, (SELECT coalesce(max(change), 0) + 1 FROM site_conflict), ?, ?)
     ON CONFLICT (ticket) DO UPDATE SET change = excluded.change, state = excluded.state, conflict = excluded.conflict`,
  );
  const list = database.prepare<[number], string>('SELECT conflict FROM site_conflict ORDER BY change DESC LIMIT +?').pluck();
  const newest = database.prepare<[], number>('SELECT coalesce(max(change), 0) FROM site_conflict').pluck();
  const tickets = database.prepare<[], string>('SELECT CAST(ticket AS TEXT) FROM site_conflict').pluck();
  const prune = database.prepare<[]>(
    'DELETE FROM site_conflict WHERE NOT EXISTS (SELECT 1 FROM admission WHERE admission.ticket = site_conflict.ticket)',
  );
  const concerned = new Set<string>(tickets.all().map((ticket) => ticket.padStart(16, '0')));

  return {
    judge: (ticket, rows) => {
      const text = read.get(BigInt(ticket));
      const told = text === undefined ? undefined : Conflict.parse(JSON.parse(text));
      const found = conflictOf(ticket, rows) ?? (told?.state === 'open' ? settledConflict(told, rows) : undefined);
      if (found === undefined) return;
      const conflict = JSON.stringify(found);
      if (conflict === text) return;
      write.run(BigInt(ticket), found.state, conflict);
      append({ t: 'conflict', d: found });
      // Stays when the transaction fails: to look once too often is harmless.
      concerned.add(ticket);
    },
    mayConcern: (ticket) => concerned.has(ticket),
    list: (limit) => list.all(limit).map((text) => Conflict.parse(JSON.parse(text))),
    newest: () => newest.get() ?? 0,
    prune: () => {
      prune.run();
    },
  };
}
