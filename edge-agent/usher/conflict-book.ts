import { type Fault, FaultError } from '#core/base/fault.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import type { Instant } from '#core/base/time.ts';
import type { TicketId } from '#core/contract/identifiers.ts';
import type { UsherState } from '#core/contract/local/usher.ts';
import type { Conflict } from '#core/contract/wire/events.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { SiteConflicts } from '../ledger/site-conflicts.ts';

/** Conflicts, and who has looked at them. One that gets another admission has to be looked at again. */
export interface ConflictBook {
  /** Those that nobody has looked at first. */
  list(limit: number): UsherState['conflicts'];
  /** Open ones that nobody has looked at. */
  unseen(): number;
  /** `unknown` when there is none about that ticket. */
  markSeen(ticketId: TicketId, by: string, at: Instant): Result<void, Fault | 'unknown'>;
}

interface SeenRow {
  readonly ticket: string;
  readonly entries: string;
  readonly by: string;
}

/** Conflicts that are kept at hand; the page shows fifty. */
const CONFLICTS_KNOWN = 200;

/** @param site every conflict that this machine knows and still keeps */
export function createConflictBook(ledger: Pick<Ledger, 'database' | 'transaction'>, site: Pick<SiteConflicts, 'list' | 'newest'>): ConflictBook {
  const all = ledger.database.prepare<[], SeenRow>('SELECT ticket, entries, by FROM conflict_seen');
  const write = ledger.database.prepare<[SeenRow & { readonly at: number }]>(
    'INSERT OR REPLACE INTO conflict_seen (ticket, entries, by, at) VALUES (:ticket, :entries, :by, :at)',
  );
  const seen = new Map(all.all().map((row) => [row.ticket, row]));
  let listed: { readonly newest: number; readonly conflicts: readonly Conflict[] } | undefined;
  /** Asked for at every scan, to say on the gate's screen how many there are. */
  const conflicts = (): readonly Conflict[] => {
    const newest = site.newest();
    if (listed?.newest !== newest) listed = { newest, conflicts: site.list(CONFLICTS_KNOWN) };
    return listed.conflicts;
  };
  const seenBy = (conflict: Conflict): string | undefined => {
    const mark = seen.get(conflict.ticketId);
    return mark?.entries === entriesOf(conflict) ? mark.by : undefined;
  };
  const isUnseen = (conflict: Conflict): boolean => conflict.state === 'open' && seenBy(conflict) === undefined;
  return {
    list: (limit) => {
      const known = conflicts();
      return [...known.filter(isUnseen), ...known.filter((conflict) => !isUnseen(conflict))].slice(0, limit).map((conflict) => {
        const by = seenBy(conflict);
        return { conflict, ...(by === undefined ? {} : { seenBy: by }) };
      });
    },
    unseen: () => conflicts().filter(isUnseen).length,
    markSeen: (ticketId, by, at) => {
      const conflict = conflicts().find((each) => each.ticketId === ticketId);
      if (conflict === undefined) return err('unknown');
      const row = { ticket: ticketId, entries: entriesOf(conflict), by };
      try {
        ledger.transaction(() => write.run({ ...row, at }));
      } catch (cause) {
        if (cause instanceof FaultError) return err(cause.fault);
        throw cause;
      }
      seen.set(ticketId, row);
      return ok(undefined);
    },
  };
}

const entriesOf = ({ entries }: Conflict): string =>
  entries
    .map(({ scanId }) => scanId)
    .sort()
    .join(' ');
