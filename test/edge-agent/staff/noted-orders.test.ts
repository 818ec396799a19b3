import { expect, test } from 'vitest';
import { createNotedOrders } from '#agent/staff/noted-orders.ts';
import { seconds, toIso } from '#core/base/time.ts';
import { MoneyView } from '#core/contract/box-office/money-view.ts';
import { OrderId } from '#core/contract/identifiers.ts';
import { failing, staffWorld } from './staff-world.ts';

const [LOST, OTHER] = [OrderId.parse('261031-NSZMCB80'), OrderId.parse('261031-NSZMCB81')];

const viewOf = (orders: readonly OrderId[], more = false): MoneyView =>
  MoneyView.parse({
    at: '2026-10-31T11:00:00.000Z',
    more,
    items: orders.map((orderId) => ({
      ...{ kind: 'order-unknown', orderId, machine: 'kiosk-2', since: '2026-10-31T10:59:00.000Z', reference: orderId },
      ...{ next: { step: 'person-decides' }, actions: [] },
    })),
  });

async function noted() {
  const world = await staffWorld();
  const { clock } = world.time;
  const open = () => createNotedOrders(failing(world.ledger(), world.disk));
  const note = (orderId: OrderId) => world.ledger().transaction(() => open().note(orderId, 'money-returned', 'Mei', clock.wall()));
  return { ...world, open, note };
}

test('what was said of a lost order outlives a restart, newest first, until a whole view shows it no more', async () => {
  const { time, open, note, restart } = await noted();
  note(LOST);
  await time.advance(seconds(1));
  note(OTHER);
  restart();
  expect(
    open()
      .read()
      .map(({ orderId, by, why }) => `${orderId} ${by} ${why}`),
  ).toEqual([`${OTHER} Mei money-returned`, `${LOST} Mei money-returned`]);
  expect(open().read()[0]?.at).toBe(toIso(time.clock.wall()));
  open().arrived(viewOf([LOST, OTHER]));
  open().arrived(viewOf([], true));
  expect(open().read()).toHaveLength(2);
  open().arrived(viewOf([OTHER]));
  expect(
    open()
      .read()
      .map(({ orderId }) => orderId),
  ).toEqual([OTHER]);
});

test('on a full disk it stays until the next view, and nothing breaks', async () => {
  const { open, note, disk } = await noted();
  note(LOST);
  disk.isFull = true;
  open().arrived(viewOf([]));
  expect(open().read()).toHaveLength(1);
  disk.isFull = false;
  open().arrived(viewOf([]));
  expect(open().read()).toEqual([]);
});
