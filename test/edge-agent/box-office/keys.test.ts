import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openKeys } from '#agent/box-office/validity/keys.ts';
import { days, instant, plus } from '#core/base/time.ts';

const NOW = instant(Date.UTC(2026, 9, 31));

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'foyer-keys-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe('the keys of a box office', () => {
  test('are made once, for nobody else to read', () => {
    const folder = newFolder();
    const first = openKeys(folder, NOW);
    expect(statSync(join(folder, 'keys.json')).mode & 0o777).toBe(0o600);
    const second = openKeys(folder, plus(NOW, days(1)));
    expect(second.data.publicKey).toBe(first.data.publicKey);
    expect(second.tickets.map(({ key }) => key)).toEqual(first.tickets.map(({ key }) => key));
  });

  test('rights that were loosened are put right', () => {
    const folder = newFolder();
    openKeys(folder, NOW);
    chmodSync(join(folder, 'keys.json'), 0o644);
    openKeys(folder, NOW);
    expect(statSync(join(folder, 'keys.json')).mode & 0o777).toBe(0o600);
  });

  test('a ticket key is followed by another before its end; both are good while tickets of the old one are about', () => {
    const folder = newFolder();
    const [old] = openKeys(folder, NOW).tickets;
    const later = openKeys(folder, plus(NOW, days(345))).tickets;
    expect(later.map(({ id }) => id)).toEqual([1, 2]);
    expect(later[0]?.key).toEqual(old?.key);
    expect(Date.parse(later[1]?.key.notBefore ?? '')).toBeLessThan(plus(NOW, days(345)));
    expect(openKeys(folder, plus(NOW, days(700))).tickets.map(({ id }) => id)).toEqual([2, 3]);
  });

  test.each(['', '{', '{}', '{"dataKey":"x","ticketKeys":[]}'])('a damaged file (%s) is a fault, is not replaced and is not quoted', (text) => {
    const folder = newFolder();
    const path = join(folder, 'keys.json');
    writeFileSync(path, text);
    expect(() => openKeys(folder, NOW)).toThrow(expect.objectContaining({ fault: expect.objectContaining({ code: 'E-BOX-KEY' }) }));
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});
