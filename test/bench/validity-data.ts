import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Ledger, openLedger } from '#agent/ledger/ledger.ts';
import { diskValidityFiles } from '#agent/ledger/validity-files.ts';
import { createValidityStore, type ValidityStore } from '#agent/ledger/validity-store.ts';
import { systemClock as clock, systemRandom as random } from '#agent/runtime/clock.ts';
import { sha256Binary, sha256Hex } from '#agent/runtime/ticket-crypto.ts';
import { LIMITS } from '#core/base/limits.ts';
import type { ValidityManifest, ValidityTicket } from '#core/contract/box-office/validity.ts';
import type { TicketId } from '#core/contract/identifiers.ts';
import { keyRow, showRow, ticketRow } from '#core/validity/row-codec.ts';
import { createSetHash } from '#core/validity/set-hash.ts';
import { type CutShard, createShardCutter } from '#core/validity/shards.ts';
import type { BenchTickets } from './gate/tickets.ts';

/** As many tickets as a gate keeps, as the box office gives them out: the ones with codes, and others around them. */
export interface MillionTickets {
  readonly manifest: ValidityManifest;
  readonly shards: ReadonlyMap<string, Uint8Array>;
  readonly id: (number: number) => TicketId;
}

export const MILLION = 1_000_000;

/** @param count of tickets, the coded ones among them */
export function manyTickets({ snapshot }: BenchTickets, count: number): MillionTickets {
  const { head, keys, shows, tickets } = snapshot;
  const [template] = tickets;
  if (template === undefined) throw new Error('there is a ticket to copy');
  const sum = createSetHash(sha256Binary);
  const cutter = createShardCutter(LIMITS.validity.shardBytes);
  const shards = new Map<string, Uint8Array>();
  const described: ValidityManifest['shards'] = [];
  const keep = (cut: CutShard | undefined): void => {
    if (cut === undefined) return;
    const sha256 = sha256Hex(cut.bytes);
    shards.set(sha256, cut.bytes);
    described.push({ sha256, bytes: cut.bytes.length, rows: cut.rows, first: cut.first, last: cut.last });
  };
  const put = (row: Uint8Array): void => {
    sum.add(row);
    keep(cutter.push(row));
  };
  for (const key of keys) sum.add(keyRow(key));
  for (const show of shows) put(showRow(show));
  // The coded ones have lower numbers (see tickets.ts), so the order is kept.
  for (const ticket of tickets) put(ticketRow(ticket));
  for (let number = 0; number < count - tickets.length; number++) put(ticketRow(filler(template, number)));
  keep(cutter.finish());
  return { manifest: { head: { ...head, setHash: sum.text() }, keys: [...keys], shards: described }, shards, id: fillerId };
}

export function filler(template: ValidityTicket, number: number): ValidityTicket {
  return { ...template, id: fillerId(number), seat: number % 500, seatLabel: `${(number % 20) + 1}-${(number % 25) + 1}` };
}

function fillerId(number: number): TicketId {
  return (3_609_070_200_000_000 + number * 97).toString() as TicketId;
}

/** A gate's ledger and validity data on a disk of its own. */
export interface BenchGate {
  readonly folder: string;
  readonly ledger: Ledger;
  readonly store: ValidityStore;
  close(): void;
  dispose(): void;
}

export function openBenchGate(folder: string = mkdtempSync(join(tmpdir(), 'foyer-bench-'))): BenchGate {
  const ledger = openLedger(join(folder, 'ledger.db'), { clock, random, boot: 'bench' });
  const store = createValidityStore(ledger, diskValidityFiles(join(folder, 'validity')));
  const close = (): void => {
    store.close();
    if (ledger.database.open) ledger.close();
  };
  return {
    folder,
    ledger,
    store,
    close,
    dispose: () => {
      close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
