import { setImmediate } from 'node:timers/promises';
import type { KeyFacts, ShowFacts, TicketFacts } from '#core/admission/facts.ts';
import { assert } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import { type Instant, instant } from '#core/base/time.ts';
import type { TicketKey, ValidityDelta, ValidityHead, ValidityOp, ValiditySnapshot } from '#core/contract/box-office/validity.ts';
import type { ShowId, TicketId } from '#core/contract/identifiers.ts';
import { addRow, EMPTY_SET, parseSetHash, removeRow, setHashText } from '#core/validity/set-hash.ts';
import { sha256Hex } from '../runtime/ticket-crypto.ts';
import type { Ledger } from './ledger.ts';
import {
  prepareRows,
  type RowStatements,
  type Slot,
  showFactsOf,
  showOfRow,
  showRowOf,
  ticketFactsOf,
  ticketOfRow,
  ticketRowOf,
} from './validity-rows.ts';

/**
 * The validity data of this machine: what a decision looks up, and the two ways in which it changes. Whoever calls has checked the signatures; this store
 * checks that what it holds afterwards is what the box office holds.
 */
export interface ValidityStore {
  /** Undefined before the first snapshot. */
  state(): ValidityState | undefined;
  ticket(id: TicketId): TicketFacts | undefined;
  show(id: ShowId): ShowFacts | undefined;
  key(id: number): RingKey | undefined;
  /** The box office has signed, at this time of its clock, that the version held is the newest. An earlier time than the one known changes nothing. */
  confirm(at: Instant): void;
  /**
   * Replaces everything. Loaded beside the data in use, in slices between which scans go on, and swapped in by one transaction. On `set-hash-differs` the old
   * data stay. One change at a time: the caller waits for the last.
   */
  installSnapshot(snapshot: ValiditySnapshot): Promise<Result<void, 'set-hash-differs'>>;
  /**
   * Takes the data one version further. A small delta is one transaction; a large one is put in by slices, each row of which is already true, and only the
   * last slice raises the version, so that a delta that was cut off is simply applied again.
   */
  applyDelta(delta: ValidityDelta): Promise<Result<void, 'set-hash-differs'>>;
  /** Runs the look-ups once for nothing, so that they are quick when the rest of a code has arrived. */
  warm(): void;
}

export interface ValidityState {
  readonly epoch: string;
  readonly version: number;
  readonly setHash: string;
  readonly tickets: number;
  readonly confirmedAt: Instant;
}

export interface RingKey extends KeyFacts {
  readonly publicKey: string;
}

/** The tables' sum and count, as they are while a transaction works on them. */
interface Tally {
  sum: bigint;
  tickets: number;
}

interface MetaRow {
  readonly slot: Slot;
  readonly epoch: string;
  readonly version: number;
  readonly rows_hash: string;
  readonly tickets: number;
  readonly confirmed_at: number;
}

interface KeyRow {
  readonly id: number;
  readonly public_key: string;
  readonly not_before: number;
  readonly not_after: number;
}

/** Rolls a transaction back whose rows do not add up; never leaves this file. */
class SetHashDiffers extends Error {
  override readonly name = 'SetHashDiffers';
}

export function createValidityStore({ database, transaction }: Pick<Ledger, 'database' | 'transaction'>): ValidityStore {
  const slots: Readonly<Record<Slot, RowStatements>> = { 0: prepareRows(database, 0), 1: prepareRows(database, 1) };
  const statements = {
    readMeta: database.prepare<[], MetaRow>('SELECT slot, epoch, version, rows_hash, tickets, confirmed_at FROM validity'),
    writeMeta: database.prepare<[MetaRow]>(
      `INSERT OR REPLACE INTO validity (id, slot, epoch, version, rows_hash, tickets, confirmed_at)
       VALUES (1, :slot, :epoch, :version, :rows_hash, :tickets, :confirmed_at)`,
    ),
    readKeys: database.prepare<[], KeyRow>('SELECT id, public_key, not_before, not_after FROM validity_key'),
    clearKeys: database.prepare('DELETE FROM validity_key'),
    putKey: database.prepare<[KeyRow]>(
      'INSERT OR REPLACE INTO validity_key (id, public_key, not_before, not_after) VALUES (:id, :public_key, :not_before, :not_after)',
    ),
  };
  let meta = statements.readMeta.get();
  let keys = readKeys(statements.readKeys.all());
  const shows = new Map<ShowId, ShowFacts>();
  let isChanging = false;

  /** Commits a change and what it makes of the tally; what is kept in memory follows only when that is on the disk. */
  const commit = (next: () => MetaRow): void => {
    const committed = transaction(() => {
      const row = next();
      statements.writeMeta.run(row);
      return row;
    });
    meta = committed;
    keys = readKeys(statements.readKeys.all());
    shows.clear();
  };
  const replaceKeys = (ring: readonly TicketKey[]): void => {
    statements.clearKeys.run();
    for (const key of ring) {
      statements.putKey.run({ id: key.id, public_key: key.publicKey, not_before: Date.parse(key.notBefore), not_after: Date.parse(key.notAfter) });
    }
  };
  const alone = async (change: () => Promise<Result<void, 'set-hash-differs'>>): Promise<Result<void, 'set-hash-differs'>> => {
    assert(!isChanging, 'the validity data are changed by one caller at a time');
    isChanging = true;
    try {
      return await change();
    } finally {
      isChanging = false;
    }
  };

  return {
    state: () =>
      meta && {
        epoch: meta.epoch,
        version: meta.version,
        setHash: meta.rows_hash,
        tickets: meta.tickets,
        confirmedAt: instant(meta.confirmed_at),
      },
    ticket: (id) => {
      if (meta === undefined) return undefined;
      const row = slots[meta.slot].ticket.get(BigInt(id));
      return row && ticketFactsOf(id, row);
    },
    show: (id) => {
      if (meta === undefined) return undefined;
      const kept = shows.get(id);
      if (kept !== undefined) return kept;
      const row = slots[meta.slot].show.get(Number(id));
      if (row === undefined) return undefined;
      const facts = showFactsOf(id, row);
      shows.set(id, facts);
      return facts;
    },
    key: (id) => keys.get(id),
    confirm: (at) => {
      const held = meta;
      assert(held !== undefined, 'data that are not there cannot be confirmed');
      if (at > held.confirmed_at) commit(() => ({ ...held, confirmed_at: at }));
    },
    installSnapshot: (snapshot) =>
      alone(async () => {
        const before = meta;
        const spare: Slot = before?.slot === 0 ? 1 : 0;
        await clear(slots[spare], transaction);
        const tally: Tally = { sum: EMPTY_SET, tickets: 0 };
        for (const slice of slicesOf(rowsOf(snapshot))) {
          transaction(() => applyOps(slots[spare], slice, tally));
          await setImmediate();
        }
        if (setHashText(tally.sum) !== snapshot.head.setHash) return err('set-hash-differs');
        commit(() => {
          replaceKeys(snapshot.keys);
          return metaRow(spare, snapshot.head, tally, before);
        });
        if (before !== undefined) await clear(slots[before.slot], transaction);
        return ok();
      }),
    applyDelta: (delta) =>
      alone(async () => {
        const slices = slicesOf(delta.ops);
        const last = slices.pop() ?? [];
        const applySlice = (ops: readonly ValidityOp[], next: (held: MetaRow, tally: Tally) => MetaRow): void => {
          const held = meta;
          assert(held !== undefined, 'a delta needs data to be applied to');
          commit(() => {
            const tally: Tally = { sum: parseSetHash(held.rows_hash), tickets: held.tickets };
            applyOps(slots[held.slot], ops, tally);
            for (const op of ops) if (op.op === 'put-keys') replaceKeys(op.keys);
            return next(held, tally);
          });
        };
        for (const slice of slices) {
          applySlice(slice, (held, tally) => ({ ...held, rows_hash: setHashText(tally.sum), tickets: tally.tickets }));
          await setImmediate();
        }
        try {
          applySlice(last, (held, tally) => {
            if (setHashText(tally.sum) !== delta.head.setHash) throw new SetHashDiffers();
            return metaRow(held.slot, delta.head, tally, held);
          });
        } catch (cause) {
          if (cause instanceof SetHashDiffers) return err('set-hash-differs');
          throw cause;
        }
        return ok();
      }),
    warm: () => {
      if (meta !== undefined) slots[meta.slot].ticket.get(0n);
    },
  };
}

/** Writes the rows of one slice and keeps the tally in step: whatever a row replaces is taken out of the sum first. */
function applyOps(to: RowStatements, ops: readonly ValidityOp[], tally: Tally): void {
  for (const op of ops) {
    switch (op.op) {
      case 'put-ticket': {
        takeTicketOut(to, op.ticket.id, tally);
        to.putTicket.run(ticketRowOf(op.ticket));
        tally.sum = addRow(tally.sum, op.ticket, sha256Hex);
        tally.tickets++;
        break;
      }
      case 'drop-ticket':
        takeTicketOut(to, op.id, tally);
        to.dropTicket.run(BigInt(op.id));
        break;
      case 'put-show':
        takeShowOut(to, op.show.id, tally);
        to.putShow.run(showRowOf(op.show));
        tally.sum = addRow(tally.sum, op.show, sha256Hex);
        break;
      case 'drop-show':
        takeShowOut(to, op.id, tally);
        to.dropShow.run(Number(op.id));
        break;
      case 'put-keys':
        break;
    }
  }
}

function takeTicketOut(from: RowStatements, id: TicketId, tally: Tally): void {
  const row = from.ticket.get(BigInt(id));
  if (row === undefined) return;
  tally.sum = removeRow(tally.sum, ticketOfRow(id, row), sha256Hex);
  tally.tickets--;
}

function takeShowOut(from: RowStatements, id: ShowId, tally: Tally): void {
  const row = from.show.get(Number(id));
  if (row !== undefined) tally.sum = removeRow(tally.sum, showOfRow(id, row), sha256Hex);
}

/** A table that nobody reads, emptied without holding the database for long. */
async function clear(rows: RowStatements, transaction: Ledger['transaction']): Promise<void> {
  for (let removed = 1; removed > 0; ) {
    removed = transaction(() => rows.clearSomeTickets.run(LIMITS.validity.sliceRows).changes);
    if (removed > 0) await setImmediate();
  }
  transaction(() => rows.clearShows.run());
}

function metaRow(slot: Slot, head: ValidityHead, tally: Tally, before: MetaRow | undefined): MetaRow {
  return {
    slot,
    epoch: head.epoch,
    version: head.version,
    rows_hash: setHashText(tally.sum),
    tickets: tally.tickets,
    confirmed_at: Math.max(before?.confirmed_at ?? 0, Date.parse(head.at)),
  };
}

/** A snapshot is the delta from nothing. */
function rowsOf({ shows, tickets }: ValiditySnapshot): readonly ValidityOp[] {
  return [...shows.map((show) => ({ op: 'put-show', show }) as const), ...tickets.map((ticket) => ({ op: 'put-ticket', ticket }) as const)];
}

function slicesOf<Item>(items: readonly Item[]): (readonly Item[])[] {
  const slices: (readonly Item[])[] = [];
  for (let at = 0; at < items.length; at += LIMITS.validity.sliceRows) slices.push(items.slice(at, at + LIMITS.validity.sliceRows));
  return slices;
}

function readKeys(rows: readonly KeyRow[]): ReadonlyMap<number, RingKey> {
  return new Map(rows.map((row) => [row.id, { publicKey: row.public_key, notBefore: instant(row.not_before), notAfter: instant(row.not_after) }]));
}
