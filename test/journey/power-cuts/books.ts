import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { systemClock } from '#agent/runtime/clock.ts';
import { businessDayOf } from '#core/base/business-day.ts';
import { compareEvents } from '../compare-events.ts';
import type { Life, Machine } from './machines.ts';
import { ticketsOnPaper, until } from './people.ts';

/** When every sale is at its end: money, paper and events say the same, wherever they are looked up. */

/** A connection that could not be made a few times waits for a minute before the next. */
const SETTLED_WITHIN_MS = 150_000;

/** Everything that the machine knows is at the box office, and is the same there. @returns how many events */
export async function compareBooks({ lobby, screens, boxOffice }: Life): Promise<number> {
  const technician = await screens.live('technician');
  try {
    await technician.until(
      'an empty outbox',
      (message) =>
        message.kind === 'technician' &&
        message.state.uplink.state === 'connected' &&
        message.state.uplink.lanes.every(({ waiting }) => waiting === 0)
          ? true
          : undefined,
      SETTLED_WITHIN_MS,
    );
  } finally {
    technician.close();
  }
  const { compared } = await compareEvents({ lobby, boxOffice });
  return compared;
}

/** Orders and the provider's statement, by the box office's own reckoning. @returns what was taken and kept, in minor units */
export async function reconcile({ boxOffice }: Life): Promise<{ readonly kept: number; readonly payments: number }> {
  const site = await boxOffice.readSite();
  if (!site.ok) throw new Error(`the box office: ${JSON.stringify(site.error)}`);
  const day = businessDayOf(systemClock.wall(), site.value.timeZone);
  const books = await until('a day without open payments', async () => {
    const answer = await boxOffice.readReconciliation({ query: { day } });
    if (!answer.ok) throw new Error(`the box office: ${JSON.stringify(answer.error)}`);
    return answer.value.open.length === 0 ? answer.value : undefined;
  });
  if (books.differences.length > 0) throw new Error(`the books differ: ${JSON.stringify(books.differences)}`);
  if (!books.compared.includes('simulated')) throw new Error("the provider's statement was not compared");
  return {
    kept: books.methods.reduce((sum, { taken, givenBack }) => sum + taken - givenBack, 0),
    payments: books.methods.reduce((sum, { takenCount }) => sum + takenCount, 0),
  };
}

interface Sold {
  readonly orders: number;
  readonly tickets: number;
}

/**
 * Money that the provider and the terminals keep, against orders, against papers. Read from the files of the box office and the provider themselves, so that an
 * order that nobody in this walk remembers is found as well.
 * @param data of the machine that has the box office
 */
export function compareMoneyAndPaper(data: string, machines: readonly Machine[], kept: number): Sold {
  const paid = readAll<{ key: string; amount: number }>(
    join(data, 'payments/payments.db'),
    `SELECT merchant_order AS key, json_extract(record, '$.minor') AS amount FROM payment WHERE json_extract(record, '$.status') = 'paid'`,
  );
  const atTerminals = machines.reduce((sum, { devices }) => sum + devices.terminal.simulator.bookings.kept(), 0);
  const atProvider = paid.reduce((sum, { amount }) => sum + amount, 0);
  if (atTerminals + atProvider !== kept) throw new Error(`the box office keeps ${kept}, the provider ${atProvider}, the terminals ${atTerminals}`);

  const office = join(data, 'box-office/box-office.db');
  const charges = readAll<{ order_id: string; count: number }>(
    office,
    `SELECT order_id, count(*) AS count FROM attempt WHERE json_extract(record, '$.state.phase') = 'succeeded' GROUP BY order_id`,
  );
  const twice = charges.filter(({ count }) => count > 1);
  if (twice.length > 0) throw new Error(`charged twice: ${JSON.stringify(twice)}`);

  const orders = readAll<{ id: string; status: string; attempts: number }>(
    office,
    'SELECT id, status, (SELECT count(*) FROM attempt WHERE order_id = sale_order.id) AS attempts FROM sale_order',
  );
  // One for which nobody ever began to pay ends with its hold.
  const open = orders.filter(
    ({ status, attempts }) => !['confirmed', 'cancelled', 'refunded'].includes(status) && !(status === 'unpaid' && attempts === 0),
  );
  if (open.length > 0) throw new Error(`without an end: ${JSON.stringify(open)}`);
  const confirmed = orders.filter(({ status }) => status === 'confirmed').map(({ id }) => id);
  if (
    confirmed.toSorted().join() !==
    charges
      .map((charge) => charge.order_id)
      .toSorted()
      .join()
  )
    throw new Error('orders with tickets are not those with money');

  const onPaper = machines.flatMap(ticketsOnPaper).map(({ id }) => id as string);
  const tickets = readAll<{ id: string; order_id: string; state: string }>(
    office,
    `SELECT id, order_id, json_extract(record, '$.print.state') AS state FROM ticket`,
  ).filter(({ order_id }) => confirmed.includes(order_id));
  for (const { id, state } of tickets) {
    const count = onPaper.filter((each) => each === id).length;
    if (state !== 'printed' || count !== 1) throw new Error(`ticket ${id} is ${state} and ${count} times on paper`);
  }
  if (onPaper.length !== tickets.length) throw new Error(`${onPaper.length} tickets on paper, ${tickets.length} sold`);
  return { orders: confirmed.length, tickets: tickets.length };
}

function readAll<Row>(file: string, sql: string): readonly Row[] {
  const database = new Sqlite(file, { readonly: true });
  try {
    return database.prepare<[], Row>(sql).all();
  } finally {
    database.close();
  }
}
