import { unreachable } from '../base/fault.ts';
import { type Instant, instant, toIso } from '../base/time.ts';
import type { Order, PrintState, TicketFace } from '../contract/box-office/sales.ts';
import type { KioskSession, MemberPayment, SessionOrder } from '../contract/local/kiosk.ts';
import type { BothLanguages } from '../contract/values.ts';
import type { SidePaperContent } from '../paper/side-paper.ts';
import { canResume, type Delivery, type DeliveryTicketState, ticketsIn } from './delivery.ts';
import type { KioskState } from './kiosk.ts';
import { covers } from './member-step.ts';
import { attemptEnds } from './payment-step.ts';
import type { PrinterView } from './printers.ts';
import type { MemberStep, Sale, SaleLimits, Scene } from './sale.ts';
import { payableUntil } from './sale-step.ts';
import { mayHaveSlip, receiptOf, slipOf } from './side-papers.ts';

/** Papers aloud. */
export interface Speech {
  readonly ticket: (face: TicketFace, ticketId: string) => BothLanguages;
  readonly paper: (paper: SidePaperContent) => BothLanguages;
}

/** What the screen draws, made from the machine's state and from nothing else: a screen that was away shows the truth again at once. */
export function viewSession(state: KioskState, speech: Speech): KioskSession {
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
      return sale?.order === undefined ? { phase: 'idle' } : viewSale(sale, sale.order, state);
    }
    case 'delivery': {
      const delivery = state.deliveries.get(screen.deliveryId);
      return delivery?.order === undefined ? { phase: 'idle' } : viewDelivery(delivery, delivery.order, state.printer, speech);
    }
    default:
      return unreachable(screen);
  }
}

function viewSale(sale: Sale, order: Order, state: KioskState): KioskSession {
  const { limits } = state;
  const { stage } = sale;
  const scene = order.tickets.length > 0 ? sceneOfTickets(order) : sale.scene;
  const shown = viewOrder(order, scene, payableUntil(sale, order, limits), undefined);
  switch (stage.kind) {
    case 'review':
      return { phase: 'review', order: shown };
    case 'choosing':
      return { phase: 'choose-payment', order: shown, tiles: [...(stage.offers ?? [])] };
    case 'presenting':
      return { phase: 'present-code', order: shown };
    case 'member':
      return { phase: 'member', order: shown, member: viewMember(sale, stage.step) };
    case 'starting':
    case 'paying':
    case 'cancelling':
      return viewPaying(sale, order, shown, state);
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
    case 'confirming':
      return {
        phase: 'confirming',
        order: shown,
        since: toIso(stage.since),
        claimAt: toIso(instant(stage.since + limits.unknownToClaim)),
        mayLeave: stage.mayLeave,
        money: 'paid-seats-kept',
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

function viewPaying(sale: Sale, order: Order, shown: SessionOrder, state: KioskState): KioskSession {
  const { stage, attempt, choice } = sale;
  const isOpen = stage.kind === 'paying';
  const { text, prompt } = isOpen && choice?.method === 'card-terminal' ? state.terminal : {};
  return {
    phase: 'paying',
    order: shown,
    method: choice?.method ?? 'qr',
    ...(choice?.provider === undefined ? {} : { provider: choice.provider }),
    ...(text === undefined ? {} : { terminalText: text }),
    ...(prompt === undefined ? {} : { terminalPrompt: prompt }),
    ending: stage.kind === 'cancelling',
    ...(isOpen && attempt?.codeUrl !== undefined ? { codeUrl: attempt.codeUrl } : {}),
    expiresAt: toIso(paymentEnds(sale, order, state.limits)),
    userPaying: isOpen && (attempt?.status === 'user-paying' || attempt?.status === 'succeeded'),
  };
}

/** Enough to know one's own card by, and of no use to anybody else. */
const lastOf = (card: string): string => card.slice(-4);

function viewMember(sale: Sale, step: MemberStep): MemberPayment {
  switch (step.at) {
    case 'card':
      return { at: 'card', ...(step.problem === undefined ? {} : { problem: step.problem }) };
    case 'pin':
      return {
        at: 'pin',
        card: lastOf(step.card),
        ...(step.problem === undefined ? {} : { problem: step.problem.kind }),
        ...(step.problem?.kind === 'wrong-pin' ? { triesLeft: step.problem.triesLeft } : {}),
      };
    case 'checking':
      return { at: 'checking', card: lastOf(step.card) };
    case 'confirm':
      return { at: 'confirm', card: lastOf(step.card), balance: step.balance, enough: covers(sale, step) };
    default:
      return unreachable(step);
  }
}

function paymentEnds(sale: Sale, order: Order, limits: SaleLimits): Instant {
  if (sale.attempt !== undefined) return attemptEnds(sale, sale.attempt);
  return instant(Date.parse(order.holdUntil) - sale.clockAhead - limits.paymentEndsBeforeHold);
}

function viewDelivery(delivery: Delivery, order: Order, printer: PrinterView, speech: Speech): KioskSession {
  const { stage, papers } = delivery;
  // A reprint is never shown: nobody waits for it at the screen.
  const journey = delivery.journey === 'buy' ? 'buy' : 'collect';
  const shown = viewOrder(order, sceneOfTickets(order), undefined, delivery);
  const count = delivery.tickets.length;
  const printed = ticketsIn(delivery, 'printed').length;
  switch (stage.kind) {
    case 'claiming':
    case 'printing': {
      const passed = printed + ticketsIn(delivery, 'uncertain', 'elsewhere').length;
      const current = Math.min(count, passed + 1);
      const [spoken] = spokenOf(order, delivery.tickets.slice(current - 1, current), speech);
      return { phase: 'printing', order: shown, journey, printed, current, count, ...(spoken === undefined ? {} : { spoken }) };
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
        slip: papers.slip,
        slipOffered: mayHaveSlip(delivery, printer),
        ...(papers.slip === 'printed'
          ? { spokenSlip: speech.paper({ kind: 'slip', slip: slipOf(delivery, order, stage.stop, delivery.openedAt) }) }
          : {}),
        money: 'paid-seats-kept',
      };
    case 'done':
      return {
        phase: 'done',
        order: shown,
        journey,
        printed,
        receipt: papers.receipt,
        ...(papers.receipt === 'printed'
          ? { spokenReceipt: speech.paper({ kind: 'receipt', receipt: receiptOf(delivery, order, delivery.openedAt) }) }
          : {}),
        spoken: spokenOf(order, ticketsIn(delivery, 'printed'), speech),
      };
    case 'settling':
    case 'restoring':
    case 'closed':
      return { phase: 'idle' };
    default:
      return unreachable(stage);
  }
}

function spokenOf(order: Order, tickets: readonly { readonly id: string }[], speech: Speech): BothLanguages[] {
  const wanted = new Set(tickets.map(({ id }) => id));
  return order.tickets.filter(({ id }) => wanted.has(id)).map(({ id, face }) => speech.ticket(face, id));
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
