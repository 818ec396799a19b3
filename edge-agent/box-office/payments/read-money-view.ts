import { LIMITS } from '#core/base/limits.ts';
import { minus } from '#core/base/time.ts';
import { isOpenMoney, moneyView, type OpenOrder, type UnknownOrder } from '#core/box-office/money-view.ts';
import type { AttemptRecord } from '#core/box-office/records.ts';
import type { MoneyView } from '#core/contract/box-office/money-view.ts';
import { MachineId, type OrderId } from '#core/contract/identifiers.ts';
import { parseUnknownOrder } from '#core/contract/wire/unknown-order.ts';
import { knownOrder, knownShow, type Office } from '../office.ts';
import type { Unit } from '../unit-of-work.ts';
import type { PaymentDriver } from './payment-driver.ts';
import { isUsed } from './take-back.ts';

/** One more than is shown, so that the answer can say that there is more. */
const ITEMS_READ = LIMITS.boxOffice.moneyItemsMax + 1;

/** Everything of the site that is open, from one transaction. */
export function readMoneyView(office: Office, driver: Pick<PaymentDriver, 'due'>): Promise<MoneyView> {
  return office.run(async (unit) => {
    const attempts = await openAttempts(unit);
    const tickets = await unit.tx.tickets.unprinted(minus(unit.now, LIMITS.boxOffice.unprintedShownAfterShow), ITEMS_READ);
    const orderIds = new Set([...attempts.map(({ orderId }) => orderId), ...tickets.map(({ orderId }) => orderId)]);
    const orders: OpenOrder[] = [];
    for (const orderId of orderIds) orders.push(await openOrder(unit, orderId, attempts, driver));
    return moneyView(orders, await unknownOrders(unit), unit.now);
  });
}

async function openAttempts({ tx }: Unit): Promise<readonly AttemptRecord[]> {
  const found = [...(await tx.attempts.open()), ...(await tx.attempts.atTerminals())];
  return [...new Map(found.filter(isOpenMoney).map((attempt) => [attempt.key, attempt])).values()];
}

/** What machines have told of orders that were lost with a newer copy of this store, each once, unless they are known again. */
async function unknownOrders({ tx, now }: Unit): Promise<readonly UnknownOrder[]> {
  const found = new Map<OrderId, UnknownOrder>();
  for (const { detail, dev, receivedAt } of await tx.events.unknownOrders(minus(now, LIMITS.boxOffice.unknownOrderShown), ITEMS_READ)) {
    const told = parseUnknownOrder(detail);
    if (told === undefined) continue;
    const { orderId, amount } = told;
    const before = found.get(orderId);
    // Told again, by a machine that knows what it came to.
    if (before !== undefined) found.set(orderId, { ...before, amount: before.amount ?? amount });
    else if ((await tx.orders.find(orderId)) === undefined)
      found.set(orderId, { orderId, amount, machine: MachineId.parse(dev), toldAt: receivedAt });
  }
  return [...found.values()];
}

async function openOrder(unit: Unit, orderId: OrderId, attempts: readonly AttemptRecord[], driver: Pick<PaymentDriver, 'due'>): Promise<OpenOrder> {
  const order = await knownOrder(unit, orderId);
  const tickets = await unit.tx.tickets.ofOrder(orderId);
  const { show } = await knownShow(unit, order.showId);
  return {
    order,
    tickets,
    show,
    isUsed: await isUsed(unit, tickets),
    attempts: attempts.filter((each) => each.orderId === orderId).map((attempt) => ({ attempt, due: driver.due(attempt.key) })),
  };
}
