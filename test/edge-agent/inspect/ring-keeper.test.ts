import { existsSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { KEY_RING_FILE, readKeyRing } from '#agent/inspect/key-ring.ts';
import { createRingKeeper } from '#agent/inspect/ring-keeper.ts';
import { createLog } from '#agent/runtime/log.ts';
import { instant } from '#core/base/time.ts';
import type { SiteId } from '#core/contract/identifiers.ts';
import { scratchFolder } from '#test/support/scratch.ts';

const SITE = '36090702' as SiteId;
const key = (publicKey: string) => ({ publicKey, notBefore: instant(0), notAfter: instant(1_000) });

function keeper(folder: string) {
  const ring = new Map<number, ReturnType<typeof key>>();
  const lines: string[] = [];
  const log = createLog('debug', { write: (line: string) => void lines.push(line) });
  return { ring, lines, path: join(folder, KEY_RING_FILE), keep: createRingKeeper(folder, SITE, (id) => ring.get(id), log).keep };
}

test('the ring is kept as it is, in the order of its numbers, and written only when it changes', () => {
  const { ring, path, keep } = keeper(scratchFolder());
  ring.set(2, key('B'.repeat(43))).set(1, key('A'.repeat(43)));
  keep();
  expect(readKeyRing(path)).toEqual({
    scope: SITE,
    keys: [
      { id: 1, publicKey: 'A'.repeat(43), notBefore: '1970-01-01T00:00:00.000Z', notAfter: '1970-01-01T00:00:01.000Z' },
      { id: 2, publicKey: 'B'.repeat(43), notBefore: '1970-01-01T00:00:00.000Z', notAfter: '1970-01-01T00:00:01.000Z' },
    ],
  });
  const { ino } = statSync(path);
  keep();
  expect(statSync(path).ino).toBe(ino);
  ring.delete(1);
  keep();
  expect(readKeyRing(path)?.keys.map(({ id }) => id)).toEqual([2]);
});

test('a folder that cannot be written is told once for each ring, and is no reason to stop', () => {
  const folder = scratchFolder();
  rmSync(folder, { recursive: true });
  const { ring, path, lines, keep } = keeper(folder);
  ring.set(1, key('A'.repeat(43)));
  keep();
  keep();
  expect(existsSync(path)).toBe(false);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('E-KEY-RING');
  expect(lines[0]).not.toContain('AAAA');
});

test('a ring that is not there is none', () => {
  expect(readKeyRing(join(scratchFolder(), KEY_RING_FILE))).toBeUndefined();
});
