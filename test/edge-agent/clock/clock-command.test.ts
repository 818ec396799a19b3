import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runClockCommand } from '#agent/clock/clock-command.ts';
import { createKeptTimeStore } from '#agent/clock/kept-time-store.ts';
import { openLedger } from '#agent/ledger/ledger.ts';
import { lockDataFolder } from '#agent/store/data-folder-lock.ts';
import { FaultError } from '#core/base/fault.ts';
import { instant } from '#core/base/time.ts';
import { scratchFolder } from '#test/support/scratch.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';
import { testRandom } from '../validity/scratch-ledger.ts';

const FAR_AHEAD = instant(Date.UTC(2031, 0, 1));

function machine() {
  const data = scratchFolder();
  const { clock } = createVirtualTime();
  const parts = { data, clock, random: testRandom };
  return { data, parts, open: () => openLedger(join(data, 'ledger.db'), { clock, random: testRandom, boot: 'boot-1' }) };
}

it('forgets a time that is far ahead, and the data that were confirmed at it; the audit says so', () => {
  const { parts, open } = machine();
  const before = open();
  createKeptTimeStore(before).save({ earliest: FAR_AHEAD, latest: undefined, machine: undefined }, []);
  before.database.exec(`INSERT INTO validity_state VALUES (1, NULL, 3, '0011223344556677', 3, '', '', '', ${FAR_AHEAD})`);
  before.close();

  expect(runClockCommand(['reset'], parts)).toMatchObject({ exit: 0, text: expect.stringContaining('2031-01-01') });

  const after = open();
  expect(createKeptTimeStore(after).load()).toBeUndefined();
  expect(after.database.prepare('SELECT count(*) FROM validity_state').pluck().get()).toBe(0);
  const audit = after.database.prepare<[], string>(`SELECT body FROM outbox WHERE type = 'audit' ORDER BY lane, seq`).pluck().all();
  expect(audit.map((body) => JSON.parse(body))).toContainEqual({ action: 'clock-jumped', by: 'terminal', detail: expect.stringContaining('2031') });
  after.close();
  expect(runClockCommand(['reset'], parts).text).toContain('Nothing was changed');
});

it('changes nothing while the agent runs, without a ledger, and for other words', () => {
  const { data, parts, open } = machine();
  expect(runClockCommand(['reset'], parts).exit).toBe(65);
  expect(runClockCommand(['set'], parts).exit).toBe(64);
  open().close();
  const lock = lockDataFolder(data);
  expect(() => runClockCommand(['reset'], parts)).toThrow(FaultError);
  lock.release();
});
