import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runStaffCommand } from '#agent/staff/staff-command.ts';
import { readStaffFile } from '#agent/staff/staff-file.ts';
import { scratchFolder } from '#test/support/scratch.ts';

describe('foyer staff', () => {
  it('gives a PIN once, lists, renews and removes', async () => {
    const data = scratchFolder();
    const file = join(data, 'staff.json');
    const run = (words: readonly string[], role?: string) => runStaffCommand(words, role, data);
    expect(await run(['list'])).toEqual({ exit: 0, text: 'Nobody has a PIN on this machine.' });

    const added = await run(['add', 'Ann Li'], 'usher');
    const [, pin] = /^The PIN of Ann Li \(usher\): (\d{6})\n/.exec(added.text) ?? [];
    expect([added.exit, pin]).toEqual([0, expect.stringMatching(/^\d{6}$/)]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.stringify(readStaffFile(file))).not.toContain(pin);

    const [before] = readStaffFile(file);
    expect((await run(['new-pin', 'Ann Li'])).text).toMatch(/^The PIN of Ann Li: \d{6}\n/);
    const [after] = readStaffFile(file);
    expect([after?.name, after?.role]).toEqual([before?.name, before?.role]);
    expect(after?.salt).not.toBe(before?.salt);

    await run(['add', 'Mei'], 'duty-manager');
    expect((await run(['list'])).text).toBe('Ann Li  usher\nMei     duty-manager');
    expect((await run(['remove', 'Ann Li'])).exit).toBe(0);
    expect((await run(['list'])).text).toBe('Mei  duty-manager');
  });

  it.each([
    { words: [], exit: 64 },
    { words: ['add'], role: 'usher', exit: 64 },
    { words: ['add', 'Ann'], exit: 64 },
    { words: ['add', 'Ann'], role: 'boss', exit: 64 },
    { words: ['add', 'Ann', 'Li'], role: 'usher', exit: 64 },
    { words: ['fire', 'Ann'], exit: 64 },
    { words: ['remove', 'Ann'], exit: 65 },
    { words: ['new-pin', 'Ann'], exit: 65 },
    { words: ['add', 'x'.repeat(41)], role: 'usher', exit: 65 },
  ])('refuses $words with role $role, and changes nothing', async ({ words, role, exit }) => {
    const data = scratchFolder();
    const outcome = await runStaffCommand(words, role, data);
    expect(outcome.exit).toBe(exit);
    expect(outcome.text.length).toBeGreaterThan(20);
    expect(readStaffFile(join(data, 'staff.json'))).toEqual([]);
  });
});
