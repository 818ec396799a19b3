import { randomUUID } from 'node:crypto';
import { SHORTS } from '#agent/box-office/programme/screens.ts';
import type { BoxOfficeClient } from '#agent/box-office-client/box-office-client.ts';
import { systemClock } from '#agent/runtime/clock.ts';
import { money } from '#core/base/money.ts';
import type { Film, Programme, Show, ShowSeats } from '#core/contract/box-office/programme.ts';
import type { Order } from '#core/contract/box-office/sales.ts';
import { IdempotencyKey, MachineId, SeatId } from '#core/contract/identifiers.ts';
import { localApi } from '#core/contract/local/api.ts';
import { bestAvailable } from '#core/seating/best-available.ts';
import { eventuallyAnswers } from '../support/eventually.ts';
import { payByPhone } from '../support/phone.ts';
import { mustAnswer, type ScreensClient } from '../support/screens-client.ts';

/** A show as a guest finds it: film, day and time. */
export interface Outing {
  readonly film: Film;
  readonly show: Show;
  /** Which of the days that can be chosen, today first. */
  readonly day: number;
}

export interface Counter {
  readonly screens: ScreensClient;
  readonly boxOffice: BoxOfficeClient;
}

export const MACHINE = MachineId.parse('lobby-1');
const ENTRY_OPENS_BEFORE_MS = 40 * 60_000;

const newKey = (): IdempotencyKey => IdempotencyKey.parse(randomUUID());

function outing(programme: Programme, show: Show): Outing {
  const film = programme.films.find(({ id }) => id === show.filmId);
  if (film === undefined) throw new Error(`the programme has no film ${show.filmId}`);
  return { film, show, day: programme.days.indexOf(show.businessDay) };
}

/** The show that `wanted` likes and that can be bought for the longest time. */
export async function findShow({ screens }: Counter, what: string, wanted: (show: Show) => boolean): Promise<Outing> {
  const programme = await mustAnswer(screens, localApi.readProgramme);
  const soon = systemClock.wall() + 90_000;
  const [show] = programme.shows
    .filter((each) => each.status === 'on-sale' && each.seatsLeft > 8 && Date.parse(each.saleEndsAt) > soon && wanted(each))
    .sort((a, b) => Date.parse(b.saleEndsAt) - Date.parse(a.saleEndsAt));
  if (show === undefined) throw new Error(`the programme has no show: ${what}`);
  return outing(programme, show);
}

/** On sale with its doors open: what is bought can be admitted at once. Of the screen that never closes, so that a test is the same at every hour of the day. */
export function showWithOpenDoors(counter: Counter): Promise<Outing> {
  return findShow(
    counter,
    'short films on sale, doors open',
    ({ startsAt, screenId }) => screenId === SHORTS.screenId && Date.parse(startsAt) - ENTRY_OPENS_BEFORE_MS < systemClock.wall(),
  );
}

/** On sale, and hours before its doors open. */
export function showOfTomorrow(counter: Counter): Promise<Outing> {
  return findShow(counter, 'tomorrow', ({ startsAt }) => Date.parse(startsAt) > systemClock.wall() + 12 * 3_600_000);
}

export async function readSeats({ boxOffice }: Counter, { show }: Outing): Promise<ShowSeats> {
  return value(await boxOffice.readShowSeats({ params: { showId: show.id } }));
}

/** F, H, S, R or X of one seat, as the box office has it now. */
export async function stateOfSeat(counter: Counter, where: Outing, row: string, number: string): Promise<string | undefined> {
  const { plan, picture } = await readSeats(counter, where);
  return picture.states[plan.seats.findIndex((seat) => seat.row === row && seat.number === number)];
}

/** The screen does not make a guest wait until the box office has taken a seat back. */
export async function becomesFree(counter: Counter, where: Outing, row: string, number: string): Promise<void> {
  await eventuallyAnswers(`seat ${number} of row ${row} is free again`, async () =>
    (await stateOfSeat(counter, where, row, number)) === 'F' ? true : undefined,
  );
}

/** Another guest at another counter takes these seats for some minutes. */
export async function holdElsewhere(counter: Counter, { show }: Outing, seats: readonly SeatId[]): Promise<void> {
  value(await counter.boxOffice.holdSeats({ body: { holdKey: newKey(), showId: show.id, seats: [...seats], machine: MACHINE } }));
}

async function unpaidOrder(counter: Counter, where: Outing, count: number): Promise<Order> {
  const { boxOffice } = counter;
  const { show } = where;
  const { plan, picture } = await readSeats(counter, where);
  const seats = bestAvailable(plan, picture.states, count).map((id) => SeatId.parse(id));
  const hold = value(await boxOffice.holdSeats({ body: { holdKey: newKey(), showId: show.id, seats, machine: MACHINE } }));
  const lines = seats.map((seatId) => ({ seatId, ticketType: 'adult' as const }));
  const submitTotal = money(
    seats.reduce((sum, id) => sum + adultPrice(show, plan.seats.find((seat) => seat.id === id)?.zone), 0),
    show.prices[0]?.price.currency ?? 'CNY',
  );
  return value(
    await boxOffice.createOrder({ body: { orderKey: newKey(), holdId: hold.id, holdToken: hold.token, lines, submitTotal, machine: MACHINE } }),
  );
}

/** Bought by phone: paid and confirmed, and nothing printed. */
export async function orderByPhone(counter: Counter, where: Outing, count: number): Promise<Order> {
  const { boxOffice } = counter;
  const order = await unpaidOrder(counter, where, count);
  const attempt = value(await boxOffice.startPayment({ params: { orderId: order.id }, body: { attemptKey: newKey(), method: 'qr' } }));
  if (attempt.codeUrl === undefined) throw new Error('the provider gave no code');
  await payByPhone(attempt.codeUrl, 'pay');
  return eventuallyAnswers(`order ${order.id}, which was paid, is confirmed`, async () => {
    const current = value(await boxOffice.readOrder({ params: { orderId: order.id } }));
    return current.status === 'confirmed' ? current : undefined;
  });
}

/** Paid or not at the kiosk's terminal, of which nobody knows: the kiosk has come to its end with it. `prove` tells what the terminal says after all. */
export async function orderLeftToPerson(counter: Counter, where: Outing, count: number) {
  const { boxOffice } = counter;
  const order = await unpaidOrder(counter, where, count);
  const attemptKey = newKey();
  value(await boxOffice.startPayment({ params: { orderId: order.id }, body: { attemptKey, method: 'card-terminal', machine: MACHINE } }));
  const report = (outcome: 'unknown' | 'left-to-person' | 'failed') => boxOffice.reportTerminal({ params: { attemptKey }, body: { outcome } });
  value(await report('unknown'));
  value(await report('left-to-person'));
  return { order, prove: report };
}

function adultPrice(show: Show, zone: string | undefined): number {
  const row = show.prices.find((price) => price.zone === zone && price.ticketType === 'adult');
  if (row === undefined) throw new Error(`show ${show.id} has no adult price in zone ${zone}`);
  return row.price.minor + row.fee.minor;
}

/** The signed texts of an order's bar codes, as a machine that prints them gets them. */
export async function codesOf({ boxOffice }: Counter, order: Order): Promise<readonly string[]> {
  const body = { claimKey: newKey(), orderId: order.id, ticketIds: order.tickets.map(({ id }) => id), machine: MACHINE };
  return value(await boxOffice.claimTickets({ body })).tickets.map(({ code }) => code);
}

export async function refund({ boxOffice }: Counter, order: Order): Promise<void> {
  value(
    await boxOffice.refundOrder({
      params: { orderId: order.id },
      body: { refundKey: newKey(), reason: 'projection-failure', by: 'cashier', approvedBy: 'duty manager' },
    }),
  );
}

function value<Value>(result: { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly error: unknown }): Value {
  if (!result.ok) throw new Error(`the box office: ${JSON.stringify(result.error)}`);
  return result.value;
}
