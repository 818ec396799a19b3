import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createAdmissions } from '#agent/ledger/admissions.ts';
import { openLedger } from '#agent/ledger/ledger.ts';
import { ledgerStore } from '#agent/ledger/ledger-store.ts';
import { createSiteRows } from '#agent/ledger/site-rows.ts';
import { memoryValidityFiles } from '#agent/ledger/validity-files.ts';
import { createValidityStore } from '#agent/ledger/validity-store.ts';
import { type Database, openStore } from '#agent/store/database.ts';
import type { LaneId, MachineId, TicketId } from '#core/contract/identifiers.ts';
import { scratchFolder } from '#test/support/scratch.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';
import { testRandom } from '../validity/scratch-ledger.ts';

const HERE = 'gate-a' as MachineId;
const LANE = 'lane-1' as LaneId;
const ENTERED = '3609070200000001' as TicketId;
const LEFT_OPEN = '0609070200000002' as TicketId;

/** A ledger as a program wrote it that knew the schema up to a migration, and what was in it. */
function ledgerBefore(migration: string, write: (database: Database) => void): string {
  const path = join(scratchFolder(), 'ledger.db');
  const until = ledgerStore.migrations.findIndex(({ name }) => name === migration);
  expect(until, `there is a migration "${migration}"`).toBeGreaterThan(0);
  const database = openStore(path, { ...ledgerStore, migrations: ledgerStore.migrations.slice(0, until) });
  write(database);
  database.close();
  return path;
}

function reopened(path: string) {
  const { clock } = createVirtualTime();
  return openLedger(path, { clock, random: testRandom, boot: 'boot-1' });
}

it('admissions from before there was a site count, are told to it, and one that was left open is still open', () => {
  const path = ledgerBefore('site', (database) => {
    const add = database.prepare('INSERT INTO admission (ticket, scan_id, lane, direction, at, outcome) VALUES (?, ?, ?, ?, ?, ?)');
    add.run(BigInt(ENTERED), '01ARZ3NDEKTSV4RRFFQ69G1001', LANE, 'entry', 5_000, 'passed');
    add.run(BigInt(ENTERED), '01ARZ3NDEKTSV4RRFFQ69G1002', LANE, 'entry', 4_000, 'not-passed');
    add.run(BigInt(LEFT_OPEN), '01ARZ3NDEKTSV4RRFFQ69G1003', LANE, 'entry', 6_000, null);
  });
  let vector: unknown;
  for (const start of ['first', 'second']) {
    const ledger = reopened(path);
    const admissions = createAdmissions(ledger, HERE);
    expect(admissions.history(ENTERED), start).toMatchObject({ entries: 1, lastEntry: { at: 5_000, lane: LANE, machine: HERE } });
    expect(admissions.unresolved(LANE).map(({ ticketId }) => ticketId)).toEqual([LEFT_OPEN]);
    const rows = createSiteRows(ledger, admissions);
    const [before, ...others] = rows.vector();
    if (before === undefined) expect.unreachable('what was before has a name');
    expect([before.machine, before.through, others]).toEqual([HERE, 3, []]);
    expect(rows.changes(before, 0, 10).rows.map(({ n, rev, outcome }) => [n, rev, outcome])).toEqual([
      [1, 0, 'passed'],
      [2, 0, 'not-passed'],
      [3, 0, null],
    ]);
    // The name stays, or others would take the same rows for new ones after each start.
    vector ??= rows.vector();
    expect(rows.vector()).toEqual(vector);
    ledger.close();
  }
});

it('validity data that were tables are fetched again, and nothing older than they were is taken', () => {
  const path = ledgerBefore('validity data in files of their own', (database) => {
    database.exec(`
      INSERT INTO validity (id, slot, epoch, version, rows_hash, tickets, confirmed_at) VALUES (1, 0, '0011223344556677', 41, 'ab', 1, 1793000000000);
      INSERT INTO validity_ticket_0 (id, show, seat, seat_label, admits, needs_proof, standing, since) VALUES (1, 2, NULL, '', 1, 0, 'valid', 0);
    `);
  });
  const ledger = reopened(path);
  const store = createValidityStore(ledger, memoryValidityFiles());
  expect(store.state()).toBeUndefined();
  expect(store.floor()).toEqual({ epoch: '0011223344556677', version: 41, confirmedAt: 1_793_000_000_000 });
  ledger.close();
});
