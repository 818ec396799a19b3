import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Operation } from '../recorder/operations.ts';
import { type Change, createDisk, type Disk, type Kept, type Part } from './disk.ts';
import { createFingerprints, fingerprint } from './fingerprint.ts';

const ALL: Part = { name: 'all', holds: () => true };
const NOTHING: Kept = { names: 0, sector: () => false };
const EVERYTHING: Kept = { names: Number.MAX_SAFE_INTEGER, sector: () => true };
const SECTOR = 512;

const bytes = (length: number, value: number): Uint8Array => new Uint8Array(length).fill(value);
const open = (file: number, path: string, more: { readonly created?: boolean; readonly emptied?: boolean } = {}): Operation => ({
  kind: 'open',
  file,
  path,
  created: more.created ?? false,
  emptied: more.emptied ?? false,
});
const write = (file: number, offset: number, contents: Uint8Array): Operation => ({ kind: 'write', file, offset, bytes: contents });
const sync = (file: number): Operation => ({ kind: 'sync', file });

function diskAfter(operations: readonly Operation[], start: Readonly<Record<string, Uint8Array>> = {}): Disk {
  const disk = createDisk(new Map(Object.entries(start)));
  for (const operation of operations) disk.apply(operation);
  return disk;
}

/** Whole files, with the zeros behind what is used. */
function filesOf(disk: Disk, kept: Kept): Readonly<Record<string, readonly number[]>> {
  return Object.fromEntries(
    [...disk.afterCut(ALL, kept)].map(([path, { bytes: used, size }]) => [path, [...used, ...new Array<number>(size - used.length).fill(0)]]),
  );
}

const numbers = (...parts: readonly Uint8Array[]): readonly number[] => parts.flatMap((part) => [...part]);
const first = (count: number, of: readonly Change[]): Kept => ({
  ...EVERYTHING,
  sector: (change) => of.findIndex(({ order }) => order === change.order) < count,
});

describe('what is written', () => {
  const written = [open(1, 'a'), write(1, 0, bytes(SECTOR, 2)), write(1, SECTOR, bytes(SECTOR, 3))];
  const start = { a: bytes(SECTOR, 1) };

  test('is lost, kept, or kept up to some write, until it is synced', () => {
    const disk = diskAfter(written, start);
    const { changes } = disk.unsynced(ALL);
    expect(changes.map(({ sectors }) => sectors)).toEqual([1, 1]);
    expect(filesOf(disk, NOTHING)).toEqual({ a: numbers(bytes(SECTOR, 1)) });
    expect(filesOf(disk, first(1, changes))).toEqual({ a: numbers(bytes(SECTOR, 2)) });
    expect(filesOf(disk, EVERYTHING)).toEqual({ a: numbers(bytes(SECTOR, 2), bytes(SECTOR, 3)) });
  });

  test('is there after its sync, whatever the cut takes', () => {
    const disk = diskAfter([...written, sync(1)], start);
    expect(disk.unsynced(ALL).changes).toEqual([]);
    expect(filesOf(disk, NOTHING)).toEqual(filesOf(disk, EVERYTHING));
  });

  test('is not there because another file was synced', () => {
    const disk = diskAfter([...written, open(2, 'b'), write(2, 0, bytes(1, 9)), sync(2)], { ...start, b: bytes(1, 0) });
    expect(filesOf(disk, NOTHING)).toEqual({ a: numbers(bytes(SECTOR, 1)), b: [9] });
  });

  test('is kept without what was written before it, and leaves zeros there', () => {
    const disk = diskAfter(
      written.map((operation) => (operation.kind === 'write' ? { ...operation, offset: operation.offset + SECTOR } : operation)),
      start,
    );
    const last = disk.unsynced(ALL).changes.at(-1);
    const kept: Kept = { ...EVERYTHING, sector: ({ order }) => order === last?.order };
    expect(filesOf(disk, kept)).toEqual({ a: numbers(bytes(SECTOR, 1), bytes(SECTOR, 0), bytes(SECTOR, 3)) });
  });

  test('is torn at the disk’s sectors and not at its own beginning', () => {
    const disk = diskAfter([open(1, 'a'), write(1, 100, bytes(SECTOR, 7))], { a: bytes(2 * SECTOR, 1) });
    expect(disk.unsynced(ALL).changes.map(({ sectors }) => sectors)).toEqual([2]);
    const torn: Kept = { ...EVERYTHING, sector: (_, sector) => sector === 1 };
    expect(filesOf(disk, torn)).toEqual({ a: numbers(bytes(SECTOR, 1), bytes(100, 7), bytes(SECTOR - 100, 1)) });
  });

  test('does not leak from one cut into the next, or into what is synced', () => {
    const disk = diskAfter(written, start);
    const [none, all] = [filesOf(disk, NOTHING), filesOf(disk, EVERYTHING)];
    expect([filesOf(disk, NOTHING), filesOf(disk, EVERYTHING), filesOf(disk, NOTHING)]).toEqual([none, all, none]);
  });
});

describe('zeros that make a log long beforehand', () => {
  const LONG = 1_048_576;

  test('are kept or lost together, and take no room', () => {
    const disk = diskAfter([open(1, 'log', { created: true }), write(1, 0, bytes(LONG, 0))]);
    const all = disk.afterCut(ALL, EVERYTHING).get('log');
    expect(all?.size).toBe(LONG);
    expect(all?.bytes.length).toBe(0);
    expect(disk.afterCut(ALL, { ...NOTHING, names: 1 }).get('log')?.size).toBe(0);
  });

  test('wipe out what was there', () => {
    const disk = diskAfter([open(1, 'log'), write(1, 0, bytes(LONG, 0))], { log: bytes(SECTOR, 5) });
    expect(
      disk
        .afterCut(ALL, EVERYTHING)
        .get('log')
        ?.bytes.some((byte) => byte !== 0),
    ).toBe(false);
    expect(filesOf(disk, NOTHING)).toEqual({ log: numbers(bytes(SECTOR, 5)) });
  });
});

describe('truncations', () => {
  const cut: Operation = { kind: 'truncate', file: 1, size: 2 };

  test('are lost or kept, and what is written behind them finds zeros', () => {
    const disk = diskAfter([open(1, 'a'), cut, write(1, 4, bytes(1, 9))], { a: bytes(6, 1) });
    const [truncation, after] = disk.unsynced(ALL).changes;
    const only = (change: Change | undefined): Kept => ({ ...EVERYTHING, sector: ({ order }) => order === change?.order });
    expect(filesOf(disk, EVERYTHING)).toEqual({ a: [1, 1, 0, 0, 9] });
    expect(filesOf(disk, only(truncation))).toEqual({ a: [1, 1] });
    expect(filesOf(disk, only(after))).toEqual({ a: [1, 1, 1, 1, 9, 1] });
    expect(filesOf(disk, NOTHING)).toEqual({ a: [1, 1, 1, 1, 1, 1] });
  });

  test('happen by opening as well', () => {
    const disk = diskAfter([open(1, 'a', { emptied: true })], { a: bytes(3, 1) });
    expect(filesOf(disk, EVERYTHING)).toEqual({ a: [] });
    expect(filesOf(disk, NOTHING)).toEqual({ a: [1, 1, 1] });
  });
});

describe('names', () => {
  const made = [open(1, 'a.new', { created: true }), write(1, 0, bytes(2, 8))];
  const renamed: Operation = { kind: 'rename', from: 'a.new', to: 'a' };

  test('are kept in their order', () => {
    const disk = diskAfter([...made, renamed], { a: bytes(1, 1) });
    expect(disk.unsynced(ALL).names).toBe(2);
    const names = (count: number): Kept => ({ ...EVERYTHING, names: count });
    expect(filesOf(disk, names(0))).toEqual({ a: [1] });
    expect(filesOf(disk, names(1))).toEqual({ a: [1], 'a.new': [8, 8] });
    expect(filesOf(disk, names(2))).toEqual({ a: [8, 8] });
  });

  test('may reach the disk without the contents', () => {
    expect(filesOf(diskAfter([...made, renamed], { a: bytes(1, 1) }), { names: 2, sector: () => false })).toEqual({ a: [] });
  });

  test('are certain with any later sync, of a file or of a folder', () => {
    for (const later of [[open(2, 'b'), sync(2)], [{ kind: 'sync-folder' } as const]]) {
      const disk = diskAfter([...made, sync(1), renamed, ...later], { a: bytes(1, 1), b: bytes(0, 0) });
      expect(disk.unsynced(ALL).names).toBe(0);
      expect(filesOf(disk, NOTHING)).toMatchObject({ a: [8, 8] });
    }
  });

  test('are taken away by an unlink, or not yet', () => {
    const disk = diskAfter([{ kind: 'unlink', path: 'a' }], { a: bytes(1, 1) });
    expect(filesOf(disk, EVERYTHING)).toEqual({});
    expect(filesOf(disk, NOTHING)).toEqual({ a: [1] });
  });
});

test('a write to a file that nobody has opened is an error of the recorder', () => {
  expect(() => diskAfter([write(7, 0, bytes(1, 1))])).toThrow('file 7');
  expect(() => diskAfter([open(1, 'a', { created: true }), { kind: 'process', id: 2 }, write(1, 0, bytes(1, 1))])).toThrow('file 1');
});

describe('fingerprints', () => {
  const small = fc.record({
    offset: fc.nat(2_000),
    length: fc.integer({ min: 1, max: 1_200 }),
    value: fc.integer({ min: 0, max: 255 }),
    kind: fc.constantFrom('write', 'truncate', 'sync'),
  });

  test('of a cut, taken from what little was written, are those of its bytes, whatever was written, synced and kept', () => {
    fc.assert(
      fc.property(fc.array(small, { minLength: 1, maxLength: 12 }), fc.array(fc.boolean(), { minLength: 7, maxLength: 7 }), (steps, pattern) => {
        const mark = createFingerprints();
        const disk = diskAfter([open(1, 'a')], { a: bytes(1_500, 1) });
        for (const { kind, offset, length, value } of steps) {
          if (kind === 'sync') disk.apply(sync(1));
          else if (kind === 'truncate') disk.apply({ kind, file: 1, size: offset });
          else disk.apply(write(1, offset, bytes(length, value)));
          let asked = 0;
          const contents = disk.afterCut(ALL, { names: 0, sector: () => pattern[asked++ % pattern.length] === true }).get('a');
          if (contents === undefined) throw new Error('the file is gone');
          const whole = new Uint8Array(contents.size);
          whole.set(contents.bytes);
          expect(mark(contents)).toBe(fingerprint(whole));
        }
      }),
      { numRuns: 60 },
    );
  });

  test('tell bytes, places and sizes apart', () => {
    const marks = [
      bytes(8, 0),
      bytes(9, 0),
      Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0),
      Uint8Array.of(0, 0, 0, 0, 1, 0, 0, 0),
      Uint8Array.of(0, 1, 0, 0, 0, 0, 0, 0),
    ];
    expect(new Set(marks.map(fingerprint)).size).toBe(marks.length);
  });
});
