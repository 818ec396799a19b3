import { unreachable } from '../base/fault.ts';
import { type Instant, instant, toIso } from '../base/time.ts';
import type { Order, PrintState } from '../contract/box-office/sales.ts';
import type { KioskSession, SessionOrder } from '../contract/local/kiosk.ts';
import { canResume, type Delivery, type DeliveryTicketState, type PrinterView, ticketsIn } from './delivery.ts';
import type { KioskState } from './kiosk.ts';
import { attemptEnds } from './payment-step.ts';
import type { Sale, SaleLimits, Scene } from './sale.ts';
import { payableUntil } from './sale-step.ts';

/** What the screen draws, made from the machine's state and from nothing else: a screen that was away shows the truth again at once. */
export function viewSession(state: KioskState): KioskSession {
  const { screen } = state;
  switch (screen.kind) {
    case 'idle':
      return { phase: 'idle' };
    case 'hold-expired':
      return { phase: 'hold-expired', money: 'not-charged' };
    case 'collect':
      return { phase: 'collect', order: viewOrder(screen.order, sceneOfTickets(screen.order), undefined, undefined) };
    case 'sale': {
      const sale = state.sales.get(screen.saleId);
      return sale?.order === undefined ? { phase: 'idle' } : viewSale(sale, sale.order, state.limits);
    }
    case 'delivery': {
      const delivery = state.deliveries.get(screen.deliveryId);
      return delivery?.order === undefined ? { phase: 'idle' } : viewDelivery(delivery, delivery.order, state.printer);
    }
    default:
      return unreachable(screen);
  }
}

function viewSale(sale: Sale, order: Order, limits: SaleLimits): KioskSession {
  const { stage, attempt } = sale;
  const scene = order.tickets.length > 0 ? sceneOfTickets(order) : sale.scene;
  const shown = viewOrder(order, scene, payableUntil(sale, order, limits), undefined);
  switch (stage.kind) {
    case 'review':
      return { phase: 'review', order: shown };
    case 'starting':
    case 'cancelling':
      return { phase: 'paying', order: shown, expiresAt: toIso(paymentEnds(sale, order, limits)), userPaying: false };
    case 'paying':
      return {
        phase: 'paying',
        order: shown,
        ...(attempt?.codeUrl === undefined ? {} : { codeUrl: attempt.codeUrl }),
        expiresAt: toIso(paymentEnds(sale, order, limits)),
        userPaying: attempt?.status === 'user-paying' || attempt?.status === 'succeeded',
      };
    case 'failed':
      return { phase: 'payment-failed', order: shown, reason: stage.reason, money: 'not-charged' };
    case 'unknown':
      return {
        phase: 'payment-unknown',
        order: shown,
        since: toIso(stage.since),
        claimAt: toIso(instant(stage.since + limits.unknownToClaim)),
        mayLeave: stage.mayLeave,
        money: 'checking',
      };
    case 'refunding': {
      const reference = order.refundReference;
      return { phase: 'refunding', order: shown, ...(reference === undefined ? {} : { reference }), done: stage.done };
    }
    case 'holding':
    case 'ordering':
    case 'withdrawing':
    case 'ended':
      return { phase: 'idle' };
    default:
      return unreachable(stage);
  }
}

function paymentEnds(sale: Sale, order: Order, limits: SaleLimits): Instant {
  if (sale.attempt !== undefined) return attemptEnds(sale, sale.attempt);
  return instant(Date.parse(order.holdUntil) - sale.clockAhead - limits.paymentEndsBeforeHold);
}

function viewDelivery(delivery: Delivery, order: Order, printer: PrinterView): KioskSession {
  const { stage, journey } = delivery;
  const shown = viewOrder(order, sceneOfTickets(order), undefined, delivery);
  const count = delivery.tickets.length;
  const printed = ticketsIn(delivery, 'printed').length;
  switch (stage.kind) {
    case 'claiming':
    case 'printing': {
      const passed = printed + ticketsIn(delivery, 'uncertain', 'elsewhere').length;
      return { phase: 'printing', order: shown, journey, printed, current: Math.min(count, passed + 1), count };
    }
    case 'stopped':
      return {
        phase: 'print-stopped',
        order: shown,
        journey,
        printed,
        uncertain: ticketsIn(delivery, 'uncertain').length,
        count,
        stop: stage.stop,
        canResume: canResume(delivery, printer),
        money: 'paid-seats-kept',
      };
    case 'done':
      return { phase: 'done', order: shown, journey, printed };
    case 'settling':
    case 'restoring':
    case 'closed':
      return { phase: 'idle' };
    default:
      return unreachable(stage);
  }
}

function sceneOfTickets(order: Order): Scene {
  const face = order.tickets[0]?.face;
  const nameless = { zh: '', en: '' };
  return { film: face?.filmTitle ?? nameless, screenName: face?.screenName ?? nameless, startsAt: face?.startsAt ?? order.createdAt };
}

const PRINT_STATE: Readonly<Record<DeliveryTicketState, PrintState>> = {
  wanted: 'pending',
  claimed: 'claimed',
  'in-printer': 'claimed',
  printed: 'printed',
  uncertain: 'uncertain',
  elsewhere: 'claimed',
};

function viewOrder(order: Order, scene: Scene, payBy: Instant | undefined, delivery: Delivery | undefined): SessionOrder {
  const lines = order.lines.map((line) => {
    const ticket = order.tickets.find((each) => each.seatId === line.seatId);
    if (ticket === undefined) return { ...line };
    const here = delivery?.tickets.find((each) => each.id === ticket.id);
    return { ...line, ticketId: ticket.id, printState: here === undefined ? ticket.printState : PRINT_STATE[here.state] };
  });
  return {
    orderId: order.id,
    status: order.status,
    ...scene,
    showId: order.showId,
    lines,
    total: order.total,
    holdUntil: payBy === undefined ? order.holdUntil : toIso(payBy),
    pickUpCode: order.pickUpCode,
  };
}
