import { describe, expect, test } from 'vitest';
import { openSqliteBoxOfficeStore } from '#agent/box-office/store/sqlite/sqlite-box-office-store.ts';
import { minutes, seconds } from '#core/base/time.ts';
import type { Hold } from '#core/contract/box-office/sales.ts';
import {
  faultOf,
  good,
  hold,
  KIOSK,
  newKey,
  OTHER_KIOSK,
  openBoxOffice,
  order,
  orderOf,
  readOrder,
  refusalOf,
  seatStates,
  startPaying,
} from './open-box-office.ts';
import { EVENING, MATINEE } from './small-cinema.ts';

const FREE = 'FFFFFFFFFFFFFFFF';

function request(seats: readonly string[], changes: object = {}) {
  return { body: { holdKey: newKey('hold'), showId: EVENING, seats: [...seats], machine: KIOSK, ...changes } };
}

describe('holding seats', () => {
  test('keeps all of them for ten minutes, and the picture says so', async () => {
    const office = await openBoxOffice();
    const held = await hold(office, '1_1', '1_2');
    expect(held.seats).toEqual(['1_1', '1_2']);
    expect(Date.parse(held.until) - office.time.clock.wall()).toBe(minutes(10));
    expect(await seatStates(office)).toBe('HHFFFFFFFFFFFFFF');
  });

  test('takes nothing when one of them is gone, names it, and offers as many side by side', async () => {
    const office = await openBoxOffice();
    await hold(office, '1_1', '1_2');
    const refusal = refusalOf(await office.kiosk.holdSeats(request(['1_2', '1_3'])));
    expect(refusal).toMatchObject({ code: 'seats-lost', lost: ['1_2'], picture: { states: 'HHFFFFFFFFFFFFFF' } });
    expect(refusal.offer).toHaveLength(2);
    expect(await seatStates(office)).toBe('HHFFFFFFFFFFFFFF');
    const offered = await office.kiosk.holdSeats(request(refusal.offer as string[]));
    expect(offered.ok).toBe(true);
  });

  test('two hundred at once for one seat: exactly one gets it', async () => {
    const office = await openBoxOffice({ store: openSqliteBoxOfficeStore(':memory:') });
    const outcomes = await Promise.all(Array.from({ length: 200 }, () => office.kiosk.holdSeats(request(['1_1']))));
    expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(1);
    const refused = outcomes.filter((outcome) => !outcome.ok).map((outcome) => refusalOf(outcome).code);
    expect(refused).toEqual(Array.from({ length: 199 }, () => 'seats-lost'));
    expect(await seatStates(office)).toBe('HFFFFFFFFFFFFFFF');
  });

  test('the same key gets the same hold, and another wish under it is refused', async () => {
    const office = await openBoxOffice();
    const wish = request(['1_1', '1_2']);
    const first = good(await office.kiosk.holdSeats(wish));
    expect(good(await office.kiosk.holdSeats(wish))).toEqual(first);
    const other = await office.kiosk.holdSeats({ body: { ...wish.body, seats: ['1_5', '1_6'] } });
    expect(faultOf(other)).toBe('E-BOX-QUESTION');
    expect(await seatStates(office)).toBe('HHFFFFFFFFFFFFFF');
  });

  test('a seat named twice is one seat', async () => {
    const office = await openBoxOffice();
    expect((await hold(office, '1_1', '1_1')).seats).toEqual(['1_1']);
  });

  test.each([
    ['a seat that is not in the plan', ['9_9'], { code: 'no-such-seat', seats: ['9_9'] }],
    ['more than an order may have', ['1_1', '1_2', '1_3', '1_4', '1_5', '1_6', '1_7'], { code: 'too-many-seats', limit: 6 }],
    ['half a couple seat', ['2_1'], { code: 'couple-split', partners: ['2_2'], offer: ['2_1', '2_2'] }],
    ['a seat that would leave one alone', ['1_2'], { code: 'single-gap', stranded: ['1_1'] }],
  ])('refuses %s and changes nothing', async (_, seats, refusal) => {
    const office = await openBoxOffice();
    expect(refusalOf(await office.kiosk.holdSeats(request(seats)))).toMatchObject(refusal);
    expect(await seatStates(office)).toBe(FREE);
  });

  test('refuses a show whose sale has ended, and one that does not exist', async () => {
    const office = await openBoxOffice();
    expect(refusalOf(await office.kiosk.holdSeats(request(['1_1'], { showId: MATINEE })))).toEqual({ code: 'sale-ended' });
    expect(faultOf(await office.kiosk.holdSeats(request(['1_1'], { showId: '12345' })))).toBe('E-BOX-MISSING');
  });

  test('a single gap is only a warning shortly before the show', async () => {
    const office = await openBoxOffice();
    await office.time.advance(minutes(106));
    expect((await office.kiosk.holdSeats(request(['1_2']))).ok).toBe(true);
  });

  test('a machine cannot hold in the name of another', async () => {
    const office = await openBoxOffice();
    expect(faultOf(await office.kiosk.holdSeats(request(['1_1'], { machine: OTHER_KIOSK })))).toBe('E-BOX-TOKEN');
    expect(await seatStates(office)).toBe(FREE);
  });
});

describe('giving seats back', () => {
  test('frees the hold that is named with its own token, once', async () => {
    const office = await openBoxOffice();
    const held = await hold(office, '1_1');
    const release = (token: number) => office.kiosk.releaseHold({ params: { holdId: held.id }, body: { token } });
    expect(good(await release(held.token + 1))).toEqual({ released: false });
    expect(await seatStates(office)).toBe('HFFFFFFFFFFFFFFF');
    expect(good(await release(held.token))).toEqual({ released: true });
    expect(good(await release(held.token))).toEqual({ released: false });
    expect(await seatStates(office)).toBe(FREE);
  });

  test('a late release of an old hold never frees a newer one of the same seats', async () => {
    const office = await openBoxOffice();
    const old = await hold(office, '1_1');
    await office.time.advance(minutes(11));
    const newer = await hold(office, '1_1');
    expect(newer.token).toBeGreaterThan(old.token);
    expect(good(await office.kiosk.releaseHold({ params: { holdId: old.id }, body: { token: old.token } }))).toEqual({ released: false });
    expect(await seatStates(office)).toBe('HFFFFFFFFFFFFFFF');
  });

  test('takes the order along of which its machine never heard, and leaves one alone that is being paid', async () => {
    const office = await openBoxOffice();
    const held = await hold(office, '1_1');
    const made = await orderOf(office, held);
    const release = ({ id }: Hold, token: number) => office.kiosk.releaseHold({ params: { holdId: id }, body: { token } });
    expect(good(await release(held, held.token + 1))).toEqual({ released: false });
    expect(good(await release(held, held.token))).toEqual({ released: true });
    expect([(await readOrder(office, made.id)).status, await seatStates(office)]).toEqual(['cancelled', FREE]);
    expect(good(await release(held, held.token))).toEqual({ released: false });
    const newer = await hold(office, '1_1');
    const paying = await orderOf(office, newer);
    await startPaying(office, paying.id);
    expect(good(await release(newer, newer.token))).toEqual({ released: false });
    expect((await readOrder(office, paying.id)).status).toBe('paying');
  });

  test('only the machine that holds can give back', async () => {
    const office = await openBoxOffice();
    const held = await hold(office, '1_1');
    const other = office.clientOf(OTHER_KIOSK);
    expect(good(await other.releaseHold({ params: { holdId: held.id }, body: { token: held.token } }))).toEqual({ released: false });
    expect(await seatStates(office)).toBe('HFFFFFFFFFFFFFFF');
  });

  test('a lapsed hold ends by itself, also when nobody asks', async () => {
    const office = await openBoxOffice();
    await hold(office, '1_1');
    const before = good(await office.kiosk.readShowSeats({ params: { showId: EVENING } })).picture.version;
    await office.time.advance(minutes(10));
    await office.time.advance(seconds(10));
    const programme = good(await office.kiosk.readProgramme());
    expect(programme.shows.find((show) => show.id === EVENING)?.seatsLeft).toBe(16);
    expect(good(await office.kiosk.readShowSeats({ params: { showId: EVENING } })).picture.version).toBeGreaterThan(before);
  });

  test('the exact end of a hold belongs to the next guest', async () => {
    const office = await openBoxOffice();
    await hold(office, '1_1');
    office.time.jumpWall(minutes(10));
    expect((await office.kiosk.holdSeats(request(['1_1']))).ok).toBe(true);
  });

  test('an unpaid order ends with its hold; one with an open payment keeps its seats, however late it is', async () => {
    const office = await openBoxOffice();
    const unpaid = await order(office, '1_1', '1_2');
    const paying = await order(office, '1_5', '1_6');
    office.provider.leaveUnanswered('create', 'query', 'close');
    await startPaying(office, paying.id);
    await office.time.advance(minutes(60));
    expect(good(await office.kiosk.readOrder({ params: { orderId: unpaid.id } })).status).toBe('cancelled');
    expect(good(await office.kiosk.readOrder({ params: { orderId: paying.id } })).status).toBe('payment-unknown');
    expect(await seatStates(office)).toBe('FFFFHHFFFFFFFFFF');
  });
});
