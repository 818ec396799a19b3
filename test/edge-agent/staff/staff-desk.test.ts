import { describe, expect, test } from 'vitest';
import { createClosure } from '#agent/kiosk/closure.ts';
import { systemRandom } from '#agent/runtime/clock.ts';
import { silentLog } from '#agent/runtime/log.ts';
import type { DeskKiosk } from '#agent/staff/desk-guard.ts';
import { createNotedOrders } from '#agent/staff/noted-orders.ts';
import { createSessions } from '#agent/staff/sessions.ts';
import { createStaffDesk } from '#agent/staff/staff-desk.ts';
import { LIMITS } from '#core/base/limits.ts';
import { err, ok } from '#core/base/result.ts';
import { milliseconds, toIso } from '#core/base/time.ts';
import { MoneyView } from '#core/contract/box-office/money-view.ts';
import { Order, PaymentAttempt, Ticket } from '#core/contract/box-office/sales.ts';
import { DeviceId, IdempotencyKey, MachineId, OrderId, SiteId, TicketId } from '#core/contract/identifiers.ts';
import { may } from '#core/staff/rights.ts';
import { SAMPLE_FACE } from '#test/core/paper/sample-face.ts';
import { ANN, failing, MEI, staffWorld } from './staff-world.ts';

const HERE = MachineId.parse('kiosk-1');
const MINE = TicketId.parse('3609070200000001');
const THEIRS = TicketId.parse('3609070200000002');
const ORDER = OrderId.parse('261031-ABCDEFGH');
const PRINTER = DeviceId.parse('ticket-printer');
const KEY = IdempotencyKey.parse('refund-00000001');
const CARL = ['Carl', 'cashier', '333333'] as const;
const TESS = ['Tess', 'technician', '444444'] as const;
const ZOE = ['Zoe', 'duty-manager', '555555'] as const;

const TICKET = Ticket.parse({ id: MINE, seatId: '1_1', ticketType: 'adult', status: 'valid', printState: 'pending', face: SAMPLE_FACE });
const REFUNDED = Order.parse({
  id: ORDER,
  status: 'refunded',
  showId: '100',
  lines: [],
  total: { minor: 4_800, currency: 'CNY' },
  createdAt: '2026-10-31T10:59:00.000Z',
  holdUntil: '2026-10-31T10:59:00.000Z',
  pickUpCode: '123456789012',
  tickets: [],
});

const SETTLED = PaymentAttempt.parse({
  key: 'attempt-00000001',
  orderId: ORDER,
  method: 'card-terminal',
  status: 'succeeded',
  amount: { minor: 4_800, currency: 'CNY' },
  expiresAt: '2026-10-31T11:05:00.000Z',
});

const VIEW = MoneyView.parse({
  at: '2026-10-31T11:00:00.000Z',
  more: false,
  items: [MINE, THEIRS].map((ticketId) => ({
    kind: 'print-uncertain',
    orderId: ORDER,
    ticketId,
    machine: ticketId === MINE ? HERE : 'kiosk-2',
    since: '2026-10-31T10:59:00.000Z',
    reference: ticketId,
    next: { step: 'person-decides' },
    actions: ['resolve-print'],
  })),
});

/** Of another machine, which had tickets of them. */
const LOST = OrderId.parse('261031-NSZMCB80');
const ALSO_LOST = OrderId.parse('261031-NSZMCB81');
const LOST_ITEMS = [LOST, ALSO_LOST].map((orderId) => ({
  ...({ kind: 'order-unknown', orderId, machine: MachineId.parse('kiosk-2'), since: VIEW.at, reference: orderId } as const),
  ...{ next: { step: 'person-decides' } as const, actions: [] },
}));

/** At a card terminal, and left to a person. */
const PAYMENT = IdempotencyKey.parse('attempt-00000001');
const PAYMENT_ITEM: MoneyView['items'][number] = {
  ...{ kind: 'payment-needs-person', orderId: ORDER, machine: MachineId.parse('kiosk-2'), since: VIEW.at, reference: PAYMENT },
  ...{ payment: { key: PAYMENT, findings: ['booked', 'not-booked', 'given-back'] }, next: { step: 'person-decides' }, actions: [] },
};

async function setUp(phase: 'idle' | 'hold-expired' = 'idle', arrivesAfter = 0) {
  const world = await staffWorld({ staff: [ANN, MEI, CARL, TESS, ZOE] });
  const done: string[] = [];
  const elsewhere = { isSettled: false };
  let reads = 0;
  const stillLost = () => LOST_ITEMS.filter(({ orderId }) => !world.audit().some((line) => line.includes(`: ${orderId} `)));
  let view: MoneyView = { ...VIEW, items: [...VIEW.items, ...LOST_ITEMS, PAYMENT_ITEM] };
  const noted = createNotedOrders(failing(world.ledger(), world.disk));
  const staff = world.staff();
  const ledger = world.ledger();
  const kiosk: DeskKiosk['kiosk'] = {
    session: () => (phase === 'idle' ? { phase } : { phase, money: 'not-charged' }),
    leave: async () => {
      done.push('leave');
      return { reply: { kind: 'session' }, session: { phase: 'idle' } };
    },
    resumeOrder: async (id) => {
      done.push(`resume ${id}`);
      return { reply: { kind: 'session' }, session: { phase: 'idle' } };
    },
    reprint: async ({ by, reason }) => {
      done.push(`reprint ${by} ${reason}`);
      return { kind: 'printed', number: 1 };
    },
    printerPowerCycled: (printer, by) => {
      done.push(`power-cycled ${printer} ${by}`);
      return true;
    },
  };
  const desk = createStaffDesk({
    machine: HERE,
    site: SiteId.parse('36090702'),
    staff,
    sessions: createSessions({ clock: world.time.clock, random: systemRandom, holder: staff.holder, life: LIMITS.staff.kioskIdle }),
    boxOffice: {
      readOrder: async () => ({ ok: false, error: { kind: 'unreachable', fault: { code: 'E-BOX-TIMEOUT', owner: 'network', message: '' } } }),
      findOrder: async ({ body }) => {
        done.push(`find ${body.code}`);
        if (body.code === ORDER || body.code === String(MINE) || body.code === REFUNDED.pickUpCode) return ok(REFUNDED);
        return err({ kind: 'refused', refusal: { code: body.code.startsWith('1100') ? 'other-site' : 'not-found' } });
      },
      resolvePrint: async ({ body }) => {
        done.push(`resolve ${body.outcome} by ${body.by}: ${body.reason}`);
        return ok(TICKET);
      },
      refundOrder: async ({ body }) => {
        done.push(`refund by ${body.by}, ${body.approvedBy ?? 'nobody'} agrees`);
        return ok(REFUNDED);
      },
      settlePayment: async ({ params, body }) => {
        done.push(`settle ${params.attemptKey} ${body.found} by ${body.by}`);
        return elsewhere.isSettled ? err({ kind: 'refused', refusal: { code: 'not-open', status: 'succeeded' } }) : ok(SETTLED);
      },
    },
    noted,
    money: {
      read: () => ({ view, stale: false }),
      refresh: async () => {
        // As the box office does when the lines have reached it.
        if (!world.audit().some((line) => line.startsWith('order-settled'))) return;
        if (reads >= arrivesAfter) view = { ...VIEW, items: [...VIEW.items, ...stillLost()] };
        reads += 1;
        noted.arrived(view);
      },
    },
    kiosk: { kiosk, closure: createClosure(ledger), printers: () => [], recent: () => [], onClosure: () => {} },
    ledger: failing(ledger, world.disk),
    timeZone: () => undefined,
    clock: world.time.clock,
    timers: world.time.timers,
    log: silentLog,
  });
  const signIn = async (pin: string): Promise<string> => {
    const answer = await desk.signIn(pin);
    if (answer.kind !== 'done') throw new Error(`not signed in: ${JSON.stringify(answer)}`);
    return answer.token;
  };
  return { ...world, desk, done, elsewhere, signIn, stillLost };
}

const refusal = (code: string) => ({ kind: 'refused', refusal: expect.objectContaining({ code }) });

type World = Awaited<ReturnType<typeof setUp>>;
const ALL: readonly (readonly [what: string, act: (world: World, token: string | undefined) => unknown, who: string])[] = [
  ['resolve', ({ desk }, token) => desk.resolve(token, MINE, 'destroyed'), 'Ann Carl Mei'],
  ["resolve another machine's", ({ desk }, token) => desk.resolve(token, THEIRS, 'destroyed'), 'Carl Mei'],
  ['resume', ({ desk }, token) => desk.resume(token, ORDER), 'Ann Carl Mei'],
  ['find', ({ desk }, token) => plain(desk.find(token, ORDER)), 'Ann Carl Mei'],
  ['scan', ({ desk }, token) => desk.awaitScan(token), 'Ann Carl Mei'],
  ['reprint', ({ desk }, token) => desk.reprint(token, ORDER, { ticketId: MINE, reason: 'damaged' }), 'Carl Mei'],
  ['refund', ({ desk }, token) => desk.refund(token, ORDER, { refundKey: KEY, reason: 'other' }), 'Carl Mei'],
  ['power-cycled', ({ desk }, token) => desk.powerCycled(token, PRINTER), 'Carl Mei Tess'],
  ['settle', ({ desk, stillLost }, token) => desk.settle(token, stillLost()[0]?.orderId ?? ORDER, 'nothing-paid'), 'Carl Mei'],
  ['settle a payment', ({ desk }, token) => desk.settlePayment(token, PAYMENT, 'booked'), 'Carl Mei'],
  ['close', ({ desk }, token) => desk.setClosed(token, { closed: true, why: 'repair' }), 'Mei Tess'],
];

/** The kiosk writes the first two down itself; the others move nothing. */
const UNAUDITED_HERE = ['reprint', 'power-cycled', 'find', 'scan'];

/** Without what was found, which is looked at below. */
async function plain(asked: ReturnType<World['desk']['find']>) {
  const outcome = await asked;
  return outcome.kind === 'done' ? { kind: 'done' } : outcome;
}

describe('what staff do', () => {
  test.each(ALL)('%s: only with a session, and only whoever has the right', async (_, act, who) => {
    const world = await setUp();
    expect(await act(world, undefined)).toEqual(refusal('not-signed-in'));
    expect(await act(world, 'A'.repeat(22))).toEqual(refusal('not-signed-in'));
    const allowed: string[] = [];
    for (const [name, , pin] of [ANN, CARL, MEI, TESS]) {
      const before = world.done.length;
      const outcome = await act(world, await world.signIn(pin));
      if (JSON.stringify(outcome) === '{"kind":"done"}') allowed.push(name);
      else expect(world.done.length, `${name} was refused and nothing was done`).toBe(before);
    }
    expect(allowed.join(' ')).toBe(who);
  });

  test.each(ALL)('%s: not a minute after the last touch', async (_, act) => {
    const world = await setUp();
    const token = await world.signIn('222222');
    await world.time.advance(milliseconds(LIMITS.staff.kioskIdle - 1));
    world.desk.touch(token);
    await world.time.advance(milliseconds(LIMITS.staff.kioskIdle - 1));
    expect(world.desk.state(token).staff).not.toBeNull();
    await world.time.advance(milliseconds(1));
    expect(world.desk.state(token)).toMatchObject({ staff: null, money: null, kiosk: null });
    world.desk.touch(token);
    expect(await act(world, token)).toEqual(refusal('not-signed-in'));
    expect(world.done).toEqual([]);
  });

  test.each(ALL.filter(([what]) => !UNAUDITED_HERE.includes(what)))('%s: nothing happens when the audit cannot be written', async (_, act) => {
    const world = await setUp();
    const token = await world.signIn('222222');
    world.disk.isFull = true;
    expect(await act(world, token)).toEqual(refusal('not-written'));
    expect(world.done).toEqual([]);
  });

  test('is in the audit with who, what and why', async () => {
    const world = await setUp();
    const token = await world.signIn('222222');
    await world.desk.resolve(token, MINE, 'nothing-came-out');
    await world.desk.refund(token, ORDER, { refundKey: KEY, reason: 'quality' });
    world.desk.setClosed(token, { closed: true, why: 'paper' });
    world.desk.setClosed(token, { closed: false, why: 'other' });
    expect(world.audit().slice(-4)).toEqual([
      `print-resolved Mei: ${MINE} not-printed: nothing-came-out`,
      `refund-asked Mei: ${ORDER} quality`,
      'kiosk-closed Mei: paper',
      expect.stringMatching(/^kiosk-opened Mei: closed since /),
    ]);
  });

  test('of an order that the box office has lost: noted at once, and said once', async () => {
    const world = await setUp('idle', 2);
    const { desk, signIn, audit, time } = world;
    const token = await signIn(MEI[2]);
    expect(await desk.settle(token, LOST, 'money-returned')).toEqual({ kind: 'done' });
    expect(audit().at(-1)).toBe(`order-settled Mei: ${LOST} money-returned`);
    const note = { orderId: LOST, why: 'money-returned', by: 'Mei', at: toIso(time.clock.wall()) };
    expect(desk.state(token).noted).toEqual([note]);
    expect(desk.state(token).money?.view.items.map(({ orderId }) => orderId)).toContain(LOST);
    // Said once; and of another, or of none that is lost, as ever.
    expect(await desk.settle(token, LOST, 'nothing-paid')).toEqual(refusal('not-open'));
    expect(await desk.settle(token, ORDER, 'nothing-paid')).toEqual(refusal('not-open'));
  });

  test('of an order that was settled: the row and the note go together, when the box office has heard', async () => {
    const { desk, signIn, time } = await setUp('idle', 1);
    const token = await signIn(MEI[2]);
    await desk.settle(token, LOST, 'nothing-paid');
    await time.settle();
    expect(desk.state(token).noted).toHaveLength(1);
    await desk.settle(token, ALSO_LOST, 'nothing-paid');
    await time.settle();
    expect(desk.state(token).noted).toEqual([]);
    expect(desk.state(token).money?.view.items.some(({ kind }) => kind === 'order-unknown')).toBe(false);
  });

  test('of a payment at a terminal: what it may be said of, in the audit before it is told, and once', async () => {
    const world = await setUp();
    const token = await world.signIn(MEI[2]);
    expect(await world.desk.settlePayment(token, PAYMENT, 'let-go')).toEqual(refusal('not-open'));
    expect(await world.desk.settlePayment(token, IdempotencyKey.parse('attempt-00000002'), 'booked')).toEqual(refusal('not-open'));
    expect(world.done).toEqual([]);
    expect(await world.desk.settlePayment(token, PAYMENT, 'not-booked')).toEqual({ kind: 'done' });
    expect(world.audit().at(-1)).toBe(`payment-settled Mei: ${ORDER} ${PAYMENT} not-booked`);
    expect(world.done).toEqual([`settle ${PAYMENT} not-booked by Mei`]);
    const told = await setUp();
    told.elsewhere.isSettled = true;
    expect(await told.desk.settlePayment(await told.signIn(MEI[2]), PAYMENT, 'booked')).toEqual(refusal('not-open'));
  });

  test('sees the site, this machine, or nothing, as the role is', async () => {
    const { desk, signIn } = await setUp();
    const seen = async (pin: string) => desk.state(await signIn(pin)).money?.view.items.length;
    expect([await seen(MEI[2]), await seen(CARL[2]), await seen(ANN[2]), await seen(TESS[2])]).toEqual([5, 5, 1, undefined]);
  });
});

const bytesOf = (text: string) => ({ bytes: new TextEncoder().encode(text) });

describe('looking for an order', () => {
  test('finds one that nobody can collect any more, and shows nothing to collect it by', async () => {
    const { desk, signIn } = await setUp();
    const token = await signIn(CARL[2]);
    for (const text of [ORDER, ` ${ORDER} `, MINE, REFUNDED.pickUpCode]) {
      const found = await desk.find(token, text);
      expect(found, text).toMatchObject({ kind: 'done', order: { orderId: ORDER, status: 'refunded' } });
      expect(JSON.stringify(found)).not.toContain(REFUNDED.pickUpCode);
    }
  });

  test('says whether there is none, or it is another cinema’s; digits of a payment code and of a card stay here', async () => {
    const { desk, signIn, done } = await setUp();
    const token = await signIn(CARL[2]);
    expect(await desk.find(token, '261031-NOTHERE0')).toEqual(refusal('no-such-order'));
    expect(await desk.find(token, '1100000112345678')).toEqual(refusal('other-cinema'));
    expect(done.splice(0)).toEqual(['find 261031-NOTHERE0', 'find 1100000112345678']);
    for (const text of ['130000000000000000', '285550987654321098', 'MC1234567890123456', ' ', '\u0000', 'x'.repeat(257)]) {
      expect(await desk.find(token, text), text).toEqual(refusal('no-such-order'));
    }
    expect(await desk.find(token, `11000001${'x'.repeat(172)}`)).toEqual(refusal('other-cinema'));
    expect(done).toEqual(['find \u0000']);
  });

  test('takes one code of the scanner for the session that asked, and then leaves the scanner to guests', async () => {
    const { desk, signIn, time } = await setUp();
    const [carl, mei] = [await signIn(CARL[2]), await signIn(MEI[2])];
    expect(desk.scanned(bytesOf(ORDER))).toBe(false);
    expect(desk.awaitScan(carl)).toEqual({ kind: 'done' });
    expect(desk.state(carl).kiosk?.search).toMatchObject({ kind: 'waiting' });
    expect(desk.state(mei).kiosk?.search).toBeNull();
    expect(desk.scanned(bytesOf(REFUNDED.pickUpCode))).toBe(true);
    expect(desk.scanned(bytesOf(ORDER))).toBe(false);
    await time.settle();
    expect(desk.state(carl).kiosk?.search).toMatchObject({ kind: 'found', order: { orderId: ORDER } });
    expect(JSON.stringify(desk.state(carl))).not.toContain(REFUNDED.pickUpCode);
    expect(desk.state(mei).kiosk?.search).toBeNull();
  });

  test('takes none after its time, or of somebody who has gone', async () => {
    const { desk, signIn, time } = await setUp();
    const token = await signIn(CARL[2]);
    desk.awaitScan(token);
    await time.advance(LIMITS.staff.scanWait);
    expect(desk.scanned(bytesOf(ORDER))).toBe(false);
    expect(desk.state(token).kiosk?.search).toBeNull();
    desk.awaitScan(token);
    desk.signOut(token);
    expect(desk.scanned(bytesOf(ORDER))).toBe(false);
  });

  test.each([[new Uint8Array()], [Uint8Array.of(0xff, 0x00, 0x1b)], [new Uint8Array(4_096).fill(0x41)]])(
    'a hostile code finds nothing',
    async (bytes) => {
      const { desk, signIn, time } = await setUp();
      const token = await signIn(CARL[2]);
      desk.awaitScan(token);
      expect(desk.scanned({ bytes })).toBe(true);
      await time.settle();
      expect(desk.state(token).kiosk?.search).toEqual(refusal('no-such-order'));
    },
  );
});

describe('a refund beyond the policy', () => {
  test.each([
    ['a cashier and a manager', CARL, MEI, 'done'],
    ['a manager and a cashier', MEI, CARL, 'done'],
    ['two managers', MEI, ZOE, 'done'],
    ['one manager twice', MEI, MEI, 'not-two-people'],
    ['a manager and an usher', MEI, ANN, 'not-two-people'],
    ['a cashier twice', CARL, CARL, 'not-two-people'],
  ] as const)('%s', async (_, asks, agrees, end) => {
    const { desk, signIn, done } = await setUp();
    const outcome = await desk.refund(await signIn(asks[2]), ORDER, { refundKey: KEY, reason: 'other', approval: agrees[2] });
    expect(outcome).toEqual(end === 'done' ? { kind: 'done' } : refusal(end));
    expect(done).toEqual(end === 'done' ? [`refund by ${asks[0]}, ${agrees[0]} agrees`] : []);
  });

  test('is not made with a wrong second PIN', async () => {
    const { desk, signIn, done } = await setUp();
    const token = await signIn(CARL[2]);
    expect(await desk.refund(token, ORDER, { refundKey: KEY, reason: 'other', approval: '999999' })).toEqual(refusal('wrong-pin'));
    expect(done).toEqual([]);
  });
});

test('a technician has no right over money or real tickets', () => {
  const tess = { name: 'Tess', role: 'technician' } as const;
  const rights = [
    'ticket.check',
    'money.view',
    'money.site',
    'print.resolve',
    'order.resume',
    'ticket.reprint',
    'order.refund',
    'refund.approve',
  ] as const;
  expect(rights.filter((right) => may(tess, right))).toEqual([]);
});

test('a guest at her screen is not pushed away; one whose screen has ended is', async () => {
  const { desk, signIn, done } = await setUp('hold-expired');
  await desk.resume(await signIn(MEI[2]), ORDER);
  expect(done).toEqual(['leave', `resume ${ORDER}`]);
});
