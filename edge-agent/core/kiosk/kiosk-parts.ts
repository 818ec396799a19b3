import { unreachable } from '../base/fault.ts';
import type { Instant } from '../base/time.ts';
import type { Order } from '../contract/box-office/sales.ts';
import type { TicketId } from '../contract/identifiers.ts';
import type { Delivery, DeliveryContext, DeliveryEffect, DeliveryInput, DeliveryStep } from './delivery.ts';
import { ticketsIn } from './delivery.ts';
import { beginDelivery, stepDelivery } from './delivery-step.ts';
import type { Asked, CommandReply, KioskEffect, KioskState, KioskStep, Owner, Screen } from './kiosk.ts';
import { mindBookings } from './kiosk-terminal.ts';
import type { Sale, SaleEffect, SaleInput, SaleNews, SaleStep } from './sale.ts';
import { stepSale } from './sale-step.ts';

/** How a step of one sale or delivery becomes a step of the kiosk: its effects get an owner, and its news move the screen and answer commands. */

export function stepSaleOf(state: KioskState, saleId: string, input: SaleInput): KioskStep {
  const sale = state.sales.get(saleId);
  return sale === undefined ? { state, effects: [] } : applySale(state, stepSale(sale, input, state.limits), input.at);
}

export function applySale(state: KioskState, step: SaleStep, at: Instant): KioskStep {
  const { sale } = step;
  const sales = new Map(state.sales);
  if (sale.stage.kind === 'ended') sales.delete(sale.id);
  else sales.set(sale.id, sale);
  const effects: KioskEffect[] = [{ kind: 'save-sale', sale }];
  // Each property by its name: everything that a guest does comes through here, and the states have many makers.
  const { machine, limits, deliveries, printer, bookings, terminal, scanner, offers, receipts, asked } = state;
  const screen = screenBeside(state.screen, sale);
  let next: KioskState = { machine, limits, screen, sales, deliveries, printer, bookings, terminal, scanner, offers, receipts, asked };
  for (const effect of step.effects) {
    const applied = applySaleEffect(next, sale, effect, at);
    next = applied.state;
    effects.push(...applied.effects);
  }
  const minded = mindBookings(next, sale, at);
  const answered = answerCancel(minded.state, sale);
  return { state: answered.state, effects: [...effects, ...minded.effects, ...answered.effects] };
}

/** A payment that was seen open after the restart is finished by somebody who is there: her tickets need no further touch. */
function screenBeside(screen: Screen, sale: Sale): Screen {
  const isBack = screen.kind === 'sale' && screen.saleId === sale.id && sale.stage.kind === 'paying';
  return isBack ? { ...screen, restored: false } : screen;
}

function applySaleEffect(state: KioskState, sale: Sale, effect: SaleEffect, at: Instant): KioskStep {
  const owner: Owner = { kind: 'sale', id: sale.id };
  switch (effect.kind) {
    case 'call':
    case 'wait':
    case 'stop-waiting':
      return { state, effects: [{ ...effect, owner }] };
    case 'event':
      return { state, effects: [{ kind: 'sale-event', saleId: sale.id, orderId: sale.orderId, step: effect.step }] };
    case 'tell':
      return hearSale(state, sale, effect.news, at);
    default:
      return unreachable(effect);
  }
}

function hearSale(state: KioskState, sale: Sale, news: SaleNews, at: Instant): KioskStep {
  const isShown = state.screen.kind === 'sale' && state.screen.saleId === sale.id;
  switch (news.kind) {
    case 'ordered':
      return reply({ ...state, screen: { kind: 'sale', saleId: sale.id, restored: false } }, seatsOf(sale), { kind: 'session' });
    case 'refused':
      return reply(state, seatsOf(sale), { kind: 'refused', refusal: news.refusal });
    case 'away':
      return reply(state, seatsOf(sale), { kind: 'unavailable', lost: 'box-office' });
    case 'expired':
      return { state: isShown ? { ...state, screen: { kind: 'hold-expired' } } : state, effects: [] };
    case 'cancelled':
      return { state: isShown ? { ...state, screen: { kind: 'idle' } } : state, effects: [] };
    case 'paid':
      return isShown ? deliverSale(state, sale, news.order, at) : { state, effects: [saleEvent(sale.id, news.order, 'stopped')] };
    default:
      return unreachable(news);
  }
}

const seatsOf = (sale: Sale) => (asked: Asked) => asked.for === 'seats' && asked.saleId === sale.id;

const saleEvent = (saleId: string, order: Order, step: 'stopped' | 'delivered'): KioskEffect => ({
  kind: 'sale-event',
  saleId,
  orderId: order.id,
  step,
});

export const pendingTickets = (order: Order): readonly TicketId[] =>
  order.tickets.filter((ticket) => ticket.status === 'valid' && ticket.printState === 'pending').map((ticket) => ticket.id);

/** Paid with the guest there: print. After a restart somebody has to touch the screen first, because the guest may be another one. */
function deliverSale(state: KioskState, sale: Sale, order: Order, at: Instant): KioskStep {
  const ticketIds = pendingTickets(order);
  if (ticketIds.length === 0) return { state: { ...state, screen: { kind: 'idle' } }, effects: [saleEvent(sale.id, order, 'stopped')] };
  if (state.screen.kind === 'sale' && state.screen.restored) {
    return { state: { ...state, screen: { kind: 'collect', visitId: sale.id, journey: 'buy', order } }, effects: [] };
  }
  return startDelivery(state, sale.id, 'buy', order, ticketIds, at);
}

export function startDelivery(
  state: KioskState,
  id: string,
  journey: 'buy' | 'collect',
  order: Order,
  ticketIds: readonly TicketId[],
  at: Instant,
): KioskStep {
  const shown: KioskState = { ...state, screen: { kind: 'delivery', deliveryId: id } };
  return applyDelivery(shown, beginDelivery(id, state.machine, journey, order, ticketIds, at, state.limits));
}

/** A cancellation that closes an open payment is answered when the box office has answered. */
function answerCancel(state: KioskState, sale: Sale): KioskStep {
  const isMine = (asked: Asked) => asked.for === 'cancel' && asked.saleId === sale.id;
  if (sale.stage.kind !== 'cancelling' || !sale.attended) return reply(state, isMine, { kind: 'session' });
  return sale.stage.tries === 0 ? { state, effects: [] } : reply(state, isMine, { kind: 'unavailable', lost: 'box-office' });
}

/** Answers every command that waited for this. */
export function reply(state: KioskState, isMeant: (asked: Asked) => boolean, answer: CommandReply): KioskStep {
  if (!state.asked.some(isMeant)) return { state, effects: [] };
  const effects = state.asked
    .filter(isMeant)
    .flatMap((asked): KioskEffect[] => (asked.request === undefined ? [] : [{ kind: 'reply', request: asked.request, reply: answer }]));
  return { state: { ...state, asked: state.asked.filter((asked) => !isMeant(asked)) }, effects };
}

export const contextOf = ({ printer, limits, receipts }: KioskState): DeliveryContext => ({ printer, limits, receipts });

export function stepDeliveryOf(state: KioskState, deliveryId: string, input: DeliveryInput): KioskStep {
  const delivery = state.deliveries.get(deliveryId);
  if (delivery === undefined) return { state, effects: [] };
  return applyDelivery(state, stepDelivery(delivery, input, contextOf(state)));
}

export function applyDelivery(state: KioskState, step: DeliveryStep): KioskStep {
  const { delivery } = step;
  const deliveries = new Map(state.deliveries);
  if (delivery.stage.kind === 'closed') deliveries.delete(delivery.id);
  else deliveries.set(delivery.id, delivery);
  const effects: KioskEffect[] = [{ kind: 'save-delivery', delivery }];
  let next: KioskState = { ...state, deliveries };
  for (const effect of step.effects) {
    const applied = applyDeliveryEffect(next, delivery, effect);
    next = applied.state;
    effects.push(...applied.effects);
  }
  return { state: next, effects };
}

function applyDeliveryEffect(state: KioskState, delivery: Delivery, effect: DeliveryEffect): KioskStep {
  const owner: Owner = { kind: 'delivery', id: delivery.id };
  switch (effect.kind) {
    case 'call':
    case 'wait':
    case 'stop-waiting':
      return { state, effects: [{ ...effect, owner }] };
    case 'queue-job':
      return { state, effects: [{ ...effect, deliveryId: delivery.id, orderId: delivery.orderId }] };
    case 'print-paper':
      return { state, effects: [{ ...effect, deliveryId: delivery.id, orderId: delivery.orderId }] };
    case 'print':
    case 'reprint-ended':
      return { state, effects: [{ ...effect, deliveryId: delivery.id }] };
    case 'keep-outcome':
    case 'give-back':
      return { state, effects: [effect] };
    case 'order-unknown':
      return { state, effects: [{ ...effect, orderId: delivery.orderId, amount: delivery.order?.total }] };
    case 'tell':
      return hearDelivery(state, delivery, effect.news);
    default:
      return unreachable(effect);
  }
}

function hearDelivery(state: KioskState, delivery: Delivery, news: 'done' | 'closed' | 'restored'): KioskStep {
  const isShown = state.screen.kind === 'delivery' && state.screen.deliveryId === delivery.id;
  const event = (step: 'delivered' | 'stopped'): readonly KioskEffect[] =>
    delivery.journey === 'buy' ? [{ kind: 'sale-event', saleId: delivery.id, orderId: delivery.orderId, step }] : [];
  switch (news) {
    case 'done':
      return { state, effects: event('delivered') };
    case 'closed': {
      const screen: Screen = isShown ? { kind: 'idle' } : state.screen;
      const isWhole = ticketsIn(delivery, 'printed').length === delivery.tickets.length;
      return { state: { ...state, screen }, effects: isWhole ? [] : event('stopped') };
    }
    case 'restored': {
      if (state.screen.kind === 'idle') return { state: { ...state, screen: { kind: 'delivery', deliveryId: delivery.id } }, effects: [] };
      // Somebody else stands there now: the rest is collected with the code.
      const given = stepDelivery(delivery, { kind: 'guest-left', at: delivery.openedAt }, contextOf(state));
      return applyDelivery(state, given);
    }
    default:
      return unreachable(news);
  }
}
