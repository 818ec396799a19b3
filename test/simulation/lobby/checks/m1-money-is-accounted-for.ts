import type { AttemptRecord, OrderRecord, TicketRecord } from '#core/box-office/records.ts';
import type { Charge, LobbyChecker, LobbyCheckerContext, LobbyView } from '../observation.ts';

/** M1: money that a provider took and kept stands for tickets that were delivered, or that wait for the guest or for a person; all other money went back, once. */
export function moneyIsAccountedFor({ world, broken }: LobbyCheckerContext): LobbyChecker {
  return {
    name: 'M1',
    promise: 'Money that was taken is tickets on paper, or tickets that wait for the guest or a person, or was given back: exactly one of them.',
    finished: () => {
      for (const charge of world.charges()) if (charge.state === 'paid') judge(world, charge, broken);
      for (const order of world.books.orders.values()) {
        if (order.status !== 'confirmed') continue;
        if (world.chargeOf(order)?.state !== 'paid') broken(`order ${order.id} is confirmed, and the provider has no money for it`);
      }
    },
  };
}

function judge(world: LobbyView, charge: Charge, broken: (how: string) => void): void {
  const { merchantOrder, amount, returned } = charge;
  const attempt = world.books.numbers.get(merchantOrder);
  if (attempt === undefined) {
    broken(`the provider has the money of ${merchantOrder}, of which the box office knows nothing`);
    return;
  }
  const order = world.books.orders.get(attempt.orderId);
  if (order === undefined) {
    broken(`attempt ${merchantOrder} is of an order that nobody has`);
    return;
  }
  const isGiven = order.status === 'confirmed' && order.paidBy === attempt.key;
  if (returned > amount) {
    broken(`${returned} of ${amount} went back to the guest of ${merchantOrder}`);
    return;
  }
  if (returned === amount) {
    if (isGiven && !isForAPerson(world, charge, order, attempt)) broken(`${merchantOrder} was given back, and order ${order.id} has its tickets`);
    return;
  }
  if (returned !== 0) {
    broken(`only ${returned} of ${amount} went back to the guest of ${merchantOrder}`);
    return;
  }
  if (!isGiven) {
    if ((attempt.state.phase === 'refunding' || attempt.state.phase === 'unknown') && world.isLeftToPerson(attempt.key)) return;
    broken(`the money of ${merchantOrder} is kept, and order ${order.id} is ${order.status} (attempt ${attempt.state.phase})`);
    return;
  }
  judgeTickets(world, order, broken);
}

/**
 * A terminal took its money back and nobody had asked for it, when a ticket was with a machine or on paper already: the box office shows it to staff, or the
 * kiosk has told a person. Or its disk is lost, and with it that there was anything to ask: the terminal's own day-end shows it.
 */
function isForAPerson(world: LobbyView, { byItself }: Charge, order: OrderRecord, { key, takenBackAt }: AttemptRecord): boolean {
  const kiosk = world.kiosks.find(({ machine }) => machine === order.machine);
  return byItself === true && kiosk !== undefined && (takenBackAt !== undefined || kiosk.wasRestored() || world.isLeftToPerson(key));
}

function judgeTickets(world: LobbyView, order: OrderRecord, broken: (how: string) => void): void {
  const tickets = [...world.books.tickets.values()].filter(({ orderId }) => orderId === order.id);
  if (tickets.length !== order.lines.length) {
    broken(`order ${order.id} has ${tickets.length} tickets for ${order.lines.length} seats`);
    return;
  }
  for (const ticket of tickets) {
    if (ticket.status !== 'valid') {
      broken(`ticket ${ticket.id} is paid and ${ticket.status}`);
      return;
    }
    const how = notDelivered(world, ticket);
    if (how !== undefined) {
      broken(`ticket ${ticket.id} is paid and ${how}`);
      return;
    }
  }
}

/** Printed with a whole paper; or waiting at the box office, for the guest's code (`pending`) or for a person's word (`uncertain`). */
function notDelivered(world: LobbyView, { id, print }: TicketRecord): string | undefined {
  switch (print.state) {
    case 'pending':
    case 'uncertain':
      return undefined;
    case 'printed':
      return world.papers().some(({ ticketId, kind }) => ticketId === id && kind === 'whole') ? undefined : 'called printed, and on no paper';
    case 'claimed': {
      // What only a lost disk knew, nobody else can say: it stands among what a person has to look at.
      const isLost = world.kiosks.some(({ machine, wasRestored }) => machine === print.machine && wasRestored());
      return isLost ? undefined : `held by ${print.machine}, which never said what became of it`;
    }
  }
}
