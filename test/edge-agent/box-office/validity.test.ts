import { describe, expect, test } from 'vitest';
import { openSqliteBoxOfficeStore } from '#agent/box-office/store/sqlite/sqlite-box-office-store.ts';
import { ed25519PublicKey, sha256Hex, verifyBody } from '#agent/runtime/ticket-crypto.ts';
import { days, minutes } from '#core/base/time.ts';
import { SIGNING_CONTEXT, type Signed, ValidityDelta, ValidityHead, ValiditySnapshot } from '#core/contract/box-office/validity.ts';
import { addRow, EMPTY_SET, setHashText } from '#core/validity/set-hash.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';
import { claim } from './claim.ts';
import { batchOf, printEvent } from './events-of.ts';
import { good, KIOSK, newKey, type OpenBoxOffice, openBoxOffice, order, readOrder, refusalOf, seatStates, sell } from './open-box-office.ts';

function opened<Kind extends keyof typeof SIGNING_CONTEXT>(office: OpenBoxOffice, kind: Kind, signed: Signed): unknown {
  const key = ed25519PublicKey(office.boxOffice.validity.publicKey);
  if (key === undefined) throw new Error('the box office has no key');
  expect(verifyBody(key, SIGNING_CONTEXT[kind], signed)).toBe(true);
  return JSON.parse(signed.body);
}

async function snapshotOf(office: OpenBoxOffice): Promise<ValiditySnapshot> {
  return ValiditySnapshot.parse(opened(office, 'snapshot', good(await office.kiosk.readValiditySnapshot())));
}

async function headOf(office: OpenBoxOffice): Promise<ValidityHead> {
  return ValidityHead.parse(opened(office, 'head', await office.boxOffice.validity.head()));
}

function refundOf(
  office: OpenBoxOffice,
  orderId: string,
  reason: 'wrong-show' | 'projection-failure' | 'could-not-deliver' = 'wrong-show',
  refundKey = newKey('refund'),
) {
  return office.kiosk.refundOrder({ params: { orderId }, body: { refundKey, reason, by: 'duty-manager' } });
}

describe('validity data', () => {
  test('begin with the shows and the keys, and the hash is that of the rows', async () => {
    const office = await openBoxOffice();
    await sell(office, '1_1', '1_2');
    const { head, shows, tickets, keys } = await snapshotOf(office);
    expect([shows.length, tickets.length, keys.length]).toEqual([2, 2, 1]);
    const sum = [...shows, ...tickets].reduce((hash, row) => addRow(hash, row, sha256Hex), EMPTY_SET);
    expect(head.setHash).toBe(setHashText(sum));
    expect(head).toEqual(await headOf(office));
  });

  test('are signed with the time of asking, so that a quiet day does not make them old', async () => {
    const office = await openBoxOffice();
    const before = await headOf(office);
    await office.time.advance(minutes(10));
    const after = await headOf(office);
    expect(Date.parse(after.at) - Date.parse(before.at)).toBe(minutes(10));
    expect((await snapshotOf(office)).head).toEqual(after);
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
    const deltas = range.deltas.map((delta) => ValidityDelta.parse(opened(office, 'delta', delta)));
    expect(deltas.map(({ head }) => head)).toEqual(heard);
    expect(deltas.map(({ ops }) => ops.map((op) => (op.op === 'put-ticket' ? op.ticket.standing : op.op)))).toEqual([
      ['valid', 'valid'],
      ['refunded', 'refunded'],
    ]);
    expect(heard.at(-1)).toEqual(await headOf(office));
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
    const { head, shows, tickets } = await snapshotOf(office);
    expect([shows, tickets]).toEqual([[], []]);
    expect(head.setHash).toBe(setHashText(EMPTY_SET));
  });
});

describe('refunding', () => {
  test('frees the seats, gives the money back and revokes the tickets, all within the call', async () => {
    const office = await openBoxOffice();
    const sold = await sell(office, '1_1', '1_2');
    const refunded = good(await refundOf(office, sold.id));
    expect(refunded).toMatchObject({ status: 'refunded', refundReference: `R-${sold.payment?.key}-R` });
    expect(refunded.tickets.map(({ status }) => status)).toEqual(['refunded', 'refunded']);
    expect(await seatStates(office)).toBe('FFFFFFFFFFFFFFFF');
    expect((await snapshotOf(office)).tickets.map(({ standing }) => standing)).toEqual(['refunded', 'refunded']);
  });

  test('revokes at once even when the provider does not answer; the money follows', async () => {
    const office = await openBoxOffice();
    const sold = await sell(office, '1_1', '1_2');
    office.provider.leaveUnanswered('refund');
    expect(good(await refundOf(office, sold.id)).status).toBe('refunding');
    expect((await snapshotOf(office)).tickets.map(({ standing }) => standing)).toEqual(['refunded', 'refunded']);
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

  test.each(['claimed', 'printed', 'uncertain'] as const)('is refused once a ticket is %s, except for a projection that failed', async (state) => {
    const office = await openBoxOffice();
    const claimed = await claim(office, await sell(office, '1_1', '1_2'));
    if (state !== 'claimed') await office.boxOffice.receive(KIOSK, batchOf(KIOSK, 1, [printEvent(claimed.tickets[0], state)]));
    expect(refusalOf(await refundOf(office, claimed.orderId))).toEqual({ code: 'already-printed' });
    expect((await refundOf(office, claimed.orderId, 'projection-failure')).ok).toBe(true);
  });

  test('ends half an hour before the show, to the instant; what could not be delivered may come back later', async () => {
    const office = await openBoxOffice();
    const [early, late, failed] = [await sell(office, '1_1', '1_2'), await sell(office, '1_3', '1_4'), await sell(office, '1_5', '1_6')];
    const { shows } = await snapshotOf(office);
    const startsAt = Date.parse(shows.find(({ id }) => id === early.showId)?.startsAt ?? '');
    await office.time.advance((startsAt - minutes(30) - office.time.clock.wall()) as ReturnType<typeof minutes>);
    expect((await refundOf(office, early.id)).ok).toBe(true);
    office.time.jumpWall(1 as ReturnType<typeof minutes>);
    expect(refusalOf(await refundOf(office, late.id))).toEqual({ code: 'too-late' });
    expect((await refundOf(office, failed.id, 'could-not-deliver')).ok).toBe(true);
  });

  test('is refused for an order without money', async () => {
    const office = await openBoxOffice();
    const { id } = await order(office, '1_1', '1_2');
    expect(refusalOf(await refundOf(office, id))).toEqual({ code: 'not-refundable', status: 'unpaid' });
  });
});
