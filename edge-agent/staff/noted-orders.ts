import { z } from 'zod';
import { FaultError } from '#core/base/fault.ts';
import { type Instant, instant, toIso } from '#core/base/time.ts';
import type { MoneyView } from '#core/contract/box-office/money-view.ts';
import { OrderId } from '#core/contract/identifiers.ts';
import { type NotedOrder, SettleWhy } from '#core/contract/local/staff.ts';
import type { Ledger } from '../ledger/ledger.ts';

/**
 * What staff said at this machine of orders that the box office has lost. The line in the audit is the deed; this is the memory of it, over restarts, until the
 * box office's own view shows that the line has arrived there.
 */
export interface NotedOrders {
  /** Newest first. */
  read(): readonly NotedOrder[];
  /** Inside a transaction. */
  note(orderId: OrderId, why: SettleWhy, by: string, at: Instant): void;
  /** What this view, which was read just now, shows no more has arrived. */
  arrived(view: MoneyView): void;
}

const Row = z.strictObject({ order_id: OrderId, why: SettleWhy, by: z.string(), at: z.int() });

/** As many as the page takes; older ones are still in the audit. */
const SHOWN = 50;

export function createNotedOrders({ database, transaction }: Pick<Ledger, 'database' | 'transaction'>): NotedOrders {
  const all = database.prepare<[], unknown>(`SELECT order_id, why, by, at FROM noted_order ORDER BY at DESC, order_id LIMIT +${SHOWN}`);
  const write = database.prepare<[string, string, string, number]>('INSERT OR REPLACE INTO noted_order (order_id, why, by, at) VALUES (?, ?, ?, ?)');
  const clear = database.prepare<[string]>('DELETE FROM noted_order WHERE order_id = ?');
  const read = (): readonly NotedOrder[] =>
    all.all().map((row) => {
      const { order_id: orderId, why, by, at } = Row.parse(row);
      return { orderId, why, by, at: toIso(instant(at)) };
    });
  return {
    read,
    note: (orderId, why, by, at) => {
      write.run(orderId, why, by, at);
    },
    arrived: ({ items, more }) => {
      // Of a view that is cut off nobody knows what stands below.
      if (more) return;
      const shown = new Set(items.filter(({ kind }) => kind === 'order-unknown').map(({ orderId }) => orderId));
      const gone = read().filter(({ orderId }) => !shown.has(orderId));
      if (gone.length === 0) return;
      try {
        transaction(() => {
          for (const { orderId } of gone) clear.run(orderId);
        });
      } catch (cause) {
        // On a full disk it stays a little longer: the next view says the same.
        if (!(cause instanceof FaultError)) throw cause;
      }
    },
  };
}
