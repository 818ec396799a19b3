import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createMemoryBoxOfficeStore } from '#agent/box-office/store/memory/memory-box-office-store.ts';
import { boxOfficeStoreKind } from '#agent/box-office/store/sqlite/schema.ts';
import { openSqliteBoxOfficeStore } from '#agent/box-office/store/sqlite/sqlite-box-office-store.ts';
import { openStore } from '#agent/store/database.ts';
import { decodeRow } from '#core/validity/row-codec.ts';
import { boxOfficeStoreContract } from '#test/contract/box-office-store.contract.ts';
import { scratchFolder } from '#test/support/scratch.ts';

boxOfficeStoreContract('in memory', createMemoryBoxOfficeStore);
boxOfficeStoreContract('SQLite', () => openSqliteBoxOfficeStore(':memory:'));
boxOfficeStoreContract('SQLite in a file', () => openSqliteBoxOfficeStore(join(scratchFolder(), 'box-office.db')));

test('validity rows of the first schema are carried over, and an epoch is begun anew', async () => {
  const path = join(scratchFolder(), 'box-office.db');
  const show = {
    id: '417',
    screenId: '3',
    screenName: { zh: '3号厅', en: 'Screen 3' },
    filmTitle: { zh: '长夜将尽', en: 'The Long Night Ends' },
    startsAt: '2026-10-31T11:30:00.123Z',
    endsAt: '2026-10-31T13:30:00.000Z',
    entryFrom: '2026-10-31T10:50:00.001Z',
    entryUntil: '2026-10-31T12:30:00.999Z',
    reentry: true,
    cancelled: false,
  };
  const ticket = {
    id: '3609070299999999',
    showId: '417',
    seat: 12,
    seatLabel: '五-08',
    admits: 3,
    needsProof: true,
    standing: 'cancelled',
    since: '2026-10-31T10:00:00.007Z',
  };
  const seatless = { ...ticket, id: '3609070200000001', seat: null, seatLabel: '', needsProof: false, standing: 'unpaid' };
  const first = openStore(path, { ...boxOfficeStoreKind, migrations: boxOfficeStoreKind.migrations.slice(0, 1) });
  first.prepare('INSERT INTO validity_show (id, row) VALUES (?, ?)').run(show.id, JSON.stringify(show));
  const put = first.prepare('INSERT INTO validity_ticket (id, show_id, row) VALUES (?, ?, ?)');
  for (const row of [ticket, seatless]) put.run(row.id, row.showId, JSON.stringify(row));
  first.exec(`
    PRAGMA foreign_keys = OFF;
    INSERT INTO ticket (id, order_id, position, record) VALUES ('${ticket.id}', 'O1', 1, '{"ticketType":"student"}');
    INSERT INTO validity_mark (one, epoch, version, set_hash, at) VALUES (1, 'e', 7, 'h', 0);
  `);
  first.close();

  const store = openSqliteBoxOfficeStore(path);
  onTestFinished(() => store.close());
  const reading = await store.readValidity();
  expect(await reading.mark()).toBeUndefined();
  const rows = (await reading.rowsAfter(new Uint8Array(), 10)).map(decodeRow);
  await reading.close();
  expect(rows).toEqual([
    { kind: 'show', show: { ...show, capacity: null, escortChildren: false, whenSplit: 'open', homeGate: null } },
    { kind: 'ticket', ticket: { ...seatless, ticketClass: 'standard', escorts: [], forms: 'both' } },
    { kind: 'ticket', ticket: { ...ticket, ticketClass: 'student', escorts: [], forms: 'both' } },
  ]);
  const owned = await store.transaction(({ validity }) => validity.rowsOf(Uint8Array.of(1, 0, 0, 1, 161)));
  expect(owned).toHaveLength(2);
});
