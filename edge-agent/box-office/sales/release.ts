import type { HoldRecord, HoldStatus, OrderRecord } from '#core/box-office/records.ts';
import type { Unit } from '../unit-of-work.ts';

/** Ends a hold without a sale: its seats are free again, and it is never the same hold again. */
export async function releaseSeats(unit: Unit, hold: HoldRecord, status: Extract<HoldStatus, 'released' | 'expired'>): Promise<void> {
  await unit.tx.seats.free(hold.id);
  await unit.tx.shows.touch(hold.showId);
  await unit.tx.holds.put({ ...hold, status });
}

/** Ends an order for which no money is held and none is on its way. */
export async function cancelUnpaid(unit: Unit, order: OrderRecord): Promise<OrderRecord> {
  const hold = await unit.tx.holds.find(order.holdId);
  if (hold?.status === 'ordered') await releaseSeats(unit, hold, unit.now >= hold.until ? 'expired' : 'released');
  const cancelled: OrderRecord = { ...order, status: 'cancelled' };
  await unit.tx.orders.put(cancelled);
  return cancelled;
}

/**
 * Gives back everything whose time is over. An order with an open payment is not `unpaid` and keeps its seats, however late it is: money may be on its way.
 * Answers how many holds and orders ended.
 */
export async function expireLapsed(unit: Unit): Promise<number> {
  const holds = await unit.tx.holds.lapsedBy(unit.now);
  for (const hold of holds) await releaseSeats(unit, hold, 'expired');
  const orders = await unit.tx.orders.lapsedBy(unit.now);
  for (const order of orders) await cancelUnpaid(unit, order);
  return holds.length + orders.length;
}
