import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { holderOfToken } from '#agent/staff/person-tokens.ts';
import { runStaffCommand } from '#agent/staff/staff-command.ts';
import { scratchFolder } from '#test/support/scratch.ts';

async function setUp() {
  const data = scratchFolder();
  const files = { staff: join(data, 'staff.json'), tokens: join(data, 'staff-tokens.json') };
  const run = (words: readonly string[], role?: string) => runStaffCommand(words, role, data);
  await run(['add', 'Mei'], 'duty-manager');
  const token = async () => /^The token of Mei: (\S{43})\n/.exec((await run(['token', 'Mei'])).text)?.[1] ?? '';
  return { files, run, token, holder: (given: string) => holderOfToken(files, given)?.name };
}

test('a token is told once, kept as a hash that nobody else may read, and speaks for its person', async () => {
  const { files, token, holder } = await setUp();
  const given = await token();
  expect([holder(given), holder(`${given}x`), holder('')]).toEqual(['Mei', undefined, undefined]);
  expect(readFileSync(files.tokens, 'utf8')).not.toContain(given);
  expect(statSync(files.tokens).mode & 0o777).toBe(0o600);
});

test('it ends with a newer one, with the PIN, and with the person, whoever has the name afterwards', async () => {
  const { run, token, holder } = await setUp();
  const [first, second] = [await token(), await token()];
  expect([holder(first), holder(second)]).toEqual([undefined, 'Mei']);
  await run(['new-pin', 'Mei']);
  expect(holder(second)).toBeUndefined();
  const third = await token();
  await run(['remove', 'Mei']);
  await run(['add', 'Mei'], 'cashier');
  expect(holder(third)).toBeUndefined();
});

test('nobody gets one who has no PIN, and a damaged file lets nobody in', async () => {
  const { files, run, token, holder } = await setUp();
  expect((await run(['token', 'Ann'])).exit).toBe(65);
  const given = await token();
  writeFileSync(files.tokens, '{"version":1,"tokens":[{}]}');
  expect(() => holder(given)).toThrow(/staff-tokens\.json is not a list of tokens/);
});
