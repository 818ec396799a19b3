import { INSTRUCTION } from '#drivers/zvt-terminal/frame.ts';
import type { Step } from '../step.ts';
import { cutAt, guestOf } from './cuts-at-kiosk.ts';
import type { Machine } from './machines.ts';
import { finishSale, payAtTerminal, readOrder, takeSeats, until } from './people.ts';

/** The power goes between a card's approval and the end of the sale. */

const WAITS_FOR_CARD_MS = 20_000;

/** The terminal has the money and the box office never hears of it from this life of the kiosk: the terminal takes the sale back by itself, and the books follow. */
export async function cutAfterApproval(machine: Machine, step: Step): Promise<void> {
  await step(`${machine.name}: the power goes after the terminal approved and before the box office was told`, async () => {
    const { line, devices } = machine;
    const { simulator } = devices.terminal;
    if (line === undefined) throw new Error('no line to watch');
    const { orderId } = await takeSeats(machine.life(), 1);
    const moment = line.loseQuestion(/^POST \/v1\/payments\/[^/]+\/terminal-result$/);
    guestOf(payAtTerminal(machine.life()));
    await presentCard(machine);
    await moment;
    machine.cutPower();
    const [approved] = simulator.bookings.all().slice(-1);
    if (approved === undefined || approved.reverses !== undefined) throw new Error('the terminal has not approved');
    await machine.powerBack();
    return [undefined, await settled(machine, orderId)];
  });
}

/** The box office has confirmed, the terminal has heard that the goods are out, and the kiosk dies before the terminal's last word. */
export async function cutBeforeCompletion(machine: Machine, step: Step): Promise<void> {
  await step(`${machine.name}: the power goes after the terminal was told of the goods and before its last word`, async () => {
    const { orderId } = await takeSeats(machine.life(), 1);
    const moment = cutAt(machine, "the terminal's last word", (act) => machine.devices.terminal.wire.at('to-host', isCompletion, act));
    guestOf(payAtTerminal(machine.life()));
    await presentCard(machine);
    await moment;
    await machine.powerBack();
    return [undefined, await settled(machine, orderId)];
  });
}

/** `06 0F`: the terminal's last word in a payment. */
const isCompletion = (bytes: Uint8Array): boolean => (((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0)) === INSTRUCTION.completion;

async function presentCard(machine: Machine): Promise<void> {
  const { simulator } = machine.devices.terminal;
  await until('the terminal asking for a card', async () => (simulator.state().phase === 'waiting-for-card' ? true : undefined), WAITS_FOR_CARD_MS);
  simulator.present('good');
}

/** Money and tickets, or neither. */
async function settled(machine: Machine, orderId: Parameters<typeof readOrder>[1]): Promise<string> {
  const { bookings } = machine.devices.terminal.simulator;
  const before = bookings.kept();
  const order = await until(`the end of ${orderId}`, async () => {
    const now = await readOrder(machine.life(), orderId);
    const isOver = now.status === 'cancelled' || now.status === 'refunded' || (now.status === 'confirmed' && now.payment?.status === 'succeeded');
    return isOver ? now : undefined;
  });
  if (order.status !== 'confirmed')
    return `${orderId} ${order.status}, payment ${order.payment?.status ?? 'none'}; the terminal keeps ${bookings.kept()}`;
  const done = await finishSale(machine, orderId);
  return `${orderId} printed; ${done.join(', ')}; the terminal keeps ${bookings.kept()} (${before})`;
}
