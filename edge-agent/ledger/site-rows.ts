import type { Instant } from '#core/base/time.ts';
import type { ShowId, TicketId } from '#core/contract/identifiers.ts';
import type { RowRange, SiteOrigin, SiteRow, VectorEntry } from '#core/contract/wire/site.ts';
import { compareRows, isLive, originKey } from '#core/site/merge.ts';
import type { Admissions } from './admissions.ts';
import type { Ledger } from './ledger.ts';

/** The admissions of the site as its members exchange them: what we know, what others lack, and the union with what they know. */
export interface SiteRows {
  /** This machine and this start of its program. */
  origin(): SiteOrigin;
  vector(): readonly VectorEntry[];
  /** How far this origin is known. */
  through(origin: SiteOrigin): number;
  /** What of this origin comes after `after`: at most `limit` rows, and up to where they are all. */
  changes(origin: SiteOrigin, after: number, limit: number): { readonly rows: readonly SiteRow[]; readonly through: number };
  ofTicket(ticket: TicketId): readonly SiteRow[];
  /** Takes rows that were told out of their order. One transaction; doubles that come to light are told to the box office by the same. */
  merge(rows: readonly SiteRow[]): MergeOutcome;
  /** Takes rows that are all those in some ranges, in one transaction. `entries` says how far each origin is known now. */
  mergeRanges(ranges: readonly RowRange[], rows: readonly SiteRow[]): MergeOutcome & { readonly entries: readonly VectorEntry[] };
  /** This disk was restored from an older copy: begins a new ledger epoch and tells the audit. */
  beginAgain(detail: string): void;
  /**
   * Takes away rows of shows that are over, at most `slice` rows looked at. Called again and again, it walks through the whole table.
   * @param isOver not asked about rows that are younger than `before`
   * @returns whether the end of the table was reached
   */
  prune(before: Instant, isOver: (show: ShowId) => boolean, slice: number): boolean;
}

export interface MergeOutcome {
  /** Rows that were news. */
  readonly changed: readonly SiteRow[];
}

export function createSiteRows(ledger: Pick<Ledger, 'database' | 'transaction' | 'append' | 'renewEpoch'>, admissions: Admissions): SiteRows {
  const { origins, rows: table, conflicts, halls } = admissions.parts;
  const walk = ledger.database.prepare<[bigint, number], { ticket: bigint; scan_id: string; show: bigint | null; at: bigint }>(
    'SELECT ticket, scan_id, show, at FROM admission WHERE ticket > ? ORDER BY ticket, scan_id LIMIT +?',
  );
  walk.safeIntegers();
  const remove = ledger.database.prepare<[bigint, string]>('DELETE FROM admission WHERE ticket = ? AND scan_id = ?');
  let walked = -1n;

  /** Nobody knows what this start of the program has written better than it does. */
  const isOurs = (of: SiteOrigin): boolean => originKey(of) === originKey(origins.present());
  const isNews = (row: SiteRow, known: SiteRow | undefined): boolean => !isOurs(row) && (known === undefined || compareRows(row, known) > 0);
  /** Within a transaction; answers what to count when it is committed. */
  const take = (incoming: readonly SiteRow[]): { readonly changed: SiteRow[]; readonly before: Map<SiteRow, SiteRow | undefined> } => {
    const changed: SiteRow[] = [];
    const before = new Map<SiteRow, SiteRow | undefined>();
    for (const row of incoming) {
      const known = table.find(row.ticketId, row.scanId);
      if (!isNews(row, known)) continue;
      table.put(row);
      changed.push(row);
      before.set(row, known);
    }
    for (const ticket of new Set(changed.map(({ ticketId }) => ticketId))) {
      const rows = table.ofTicket(ticket);
      if (rows.length > 1 || conflicts.mayConcern(ticket)) conflicts.judge(ticket, rows);
    }
    return { changed, before };
  };
  const count = ({ changed, before }: ReturnType<typeof take>): void => {
    for (const row of changed) {
      const known = before.get(row);
      if (known !== undefined && isLive(known.outcome)) halls.add(showOf(known), known.direction, -1);
      if (isLive(row.outcome)) halls.add(showOf(row), row.direction, 1);
    }
  };
  /** What is known of origins is read again when nothing was written. */
  const write = <T>(work: () => T): T => {
    try {
      return ledger.transaction(work);
    } catch (cause) {
      if (ledger.database.open) origins.reload();
      throw cause;
    }
  };
  const merge = (incoming: readonly SiteRow[], andThen: () => void = () => undefined): MergeOutcome => {
    const taken = write(() => {
      const news = take(incoming);
      andThen();
      return news;
    });
    count(taken);
    return { changed: taken.changed };
  };

  return {
    origin: origins.present,
    vector: origins.vector,
    through: origins.through,
    changes: (of, after, limit) => {
      const through = origins.through(of);
      if (through <= after) return { rows: [], through };
      const rows = table.changes(of, after, limit).filter(({ n }) => n <= through);
      const last = rows.at(-1);
      return { rows, through: last !== undefined && rows.length === limit ? last.n : through };
    },
    ofTicket: table.ofTicket,
    merge: (incoming) => (!incoming.some((row) => isNews(row, table.find(row.ticketId, row.scanId))) ? { changed: [] } : merge(incoming)),
    mergeRanges: (ranges, incoming) => {
      // After a gap nothing can be said of the range: what is missing comes first, and then this once more.
      const whole = ranges.filter((range) => !isOurs(range) && range.after <= origins.through(range));
      const outcome = merge(incoming, () => {
        for (const { machine, epoch, through } of whole) origins.setThrough({ machine, epoch }, through);
      });
      return { ...outcome, entries: ranges.map(({ machine, epoch }) => ({ machine, epoch, through: origins.through({ machine, epoch }) })) };
    },
    beginAgain: (detail) => {
      ledger.renewEpoch();
      ledger.transaction(() => ledger.append({ t: 'audit', d: { action: 'ledger-rolled-back', by: 'site', detail } }));
    },
    prune: (before, isOver, slice) => {
      const rows = walk.all(walked, slice);
      const last = rows.at(-1);
      const isEnd = last === undefined || rows.length < slice;
      // The rows of one ticket may be more than a slice holds; the next one then begins with the next ticket.
      walked = isEnd ? -1n : last.ticket;
      const old = rows.filter(({ at, show }) => at < BigInt(before) && (show === null || isOver(String(show) as ShowId)));
      if (old.length > 0 || isEnd) {
        write(() => {
          for (const { ticket, scan_id } of old) remove.run(ticket, scan_id);
          if (isEnd) {
            conflicts.prune();
            origins.prune();
          }
        });
      }
      return isEnd;
    },
  };
}

function showOf({ showId }: SiteRow): number | null {
  return showId === null ? null : Number(showId);
}
