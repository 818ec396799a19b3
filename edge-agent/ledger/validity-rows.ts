import type { ShowFacts } from '#core/admission/facts.ts';
import { instant } from '#core/base/time.ts';
import type { ShowId, TicketId } from '#core/contract/identifiers.ts';
import type { RowChange } from '#core/validity/changes.ts';
import { decodeRow, hexOf, rowPrefix, soldOf, ticketNumber } from '#core/validity/row-codec.ts';
import { showFactsOf } from '#core/validity/row-facts.ts';
import { ROW_KIND } from '#core/validity/row-form.ts';
import type { SetHash } from '#core/validity/set-hash.ts';
import { DamagedSnapshot, type SnapshotFile, showIdOf } from './validity-file.ts';
import type { RingKey } from './validity-store.ts';

/**
 * The rows as they are now: those of the snapshot's file, and in memory those that have changed since. A delta is staged beside them and taken in at once, so
 * that no decision ever sees half of it.
 */
export interface ValidityRows {
  ticket(id: TicketId): Uint8Array | undefined;
  /** @param hash 32 hexadecimal digits */
  codeTicket(hash: string): TicketId | undefined;
  show(id: ShowId): ShowFacts | undefined;
  shows(): Iterable<ShowFacts>;
  key(id: number): RingKey | undefined;
  sold(id: ShowId): number;
  tickets(): number;
  /** Tickets and codes that differ from the file. */
  changed(): number;
  setHash(): string;
  stage(): Stage;
}

export interface Stage {
  apply(change: RowChange): void;
  setHash(): string;
  /** Nothing else may have been taken in since the stage was begun. */
  takeIn(): void;
}

/** A row that was dropped is null: it hides the one in the file. */
type Changed<Id> = Map<Id, Uint8Array | null>;

interface ShowEntry {
  readonly row: Uint8Array;
  readonly facts: ShowFacts;
}

interface KeyEntry {
  readonly row: Uint8Array;
  readonly key: RingKey;
}

/** @throws DamagedSnapshot here and from every look-up */
export function createValidityRows(file: SnapshotFile, initialHash: SetHash): ValidityRows {
  const tickets: Changed<TicketId> = new Map();
  const codes: Changed<string> = new Map();
  const shows = new Map(file.shows().map((row) => [showIdOf(row), showEntry(row)]));
  const sold = new Map(file.sold().map(({ show, bodies }) => [show, bodies]));
  let keys: ReadonlyMap<number, KeyEntry> = ringOf(file.keys());
  let ticketCount = file.mark.tickets;
  let hash = initialHash;

  const ticket = (id: TicketId): Uint8Array | undefined => {
    const changed = tickets.get(id);
    return changed === undefined ? file.ticket(id) : (changed ?? undefined);
  };
  const code = (id: string): Uint8Array | undefined => {
    const changed = codes.get(id);
    return changed === undefined ? file.code(id) : (changed ?? undefined);
  };

  const stage = (): Stage => {
    const staged = { ticket: new Map() as Changed<TicketId>, code: new Map() as Changed<string>, show: new Map() as Changed<ShowId> };
    const soldBy = new Map<number, number>();
    let ring: ReadonlyMap<number, KeyEntry> | undefined;
    let added = 0;
    const sum = hash.copy();
    const count = (row: Uint8Array, sign: 1 | -1): void => {
      const { show, bodies } = soldOf(row, 0);
      soldBy.set(show, (soldBy.get(show) ?? 0) + sign * bodies);
      added += sign;
    };
    const replace = (before: Uint8Array | undefined, after: Uint8Array | undefined): void => {
      if (before !== undefined) sum.remove(before);
      if (after !== undefined) sum.add(after);
    };
    const change = (prefix: Uint8Array, after: Uint8Array | undefined): void => {
      switch (prefix[0]) {
        case ROW_KIND.ticket: {
          const id = ticketNumber(prefix, 1);
          const before = seen(staged.ticket, id, ticket);
          if (before !== undefined) count(before, -1);
          if (after !== undefined) count(after, 1);
          replace(before, after);
          staged.ticket.set(id, after ?? null);
          break;
        }
        case ROW_KIND.code: {
          const id = hexOf(prefix, 1, 17);
          replace(seen(staged.code, id, code), after);
          staged.code.set(id, after ?? null);
          break;
        }
        default: {
          const id = showIdOf(prefix);
          replace(
            seen(staged.show, id, () => shows.get(id)?.row),
            after,
          );
          staged.show.set(id, after ?? null);
        }
      }
    };
    return {
      apply: (each) => {
        if (each.kind === 'put') change(rowPrefix(each.row), each.row);
        else if (each.kind === 'drop') change(each.prefix, undefined);
        else {
          for (const { row } of (ring ?? keys).values()) sum.remove(row);
          for (const row of each.rows) sum.add(row);
          ring = ringOf(each.rows);
        }
      },
      setHash: () => sum.text(),
      takeIn: () => {
        for (const [id, row] of staged.ticket) tickets.set(id, row);
        for (const [id, row] of staged.code) codes.set(id, row);
        for (const [id, row] of staged.show) {
          if (row === null) shows.delete(id);
          else shows.set(id, showEntry(row));
        }
        for (const [show, bodies] of soldBy) sold.set(show, (sold.get(show) ?? 0) + bodies);
        keys = ring ?? keys;
        ticketCount += added;
        hash = sum;
      },
    };
  };

  return {
    ticket,
    codeTicket: (id) => {
      const row = code(id);
      return row && ticketNumber(row, 17);
    },
    show: (id) => shows.get(id)?.facts,
    shows: () => [...shows.values()].map(({ facts }) => facts),
    key: (id) => keys.get(id)?.key,
    sold: (id) => sold.get(Number(id)) ?? 0,
    tickets: () => ticketCount,
    changed: () => tickets.size + codes.size,
    setHash: () => hash.text(),
    stage,
  };
}

function seen<Id>(staged: Changed<Id>, id: Id, otherwise: (id: Id) => Uint8Array | undefined): Uint8Array | undefined {
  const row = staged.get(id);
  return row === undefined ? otherwise(id) : (row ?? undefined);
}

function showEntry(row: Uint8Array): ShowEntry {
  const decoded = decodeRow(row);
  if (decoded?.kind !== 'show') throw new DamagedSnapshot('a show is not of our form');
  return { row, facts: showFactsOf(decoded.show) };
}

function ringOf(rows: readonly Uint8Array[]): ReadonlyMap<number, KeyEntry> {
  return new Map(
    rows.map((row) => {
      const decoded = decodeRow(row);
      if (decoded?.kind !== 'key') throw new DamagedSnapshot('a key is not of our form');
      const { id, publicKey, notBefore, notAfter } = decoded.key;
      return [id, { row, key: { publicKey, notBefore: instant(Date.parse(notBefore)), notAfter: instant(Date.parse(notAfter)) } }];
    }),
  );
}
