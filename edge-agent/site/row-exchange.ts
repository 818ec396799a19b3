import { FaultError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import type { MachineId } from '#core/contract/identifiers.ts';
import { RANGES_MAX, type RowRange, type SiteMessage, type SiteRow, VECTOR_MAX, type VectorEntry } from '#core/contract/wire/site.ts';
import { lackingIn, originKey } from '#core/site/merge.ts';
import type { SiteRows } from '../ledger/site-rows.ts';

/**
 * Every member gets every admission: what is new here goes out at once, and what a member missed while it was away goes out in slices, one at a time, each
 * after the one before was written. Between two slices scans go on. Rows of others are passed on only to a member that says again that it lacks them: most
 * often it has them from the gate itself by then.
 */
export interface RowExchange {
  /** How far each origin is known, for a member that is greeted. */
  vectorFor(peer: MachineId): readonly VectorEntry[];
  /** The same, as far as this member has not been told it on this line. */
  newsFor(peer: MachineId): readonly VectorEntry[];
  /** A new line, on which the other has said how far it knows each origin. */
  opened(peer: MachineId, vector: readonly VectorEntry[]): void;
  /** The same, later on: what is new of it. */
  heard(peer: MachineId, news: readonly VectorEntry[]): void;
  closed(peer: MachineId): void;
  /** Something was written here. */
  push(): void;
  got(peer: MachineId, entries: readonly VectorEntry[]): void;
  /** Rows from elsewhere. False when they cannot be kept now (the disk is full): the line has to begin again later. */
  take(peer: MachineId, message: Extract<SiteMessage, { t: 'rows' }>): boolean;
  /** Rows that came with an answer, out of their order. */
  takeLoose(rows: readonly SiteRow[]): boolean;
}

export interface RowExchangeParts {
  readonly rows: SiteRows;
  readonly send: (to: MachineId, message: SiteMessage) => void;
  readonly onMerged: (changed: readonly SiteRow[]) => void;
  readonly onFault: (fault: FaultError) => void;
}

interface Peer {
  /** How far it knows each origin, as last told or acknowledged. */
  readonly known: Map<string, VectorEntry>;
  /** It has said itself that it lacks rows which are not ours. */
  wantsOthers: boolean;
  /** A slice is on its way. */
  isWaiting: boolean;
}

export function createRowExchange({ rows, send, onMerged, onFault }: RowExchangeParts): RowExchange {
  const peers = new Map<MachineId, Peer>();
  /** What each has been told of us on its line, by origin. */
  const told = new Map<MachineId, Map<string, number>>();
  /** The vector of which each has been told all. It is asked at every beat, and most have nothing new. */
  const toldAllOf = new Map<MachineId, readonly VectorEntry[]>();

  const sendNext = (machine: MachineId, peer: Peer, changes: SiteRows['changes'] = rows.changes): void => {
    if (peer.isWaiting) return;
    const ours = originKey(rows.origin());
    const lacking = lackingIn(peer.known, rows.vector()).filter((entry) => peer.wantsOthers || originKey(entry) === ours);
    if (lacking.length === 0) {
      peer.wantsOthers = false;
      return;
    }
    // A row may have come from one origin to another since it was told; what fits goes in one message, and is written by one transaction.
    const ranges: RowRange[] = [];
    const slice: SiteRow[] = [];
    for (const { machine: of, epoch, after } of lacking.slice(0, RANGES_MAX)) {
      if (slice.length >= LIMITS.site.rowsInMessage) break;
      const part = changes({ machine: of, epoch }, after, LIMITS.site.rowsInMessage - slice.length);
      ranges.push({ machine: of, epoch, after, through: part.through });
      slice.push(...part.rows);
    }
    peer.isWaiting = true;
    send(machine, { t: 'rows', ranges, rows: slice });
  };
  const learn = (peer: Peer, vector: readonly VectorEntry[]): void => {
    for (const entry of vector) peer.known.set(originKey(entry), entry);
  };
  const tell = (machine: MachineId, entries: readonly VectorEntry[]): void => {
    const line = told.get(machine) ?? new Map<string, number>();
    for (const entry of entries) line.set(originKey(entry), entry.through);
    told.set(machine, line);
  };
  /** What the disk refuses for the moment is asked for again; everything else is not ours to handle. */
  const attempt = (work: () => readonly SiteRow[]): boolean => {
    try {
      const changed = work();
      if (changed.length > 0) onMerged(changed);
      return true;
    } catch (cause) {
      if (!(cause instanceof FaultError)) throw cause;
      onFault(cause);
      return false;
    }
  };

  return {
    vectorFor: (machine) => {
      told.delete(machine);
      toldAllOf.delete(machine);
      // Of an origin that it is not told the other sends everything once more, and nothing is lost by it.
      const vector = rows.vector().slice(-VECTOR_MAX);
      tell(machine, vector);
      return vector;
    },
    newsFor: (machine) => {
      const vector = rows.vector();
      if (toldAllOf.get(machine) === vector) return [];
      const line = told.get(machine);
      const ours = originKey(rows.origin());
      // Our own admissions are told as they are written.
      const news = vector.filter((entry) => originKey(entry) !== ours && (line?.get(originKey(entry)) ?? 0) < entry.through);
      if (news.length <= VECTOR_MAX) toldAllOf.set(machine, vector);
      const first = news.slice(-VECTOR_MAX);
      tell(machine, first);
      return first;
    },
    opened: (machine, vector) => {
      const peer: Peer = { known: new Map(), wantsOthers: true, isWaiting: false };
      learn(peer, vector);
      peers.set(machine, peer);
      sendNext(machine, peer);
    },
    heard: (machine, news) => {
      const peer = peers.get(machine);
      if (peer === undefined) return;
      learn(peer, news);
      peer.wantsOthers = true;
      sendNext(machine, peer);
    },
    closed: (machine) => {
      peers.delete(machine);
      told.delete(machine);
      toldAllOf.delete(machine);
    },
    push: () => {
      // Most lack the same: it is read once for all of them.
      const changes = once(rows.changes);
      for (const [machine, peer] of peers) sendNext(machine, peer, changes);
    },
    got: (machine, entries) => {
      const peer = peers.get(machine);
      if (peer === undefined) return;
      learn(peer, entries);
      peer.isWaiting = false;
      sendNext(machine, peer);
    },
    take: (machine, { ranges, rows: incoming }) =>
      attempt(() => {
        const { changed, entries } = rows.mergeRanges(ranges, incoming);
        send(machine, { t: 'got', entries: [...entries] });
        tell(machine, entries);
        // What the other has told us it need not be told.
        const peer = peers.get(machine);
        if (peer !== undefined)
          learn(
            peer,
            ranges.map(({ machine: of, epoch, through }) => ({ machine: of, epoch, through })),
          );
        return changed;
      }),
    takeLoose: (incoming) => incoming.length === 0 || attempt(() => rows.merge(incoming).changed),
  };
}

/** Reads each part once. For one moment only: what is written meanwhile is not seen. */
function once(changes: SiteRows['changes']): SiteRows['changes'] {
  const read = new Map<string, ReturnType<SiteRows['changes']>>();
  return (origin, after, limit) => {
    const name = `${originKey(origin)} ${after} ${limit}`;
    const part = read.get(name) ?? changes(origin, after, limit);
    read.set(name, part);
    return part;
  };
}
