import { z } from 'zod';
import { unreachable } from '#core/base/fault.ts';
import { OrderId } from '#core/contract/identifiers.ts';
import { payByPhone } from '../../support/phone.ts';
import type { Step } from '../step.ts';
import type { Machine } from './machines.ts';
import type { OfficeLine } from './office-line.ts';
import { askForQrCode, buyOne, finishSale, readOrder, takeSeats, until, within } from './people.ts';

/** The power goes in the middle of every step of a sale, each time at a moment that can be seen from outside. */

/** What the moment showed of the sale. */
type Seen = { readonly orderId: OrderId } | { readonly holdId: string };

interface Cut {
  readonly name: string;
  /** Leads a guest to the moment. What the kiosk was to hear at that moment is lost with the power. */
  readonly reach: (machine: Machine, line: OfficeLine) => Promise<Seen>;
  /** What has to become of it without anything but the guest's touch and a look of the staff. */
  readonly ends: 'without-money' | 'with-ticket';
}

const withOrderId = z.object({ id: OrderId });
const withHoldId = z.object({ id: z.string() });
const attempt = z.object({ orderId: OrderId });
const claim = z.object({ tickets: z.array(z.object({ ticket: z.object({ face: z.object({ orderId: OrderId }) }) })).min(1) });

// Guests at the other kiosks want the best seats too: who was slower is told so, and tries others.
const isHold = (answer: unknown): boolean => withHoldId.safeParse(answer).success;
const isOrder = (answer: unknown): boolean => withOrderId.safeParse(answer).success;
const isConfirmed = (answer: unknown): boolean => z.object({ status: z.literal('confirmed') }).safeParse(answer).success;
const isSucceeded = (answer: unknown): boolean => z.object({ status: z.literal('succeeded') }).safeParse(answer).success;

/** Longer than any question or setting of a printer, shorter than any ticket. */
const A_TICKET_BYTES = 128;
/** Begin and end of the printer's word that a piece of work is done (`GS ( H`, function 48); a ticket asks for it after the print and after the cut. */
const ECHO = [0x37, 0x22] as const;

export const CUTS_BEFORE_MONEY: readonly Cut[] = [
  {
    name: 'holding',
    reach: async (machine, line) => {
      const answer = line.loseAnswer(/^POST \/v1\/holds$/, isHold);
      guestOf(takeSeats(machine.life(), 1));
      return { holdId: withHoldId.parse(await answer).id };
    },
    ends: 'without-money',
  },
  {
    name: 'ordering',
    reach: async (machine, line) => {
      const answer = line.loseAnswer(/^POST \/v1\/orders$/, isOrder);
      guestOf(takeSeats(machine.life(), 1));
      return { orderId: withOrderId.parse(await answer).id };
    },
    ends: 'without-money',
  },
  {
    name: 'payment started',
    reach: async (machine, line) => {
      const answer = line.loseAnswer(/^POST \/v1\/orders\/[^/]+\/payments$/);
      guestOf(buyOne(machine.life()));
      return { orderId: attempt.parse(await answer).orderId };
    },
    ends: 'without-money',
  },
];

export const CUTS_AFTER_MONEY: readonly Cut[] = [
  {
    name: 'paid at the provider, unanswered',
    reach: async (machine, line) => {
      const life = machine.life();
      const { orderId } = await takeSeats(life, 1);
      const codeUrl = await askForQrCode(life);
      const answer = line.loseAnswer(/^GET \/v1\/payments\//, isSucceeded);
      await payByPhone(codeUrl, 'pay');
      await answer;
      return { orderId };
    },
    ends: 'with-ticket',
  },
  {
    name: 'confirmed',
    reach: async (machine, line) => {
      const answer = line.loseAnswer(/^GET \/v1\/orders\/[^/]+$/, isConfirmed);
      guestOf(buyOne(machine.life()));
      return { orderId: withOrderId.parse(await answer).id };
    },
    ends: 'with-ticket',
  },
  {
    name: 'claimed',
    reach: async (machine, line) => {
      const answer = line.loseAnswer(/^POST \/v1\/collections\/claims$/);
      guestOf(buyOne(machine.life()));
      return { orderId: orderOfClaim(await answer) };
    },
    ends: 'with-ticket',
  },
  {
    name: 'printing started',
    reach: async (machine) => {
      const { orderId } = await takeSeats(machine.life(), 1);
      const [printer] = machine.devices.printers;
      const moment = cutAt(machine, 'a ticket on the wire', (act) => printer.wire.at('to-device', ({ length }) => length >= A_TICKET_BYTES, act));
      guestOf(payFor(machine));
      await moment;
      return { orderId };
    },
    ends: 'with-ticket',
  },
  {
    name: 'printed',
    reach: async (machine) => {
      const { orderId } = await takeSeats(machine.life(), 1);
      const [printer] = machine.devices.printers;
      const papers = printer.simulator.papers().filter(({ cut }) => cut).length;
      const isOut = (): boolean => printer.simulator.papers().filter(({ cut }) => cut).length > papers;
      const moment = cutAt(machine, 'the word after the cut', (act) =>
        printer.wire.at('to-host', (bytes) => isOut() && bytes[0] === ECHO[0] && bytes[1] === ECHO[1], act),
      );
      guestOf(payFor(machine));
      await moment;
      return { orderId };
    },
    ends: 'with-ticket',
  },
];

export async function cutPowerAt(cut: Cut, machine: Machine, step: Step): Promise<void> {
  await step(`${machine.name}: the power goes while ${cut.name}`, async () => {
    const { line } = machine;
    if (line === undefined) throw new Error('no line to watch');
    const seen = await cut.reach(machine, line);
    machine.cutPower();
    if ('holdId' in seen) return [undefined, await seatsAreFree(machine, line, seen.holdId)];
    await machine.powerBack();
    switch (cut.ends) {
      case 'without-money':
        return [undefined, await endsWithoutMoney(machine, seen.orderId)];
      case 'with-ticket':
        return [undefined, `${seen.orderId} printed; ${(await finishSale(machine, seen.orderId)).join(', ')}`];
      default:
        return unreachable(cut.ends);
    }
  });
}

/** The machine does not know whether its question was heard: it asks again under the same key and gives the seats back. */
async function seatsAreFree(machine: Machine, line: OfficeLine, holdId: string): Promise<string> {
  const given = line.overhear(new RegExp(`^POST /v1/holds/${holdId}/release$`));
  await machine.powerBack();
  const { released } = z.object({ released: z.boolean() }).parse(await given);
  if (!released) throw new Error(`the seats of ${holdId} were not free`);
  return `not charged, seats of ${holdId} given back`;
}

async function endsWithoutMoney(machine: Machine, orderId: OrderId): Promise<string> {
  const order = await until(`the end of ${orderId}`, async () => {
    const now = await readOrder(machine.life(), orderId);
    // One that the kiosk never heard of ends with its hold.
    return now.status === 'cancelled' || (now.status === 'unpaid' && now.payment === undefined) ? now : undefined;
  });
  const { payment, holdUntil } = order;
  if (payment === undefined) return `${orderId} not charged, ends by ${holdUntil}`;
  if (payment.status !== 'closed') throw new Error(`the payment is ${payment.status}`);
  return `${orderId} ${order.status}, payment ${payment.status}`;
}

/** Her kiosk dies before she is done, which is what she tells. Anything else comes to light where the moment is waited for. */
export function guestOf(walk: Promise<unknown>): void {
  walk.catch(() => undefined);
}

async function payFor(machine: Machine): Promise<void> {
  await payByPhone(await askForQrCode(machine.life()), 'pay');
}

/** Kills in the very moment, before the bytes go on. */
export function cutAt(machine: Machine, what: string, watch: (act: () => 'lost') => void): Promise<void> {
  return within(
    what,
    new Promise((resolve) =>
      watch(() => {
        machine.cutPower();
        resolve();
        return 'lost';
      }),
    ),
  );
}

function orderOfClaim(answer: unknown): OrderId {
  const [first] = claim.parse(answer).tickets;
  if (first === undefined) throw new Error('an empty claim');
  return first.ticket.face.orderId;
}
