import type { KioskBoxOffice } from '#agent/kiosk/box-office-calls.ts';
import { assert } from '#core/base/fault.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import { instant, minutes, seconds, toIso } from '#core/base/time.ts';
import {
  type Claim,
  type Hold,
  type LookupRefusal,
  type Order,
  type PaymentAttempt,
  type PaymentMethods,
  type PaymentRefusal,
  PaymentRequest,
  type ReprintRefusal,
  type TerminalRefusal,
  type Ticket,
} from '#core/contract/box-office/sales.ts';
import { IdempotencyKey, OrderId, PickUpCode, SeatId, TicketId } from '#core/contract/identifiers.ts';
import type { EventBody } from '#core/contract/wire/events.ts';
import type { Clock } from '#core/ports/clock.ts';
import { createFakeMembers } from './fake-members.ts';
import { both, faceOf, programme, SEATS, SHOW } from './fake-programme.ts';

/** A box office in memory that keeps the contract's promises (all-or-nothing holds, repeated keys, one open payment) and fails as it is told. */
export interface FakeBoxOffice {
  readonly client: KioskBoxOffice;
  /** Calls that get no answer: `lost` before anything is done, `deaf` after it was done. */
  readonly trouble: Map<keyof KioskBoxOffice, 'lost' | 'deaf'>;
  /** Every call that was made, by name. */
  readonly made: (keyof KioskBoxOffice)[];
  readonly seats: Map<string, 'held' | 'sold'>;
  readonly orders: Map<string, Order>;
  /** Every attempt ever begun: an order with two that succeeded has been charged twice. */
  readonly attempts: Map<string, PaymentAttempt>;
  /** How this site takes money; scanning a QR code alone unless a test says otherwise. */
  methods: PaymentMethods['methods'];
  readonly members: ReturnType<typeof createFakeMembers>;
  /** Every body of `startPayment`, secrets included: what the provider would have got. */
  readonly asked: PaymentRequest[];
  /** What the card terminal was reported to have done, in order. */
  readonly reports: string[];
  /** The guest's phone, or the provider, moves the only open attempt. */
  phone(status: PaymentAttempt['status']): void;
  order(): Order;
  /** Lets every hold that is over end. */
  expire(): void;
  /** An order that was bought elsewhere. */
  sellOnline(count: number): Order;
  /** What the machine's print events do. */
  hear(event: EventBody): void;
  holdFor: number;
  clockAhead: number;
}
type ClaimAnswered = Awaited<ReturnType<KioskBoxOffice['claimTickets']>>;
type TerminalAnswered = Awaited<ReturnType<KioskBoxOffice['reportTerminal']>>;
export const QR: PaymentMethods['methods'][number] = { method: 'qr', provider: 'simulated', name: { zh: '扫码支付', en: 'Scan' } };

export function createFakeBoxOffice(clock: Clock): FakeBoxOffice {
  const trouble: FakeBoxOffice['trouble'] = new Map();
  const made: FakeBoxOffice['made'] = [];
  const seats: FakeBoxOffice['seats'] = new Map();
  const holds = new Map<string, Hold>();
  const orders = new Map<string, Order>();
  const orderKeys = new Map<string, OrderId>();
  const attempts = new Map<string, PaymentAttempt>();
  const claims = new Map<string, Claim>();
  const claimants = new Map<string, string | undefined>();
  const reprints = new Map<string, number>();
  const leasedUntil = new Map<string, number>();
  const heldBy = new Map<string, string>();
  const expired = new Set<string>();
  const givenUp = new Set<string>();
  const members = createFakeMembers();
  const requests: PaymentRequest[] = [];
  const reports: string[] = [];
  let number = 0;

  const now = () => instant(clock.wall() + fake.clockAhead);
  const only = <Value>(values: Iterable<Value>): Value => {
    const last = [...values].at(-1);
    assert(last !== undefined, 'there is one');
    return last;
  };

  /** A hold ends by itself, and an unpaid order with it. */
  const expire = (): void => {
    for (const hold of holds.values()) {
      if (Date.parse(hold.until) > now() || expired.has(hold.id)) continue;
      expired.add(hold.id);
      for (const seat of hold.seats) if (heldBy.get(seat) === hold.id && seats.get(seat) === 'held') seats.delete(seat);
    }
    // A lease that lapses before the first byte gives its ticket back to this one machine; a later one never does.
    for (const [ticketId, until] of leasedUntil) {
      if (until > now()) continue;
      leasedUntil.delete(ticketId);
      setPrint(ticketId, { printState: 'pending' });
    }
    // A terminal that has said nothing two minutes after the last moment is asked about.
    for (const each of attempts.values()) {
      const isOver = each.method === 'card-terminal' && each.status === 'submitted' && Date.parse(each.expiresAt) + minutes(2) < now();
      if (isOver) attempts.set(each.key, { ...each, status: 'unknown' });
    }
    for (const order of orders.values()) {
      if (order.status === 'unpaid' && Date.parse(order.holdUntil) <= now()) put({ ...order, status: 'cancelled' });
    }
  };

  /** Wraps a method with the troubles it may have. */
  const asked = async <Value, Failure>(name: keyof KioskBoxOffice, act: () => Result<Value, Failure>) => {
    made.push(name);
    expire();
    const fault = { code: 'E-BOX-UNREACHABLE', owner: 'network', message: 'no answer' } as const;
    const how = trouble.get(name);
    if (how === 'lost') return err({ kind: 'unreachable' as const, fault });
    const answer = act();
    return how === 'deaf' ? err({ kind: 'unreachable' as const, fault }) : answer;
  };
  const refused = <Refusal>(refusal: Refusal) => err({ kind: 'refused' as const, refusal });
  const contradicts = ({ status }: PaymentAttempt, isOpen = false) => refused<TerminalRefusal>({ code: 'contradicts', status, isOpen });
  const missing = () => err({ kind: 'bad-answer' as const, fault: { code: 'E-BOX-MISSING', owner: 'peer' as const, message: 'there is none' } });
  const known = (attemptKey: string, attempt = attempts.get(attemptKey)) => [attempt, orders.get(attempt?.orderId ?? '')] as const;
  const put = (order: Order): Order => {
    orders.set(order.id, order);
    return order;
  };
  const ticketsOf = (order: Order): Ticket[] =>
    order.lines.map((line, position) => ({
      id: TicketId.parse(`36090702${String(++number).padStart(8, '0')}`),
      seatId: line.seatId,
      ticketType: line.ticketType,
      status: 'valid',
      printState: 'pending',
      face: faceOf(order, line.row, line.number, position + 1),
    }));
  const confirm = (order: Order): Order => {
    for (const line of order.lines) seats.set(line.seatId, 'sold');
    return put({ ...order, status: 'confirmed', tickets: ticketsOf(order) });
  };
  const openAttempt = (orderId: string) =>
    [...attempts.values()].find((attempt) => attempt.orderId === orderId && ['submitted', 'user-paying', 'unknown'].includes(attempt.status));
  const free = (order: Order): void => {
    for (const line of order.lines) if (seats.get(line.seatId) === 'held') seats.delete(line.seatId);
  };
  const newOrder = (lines: readonly SeatId[]): Order => ({
    id: OrderId.parse(`K01-${String(++number).padStart(6, '0')}`),
    status: 'unpaid',
    showId: SHOW,
    lines: lines.map((seatId) => ({
      seatId,
      row: seatId.split('-')[0] ?? '',
      number: seatId.split('-')[1] ?? '',
      ticketType: 'adult',
      price: { minor: 4_500, currency: 'CNY' },
      fee: { minor: 300, currency: 'CNY' },
    })),
    total: { minor: 4_800 * lines.length, currency: 'CNY' },
    createdAt: toIso(now()),
    holdUntil: toIso(instant(now() + fake.holdFor)),
    pickUpCode: PickUpCode.parse(String(482_917_305_662 + number)),
    tickets: [],
  });
  const setPrint = (ticketId: string, change: Partial<Ticket>): void => {
    for (const order of orders.values()) {
      if (order.tickets.some((ticket) => ticket.id === ticketId)) {
        put({ ...order, tickets: order.tickets.map((ticket) => (ticket.id === ticketId ? { ...ticket, ...change } : ticket)) });
      }
    }
  };

  const fake: FakeBoxOffice = {
    trouble,
    made,
    seats,
    orders,
    attempts,
    holdFor: minutes(10),
    methods: [QR],
    members,
    asked: requests,
    reports,
    clockAhead: 0,
    order: () => only(orders.values()),
    expire,
    phone: (status) => {
      const attempt = only(attempts.values());
      attempts.set(attempt.key, { ...attempt, status });
      const order = orders.get(attempt.orderId);
      if (order === undefined) return;
      if (status === 'succeeded' && order.status !== 'cancelled') confirm(order);
      if (status === 'failed') put({ ...order, status: 'unpaid' });
    },
    sellOnline: (count) => confirm(newOrder(SEATS.slice(0, count))),
    hear: (event) => {
      if (event.t !== 'print' || event.d.reprint !== undefined) return;
      const { ticketId, outcome } = event.d;
      leasedUntil.delete(ticketId);
      const state = outcome === 'printed' ? 'printed' : outcome === 'uncertain' ? 'uncertain' : outcome === 'started' ? 'claimed' : 'pending';
      setPrint(ticketId, { printState: state });
    },
    client: {
      readProgramme: () => asked('readProgramme', () => ok(programme())),
      holdSeats: ({ body }) =>
        asked('holdSeats', () => {
          const kept = holds.get(body.holdKey);
          if (kept !== undefined) return ok(kept);
          const lost = body.seats.filter((seat) => seats.has(seat)).map((seat) => SeatId.parse(seat));
          if (lost.length > 0) return refused({ code: 'seats-lost' as const, lost, picture: { showId: SHOW, version: 7, states: 'F' }, offer: [] });
          for (const seat of body.seats) seats.set(seat, 'held');
          const hold: Hold = {
            id: `hold-${++number}`,
            token: number,
            showId: SHOW,
            seats: body.seats.map((seat) => SeatId.parse(seat)),
            until: toIso(instant(now() + fake.holdFor)),
          };
          holds.set(body.holdKey, hold);
          for (const seat of hold.seats) heldBy.set(seat, hold.id);
          return ok(hold);
        }),
      releaseHold: ({ params }) =>
        asked('releaseHold', () => {
          const hold = [...holds.values()].find((each) => each.id === params.holdId);
          for (const seat of hold?.seats ?? []) if (heldBy.get(seat) === hold?.id && seats.get(seat) === 'held') seats.delete(seat);
          return ok({ released: hold !== undefined });
        }),
      createOrder: ({ body }) =>
        asked('createOrder', () => {
          const kept = orderKeys.get(body.orderKey);
          const known = kept === undefined ? undefined : orders.get(kept);
          if (known !== undefined) return ok(known);
          const order = newOrder(body.lines.map((line) => SeatId.parse(line.seatId)));
          if (body.submitTotal.minor !== order.total.minor) return refused({ code: 'price-changed' as const, total: order.total });
          orderKeys.set(body.orderKey, order.id);
          return ok(put(order));
        }),
      readOrder: ({ params }) =>
        asked('readOrder', () => {
          const order = orders.get(params.orderId);
          if (order === undefined) return missing();
          const payment = [...attempts.values()].filter((attempt) => attempt.orderId === order.id).at(-1);
          return ok(payment === undefined ? order : { ...order, payment });
        }),
      cancelOrder: ({ params }) =>
        asked('cancelOrder', () => {
          const order = orders.get(params.orderId);
          if (order === undefined) return missing();
          if (order.status !== 'unpaid' && order.status !== 'paying') return ok(order);
          const open = openAttempt(order.id);
          // Only the terminal can say what became of its money: until then the seats stay with the order.
          if (open?.method === 'card-terminal') {
            givenUp.add(order.id);
            return ok(order);
          }
          if (open !== undefined) attempts.set(open.key, { ...open, status: 'closed' });
          free(order);
          return ok(put({ ...order, status: 'cancelled' }));
        }),
      startPayment: ({ params, body }) =>
        asked('startPayment', () => {
          const order = orders.get(params.orderId);
          assert(order !== undefined, 'the order is there');
          const known = attempts.get(body.attemptKey);
          if (known !== undefined) return ok(known);
          const open = openAttempt(order.id);
          if (open !== undefined) return refused<PaymentRefusal>({ code: 'another-attempt-open', attemptKey: open.key });
          if (order.status !== 'unpaid') return refused<PaymentRefusal>({ code: 'not-payable', status: order.status });
          requests.push(PaymentRequest.parse(body));
          const attempt: PaymentAttempt = {
            key: IdempotencyKey.parse(body.attemptKey),
            orderId: order.id,
            method: body.method,
            status: 'submitted',
            amount: order.total,
            ...(body.method === 'qr' ? { codeUrl: `http://127.0.0.1:7090/pay/${body.attemptKey}` } : {}),
            expiresAt: toIso(instant(Date.parse(order.holdUntil) - seconds(30))),
          };
          const refusal = body.method === 'member' ? members.take(body.card, body.pin, order.total.minor) : undefined;
          if (refusal !== undefined) {
            attempts.set(attempt.key, { ...attempt, status: 'failed', ...refusal, reason: both(refusal.failure ?? '') });
            return ok(attempts.get(attempt.key) ?? attempt);
          }
          attempts.set(attempt.key, attempt);
          put({ ...order, status: 'paying' });
          if (body.method === 'member') fake.phone('succeeded');
          return ok(attempts.get(attempt.key) ?? attempt);
        }),
      readPayment: ({ params }) =>
        asked('readPayment', () => {
          const attempt = attempts.get(params.attemptKey);
          return attempt === undefined ? missing() : ok(attempt);
        }),
      readPaymentMethods: () => asked('readPaymentMethods', () => ok({ methods: fake.methods })),
      readMember: ({ body }) => asked('readMember', () => members.read(body.card, body.pin)),
      reportTerminal: ({ params, body }) =>
        asked('reportTerminal', (): TerminalAnswered => {
          const [attempt, order] = known(params.attemptKey);
          if (attempt === undefined || order === undefined) return missing();
          reports.push(body.outcome);
          const isOpen = ['submitted', 'unknown'].includes(attempt.status);
          const left = body.outcome === 'left-to-person' ? { needsPerson: true as const } : {};
          const note = (status: PaymentAttempt['status']) => {
            const next: PaymentAttempt = { ...attempt, ...left, status, ...(body.outcome === 'paid' ? { receipt: body.receipt } : {}) };
            attempts.set(attempt.key, next);
            return next;
          };
          switch (body.outcome) {
            case 'unknown':
            case 'left-to-person':
              return ok(note(isOpen ? 'unknown' : attempt.status));
            case 'failed':
              if (!isOpen) return attempt.status === 'failed' ? ok(attempt) : contradicts(attempt);
              if (givenUp.has(order.id)) {
                free(order);
                put({ ...order, status: 'cancelled' });
              } else put({ ...order, status: 'unpaid' });
              return ok(note('failed'));
            case 'paid': {
              const holder = [...attempts.values()].find(({ key, receipt }) => key !== attempt.key && receipt?.trace === body.receipt.trace);
              if (holder !== undefined) return contradicts(holder, isOpen);
              if (!isOpen) return attempt.status === 'failed' ? contradicts(attempt) : ok(attempt);
              if (!givenUp.has(order.id)) {
                confirm(order);
                return ok(note('succeeded'));
              }
              free(order);
              put({ ...order, status: 'refunding' });
              return ok(note('refunding'));
            }
          }
        }),
      reportTerminalReversal: ({ params, body }) =>
        asked('reportTerminalReversal', (): TerminalAnswered => {
          const [attempt, order] = known(params.attemptKey);
          if (attempt === undefined || order === undefined) return missing();
          reports.push('reversed');
          if (attempt.status === 'refunded') return ok(attempt);
          // Money that went back by itself after it was kept: the tickets of it are worth nothing.
          if (attempt.status !== 'refunding' && attempt.status !== 'succeeded') return contradicts(attempt);
          const refunded: PaymentAttempt = { ...attempt, status: 'refunded', receipt: body.receipt };
          attempts.set(attempt.key, refunded);
          free(order);
          put({ ...order, status: 'refunded', tickets: order.tickets.map((ticket) => ({ ...ticket, status: 'refunded' })) });
          return ok(refunded);
        }),
      readTerminalDuties: () =>
        asked('readTerminalDuties', () => {
          const due = [...attempts.values()].filter((each) => each.method === 'card-terminal' && ['unknown', 'refunding'].includes(each.status));
          return ok({ attempts: due });
        }),
      claimTickets: ({ body }) =>
        asked('claimTickets', (): ClaimAnswered => {
          const kept = claims.get(body.claimKey);
          if (kept !== undefined && claimants.get(body.claimKey) === body.boot) return ok(kept);
          for (const { ticket } of kept?.tickets ?? []) setPrint(ticket.id, { printState: 'uncertain' });
          const order = orders.get(body.orderId);
          if (order === undefined) return missing();
          const wanted = order.tickets.filter((ticket) => body.ticketIds.includes(ticket.id));
          const gone = wanted.filter((ticket) => ticket.printState !== 'pending');
          if (gone.length > 0) {
            const tickets = gone.map(({ id, printState, printedBy: by }) => ({ id, printState, ...(by === undefined ? {} : { machine: by }) }));
            return refused({ code: 'not-pending', tickets });
          }
          const claim: Claim = {
            leaseId: `lease-${++number}`,
            until: toIso(instant(now() + minutes(5))),
            tickets: wanted.map((ticket) => ({ ticket, code: `CT1.${ticket.id}` })),
          };
          for (const ticket of wanted) {
            setPrint(ticket.id, { printState: 'claimed', printedBy: String(body.machine) });
            leasedUntil.set(ticket.id, Date.parse(claim.until));
          }
          claims.set(body.claimKey, claim);
          claimants.set(body.claimKey, body.boot);
          return ok(claim);
        }),
      reprintTicket: ({ params, body }) =>
        asked('reprintTicket', () => {
          const kept = claims.get(body.claimKey);
          if (kept !== undefined) return ok(kept);
          const ticket = [...orders.values()].flatMap(({ tickets }) => tickets).find(({ id }) => id === params.ticketId);
          assert(ticket !== undefined, 'the ticket is there');
          if (ticket.printState !== 'printed') return refused<ReprintRefusal>({ code: 'not-printed', printState: ticket.printState });
          const count = (reprints.get(ticket.id) ?? 0) + 1;
          reprints.set(ticket.id, count);
          const tickets = [{ ticket, code: `CT1.${ticket.id}` }];
          const claim: Claim = { leaseId: `lease-${++number}`, until: toIso(instant(now() + minutes(5))), reprint: count, tickets };
          claims.set(body.claimKey, claim);
          return ok(claim);
        }),
      lookUp: ({ body }) =>
        asked('lookUp', () => {
          const order = [...orders.values()].find((each) => (each.pickUpCode === body.code || each.id === body.code) && each.status === 'confirmed');
          if (order === undefined) return refused<LookupRefusal>({ code: 'not-found' });
          return order.tickets.every((ticket) => ticket.printState !== 'pending') ? refused<LookupRefusal>({ code: 'all-collected' }) : ok(order);
        }),
    },
  };
  return fake;
}
