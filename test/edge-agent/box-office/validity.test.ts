import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { BoxOfficeStore } from '#agent/box-office/store/box-office-store.ts';
import { createMemoryBoxOfficeStore } from '#agent/box-office/store/memory/memory-box-office-store.ts';
import { openSqliteBoxOfficeStore } from '#agent/box-office/store/sqlite/sqlite-box-office-store.ts';
import { createShardReader } from '#agent/box-office-client/shard-reader.ts';
import { ed25519PublicKey, sha256Binary, verifyBody } from '#agent/runtime/ticket-crypto.ts';
import { LIMITS } from '#core/base/limits.ts';
import { days, minutes, seconds } from '#core/base/time.ts';
import { SIGNING_CONTEXT, type Signed, ValidityDelta, ValidityHead } from '#core/contract/box-office/validity.ts';
import { CHAIN_START, nextChain, type RowChange, readChanges } from '#core/validity/changes.ts';
import { decodeRow } from '#core/validity/row-codec.ts';
import { scratchFolder } from '#test/support/scratch.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';
import { claim } from './claim.ts';
import { batchOf, printEvent } from './events-of.ts';
import {
  GATE,
  good,
  hold,
  KIOSK,
  newKey,
  type OpenBoxOffice,
  openBoxOffice,
  order,
  readOrder,
  refusalOf,
  seatStates,
  sell,
  startPaying,
  tokenOf,
} from './open-box-office.ts';
import { readSnapshot } from './read-snapshot.ts';
import { EVENING, MATINEE } from './small-cinema.ts';

function opened<Kind extends keyof typeof SIGNING_CONTEXT>(office: OpenBoxOffice, kind: Kind, signed: Signed): unknown {
  const key = ed25519PublicKey(office.boxOffice.validity.publicKey);
  if (key === undefined) throw new Error('the box office has no key');
  expect(verifyBody(key, SIGNING_CONTEXT[kind], signed)).toBe(true);
  return JSON.parse(signed.body);
}

async function headOf(office: OpenBoxOffice): Promise<ValidityHead> {
  return ValidityHead.parse(opened(office, 'head', await office.boxOffice.validity.head()));
}

function refundOf(
  office: OpenBoxOffice,
  orderId: string,
  reason: 'wrong-show' | 'projection-failure' | 'could-not-deliver' = 'wrong-show',
  refundKey = newKey('refund'),
  approval: { readonly approvedBy?: string } = {},
) {
  return office.kiosk.refundOrder({ params: { orderId }, body: { refundKey, reason, by: 'cashier', ...approval } });
}

function changesIn({ head, changes: text }: ValidityDelta) {
  const bytes = Uint8Array.from(Buffer.from(text, 'base64url'));
  const changes = readChanges(bytes);
  expect(changes, 'a delta of the box office is of the agreed form').toBeDefined();
  return { head, bytes, changes: changes ?? [] };
}

function standingOf(change: RowChange): string {
  const row = change.kind === 'put' ? decodeRow(change.row) : undefined;
  return row?.kind === 'ticket' ? row.ticket.standing : change.kind;
}

describe('validity data', () => {
  test('begin with the shows and the keys, and the hash is that of the rows', async () => {
    const office = await openBoxOffice();
    await sell(office, '1_1', '1_2');
    const { head, shows, tickets, keys } = await readSnapshot(office);
    expect([shows.length, tickets.length, keys.length]).toEqual([2, 2, 1]);
    expect(head).toEqual(await headOf(office));
    expect(tickets.map(({ ticketClass, forms }) => [ticketClass, forms])).toEqual([
      ['standard', 'both'],
      ['standard', 'both'],
    ]);
  });

  test('name the grown-ups of a child beside it, and say to which show children do not go alone', async () => {
    const office = await openBoxOffice();
    const { id, token } = await hold(office, '1_1', '1_2', '1_3');
    const lines = [
      { seatId: '1_1', ticketType: 'child' },
      { seatId: '1_2', ticketType: 'adult' },
      { seatId: '1_3', ticketType: 'child' },
    ] as const;
    const total = { minor: 4_800 + 2 * 2_800, currency: 'CNY' } as const;
    const body = { orderKey: newKey('order'), holdId: id, holdToken: token, lines: [...lines], submitTotal: total, machine: KIOSK };
    const placed = good(await office.kiosk.createOrder({ body }));
    office.provider.pay(await startPaying(office, placed.id));
    await office.time.advance(seconds(3));
    const { tickets, shows } = await readSnapshot(office);
    const adult = tickets.find(({ ticketClass }) => ticketClass === 'standard');
    expect(tickets.map(({ ticketClass, escorts }) => [ticketClass, escorts]).sort()).toEqual([
      ['child', [adult?.id]],
      ['child', [adult?.id]],
      ['standard', []],
    ]);
    expect(shows.map(({ id: show, escortChildren }) => [show, escortChildren])).toEqual([
      [MATINEE, false],
      [EVENING, true],
    ]);
    // A kiosk hears of it before it sells.
    const { shows: onSale } = good(await office.kiosk.readProgramme());
    expect(onSale.map(({ id: show, escortChildren = false }) => [show, escortChildren]).sort()).toEqual([
      [EVENING, true],
      [MATINEE, false],
    ]);
  });

  test('are signed with the time of asking, so that a quiet day does not make them old', async () => {
    const office = await openBoxOffice();
    const before = await headOf(office);
    await office.time.advance(minutes(10));
    const after = await headOf(office);
    expect(Date.parse(after.at) - Date.parse(before.at)).toBe(minutes(10));
    const { head } = await readSnapshot(office);
    expect(head).toEqual(after);
  });

  test('every change is one version, told right after its commit, and the deltas lead from any version to the newest', async () => {
    const office = await openBoxOffice();
    const heard: ValidityHead[] = [];
    const start = await headOf(office);
    office.boxOffice.validity.onDelta((delta, head) => {
      expect(ValidityDelta.parse(opened(office, 'delta', delta)).head).toEqual(opened(office, 'head', head));
      heard.push(ValidityHead.parse(JSON.parse(head.body)));
    });
    const sold = await sell(office, '1_1', '1_2');
    good(await refundOf(office, sold.id));
    expect(heard.map(({ version }) => version - start.version)).toEqual([1, 2]);
    const range = good(await office.kiosk.readValidityDeltas({ query: { epoch: start.epoch, after: start.version } }));
    expect(range).toMatchObject({ complete: true, tooOld: false });
    const deltas = range.deltas.map((delta) => changesIn(ValidityDelta.parse(opened(office, 'delta', delta))));
    expect(deltas.map(({ head }) => head)).toEqual(heard);
    expect(deltas.map(({ changes }) => changes.map(standingOf))).toEqual([
      ['valid', 'valid'],
      ['refunded', 'refunded'],
    ]);
    expect(heard.at(-1)).toEqual(await headOf(office));
    let { chain } = start;
    for (const { head, bytes } of deltas) {
      chain = nextChain(sha256Binary, chain, bytes);
      expect(head.chain).toBe(chain);
    }
  });

  test('a large change becomes several versions, each small enough for one message', async () => {
    const office = await openBoxOffice();
    const { epoch, version, chain } = await headOf(office);
    expect(version > 0).toBe(chain !== CHAIN_START);
    const range = good(await office.kiosk.readValidityDeltas({ query: { epoch, after: 0 } }));
    for (const signed of range.deltas) {
      expect(changesIn(ValidityDelta.parse(JSON.parse(signed.body))).changes.length).toBeLessThanOrEqual(LIMITS.boxOffice.deltaOpsMax);
    }
  });

  test('another epoch, or a version of the future, asks for the snapshot', async () => {
    const office = await openBoxOffice();
    const { epoch, version } = await headOf(office);
    const ask = async (query: { epoch: string; after: number }) => good(await office.kiosk.readValidityDeltas({ query }));
    expect(await ask({ epoch: '0000000000000000', after: 0 })).toEqual({ deltas: [], complete: false, tooOld: true });
    expect(await ask({ epoch, after: version + 1 })).toEqual({ deltas: [], complete: false, tooOld: true });
    expect(await ask({ epoch, after: version })).toEqual({ deltas: [], complete: true, tooOld: false });
  });

  test('survive a restart: same epoch, same version, same keys; a new store begins a new epoch', async () => {
    const time = createVirtualTime();
    const other = await openBoxOffice({ time });
    const folder = `${other.folder}/restart`;
    const first = await openBoxOffice({ time, dataFolder: folder, store: openSqliteBoxOfficeStore(`${other.folder}/a.db`) });
    await sell(first, '1_1', '1_2');
    const before = await headOf(first);
    const { publicKey } = first.boxOffice.validity;
    await first.boxOffice.stop();
    const second = await openBoxOffice({ time, dataFolder: folder, store: openSqliteBoxOfficeStore(`${other.folder}/a.db`) });
    expect(await headOf(second)).toEqual(before);
    expect(second.boxOffice.validity.publicKey).toBe(publicKey);
    const third = await openBoxOffice({ time, dataFolder: folder });
    expect((await headOf(third)).epoch).not.toBe(before.epoch);
  });

  test('shows that are long over leave, with their tickets, and the hash still fits', async () => {
    const office = await openBoxOffice();
    await sell(office, '1_1', '1_2');
    await office.time.advance(days(2));
    await office.time.advance(minutes(15));
    const { head, shows, tickets } = await readSnapshot(office);
    expect([shows, tickets]).toEqual([[], []]);
    expect(head).toEqual(await headOf(office));
  });
});

describe.each<readonly [string, () => BoxOfficeStore]>([
  ['memory', createMemoryBoxOfficeStore],
  ['SQLite', () => openSqliteBoxOfficeStore(join(scratchFolder(), 'box-office.db'))],
])('a snapshot from %s', (_name, store) => {
  test('is the same for everybody until it is too old for somebody; deltas lead on from it', async () => {
    const office = await openBoxOffice({ store: store() });
    await sell(office, '1_1', '1_2');
    const first = await readSnapshot(office);
    await sell(office, '1_3', '1_4');
    const kept = await readSnapshot(office, { epoch: first.head.epoch, least: first.head.version });
    expect(kept.manifest).toEqual(first.manifest);
    const range = good(await office.kiosk.readValidityDeltas({ query: { epoch: kept.head.epoch, after: kept.head.version } }));
    expect(range).toMatchObject({ complete: true, tooOld: false });
    expect(range.deltas).toHaveLength(1);
    const newer = await readSnapshot(office, { epoch: first.head.epoch, least: first.head.version + 1 });
    expect(newer.head).toEqual(await headOf(office));
    expect(newer.tickets).toHaveLength(4);
    // A version that there is not yet, or of another epoch, is not waited for.
    expect((await readSnapshot(office, { epoch: first.head.epoch, least: 1_000_000 })).head.version).toBe(newer.head.version);
    expect((await readSnapshot(office, { epoch: 'another', least: 1_000_000 })).manifest).toEqual(newer.manifest);
  });

  test('is of one moment, however much is sold while it is made, and shards are made once', async () => {
    const office = await openBoxOffice({ store: store() });
    const asked = Promise.all([readSnapshot(office), readSnapshot(office), sell(office, '1_1', '1_2')]);
    const [one, other] = await asked;
    expect(one.manifest).toEqual(other.manifest);
    expect([0, 2]).toContain(one.tickets.length);
    const folder = join(office.folder, 'shards');
    expect(readdirSync(folder).toSorted()).toEqual(one.manifest.shards.map(({ sha256 }) => sha256).toSorted());
    const { epoch, version } = await headOf(office);
    await readSnapshot(office, { epoch, least: version });
    await sell(office, '1_3', '1_4');
    const last = await readSnapshot(office, { epoch, least: version + 1 });
    // Those of the last two are kept, for whoever is fetching.
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(last.manifest.shards.map(({ sha256 }) => sha256)));
    expect(readdirSync(folder).length).toBeLessThanOrEqual(2);
  });
});

test('a shard is for machines only, immutable, and named rightly', async () => {
  const office = await openBoxOffice();
  const { manifest } = await readSnapshot(office);
  const [shard] = manifest.shards;
  const ask = (name: string, token?: string): Promise<Response> =>
    fetch(`${office.url}/v1/validity/shards/${name}`, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });
  expect((await ask(shard?.sha256 ?? '')).status).toBe(401);
  expect((await ask(shard?.sha256 ?? '', 'nobody')).status).toBe(401);
  expect((await ask('f'.repeat(64), tokenOf(GATE))).status).toBe(404);
  expect((await ask('..%2F..%2Fkeys.json', tokenOf(GATE))).status).toBe(400);
  expect((await ask('keys.json', tokenOf(GATE))).status).toBe(400);
  const answer = await ask(shard?.sha256 ?? '', tokenOf(GATE));
  expect(answer.headers.get('content-type')).toBe('application/octet-stream');
  expect(answer.headers.get('cache-control')).toContain('immutable');
  expect((await answer.arrayBuffer()).byteLength).toBe(shard?.bytes);
});

test('a shard reader takes no more than it was promised, and names what went wrong', async () => {
  const office = await openBoxOffice();
  const { manifest } = await readSnapshot(office);
  const shard = manifest.shards[0] ?? expect.unreachable('there are rows');
  const reader = (url: string, token: string) => createShardReader({ url, token, timeout: seconds(60), timers: office.time.timers });
  const read = reader(office.url, tokenOf(GATE));
  expect(good(await read(shard))).toHaveLength(shard.bytes);
  expect(good(await read({ ...shard, bytes: 10 })).length).toBeGreaterThan(10);
  expect(await read({ ...shard, sha256: '0'.repeat(64) })).toMatchObject({ error: { code: 'E-BOX-MISSING' } });
  expect(await reader(office.url, 'nobody')(shard)).toMatchObject({ error: { code: 'E-BOX-TOKEN' } });
  expect(await reader('http://127.0.0.1:9', 'nobody')(shard)).toMatchObject({ error: { code: 'E-BOX-UNREACHABLE' } });
});

describe('refunding', () => {
  test('frees the seats, gives the money back and revokes the tickets, all within the call', async () => {
    const office = await openBoxOffice();
    const sold = await sell(office, '1_1', '1_2');
    const refunded = good(await refundOf(office, sold.id));
    expect(refunded).toMatchObject({ status: 'refunded', refundReference: `R-${sold.payment?.key}-R` });
    expect(refunded.tickets.map(({ status }) => status)).toEqual(['refunded', 'refunded']);
    expect(await seatStates(office)).toBe('FFFFFFFFFFFFFFFF');
    expect((await readSnapshot(office)).tickets.map(({ standing }) => standing)).toEqual(['refunded', 'refunded']);
  });

  test('revokes at once even when the provider does not answer; the money follows', async () => {
    const office = await openBoxOffice();
    const sold = await sell(office, '1_1', '1_2');
    office.provider.leaveUnanswered('refund');
    expect(good(await refundOf(office, sold.id)).status).toBe('refunding');
    expect((await readSnapshot(office)).tickets.map(({ standing }) => standing)).toEqual(['refunded', 'refunded']);
    office.provider.leaveUnanswered();
    await office.time.advance(minutes(2));
    expect((await readOrder(office, sold.id)).status).toBe('refunded');
    expect(office.provider.refunds()).toBe(1);
  });

  test('the same key gets the same answer, another key a refusal', async () => {
    const office = await openBoxOffice();
    const sold = await sell(office, '1_1', '1_2');
    const key = newKey('refund');
    const first = good(await refundOf(office, sold.id, 'wrong-show', key));
    expect(good(await refundOf(office, sold.id, 'wrong-show', key))).toEqual(first);
    expect(refusalOf(await refundOf(office, sold.id))).toEqual({ code: 'not-refundable', status: 'refunded' });
    expect(office.provider.refunds()).toBe(1);
  });

  test.each(['claimed', 'uncertain'] as const)('is refused while a ticket is %s; a projection that failed waits for a doubt alone', async (state) => {
    const office = await openBoxOffice();
    const claimed = await claim(office, await sell(office, '1_1', '1_2'));
    if (state !== 'claimed') await office.boxOffice.receive(KIOSK, batchOf(KIOSK, 1, [printEvent(claimed.tickets[0], state)]));
    expect(refusalOf(await refundOf(office, claimed.orderId))).toEqual({ code: 'print-open' });
    const failed = await refundOf(office, claimed.orderId, 'projection-failure', undefined, { approvedBy: 'Mei' });
    if (state === 'claimed') expect(failed.ok).toBe(true);
    else expect(refusalOf(failed)).toEqual({ code: 'print-open' });
  });

  test('is refused once a ticket is printed, except for a projection that failed, and then two people agree', async () => {
    const office = await openBoxOffice();
    const claimed = await claim(office, await sell(office, '1_1', '1_2'));
    await office.boxOffice.receive(KIOSK, batchOf(KIOSK, 1, [printEvent(claimed.tickets[0], 'printed'), printEvent(claimed.tickets[1], 'printed')]));
    expect(refusalOf(await refundOf(office, claimed.orderId, 'wrong-show', undefined, { approvedBy: 'Mei' }))).toEqual({ code: 'already-printed' });
    const failed = (approval?: { approvedBy: string }) => refundOf(office, claimed.orderId, 'projection-failure', undefined, approval);
    expect(refusalOf(await failed())).toEqual({ code: 'needs-approval', because: 'already-printed' });
    expect((await failed({ approvedBy: 'Mei' })).ok).toBe(true);
  });

  test('ends half an hour before the show, to the instant; what could not be delivered may come back later', async () => {
    const office = await openBoxOffice();
    const [early, late, failed] = [await sell(office, '1_1', '1_2'), await sell(office, '1_3', '1_4'), await sell(office, '1_5', '1_6')];
    const { shows } = await readSnapshot(office);
    const startsAt = Date.parse(shows.find(({ id }) => id === early.showId)?.startsAt ?? '');
    await office.time.advance((startsAt - minutes(30) - office.time.clock.wall()) as ReturnType<typeof minutes>);
    expect((await refundOf(office, early.id)).ok).toBe(true);
    office.time.jumpWall(1 as ReturnType<typeof minutes>);
    expect(refusalOf(await refundOf(office, late.id))).toEqual({ code: 'needs-approval', because: 'too-late' });
    expect((await refundOf(office, failed.id, 'could-not-deliver')).ok).toBe(true);
  });

  test('is refused for an order without money', async () => {
    const office = await openBoxOffice();
    const { id } = await order(office, '1_1', '1_2');
    expect(refusalOf(await refundOf(office, id))).toEqual({ code: 'not-refundable', status: 'unpaid' });
  });
});
