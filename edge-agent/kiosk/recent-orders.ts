import { z } from 'zod';
import { LIMITS } from '#core/base/limits.ts';
import { instant, toIso } from '#core/base/time.ts';
import { OrderId } from '#core/contract/identifiers.ts';
import type { Ledger } from '../ledger/ledger.ts';

const Row = z.strictObject({ order_id: OrderId, changed_at: z.int() });

/** The orders that were last brought onto paper on this machine, newest first: who comes back with a spoilt ticket has no order's number at hand. */
export function createRecentOrders({ database }: Pick<Ledger, 'database'>): () => { readonly orderId: OrderId; readonly at: string }[] {
  // Deliveries are named by ULIDs, so the last ones by their key are the newest.
  const newest = database.prepare<[number], unknown>('SELECT order_id, changed_at FROM delivery ORDER BY delivery_id DESC LIMIT +?');
  return () => {
    const found = new Map<OrderId, string>();
    for (const row of newest.all(LIMITS.staff.recentDeliveries)) {
      const { order_id, changed_at } = Row.parse(row);
      if (!found.has(order_id)) found.set(order_id, toIso(instant(changed_at)));
    }
    return [...found].slice(0, LIMITS.staff.recentOrders).map(([orderId, at]) => ({ orderId, at }));
  };
}
