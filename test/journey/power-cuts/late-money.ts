import type { OrderId } from '#core/contract/identifiers.ts';
import { localApi } from '#core/contract/local/api.ts';
import { payByPhone } from '../../support/phone.ts';
import { mustAnswer } from '../../support/screens-client.ts';
import type { Step } from '../step.ts';
import type { Machine } from './machines.ts';
import { askForQrCode, finishSale, readOrder, takeSeats, ticketsOnPaper, until, untilPhase } from './people.ts';

/** A payment that nobody can tell about while the guest stands there, and what becomes of it when she has gone. */

const SILENT_AT_MOST_MS = 90_000;

/** The provider takes the money and does not say so; the guest reads the sentence and leaves. */
export function leaveWhileUnknown(machine: Machine, step: Step): Promise<OrderId> {
  return step(
    `${machine.name}: the provider falls silent after the guest has paid; the screen says that it is being checked, and she leaves`,
    async () => {
      const life = machine.life();
      const order = await takeSeats(life, 1);
      await payByPhone(await askForQrCode(life), 'pay-late');
      const sentence = await untilPhase(life, 'the unknown payment', (session) => (session.phase === 'payment-unknown' ? session.money : undefined));
      const { status } = await readOrder(life, order.orderId);
      if (status !== 'payment-unknown') throw new Error(`the box office says ${status}`);
      await mustAnswer(life.screens, localApi.leave);
      life.kiosk.forget();
      return [order.orderId, `${order.orderId}: ${sentence}`];
    },
  );
}

/** Her seats were kept for her all the time. */
export async function collectWhatCameLate(machine: Machine, orderId: OrderId, step: Step): Promise<void> {
  await step(`${machine.name}: the provider answers late, and the tickets are there to collect`, async () => {
    const life = machine.life();
    const order = await until(
      'the late answer',
      async () => {
        const now = await readOrder(life, orderId);
        return now.status === 'confirmed' ? now : undefined;
      },
      SILENT_AT_MOST_MS,
    );
    const done = await finishSale(machine, orderId);
    const onPaper = new Set(ticketsOnPaper(machine).map(({ id }) => id));
    if (!order.tickets.every(({ id }) => onPaper.has(id))) throw new Error('the ticket cannot be read from the paper');
    return [undefined, `${orderId} confirmed; ${done.join(', ')}`];
  });
}
