import { FaultError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import type { MachineId } from '#core/contract/identifiers.ts';
import type { SiteMessage, SiteRow, VectorEntry } from '#core/contract/wire/site.ts';
import { lackingIn, originKey, vectorOf } from '#core/site/merge.ts';
import type { SiteRows } from '../ledger/site-rows.ts';

/**
 * Every member gets every admission: what is new here goes out at once, and what a member missed while it was away goes out in slices, one at a time, each
 * after the one before was written. Between two slices scans go on. Rows of others are passed on only to a member that says again that it lacks them: most
 * often it has them from the gate itself by then.
 */
export interface RowExchange {
  /**
   * How far each origin is known, for this member to hear. Of a ledger that this machine has had that is how far the member itself has told us of it: after a
   * disk was restored, two members may know different rows under the same numbers.
   */
  vectorFor(peer: MachineId): readonly VectorEntry[];
  /** A new line, on which the other has said how far it knows each origin. */
  opened(peer: MachineId, vector: readonly VectorEntry[]): void;
  /** The same, later on. */
  heard(peer: MachineId, vector: readonly VectorEntry[]): void;
  closed(peer: MachineId): void;
  /** Something was written here. */
  push(): void;
  got(peer: MachineId, entry: VectorEntry): void;
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
  /** How far each member has told us of the ledgers that this machine has had. */
  const takenBack = new Map<MachineId, Map<string, VectorEntry>>();

  const sendNext = (machine: MachineId, peer: Peer): void => {
    if (peer.isWaiting) return;
    const ours = originKey(rows.origin());
    const lacking = lackingIn(peer.known, rows.vector()).filter((entry) => peer.wantsOthers || originKey(entry) === ours);
    for (const entry of lacking) {
      const origin = { machine: entry.machine, epoch: entry.epoch };
      const slice = rows.changes(origin, entry.after, LIMITS.site.rowsInMessage);
      // Nothing in between but events that are no admissions.
      if (slice.rows.length === 0) {
        peer.known.set(originKey(origin), { ...origin, through: slice.through });
        continue;
      }
      peer.isWaiting = true;
      send(machine, { t: 'rows', origin, after: entry.after, through: slice.through, rows: [...slice.rows] });
      return;
    }
    peer.wantsOthers = false;
  };
  const hear = (peer: Peer, vector: readonly VectorEntry[]): void => {
    peer.known.clear();
    for (const [key, entry] of vectorOf(vector)) peer.known.set(key, entry);
    peer.wantsOthers = true;
  };
  /** A range that begins later than what this member has told us so far leaves a gap: it may have been sent before we knew that our disk was restored. */
  const takeBack = (from: MachineId, entry: VectorEntry, after: number): VectorEntry => {
    const taken = takenBack.get(from) ?? new Map<string, VectorEntry>();
    const key = originKey(entry);
    const before = taken.get(key)?.through ?? 0;
    const now = { ...entry, through: after > before ? before : Math.max(before, entry.through) };
    takenBack.set(from, taken.set(key, now));
    return now;
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
    vectorFor: (machine) => [...rows.vector().filter((entry) => !rows.isFormer(entry)), ...(takenBack.get(machine)?.values() ?? [])],
    opened: (machine, vector) => {
      const peer: Peer = { known: new Map(), wantsOthers: true, isWaiting: false };
      hear(peer, vector);
      peers.set(machine, peer);
      sendNext(machine, peer);
    },
    heard: (machine, vector) => {
      const peer = peers.get(machine);
      if (peer === undefined || peer.isWaiting) return;
      hear(peer, vector);
      sendNext(machine, peer);
    },
    closed: (machine) => {
      peers.delete(machine);
    },
    push: () => {
      for (const [machine, peer] of peers) sendNext(machine, peer);
    },
    got: (machine, entry) => {
      const peer = peers.get(machine);
      if (peer === undefined) return;
      peer.known.set(originKey(entry), entry);
      peer.isWaiting = false;
      sendNext(machine, peer);
    },
    take: (machine, { origin, after, through, rows: incoming }) =>
      attempt(() => {
        const merged = rows.mergeRange(origin, after, through, incoming);
        const { changed } = merged;
        const entry = rows.isFormer(origin) ? takeBack(machine, merged.entry, after) : merged.entry;
        send(machine, { t: 'got', entry });
        // What the other has told us it need not be told.
        peers.get(machine)?.known.set(originKey(entry), entry);
        return changed;
      }),
    takeLoose: (incoming) => incoming.length === 0 || attempt(() => rows.merge(incoming).changed),
  };
}
