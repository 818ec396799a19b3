import { businessDayOf } from '#core/base/business-day.ts';
import { assert } from '#core/base/fault.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import { newOrderId, newPickUpCode } from '#core/box-office/numbers.ts';
import type { HoldRecord, OrderLine, OrderRecord } from '#core/box-office/records.ts';
import type { SeatPlan } from '#core/contract/box-office/programme.ts';
import type { Order, OrderRefusal, OrderRequest } from '#core/contract/box-office/sales.ts';
import type { OrderId, PickUpCode } from '#core/contract/identifiers.ts';
import { type PriceList, totalOf } from '#core/pricing/order-price.ts';
import { knownOrder, knownShow, type Office, planOfShow, viewOrder } from '../office.ts';
import { RequestProblem } from '../request-problem.ts';
import type { Unit } from '../unit-of-work.ts';
import { digestOf, refuseOtherWish } from './digest.ts';

/** Turns a hold into an order at the price that the guest was shown, or refuses; never at another price. */
export function createOrder(office: Office, request: OrderRequest): Promise<Result<Order, OrderRefusal>> {
  return office.run(async (unit) => {
    const digest = digestOf(request);
    const known = await unit.tx.orders.findByKey(request.orderKey);
    if (known !== undefined) {
      refuseOtherWish(known, digest, 'order key');
      return ok(await viewOrder(unit, known));
    }
    const hold = await unit.tx.holds.find(request.holdId);
    if (hold === undefined || !isGood(hold, request, unit)) return err({ code: 'hold-gone' });
    if (!isSameSeats(request, hold)) return err({ code: 'lines-differ-from-hold' });
    const { show } = await knownShow(unit, hold.showId);
    const lines = priceLines(office, request, planOfShow(office, show), show);
    const { currency } = office.programme.site;
    if (request.submitTotal.minor !== lines.total || request.submitTotal.currency !== currency) {
      return err({ code: 'price-changed', total: { minor: lines.total, currency } });
    }
    const order: OrderRecord = {
      id: await unusedOrderId(unit, office),
      key: request.orderKey,
      digest,
      holdId: hold.id,
      showId: hold.showId,
      machine: request.machine,
      status: 'unpaid',
      lines: lines.priced,
      total: { minor: lines.total, currency },
      createdAt: unit.now,
      holdUntil: hold.until,
      pickUpCode: await unusedPickUpCode(unit, office),
      givenUp: false,
    };
    await unit.tx.orders.put(order);
    await unit.tx.holds.put({ ...hold, status: 'ordered', orderId: order.id });
    return ok(await viewOrder(unit, order));
  });
}

export function readOrder(office: Office, orderId: OrderId): Promise<Order> {
  return office.run(async (unit) => viewOrder(unit, await knownOrder(unit, orderId)));
}

function isGood(hold: HoldRecord, request: OrderRequest, unit: Unit): boolean {
  return hold.status === 'held' && hold.token === request.holdToken && hold.machine === request.machine && unit.now < hold.until;
}

function isSameSeats(request: OrderRequest, hold: HoldRecord): boolean {
  const wanted = new Set(request.lines.map((line) => line.seatId));
  return wanted.size === request.lines.length && wanted.size === hold.seats.length && hold.seats.every((seat) => wanted.has(seat));
}

function priceLines(
  office: Office,
  request: OrderRequest,
  plan: SeatPlan,
  prices: PriceList,
): { readonly priced: readonly OrderLine[]; readonly total: number } {
  const places = request.lines.map(({ seatId, ticketType }) => {
    const seatIndex = plan.seats.findIndex((seat) => seat.id === seatId);
    const seat = plan.seats[seatIndex];
    assert(seat !== undefined, 'a seat that is held is in the plan');
    return { seatId, seatIndex, row: seat.row, number: seat.number, zone: seat.zone, ticketType };
  });
  const price = totalOf(places, prices, office.programme.site.currency);
  if (!price.ok) {
    throw new RequestProblem(
      400,
      'no-such-price',
      `Tickets of type ${price.error.ticketType} are not sold in zone ${price.error.zone} of this show.`,
    );
  }
  const priced = places.map((place, index): OrderLine => {
    const line = price.value.lines[index];
    assert(line !== undefined, 'every line has a price');
    return { ...place, price: line.price, fee: line.fee };
  });
  return { priced, total: price.value.total.minor };
}

/** 10^12 codes and at most some millions of orders: the second try is already a rarity. */
const TRIES_MAX = 32;

async function unusedPickUpCode(unit: Unit, office: Office): Promise<PickUpCode> {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const code = newPickUpCode(office.random);
    if ((await unit.tx.orders.findByPickUpCode(code)) === undefined) return code;
  }
  assert(false, 'a source of chance does not repeat itself');
}

async function unusedOrderId(unit: Unit, office: Office): Promise<OrderId> {
  const day = businessDayOf(unit.now, office.programme.site.timeZone);
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const id = newOrderId(office.random, day);
    if ((await unit.tx.orders.find(id)) === undefined) return id;
  }
  assert(false, 'a source of chance does not repeat itself');
}
