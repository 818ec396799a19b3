import { assert } from '#core/base/fault.ts';
import type { Instant } from '#core/base/time.ts';
import type { MachineId, ShowId, TicketId } from '#core/contract/identifiers.ts';
import type { SiteOrigin, SiteRow, VectorEntry } from '#core/contract/wire/site.ts';
import { compareProgress, compareRows, isLive, originKey } from '#core/site/merge.ts';
import type { Admissions } from './admissions.ts';
import type { Ledger } from './ledger.ts';

/** The admissions of the site as its members exchange them: what we know, what others lack, and the union with what they know. */
export interface SiteRows {
  /** This machine and its present ledger. */
  origin(): SiteOrigin;
  vector(): readonly VectorEntry[];
  /** Whether it is a ledger that this machine has had: what is known of it depends on whom one asks, so it is fetched whole from everybody. */
  isFormer(origin: SiteOrigin): boolean;
  /** What of this origin comes after `after`: at most `limit` rows, and up to where they are all. */
  changes(origin: SiteOrigin, after: number, limit: number): { readonly rows: readonly SiteRow[]; readonly through: number };
  /** Whether this much is known of an admission. */
  knows(row: Pick<SiteRow, 'ticketId' | 'scanId' | 'rev' | 'outcome'>): boolean;
  /** The newest row of each ledger that this machine has had. */
  newestOf(machine: MachineId): readonly SiteRow[];
  ofTicket(ticket: TicketId): readonly SiteRow[];
  /** Takes rows that were told out of their order. One transaction; doubles that come to light are told to the box office by the same. */
  merge(rows: readonly SiteRow[]): MergeOutcome;
  /**
   * Takes every row of `origin` between `after` and `through`, unless something before them is missing. `entry` says how far the origin is known now; of a
   * former ledger of our own it says how far this range went.
   */
  mergeRange(origin: SiteOrigin, after: number, through: number, rows: readonly SiteRow[]): MergeOutcome & { readonly entry: VectorEntry };
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

export function createSiteRows(
  ledger: Pick<Ledger, 'database' | 'transaction' | 'append' | 'epoch' | 'renewEpoch'>,
  admissions: Admissions,
): SiteRows {
  const { machine, origins, rows: table, conflicts, halls } = admissions.parts;
  const walk = ledger.database.prepare<[bigint, number], { ticket: bigint; scan_id: string; show: bigint | null; at: bigint }>(
    'SELECT ticket, scan_id, show, at FROM admission WHERE ticket > ? ORDER BY ticket, scan_id LIMIT ?',
  );
  walk.safeIntegers();
  const remove = ledger.database.prepare<[bigint, string]>('DELETE FROM admission WHERE ticket = ? AND scan_id = ?');
  let walked = -1n;

  const origin = (): SiteOrigin => ({ machine, epoch: ledger.epoch });
  const throughOf = (of: SiteOrigin): number => origins.vector().find((entry) => originKey(entry) === originKey(of))?.through ?? 0;

  const isOurs = (of: SiteOrigin): boolean => [origin(), origins.before()].some((own) => originKey(own) === originKey(of));
  /** A row of a ledger that we have had is not news because of its name. */
  const isNews = (row: SiteRow, known: SiteRow | undefined): boolean =>
    known === undefined || compareRows(origins.isFormer(row) ? { ...row, epoch: known.epoch, n: known.n } : row, known) > 0;
  /** Within a transaction. Members that have never met the one that told it to us hear of the row from us. */
  const takeBack = (row: SiteRow): SiteRow => {
    const own = origins.before();
    const n = throughOf(own) + 1;
    origins.setThrough(own, n);
    return { ...row, ...own, n };
  };
  /** Within a transaction; answers what to count when it is committed. */
  const take = (incoming: readonly SiteRow[]): { readonly changed: SiteRow[]; readonly before: Map<SiteRow, SiteRow | undefined> } => {
    const changed: SiteRow[] = [];
    const before = new Map<SiteRow, SiteRow | undefined>();
    for (const told of incoming) {
      // Nobody knows our own ledger better than we do; who seems to is heard by the network first, which begins a new one.
      if (isOurs(told)) continue;
      const known = table.find(told.ticketId, told.scanId);
      if (!isNews(told, known)) continue;
      const row = origins.isFormer(told) ? takeBack(told) : told;
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
  const merge = (incoming: readonly SiteRow[], andThen: () => void = () => undefined): MergeOutcome => {
    try {
      const taken = ledger.transaction(() => {
        const news = take(incoming);
        andThen();
        return news;
      });
      count(taken);
      return { changed: taken.changed };
    } catch (cause) {
      if (ledger.database.open) origins.reload();
      throw cause;
    }
  };

  return {
    origin,
    vector: origins.vector,
    isFormer: origins.isFormer,
    changes: (of, after, limit) => {
      const through = throughOf(of);
      const rows = table.changes(of, after, limit).filter(({ n }) => n <= through);
      const last = rows.at(-1);
      return { rows, through: last !== undefined && rows.length === limit ? last.n : through };
    },
    knows: (row) => {
      const known = table.find(row.ticketId, row.scanId);
      return known !== undefined && compareProgress(known, row) >= 0;
    },
    newestOf: (of) =>
      origins
        .vector()
        .filter((entry) => entry.machine === of)
        .map((entry) => table.newest(entry))
        .filter((row) => row !== undefined),
    ofTicket: table.ofTicket,
    merge: (incoming) => (!incoming.some((row) => isNews(row, table.find(row.ticketId, row.scanId))) ? { changed: [] } : merge(incoming)),
    mergeRange: (of, after, through, incoming) => {
      assert(
        incoming.every((row) => originKey(row) === originKey(of)),
        'a range has rows of its own origin only',
      );
      const entry = (reached: number): VectorEntry => ({ ...of, through: reached });
      if (origins.isFormer(of)) return { ...merge(incoming), entry: entry(through) };
      const known = throughOf(of);
      // A gap: what is missing comes first, and then this once more.
      if (known < after || isOurs(of)) return { changed: [], entry: entry(known) };
      const outcome = merge(incoming, () => origins.setThrough(of, through));
      return { ...outcome, entry: entry(Math.max(known, through)) };
    },
    beginAgain: (detail) => {
      ledger.renewEpoch();
      ledger.transaction(() => {
        origins.ours();
        ledger.append({ t: 'audit', d: { action: 'ledger-rolled-back', by: 'site', detail } });
      });
    },
    prune: (before, isOver, slice) => {
      const rows = walk.all(walked, slice);
      const last = rows.at(-1);
      const isEnd = last === undefined || rows.length < slice;
      // The rows of one ticket may be more than a slice holds; the next one then begins with the next ticket.
      walked = isEnd ? -1n : last.ticket;
      const old = rows.filter(({ at, show }) => at < BigInt(before) && (show === null || isOver(String(show) as ShowId)));
      if (old.length > 0 || isEnd) {
        ledger.transaction(() => {
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
