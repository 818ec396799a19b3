import { readdirSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Ledger } from '#agent/ledger/ledger.ts';
import { diskValidityFiles, memoryValidityFiles, type ValidityFiles } from '#agent/ledger/validity-files.ts';
import { createValidityStore, type OpenedDelta, type ValidityStore } from '#agent/ledger/validity-store.ts';
import { LIMITS } from '#core/base/limits.ts';
import { type Instant, instant, minutes, plus } from '#core/base/time.ts';
import type { ValidityOp } from '#core/contract/box-office/validity.ts';
import type { ShowId } from '#core/contract/identifiers.ts';
import { changeOf } from '#core/validity/changes.ts';
import { scratchFolder } from '#test/support/scratch.ts';
import { installSnapshot } from '#test/support/validity-snapshot.ts';
import { createVirtualTime, type VirtualTime } from '#test/support/virtual-time.ts';
import { changesOf, createFakeBoxOffice, type FakeBoxOffice, openedDelta, putShow, putTicket, SHOW, ticketId } from './fake-box-office.ts';
import { scratchLedger } from './scratch-ledger.ts';

interface Machine {
  readonly time: VirtualTime;
  readonly office: FakeBoxOffice;
  readonly folder: string;
  ledger: Ledger;
  store: ValidityStore;
  commits: number;
  /** Ends the process and starts it again on the same disk. */
  restart(): void;
}

function machine(keep: (folder: string) => ValidityFiles = diskValidityFiles): Machine {
  const time = createVirtualTime();
  const scratch = scratchLedger(time.clock);
  const folder = join(scratchFolder(), 'validity');
  const ledger = scratch.open();
  const counted = (opened: Ledger): Pick<Ledger, 'database' | 'transaction'> => ({
    database: opened.database,
    transaction: (work) => {
      it.commits += 1;
      return opened.transaction(work);
    },
  });
  const it: Machine = {
    time,
    office: createFakeBoxOffice(time.clock),
    folder,
    ledger,
    commits: 0,
    store: createValidityStore(counted(ledger), keep(folder)),
    restart: () => {
      it.store.close();
      it.ledger.close();
      it.ledger = scratch.open();
      it.store = createValidityStore(counted(it.ledger), keep(folder));
    },
  };
  return it;
}

/** With one show and ticket 1 in the file. */
async function inStep(keep?: (folder: string) => ValidityFiles): Promise<Machine> {
  const it = machine(keep);
  it.office.change(putShow(), putTicket(1));
  await installSnapshot(it.store, it.office.snapshot());
  return it;
}

const delta = (office: FakeBoxOffice, ...ops: readonly ValidityOp[]): OpenedDelta => openedDelta(office.change(...ops));
const DONE = { ok: true, value: undefined };
const isThere = (store: ValidityStore, number: number): boolean => store.ticket(ticketId(number)) !== undefined;

const code = (number: number) => ({ hash: number.toString(16).padStart(32, '0'), ticketId: ticketId(number) });
const anyOp: fc.Arbitrary<ValidityOp> = fc.oneof(
  fc
    .tuple(fc.integer({ min: 1, max: 8 }), fc.constantFrom('valid', 'refunded', 'unpaid'), fc.option(fc.nat({ max: 65_534 }), { nil: null }))
    .map(([number, standing, seat]) => putTicket(number, { standing, seat, admits: number })),
  fc.integer({ min: 1, max: 8 }).map((number) => ({ op: 'drop-ticket' as const, id: ticketId(number) })),
  fc.tuple(fc.integer({ min: 1, max: 3 }), fc.boolean()).map(([number, cancelled]) => putShow({ id: number.toString() as ShowId, cancelled })),
  fc.integer({ min: 1, max: 3 }).map((number) => ({ op: 'drop-show' as const, id: number.toString() as ShowId })),
  fc.integer({ min: 1, max: 4 }).map((number) => ({ op: 'put-code' as const, code: code(number) })),
  fc.integer({ min: 1, max: 4 }).map((number) => ({ op: 'drop-code' as const, hash: code(number).hash })),
);

describe.each([
  ['on a disk', diskValidityFiles],
  [
    'in memory',
    (() => {
      const kept = new Map<string, ValidityFiles>();
      return (folder: string) => {
        const files = kept.get(folder) ?? memoryValidityFiles();
        kept.set(folder, files);
        return files;
      };
    })(),
  ],
] as const)('the store of validity data, %s', (_name, keep) => {
  it('holds, after any changes and restarts, exactly the rows that the box office holds', async () => {
    const it = await inStep(keep);
    await fc.assert(
      fc.asyncProperty(fc.array(anyOp, { maxLength: 12 }), fc.boolean(), async (ops, restarts) => {
        expect(await it.store.applyDeltas(delta(it.office, ...ops))).toEqual(DONE);
        if (restarts) it.restart();
        const whole = it.office.snapshot().manifest.head;
        expect(it.store.state()).toMatchObject({ version: whole.version, setHash: whole.setHash, chain: whole.chain });
        const { tickets, codes } = it.office.rows();
        expect(it.store.state()?.tickets).toBe(tickets.length);
        for (let number = 1; number <= 8; number++) {
          const row = tickets.find(({ id }) => id === ticketId(number));
          expect(it.store.ticket(ticketId(number))?.standing).toBe(row?.standing);
        }
        for (let number = 1; number <= 4; number++) {
          expect(it.store.codeTicket(Buffer.from(code(number).hash, 'hex'))).toBe(codes.find(({ hash }) => hash === code(number).hash)?.ticketId);
        }
        const bodies = tickets.filter(({ standing, showId }) => standing === 'valid' && showId === SHOW).reduce((sum, { admits }) => sum + admits, 0);
        expect(it.store.sold(SHOW)).toBe(bodies);
      }),
      { numRuns: 20 },
    );
    // Made whole again, it holds the same.
    const before = it.store.state();
    await installSnapshot(it.store, it.office.snapshot());
    expect(it.store.state()).toEqual({ ...before, changed: 0 });
    expect(await it.store.verify()).toBe(true);
  });

  it('changes nothing when a delta does not add up, or does not follow', async () => {
    const it = await inStep(keep);
    const before = it.store.state();
    const good = delta(it.office, putTicket(1, { standing: 'revoked' }));
    const others = [putTicket(1, { standing: 'refunded' })];
    const lying = { ...good, changes: others.map(changeOf), bytes: changesOf(others) };
    expect(await it.store.applyDeltas(lying)).toEqual({ ok: false, error: 'chain-differs' });
    const astray = { ...good, head: { ...good.head, setHash: 'f'.repeat(64) } };
    expect(await it.store.applyDeltas(astray)).toEqual({ ok: false, error: 'set-hash-differs' });
    expect(it.store.state()).toEqual(before);
    expect(it.store.ticket(ticketId(1))?.standing).toBe('valid');
    expect(await it.store.applyDeltas(good)).toEqual(DONE);
  });

  it('takes several deltas at once, or none of them', async () => {
    const it = await inStep(keep);
    const before = it.store.state();
    const revoked = (number: number): OpenedDelta => delta(it.office, putTicket(number, { standing: 'revoked' }));
    const [first, second, third] = [revoked(1), revoked(2), revoked(3)];
    expect(await it.store.applyDeltas(first, { ...second, head: { ...second.head, setHash: 'f'.repeat(64) } }, third)).toEqual({
      ok: false,
      error: 'set-hash-differs',
    });
    expect(it.store.state()).toEqual(before);
    it.commits = 0;
    expect(await it.store.applyDeltas(first, second, third)).toEqual(DONE);
    expect(it.commits).toBe(1);
    it.restart();
    expect(it.store.state()).toMatchObject({ version: 4, setHash: third.head.setHash, tickets: 3 });
  });

  it('takes a large delta in at once, and answers while it is looked at', async () => {
    const it = await inStep(keep);
    const count = 500;
    const change = it.store.applyDeltas(
      delta(it.office, ...Array.from({ length: count }, (_, number) => putTicket(number + 1, { standing: 'revoked' }))),
    );
    const seen: string[] = [];
    await watchWhile(change, () => seen.push(`${it.store.state()?.version} ${it.store.ticket(ticketId(1))?.standing} ${isThere(it.store, 400)}`));
    expect(seen.length).toBeGreaterThan(1);
    expect(new Set(seen)).toEqual(new Set(['1 valid false', '2 revoked true']));
    expect(it.store.state()).toMatchObject({ version: 2, tickets: count });
  });

  it('swaps a snapshot in at once: before it the old data answer, after it the new', async () => {
    const it = await inStep(keep);
    const count = LIMITS.validity.sliceRows * 2 + 5;
    it.office.change({ op: 'drop-ticket', id: ticketId(1) }, ...Array.from({ length: count }, (_, number) => putTicket(number + 2)));
    const answers: string[] = [];
    const change = installSnapshot(it.store, it.office.snapshot());
    await watchWhile(change, () => answers.push(`${it.store.state()?.version}: ${isThere(it.store, 1)} ${isThere(it.store, 2)}`));
    expect(new Set(answers)).toEqual(new Set(['1: true false', '2: false true']));
    expect(it.store.state()).toMatchObject({ version: 2, tickets: count, changed: 0 });
  });

  it('takes deltas while a snapshot is built, which lead on from it', async () => {
    const it = await inStep(keep);
    const { manifest, shards } = it.office.snapshot();
    const build = it.store.build(manifest);
    for (const shard of shards) await build.add(shard);
    expect(await it.store.applyDeltas(delta(it.office, putTicket(2)))).toEqual(DONE);
    const [last] = await Promise.all([
      it.store.applyDeltas(delta(it.office, ...Array.from({ length: 400 }, (_, number) => putTicket(number + 1)))),
      build.finish(),
    ]);
    expect(last).toEqual(DONE);
    expect(it.store.state()).toMatchObject({ version: 3, tickets: 400, changed: 400, setHash: it.office.head().setHash });
    expect([isThere(it.store, 1), isThere(it.store, 400)]).toEqual([true, true]);
    const before = it.store.state();
    it.restart();
    expect(it.store.state()).toEqual(before);
  });

  it('keeps the old data when a snapshot does not add up, and takes a good one afterwards', async () => {
    const it = await inStep(keep);
    it.office.change(putTicket(2));
    const { manifest, shards } = it.office.snapshot();
    const build = it.store.build({ ...manifest, head: { ...manifest.head, setHash: '0'.repeat(64) } });
    for (const shard of shards) await build.add(shard);
    expect(await build.finish()).toMatchObject({ ok: false });
    expect(it.store.state()).toMatchObject({ version: 1, tickets: 1 });
    await installSnapshot(it.store, { manifest, shards });
    expect(it.store.state()).toMatchObject({ version: 2, tickets: 2 });
  });

  it('is confirmed forwards only, and learns the hash of the secrets then', async () => {
    const it = await inStep(keep);
    const before = it.store.state()?.confirmedAt ?? instant(0);
    it.store.confirm(instant(before - 1), 'a'.repeat(64));
    expect(it.store.state()).toMatchObject({ confirmedAt: before, secretsHash: '0'.repeat(64) });
    it.store.confirm(instant(before + 1), 'a'.repeat(64));
    it.restart();
    expect(it.store.state()).toMatchObject({ confirmedAt: before + 1, secretsHash: 'a'.repeat(64) });
  });

  it('knows ticket numbers beyond 2^53', async () => {
    const it = await inStep(keep);
    const large = '9999999999999999' as ReturnType<typeof ticketId>;
    it.office.change(putTicket(1, { id: large }));
    await installSnapshot(it.store, it.office.snapshot());
    expect(it.store.ticket(large)?.id).toBe(large);
    expect(it.store.ticket('9999999999999998' as typeof large)).toBeUndefined();
  });

  it('tells the shows that are open', async () => {
    const it = await inStep(keep);
    const { entryFrom, entryUntil } = it.store.show(SHOW) ?? expect.unreachable('there is a show');
    const open = (at: Instant): readonly string[] => it.store.openShows(at).map(({ id }) => id);
    expect([open(entryFrom), open(entryUntil)]).toEqual([[SHOW], [SHOW]]);
    expect([open(instant(entryFrom - 1)), open(instant(entryUntil + 1))]).toEqual([[], []]);
    await it.store.applyDeltas(delta(it.office, putShow({ cancelled: true }), putShow({ id: '9' as ShowId, startsAt: '2026-10-31T11:00:00.000Z' })));
    expect(open(plus(entryFrom, minutes(1)))).toEqual(['9']);
  });
});

describe('a restart', () => {
  it('finds one whole version, wherever the process was when it ended', async () => {
    const it = await inStep();
    it.office.change({ op: 'drop-ticket', id: ticketId(1) }, putTicket(2), putTicket(3));
    const { manifest, shards } = it.office.snapshot();
    // In the middle of building.
    const build = it.store.build(manifest);
    await build.add(shards[0] ?? new Uint8Array());
    it.restart();
    expect([it.store.state()?.version, isThere(it.store, 1), isThere(it.store, 2)]).toEqual([1, true, false]);
    expect(readdirSync(it.folder).filter((name) => name.endsWith('.building'))).toEqual([]);
    // Sealed, and not yet pointed at.
    const [inUse = ''] = readdirSync(it.folder).filter((name) => name.endsWith('.db'));
    writeFileSync(join(it.folder, `${manifest.head.epoch}-${manifest.head.version}.db`), 'whole, but nobody said so');
    it.restart();
    expect(it.store.state()?.version).toBe(1);
    expect(readdirSync(it.folder).filter((name) => name.endsWith('.db'))).toEqual([inUse]);
    // Swapped, and the old file not yet removed.
    await installSnapshot(it.store, { manifest, shards });
    writeFileSync(join(it.folder, inUse), 'the old one');
    it.restart();
    expect([it.store.state()?.version, isThere(it.store, 1), isThere(it.store, 2)]).toEqual([2, false, true]);
    expect(readdirSync(it.folder)).not.toContain(inUse);
  });

  it('finds a delta whole or not at all', async () => {
    const it = await inStep();
    const change = delta(it.office, ...Array.from({ length: 500 }, (_, number) => putTicket(number + 1, { standing: 'revoked' })));
    const cutOff = it.store.applyDeltas(change);
    // Looked at by half; the power fails before it is written.
    it.restart();
    await expect(cutOff).rejects.toThrow('not open');
    expect(it.store.state()).toMatchObject({ version: 1, tickets: 1 });
    expect(it.store.ticket(ticketId(1))?.standing).toBe('valid');
    expect(await it.store.applyDeltas(change)).toEqual(DONE);
    it.restart();
    expect(it.store.state()).toMatchObject({ version: 2, tickets: 500 });
  });

  it('keeps shards that were fetched', async () => {
    const it = await inStep();
    await it.store.files.keepShard('ab', Uint8Array.of(1, 2));
    it.restart();
    expect(await it.store.files.shard('ab')).toEqual(Buffer.from([1, 2]));
    await installSnapshot(it.store, it.office.snapshot());
    expect(await it.store.files.shard('ab')).toBeUndefined();
  });
});

describe('a file that is not what was written', () => {
  const fileOf = (it: Machine): string => join(it.folder, readdirSync(it.folder).find((name) => /^[0-9a-f]{16}-\d+\.db$/.test(name)) ?? '');
  const damaged = (it: Machine): readonly string[] => {
    const codes: string[] = [];
    it.store.onDamaged(({ code: each }) => codes.push(each));
    return codes;
  };

  it.each<readonly [string, (path: string) => void]>([
    ['is gone', (path) => rmSync(path)],
    ['is empty', (path) => truncateSync(path, 0)],
    ['was cut', (path) => truncateSync(path, 4_096)],
    ['is no database', (path) => writeFileSync(path, 'x'.repeat(10_000))],
    ['is of another layout', (path) => change(path, 'UPDATE mark SET layout = 99')],
    ['is of another version', (path) => change(path, 'UPDATE mark SET version = 7')],
    ['is of another epoch', (path) => change(path, `UPDATE mark SET epoch = '00000000000000ff'`)],
    ['has a broken show', (path) => change(path, `UPDATE show SET row = x'01'`)],
    ['has a broken key', (path) => change(path, `UPDATE key SET row = x'00'`)],
  ])('%s: is told, put aside, and nothing older takes its place', async (_name, spoil) => {
    const it = await inStep();
    const old = it.office.snapshot();
    await it.store.applyDeltas(delta(it.office, putTicket(2)));
    const path = fileOf(it);
    it.store.close();
    spoil(path);
    it.restart();
    expect(damaged(it)).toEqual(['E-VAL-DAMAGED']);
    expect(it.store.state()).toBeUndefined();
    expect(it.store.ticket(ticketId(1))).toBeUndefined();
    expect(it.store.floor()).toMatchObject({ epoch: old.manifest.head.epoch, version: 2 });
    await installSnapshot(it.store, it.office.snapshot());
    expect(it.store.state()).toMatchObject({ version: 2, tickets: 2 });
    it.restart();
    expect(it.store.state()).toMatchObject({ version: 2, tickets: 2 });
  });

  it('with a row that cannot be read is found out by the look-up, which does not guess', async () => {
    const it = await inStep();
    const path = fileOf(it);
    it.store.close();
    change(path, `UPDATE ticket SET row = x'02aabb'`);
    it.restart();
    const told = damaged(it);
    expect(it.store.state()?.version).toBe(1);
    expect(it.store.ticket(ticketId(1))).toBeUndefined();
    expect(told).toEqual(['E-VAL-DAMAGED']);
    expect(it.store.state()).toBeUndefined();
    expect(readdirSync(it.folder)).toContain('damaged.db');
  });

  it('with a row that says something else is found out by adding up, and by the next delta that touches it', async () => {
    for (const finds of ['verify', 'delta'] as const) {
      const it = await inStep();
      const path = fileOf(it);
      it.store.close();
      // The eighteenth byte is the standing.
      change(path, `UPDATE ticket SET row = CAST(substr(row, 1, 17) || x'01' || substr(row, 19) AS BLOB)`);
      it.restart();
      expect(it.store.ticket(ticketId(1))?.standing).toBe('refunded');
      if (finds === 'verify') {
        const told = damaged(it);
        expect(await it.store.verify()).toBe(false);
        expect(told).toEqual(['E-VAL-DAMAGED']);
        expect(it.store.state()).toBeUndefined();
      } else {
        expect(await it.store.applyDeltas(delta(it.office, putTicket(1, { admits: 2 })))).toEqual({ ok: false, error: 'set-hash-differs' });
      }
    }
  });

  it('is not believed when it was exchanged for an older one', async () => {
    const it = await inStep();
    const path = fileOf(it);
    const older = `${path}.older`;
    it.store.close();
    renameSync(path, older);
    it.restart();
    it.office.change(putTicket(2));
    await installSnapshot(it.store, it.office.snapshot());
    const newer = fileOf(it);
    it.store.close();
    rmSync(newer);
    writeFileSync(newer, '');
    it.restart();
    expect(it.store.state()).toBeUndefined();
    expect(it.store.floor()?.version).toBe(2);
  });
});

/** With another program, while nobody has the file open. */
function change(path: string, sql: string): void {
  const database = new Sqlite(path);
  database.exec(sql);
  database.close();
}

/** Looks at each turn of the event loop at which the change lets others work. */
async function watchWhile(work: Promise<unknown>, look: () => void): Promise<void> {
  let isDone = false;
  const done = work.then(() => {
    isDone = true;
  });
  while (!isDone) {
    look();
    await new Promise((resolve) => setImmediate(resolve));
  }
  look();
  await done;
}
