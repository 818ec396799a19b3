import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { boxOfficeStoreKind } from '#agent/box-office/store/sqlite/schema.ts';
import { ledgerStore } from '#agent/ledger/ledger-store.ts';
import { openStore, type StoreKind } from '#agent/store/database.ts';
import type { DatedFact, Fact } from '../judge/facts.ts';
import { allFlows } from '../lobby/guests.ts';
import { startRecorded } from '../lobby/recorded-lobby.ts';
import { settled } from '../lobby/settled.ts';
import { decodeOperations, type Operation } from '../recorder/operations.ts';

/** A lobby of the first version, and the start of this one on its data. */

export interface RecordedMigration {
  readonly operations: readonly Operation[];
  /** The data folder as it was, by path. */
  readonly start: readonly (readonly [path: string, file: string])[];
}

const EPOCH = 'a1b2c3d4e5f60718';
const MACHINE = 'lobby-1';
const LANE = 'lane-1';
/** Guests of the evening before; each left a scan and a passage, which the box office has acknowledged. */
const GUESTS = 400;
const FILES = ['ledger.db', 'box-office/box-office.db'];

export async function recordMigration(folder: string, library: string): Promise<RecordedMigration> {
  const [before, data, log] = [join(folder, 'before'), join(folder, 'data'), join(folder, 'operations')];
  makeFirstVersion(before);
  cpSync(before, data, { recursive: true });
  const lobby = await startRecorded(folder, { library, log });
  await allFlows(lobby);
  await settled(lobby.lobby);
  await lobby.lobby.stop();
  lobby.close();
  return { operations: decodeOperations(readFileSync(log)), start: FILES.map((path) => [path, join(before, path)] as const) };
}

const firstVersion = (kind: StoreKind, migrations: number): StoreKind => ({ ...kind, migrations: kind.migrations.slice(0, migrations) });

/** Fills a data folder as the first version left it. */
export function makeFirstVersion(folder: string): void {
  mkdirSync(join(folder, 'box-office'), { recursive: true });
  const guests = Array.from({ length: GUESTS }, (_, index) => index);
  const ledger = openStore(join(folder, 'ledger.db'), firstVersion(ledgerStore, 2));
  ledger.transaction(() => {
    ledger.prepare(`INSERT INTO meta (name, value) VALUES ('epoch', ?)`).run(EPOCH);
    ledger.prepare(`UPDATE outbox_lane SET next = ?, through = ? WHERE lane = 'p0'`).run(2 * GUESTS + 1, 2 * GUESTS);
    const event = ledger.prepare(`INSERT INTO outbox (lane, seq, event_id, type, at, mono, boot, body) VALUES ('p0', ?, ?, ?, ?, 0, 'old', ?)`);
    const admission = ledger.prepare(
      `INSERT INTO admission (ticket, scan_id, lane, direction, at, outcome) VALUES (?, ?, '${LANE}', 'entry', ?, 'passed')`,
    );
    for (const guest of guests) {
      const at = Date.now() - 86_400_000 + guest * 1_000;
      for (const [index, type] of ['scan', 'passage'].entries())
        event.run(2 * guest + index + 1, eventId(guest, index), type, at, bodyOf(type, guest));
      admission.run(BigInt(ticketOf(guest)), scanOf(guest), at);
    }
  })();
  ledger.close();
  const office = openStore(join(folder, 'box-office/box-office.db'), firstVersion(boxOfficeStoreKind, 1));
  office.transaction(() => {
    office.prepare('INSERT INTO received_through VALUES (?, ?, ?, ?)').run(MACHINE, EPOCH, 'p0', 2 * GUESTS);
    const event = office.prepare(
      `INSERT INTO received_event (dev, epoch, lane, seq, id, type, body, received_at, disposition) VALUES (?, ?, 'p0', ?, ?, ?, ?, ?, 'kept')`,
    );
    const admission = office.prepare('INSERT INTO admission (scan_id, ticket_id, dev, gate_lane, stands) VALUES (?, ?, ?, ?, 1)');
    for (const guest of guests) {
      for (const [index, type] of ['scan', 'passage'].entries())
        event.run(MACHINE, EPOCH, 2 * guest + index + 1, eventId(guest, index), type, bodyOf(type, guest), Date.now());
      admission.run(scanOf(guest), ticketOf(guest), MACHINE, LANE);
    }
  })();
  office.close();
}

const eventId = (guest: number, index: number): string => `01J000000000000000000${String(2 * guest + index).padStart(5, '0')}`;
const scanOf = (guest: number): string => `01J111111111111111111${String(guest).padStart(5, '0')}`;
const ticketOf = (guest: number): string => `26010100${String(guest).padStart(8, '0')}`;

function bodyOf(type: string, guest: number): string {
  const common = { scanId: scanOf(guest), lane: LANE, direction: 'entry', ticketId: ticketOf(guest) };
  return JSON.stringify(type === 'scan' ? { ...common, verdict: 'admit' } : { ...common, outcome: 'passed' });
}

/** What the box office and the machine of the first version had told the outside. */
export function toldBefore(): readonly DatedFact[] {
  const facts = Array.from({ length: 2 * GUESTS }, (_, index): readonly Fact[] => {
    const guest = Math.floor(index / 2);
    const event: Fact = { store: 'ledger', kind: 'event', lane: 'p0', seq: index + 1, id: eventId(guest, index % 2) };
    if (index % 2 === 1) return [event, { store: 'ledger', kind: 'passed', scanId: scanOf(guest) }];
    return [event, { store: 'ledger', kind: 'released', ticketId: ticketOf(guest) }, { store: 'ledger', kind: 'verdict', scanId: scanOf(guest) }];
  });
  const received: Fact = { store: 'box-office', kind: 'received', epoch: EPOCH, lane: 'p0', through: 2 * GUESTS };
  return [received, ...facts.flat()].map((fact) => ({ from: 0, fact }));
}
