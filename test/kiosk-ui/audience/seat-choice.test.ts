import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instant, seconds } from '#core/base/time.ts';
import type { Show, ShowSeats } from '#core/contract/box-office/programme.ts';
import { SeatId } from '#core/contract/identifiers.ts';
import { allIn } from '../../../kiosk-ui/audience/model/prices.ts';
import { createSeatChoice } from '../../../kiosk-ui/audience/model/seat-choice.ts';
import { programmeAt, showSeats } from '../support/sample-lobby.ts';
import { createScriptedAgent } from '../support/scripted-agent.ts';

/** Tomorrow's shows are far from their start: the single-gap rule is not relaxed. */
const NOW = instant(Date.UTC(2026, 9, 31, 11, 0, 0));
const tomorrow: Show[] = programmeAt(NOW).shows.filter((show) => show.businessDay === '2026-11-01');

/** The same show with every seat free, so that a test says itself what is taken. */
function emptyHouse(): ShowSeats {
  const [first] = tomorrow;
  if (!first) throw new Error('no show tomorrow');
  const house = showSeats(first);
  return { ...house, picture: { ...house.picture, states: 'F'.repeat(house.plan.seats.length) } };
}

/** A row of at least five ordinary seats side by side, left to right. */
function longRow(house: ShowSeats) {
  for (let y = 0; y < house.plan.height; y++) {
    const row = house.plan.seats.filter((seat) => seat.kind === 'standard' && seat.y === y);
    const run = row.sort((a, b) => a.x - b.x).filter((seat, index, all) => seat.x - index === (all[0]?.x ?? 0));
    if (run.length >= 5) return run;
  }
  throw new Error('no long row');
}

async function chooser(house = emptyHouse()) {
  const scripted = createScriptedAgent({ readShowSeats: () => ({ kind: 'done', value: house }) });
  const seats = createSeatChoice({ agent: scripted.agent, limit: () => 6 });
  await seats.open(house.show.id);
  return { ...scripted, seats, house };
}

test('a tap chooses, another gives back, and the total is all-in', async () => {
  const { seats, house } = await chooser();
  const [first, second] = longRow(house);
  if (!first || !second) throw new Error('too short a row');
  seats.tap(first.id);
  seats.tap(second.id);
  expect(seats.selected.value).toEqual([first.id, second.id]);
  expect(seats.total.value?.minor).toBe(seats.lines.value.reduce((sum, line) => sum + allIn(line.price).minor, 0));
  expect(seats.lines.value[0]?.price.fee.minor).toBeGreaterThan(0);
  seats.tap(first.id);
  expect(seats.selected.value).toEqual([second.id]);
});

test('a seat that is not free cannot be chosen, and the seventh is told', async () => {
  const house = emptyHouse();
  house.picture.states = `S${house.picture.states.slice(1)}`;
  const { seats } = await chooser(house);
  const taken = house.plan.seats[0];
  if (taken) seats.tap(taken.id);
  expect(seats.selected.value).toEqual([]);
  for (const seat of house.plan.seats.filter((each) => each.kind === 'standard').slice(1, 8)) seats.tap(seat.id);
  expect(seats.selected.value).toHaveLength(6);
  expect(seats.notice.value).toEqual({ kind: 'limit', limit: 6 });
});

test('best seats: as many as asked for, free, and within the rule', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: tomorrow.length - 1 }), async (count, index) => {
      const show = tomorrow[index];
      if (!show) return;
      const house = showSeats(show);
      const { seats } = await chooser(house);
      seats.pick(count);
      if (seats.notice.value?.kind === 'none-left') return;
      expect(seats.selected.value).toHaveLength(count);
      for (const seatId of seats.selected.value) expect(house.picture.states[house.plan.seats.findIndex((seat) => seat.id === seatId)]).toBe('F');
      expect(seats.judge()).toBe(true);
    }),
    { numRuns: 40 },
  );
});

test('a seat left alone is named, and one touch puts it right', async () => {
  const { seats, house } = await chooser();
  const row = longRow(house);
  const second = row[1];
  if (!second) throw new Error('too short a row');
  seats.tap(second.id);
  expect(seats.judge()).toBe(false);
  const notice = seats.notice.value;
  if (notice?.kind !== 'gap') throw new Error('no gap was told');
  expect(notice.seats.length).toBeGreaterThan(0);
  seats.take(notice.offer);
  expect(seats.judge()).toBe(true);
  expect(seats.selected.value).toHaveLength(1);
});

test('a seat that somebody else takes meanwhile is named and given up, the others stay, and a set of the same size is offered', async () => {
  const { seats, house, script, time } = await chooser();
  const [first, second] = longRow(house);
  if (!first || !second) throw new Error('too short a row');
  seats.take([first.id, second.id]);
  const states = house.plan.seats.map((seat) => (seat.id === first.id ? 'H' : 'F')).join('');
  script.readShowSeats = () => ({ kind: 'done', value: { ...house, picture: { showId: house.show.id, version: 2, states } } });
  await time.advance(seconds(8));
  seats.tick();
  await time.settle();
  expect(seats.selected.value).toEqual([second.id]);
  expect(seats.notice.value).toMatchObject({ kind: 'lost', seats: [first.id] });
  const offer = seats.notice.value?.kind === 'lost' ? seats.notice.value.offer : [];
  expect(offer).toHaveLength(2);
  expect(offer).not.toContain(first.id);
});

test('an older picture never overwrites a newer one', async () => {
  const { seats, house } = await chooser();
  const newer = { showId: house.show.id, version: 9, states: 'S'.repeat(house.plan.seats.length) };
  seats.refused({ code: 'seats-lost', lost: [], picture: newer, offer: [] });
  expect(seats.picture.value).toEqual(newer);
  seats.refused({ code: 'seats-lost', lost: [], picture: { ...newer, version: 3, states: house.picture.states }, offer: [] });
  expect(seats.picture.value).toEqual(newer);
});

test('the map is read again every 8 s and doubted after 20', async () => {
  const { seats, calls, script, time } = await chooser();
  script.readShowSeats = () => ({ kind: 'unreachable' });
  for (let second = 0; second < 19; second++) {
    await time.advance(seconds(1));
    seats.tick();
  }
  expect(calls).toHaveLength(3);
  expect(seats.stale.value).toBe(false);
  await time.advance(seconds(1));
  seats.tick();
  expect(seats.stale.value).toBe(true);
});

test.each([
  [{ code: 'price-changed', total: { minor: 9_900, currency: 'CNY' } }, 'price', false],
  [{ code: 'hold-gone' }, 'hold-gone', true],
  [{ code: 'sale-ended' }, 'sale-ended', false],
  [{ code: 'unavailable', lost: 'box-office' }, 'unavailable', false],
  [{ code: 'too-many-seats', limit: 4 }, 'limit', true],
  [{ code: 'no-such-seat', seats: ['x'] }, 'hold-gone', true],
] as const)('%o is told as "%s"', async (refusal, kind, onMap) => {
  const { seats, house } = await chooser();
  seats.take([SeatId.parse(longRow(house)[0]?.id)]);
  const told = refusal.code === 'no-such-seat' ? { code: refusal.code, seats: [...refusal.seats] } : refusal;
  expect(seats.refused(told)).toBe(onMap);
  expect(seats.notice.value?.kind).toBe(kind);
});

test('another show begins with nothing chosen, and clearing leaves nothing', async () => {
  const { seats, house } = await chooser();
  seats.pick(2);
  await seats.open(house.show.id);
  expect(seats.selected.value).toHaveLength(2);
  seats.clear();
  expect([seats.selected.value, seats.lines.value, seats.house.value, seats.picture.value, seats.total.value]).toEqual([
    [],
    [],
    undefined,
    undefined,
    undefined,
  ]);
});
