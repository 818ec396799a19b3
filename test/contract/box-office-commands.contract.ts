import { expect, test } from 'vitest';
import type { BoxOfficeTransaction } from '#agent/box-office/store/box-office-store.ts';
import { toIso } from '#core/base/time.ts';
import { ulid } from '#core/base/ulid.ts';
import type { CommandRecord } from '#core/box-office/command-record.ts';
import { EventId } from '#core/contract/identifiers.ts';
import { AT, key, MACHINE } from './box-office-records.ts';

type Inside = <Value>(work: (tx: BoxOfficeTransaction) => Promise<Value>) => Promise<Value>;

const record = (n: number): CommandRecord => ({
  key: key(`command-${n}`),
  digest: 'd',
  command: {
    v: 1,
    id: EventId.parse(ulid(AT, new Uint8Array(10).fill(n))),
    kind: 'report-health',
    dev: MACHINE,
    n,
    issuedAt: toIso(AT),
    expiresAt: toIso(AT),
    by: 'Mei',
    reason: 'a test',
  },
  signed: { body: '{}', signature: 'A'.repeat(86) },
  stages: [],
});

/** Commands to machines: found by number and key, and forgotten but for the newest. */
export function commandsContract(inside: Inside): void {
  test('a command is found by its name and its key, and replaced by its number', async () => {
    const [first, second] = [record(1), record(2)];
    await inside(async (tx) => {
      await tx.commands.put(first);
      await tx.commands.put(second);
      await tx.commands.put({ ...first, stages: [{ state: 'taken', at: toIso(AT), detail: 'by hand' }] });
    });
    await inside(async (tx) => {
      expect((await tx.commands.find(first.command.id))?.stages).toHaveLength(1);
      expect(await tx.commands.findByKey(second.key)).toEqual(second);
      expect(await tx.commands.find('nothing')).toBeUndefined();
      expect(await tx.commands.findByKey(key('nothing'))).toBeUndefined();
    });
  });

  test('only the newest commands are kept', async () => {
    await inside(async (tx) => {
      for (const n of [1, 2, 3, 4, 5]) await tx.commands.put(record(n));
      await tx.commands.prune(3);
    });
    await inside(async (tx) => {
      expect((await tx.commands.newest(9)).map(({ command }) => command.n)).toEqual([5, 4, 3]);
      expect((await tx.commands.newest(2)).map(({ command }) => command.n)).toEqual([5, 4]);
      expect(await tx.commands.findByKey(record(2).key)).toBeUndefined();
      await tx.commands.prune(3);
      expect(await tx.commands.newest(9)).toHaveLength(3);
    });
  });
}
