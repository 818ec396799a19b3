import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BoxOfficeStore, Validity } from '#agent/box-office/store/box-office-store.ts';
import { createMemoryBoxOfficeStore } from '#agent/box-office/store/memory/memory-box-office-store.ts';
import { hours, milliseconds, minutes } from '#core/base/time.ts';
import { needsProvider } from '#core/box-office/payment-schedule.ts';
import type { AttemptRecord, OrderRecord } from '#core/box-office/records.ts';
import { decodeRow } from '#core/validity/row-codec.ts';
import { KIOSK, newKey, type OpenBoxOffice, openBoxOffice } from './open-box-office.ts';
import { EVENING } from './small-cinema.ts';

/**
 * Many guests do anything in any order, while the provider answers or not and phones pay whenever they like, even what was closed. Afterwards the provider
 * answers again and everything comes to rest. Then money, orders and seats must fit together exactly.
 */
type Action =
  /** `sale` goes on to the order and the payment at once, as most guests do. */
  | { readonly kind: 'hold' | 'sale'; readonly from: number; readonly count: number }
  | { readonly kind: 'order' | 'pay' | 'cancel' | 'refund' | 'phone-pays' | 'phone-refuses' | 'release'; readonly which: number }
  | { readonly kind: 'provider'; readonly silent: readonly ('create' | 'query' | 'close' | 'refund')[] }
  | { readonly kind: 'wait'; readonly ms: number };

const which = fc.nat(1_000);
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constantFrom('hold', 'sale', 'sale' as const), from: fc.constantFrom(1, 3, 5, 7), count: fc.constantFrom(2, 4) }),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constantFrom('order', 'pay', 'cancel', 'refund', 'phone-pays', 'phone-pays', 'phone-refuses', 'release' as const),
      which,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('provider' as const), silent: fc.subarray(['create', 'query', 'close', 'refund'] as const) }),
  },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: minutes(2) }) }) },
) as fc.Arbitrary<Action>;

interface World {
  readonly store: BoxOfficeStore;
  readonly office: OpenBoxOffice;
  readonly holds: { readonly id: string; readonly token: number; readonly seats: readonly string[] }[];
  readonly orders: string[];
  readonly attempts: string[];
}

function pick<Value>(values: readonly Value[], index: number): Value | undefined {
  return values.length === 0 ? undefined : values[index % values.length];
}

async function act(world: World, next: Action): Promise<void> {
  const { office, holds, orders, attempts } = world;
  const { kiosk, provider, time } = office;
  switch (next.kind) {
    case 'sale':
    case 'hold': {
      const seats = Array.from({ length: next.count }, (_, index) => `1_${((next.from + index - 1) % 8) + 1}`);
      const held = await kiosk.holdSeats({ body: { holdKey: newKey('hold'), showId: EVENING, seats, machine: KIOSK } });
      if (!held.ok) return;
      holds.push(held.value);
      if (next.kind === 'hold') return;
      await act(world, { kind: 'order', which: holds.length - 1 });
      return act(world, { kind: 'pay', which: orders.length - 1 });
    }
    case 'release': {
      const held = pick(holds, next.which);
      if (held !== undefined) await kiosk.releaseHold({ params: { holdId: held.id }, body: { token: held.token } });
      return;
    }
    case 'order': {
      const held = pick(holds, next.which);
      if (held === undefined) return;
      const lines = held.seats.map((seatId) => ({ seatId, ticketType: 'adult' as const }));
      const submitTotal = { minor: lines.length * 4_800, currency: 'CNY' as const };
      const body = { orderKey: newKey('order'), holdId: held.id, holdToken: held.token, lines, submitTotal, machine: KIOSK };
      const ordered = await kiosk.createOrder({ body });
      if (ordered.ok) orders.push(ordered.value.id);
      return;
    }
    case 'provider':
      provider.leaveUnanswered(...next.silent);
      return;
    case 'wait':
      await time.advance(milliseconds(next.ms));
      return;
    case 'phone-pays':
    case 'phone-refuses': {
      const key = pick(attempts, next.which);
      if (key === undefined) return;
      if (next.kind === 'phone-pays' && (await isWatched(world, key))) provider.pay(key);
      if (next.kind === 'phone-refuses') provider.refuseOpen(key);
      return;
    }
    default:
      await actOnOrder(world, next.kind, pick(orders, next.which));
  }
}

/** A payment can win the race against its closing for a while, and for so long the box office asks again. No provider takes money for it hours later. */
async function isWatched({ store }: World, key: string): Promise<boolean> {
  const attempt = await store.transaction((tx) => tx.attempts.find(key as AttemptRecord['key']));
  return attempt !== undefined && needsProvider(attempt);
}

async function actOnOrder({ office: { kiosk }, attempts }: World, kind: 'pay' | 'cancel' | 'refund', orderId: string | undefined): Promise<void> {
  if (orderId === undefined) return;
  if (kind === 'cancel') await kiosk.cancelOrder({ params: { orderId } });
  if (kind === 'refund') await kiosk.refundOrder({ params: { orderId }, body: { refundKey: newKey('refund'), reason: 'other', by: 'test' } });
  if (kind !== 'pay') return;
  const attemptKey = newKey('attempt');
  const started = await kiosk.startPayment({ params: { orderId }, body: { attemptKey, method: 'qr' } });
  if (started.ok) attempts.push(attemptKey);
}

async function atRest({ store, orders }: World) {
  return store.transaction(async (tx) => {
    const kept: OrderRecord[] = [];
    const paidBy: AttemptRecord[] = [];
    for (const id of orders) {
      const order = await tx.orders.find(id as OrderRecord['id']);
      if (order === undefined) throw new Error('an order was lost');
      kept.push(order);
      paidBy.push(...(await tx.attempts.ofOrder(order.id)));
    }
    const tickets = (await Promise.all(kept.map((order) => tx.tickets.ofOrder(order.id)))).flat();
    return { orders: kept, attempts: paidBy, tickets, seats: await tx.seats.ofShow(EVENING), validity: await validTickets(tx.validity) };
  });
}

/** As gates would be told. */
async function validTickets(validity: Validity): Promise<readonly string[]> {
  const rows = (await validity.rowsAfter(new Uint8Array(), 10_000)).map(decodeRow);
  return rows.flatMap((row) => (row?.kind === 'ticket' && row.ticket.standing === 'valid' ? [row.ticket.id] : []));
}

test('money, orders, tickets and seats fit together after anything', async () => {
  let confirmed = 0;
  let refunded = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 20, maxLength: 100, size: 'max' }), async (actions) => {
      const store = createMemoryBoxOfficeStore();
      const office = await openBoxOffice({ store });
      const world: World = { store, office, holds: [], orders: [], attempts: [] };
      for (const next of actions) await act(world, next);
      office.provider.leaveUnanswered();
      await office.time.advance(hours(1));

      const { orders, attempts, tickets, seats, validity } = await atRest(world);
      for (const order of orders) expect(['confirmed', 'cancelled', 'refunded'], order.id).toContain(order.status);
      for (const { key, orderId, state } of attempts) {
        expect(['succeeded', 'failed', 'closed', 'refunded'], key).toContain(state.phase);
        const order = orders.find(({ id }) => id === orderId);
        // Money that was kept is money for exactly one confirmed order; everything else that was taken was given back.
        expect(state.phase === 'succeeded', key).toBe(order?.status === 'confirmed' && order.paidBy === key);
        expect(office.provider.standsPaid(key), key).toBe(state.phase === 'succeeded');
      }
      const good = orders.filter(({ status }) => status === 'confirmed');
      const sold = good.flatMap(({ lines }) => lines.map(({ seatId }) => seatId));
      expect(new Set(sold).size).toBe(sold.length);
      expect(seats.map(({ seatId, state }) => `${seatId}${state}`).toSorted()).toEqual(sold.map((id) => `${id}S`).toSorted());
      const valid = tickets.filter(({ status }) => status === 'valid').map(({ id }) => id);
      expect(valid).toHaveLength(sold.length);
      expect(validity).toEqual(valid.toSorted());
      confirmed += good.length;
      refunded += orders.filter(({ status }) => status === 'refunded').length;
      await office.boxOffice.stop();
    }),
    { numRuns: 60, endOnFailure: true },
  );
  expect([confirmed > 0, refunded > 0]).toEqual([true, true]);
}, 180_000);
