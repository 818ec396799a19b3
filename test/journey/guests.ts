import { randomUUID } from 'node:crypto';
import type { BoxOfficeClient } from '#agent/box-office-client/box-office-client.ts';
import { systemClock } from '#agent/runtime/clock.ts';
import { money } from '#core/base/money.ts';
import type { Programme, Show, ShowSeats } from '#core/contract/box-office/programme.ts';
import type { Order } from '#core/contract/box-office/sales.ts';
import { IdempotencyKey, type MachineId, SeatId, type TicketId } from '#core/contract/identifiers.ts';
import { localApi } from '#core/contract/local/api.ts';
import type { SessionOrder } from '#core/contract/local/kiosk.ts';
import { bestAvailable } from '#core/seating/best-available.ts';
import { eventuallyAnswers } from '../support/eventually.ts';
import { payByPhone } from '../support/phone.ts';
import { mustAnswer } from '../support/screens-client.ts';
import type { Walk } from './journey.ts';

const ENTRY_OPENS_BEFORE_MS = 40 * 60_000;
const ROOM_FOR_A_JOURNEY = 40;
const PAYMENT_WITHIN_MS = 20_000;
const PRINT_WITHIN_MS = 40_000;

/** A show that is on sale and whose doors are open, so that what is bought can be admitted at once. */
export function showWithOpenDoors(programme: Programme): Show {
  const show = findShowWithOpenDoors(programme);
  if (show === undefined) throw new Error('no show is on sale whose doors are open');
  return show;
}

export function findShowWithOpenDoors({ shows }: Programme): Show | undefined {
  const now = systemClock.wall();
  const open = shows.filter(
    (show) =>
      show.status === 'on-sale' &&
      show.seatsLeft > 8 &&
      Date.parse(show.startsAt) - ENTRY_OPENS_BEFORE_MS <= now &&
      Date.parse(show.saleEndsAt) > now + 60_000,
  );
  // What is left of a show that is nearly full are couple seats, and a journey takes twenty seats. Then the one with the longest time left to sell: it takes a minute.
  const hasRoom = ({ seatsLeft }: Show): number => (seatsLeft > ROOM_FOR_A_JOURNEY ? 1 : 0);
  return open.sort((a, b) => hasRoom(b) - hasRoom(a) || Date.parse(b.saleEndsAt) - Date.parse(a.saleEndsAt))[0];
}

export function choose({ show, plan, picture }: ShowSeats, count: number) {
  const seats = bestAvailable(plan, picture.states, count);
  if (seats.length !== count) throw new Error(`no ${count} seats are free`);
  const prices = seats.map((id) => {
    const zone = plan.seats.find((seat) => seat.id === id)?.zone;
    const price = show.prices.find((row) => row.zone === zone && row.ticketType === 'adult');
    if (price === undefined) throw new Error(`no adult price in zone ${zone}`);
    return price.price.minor + price.fee.minor;
  });
  const currency = show.prices[0]?.price.currency ?? 'CNY';
  return {
    seats: seats.map((id) => SeatId.parse(id)),
    total: money(
      prices.reduce((sum, price) => sum + price, 0),
      currency,
    ),
  };
}

type AtKiosk = Pick<Walk, 'screens' | 'kiosk'>;

/** Seats, review, phone, paper: until the kiosk says that everything is printed. The show is one that can be gone to at once, unless the guest wants another. */
export async function buyAtKiosk(
  lobby: AtKiosk,
  count: number,
  pay: (codeUrl: string) => Promise<void> = (codeUrl) => payByPhone(codeUrl, 'pay'),
  showFor: (programme: Programme) => Show = showWithOpenDoors,
): Promise<SessionOrder> {
  const show = showFor(await mustAnswer(lobby.screens, localApi.readProgramme));
  const seats = await mustAnswer(lobby.screens, localApi.readShowSeats, { params: { showId: show.id } });
  const { seats: chosen, total } = choose(seats, count);
  lobby.kiosk.forget();
  await mustAnswer(lobby.screens, localApi.confirmSeats, {
    body: { showId: show.id, seats: chosen.map((seatId) => ({ seatId, ticketType: 'adult' })), submitTotal: total },
  });
  await mustAnswer(lobby.screens, localApi.pay);
  await chooseQrCode(lobby);
  const codeUrl = await lobby.kiosk.until(
    'the payment code',
    (message) => (message.kind === 'session' && message.session.phase === 'paying' ? message.session.codeUrl : undefined),
    PAYMENT_WITHIN_MS,
  );
  await pay(codeUrl);
  return lobby.kiosk.until(
    'all tickets printed',
    (message) =>
      message.kind === 'session' && message.session.phase === 'done' && message.session.printed === count ? message.session.order : undefined,
    PRINT_WITHIN_MS,
  );
}

/** Where there is only one way to pay, the kiosk goes straight on. */
export async function chooseQrCode(lobby: Pick<Walk, 'screens' | 'kiosk'>): Promise<void> {
  const way = await lobby.kiosk.until(
    'the ways to pay',
    (message) => {
      if (message.kind !== 'session') return undefined;
      if (message.session.phase === 'paying') return 'chosen' as const;
      return message.session.phase === 'choose-payment' ? message.session.tiles.find(({ method }) => method === 'qr') : undefined;
    },
    PAYMENT_WITHIN_MS,
  );
  if (way === 'chosen') return;
  const { method, provider } = way;
  await mustAnswer(lobby.screens, localApi.choosePayment, { body: { method, ...(provider === undefined ? {} : { provider }) } });
}

export async function leaveKiosk(lobby: Pick<Walk, 'screens' | 'kiosk'>): Promise<void> {
  await mustAnswer(lobby.screens, localApi.leave);
  lobby.kiosk.forget();
}

/** Bought elsewhere: the box office knows the order, no machine has printed it. */
export async function orderByPhone(boxOffice: BoxOfficeClient, machine: MachineId, count: number): Promise<Order> {
  const show = showWithOpenDoors(value(await boxOffice.readProgramme()));
  const seats = value(await boxOffice.readShowSeats({ params: { showId: show.id } }));
  const { seats: chosen, total } = choose(seats, count);
  const hold = value(await boxOffice.holdSeats({ body: { holdKey: key(), showId: show.id, seats: chosen, machine } }));
  const lines = chosen.map((seatId) => ({ seatId, ticketType: 'adult' as const }));
  const order = value(
    await boxOffice.createOrder({ body: { orderKey: key(), holdId: hold.id, holdToken: hold.token, lines, submitTotal: total, machine } }),
  );
  const attempt = value(await boxOffice.startPayment({ params: { orderId: order.id }, body: { attemptKey: key(), method: 'qr' } }));
  if (attempt.codeUrl === undefined) throw new Error('the provider gave no code');
  await payByPhone(attempt.codeUrl, 'pay');
  return eventuallyAnswers(`order ${order.id}, which was paid, is confirmed`, async () => {
    const current = value(await boxOffice.readOrder({ params: { orderId: order.id } }));
    return current.status === 'confirmed' ? current : undefined;
  });
}

/** The codes of an order's tickets, as the machine gets them that prints them. */
export async function ticketCodes(
  boxOffice: BoxOfficeClient,
  order: Order,
  machine: MachineId,
): Promise<readonly { readonly id: TicketId; readonly code: string }[]> {
  const { tickets } = value(
    await boxOffice.claimTickets({ body: { claimKey: key(), orderId: order.id, ticketIds: order.tickets.map(({ id }) => id), machine } }),
  );
  return tickets.map(({ ticket: { id }, code }) => ({ id, code }));
}

const key = (): IdempotencyKey => IdempotencyKey.parse(randomUUID());

function value<Value>(result: { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly error: unknown }): Value {
  if (!result.ok) throw new Error(`the box office: ${JSON.stringify(result.error)}`);
  return result.value;
}
