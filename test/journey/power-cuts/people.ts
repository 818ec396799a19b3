import type { z } from 'zod';
import type { Order, Ticket } from '#core/contract/box-office/sales.ts';
import type { EndpointShape } from '#core/contract/endpoint.ts';
import type { OrderId, TicketId } from '#core/contract/identifiers.ts';
import { localApi } from '#core/contract/local/api.ts';
import type { KioskSession, SessionOrder } from '#core/contract/local/kiosk.ts';
import { parseTicketText } from '#core/ticket/ticket-text.ts';
import type { PrinterSimulator } from '#drivers/ticket-printer/simulator/simulated-printer.ts';
import { eventuallyAnswers } from '../../support/eventually.ts';
import { readPaper } from '../../support/paper-reader.ts';
import { payByPhone } from '../../support/phone.ts';
import { mustAnswer, type ScreensClient } from '../../support/screens-client.ts';
import { choose, chooseQrCode, showWithOpenDoors } from '../guests.ts';
import type { Life, Machine } from './machines.ts';

/** Guests at a kiosk whose power may go at any moment, and the staff who come when something is left open. */

const PAYMENT_WITHIN_MS = 60_000;
const FINISHED_WITHIN_MS = 60_000;
/** Looks that see the same, one after the other: longer than a picture of dots takes. */
const LOOKS_AT_REST = 12;

/** To the review. Another guest may take the seats meanwhile: then it is the next best ones. A box office that is slow to answer is asked again, as a guest would. */
export async function takeSeats({ screens, kiosk }: Life, count: number): Promise<SessionOrder> {
  // Whatever the last guest left on the screen.
  await mustAnswer(screens, localApi.leave);
  kiosk.forget();
  const show = showWithOpenDoors(await until('the programme', () => tried(screens, localApi.readProgramme)));
  return until('seats', async () => {
    const offered = await tried(screens, localApi.readShowSeats, { params: { showId: show.id } });
    if (offered === undefined) return undefined;
    const { seats, total } = choose(offered, count);
    const body = { showId: show.id, seats: seats.map((seatId) => ({ seatId, ticketType: 'adult' })), submitTotal: total };
    const answer = await tried(screens, localApi.confirmSeats, { body });
    return answer?.session.phase === 'review' ? answer.session.order : undefined;
  });
}

/** Nothing when it could not be done now: the screen shows why. */
async function tried<Shape extends EndpointShape>(
  screens: ScreensClient,
  shape: Shape,
  parts: Parameters<ScreensClient['call']>[1] = {},
): Promise<z.output<Shape['answers'][200]> | undefined> {
  const answer = await screens.call(shape, parts);
  if (answer.status === 409) return undefined;
  if (answer.status !== 200) throw new Error(`${shape.method} ${shape.path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer.body as z.output<Shape['answers'][200]>;
}

/** From the review to the code for the phone. */
export async function askForQrCode(life: Life): Promise<string> {
  await mustAnswer(life.screens, localApi.pay);
  await chooseQrCode(life);
  return untilPhase(life, 'the payment code', (session) => (session.phase === 'paying' ? session.codeUrl : undefined));
}

export async function payAtTerminal(life: Life): Promise<void> {
  await mustAnswer(life.screens, localApi.pay);
  await untilPhase(life, 'the ways to pay', (session) =>
    session.phase === 'choose-payment' && session.tiles.some(({ method }) => method === 'card-terminal') ? true : undefined,
  );
  await mustAnswer(life.screens, localApi.choosePayment, { body: { method: 'card-terminal' } });
}

export function untilPhase<Found>(
  { kiosk }: Life,
  what: string,
  wanted: (session: KioskSession) => Found | undefined,
  withinMs = PAYMENT_WITHIN_MS,
): Promise<Found> {
  return kiosk.until(what, (message) => (message.kind === 'session' ? wanted(message.session) : undefined), withinMs);
}

/** Seats, code, phone: until the power goes, or all is printed. */
export async function buyOne(life: Life): Promise<void> {
  await takeSeats(life, 1);
  await payByPhone(await askForQrCode(life), 'pay');
  await untilPhase(life, 'the ticket', (session) => (session.phase === 'done' ? true : undefined));
}

/** Asks until there is something; for what another process does. */
export const until = <Found>(what: string, probe: () => Promise<Found | undefined>, withinMs = FINISHED_WITHIN_MS): Promise<Found> =>
  eventuallyAnswers(what, probe, withinMs);

/** For a moment that has to come: a walk that waits for ever tells nothing. */
export function within<Found>(what: string, moment: Promise<Found>, withinMs = FINISHED_WITHIN_MS): Promise<Found> {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error(`did not happen within ${withinMs} ms: ${what}`)), withinMs);
    moment.finally(() => clearTimeout(limit)).then(resolve, reject);
  });
}

export async function readOrder({ boxOffice }: Life, orderId: OrderId): Promise<Order> {
  const answer = await boxOffice.readOrder({ params: { orderId } });
  if (!answer.ok) throw new Error(`the box office: ${JSON.stringify(answer.error)}`);
  return answer.value;
}

/**
 * What a guest who has paid and a member of staff do after the power came back, until every ticket of the order is on paper: touch what the screen offers, look
 * into the printer where somebody must, come back with the pick-up code.
 * @returns what they had to do, in their order
 */
export async function finishSale(machine: Machine, orderId: OrderId): Promise<readonly string[]> {
  const done: string[] = [];
  await until(
    `every ticket of ${orderId} on paper`,
    async () => {
      const life = machine.life();
      const order = await readOrder(life, orderId);
      if (order.status === 'confirmed' && order.tickets.every(({ printState }) => printState === 'printed')) return true;
      const { session } = await mustAnswer(life.screens, localApi.readSession);
      const what = await nextThing(machine, session, order);
      if (what !== undefined && done.at(-1) !== what) done.push(what);
      return undefined;
    },
    FINISHED_WITHIN_MS,
  );
  await mustAnswer(machine.life().screens, localApi.leave);
  return done;
}

async function nextThing(machine: Machine, session: KioskSession, order: Order): Promise<string | undefined> {
  const { screens } = machine.life();
  const uncertain = order.tickets.filter(({ printState }) => printState === 'uncertain');
  const pending = order.tickets.filter(({ printState }) => printState === 'pending');
  switch (session.phase) {
    case 'collect':
      await screens.call(localApi.print, { body: {} });
      return 'print';
    case 'print-stopped':
      if (session.canResume) {
        await screens.call(localApi.resume);
        return 'continue';
      }
      if (uncertain.length === 0) return undefined;
      await mustAnswer(screens, localApi.leave);
      return resolve(machine, uncertain);
    case 'idle':
      if (uncertain.length > 0) return resolve(machine, uncertain);
      if (pending.length === 0) return undefined;
      await screens.call(localApi.lookUp, { body: { code: order.pickUpCode } });
      return 'pick-up code';
    default:
      return undefined;
  }
}

/** A person opens the machine and says what is there. */
async function resolve(machine: Machine, tickets: readonly Ticket[]): Promise<string> {
  await atRest(machine);
  const there = new Set(ticketsOnPaper(machine).map(({ id }) => id));
  const words: string[] = [];
  for (const { id } of tickets) {
    const outcome = there.has(id) ? 'printed' : 'not-printed';
    await resolvePrint(machine, id, outcome);
    words.push(outcome);
  }
  return `staff: ${words.join(', ')}`;
}

/** Nobody puts a hand into a printer that moves. */
async function atRest({ devices }: Machine): Promise<void> {
  let [before, looks] = ['', 0];
  await until('the printers at rest', async () => {
    const now = JSON.stringify(devices.printers.map(({ simulator }) => simulator.papers()));
    looks = now === before ? looks + 1 : 0;
    before = now;
    return looks >= LOOKS_AT_REST ? true : undefined;
  });
}

export async function resolvePrint(machine: Machine, ticketId: TicketId, outcome: 'printed' | 'not-printed'): Promise<void> {
  const answer = await machine.life().boxOffice.resolvePrint({
    params: { ticketId },
    body: { outcome, by: 'duty manager', reason: 'looked into the printer' },
  });
  if (!answer.ok) throw new Error(`resolving ${ticketId}: ${JSON.stringify(answer.error)}`);
}

export interface TicketOnPaper {
  readonly id: TicketId;
  readonly printer: string;
}

/** Tickets whose codes can be read from the papers that have come out of this machine; slips bear another code. */
export function ticketsOnPaper({ devices }: Machine): readonly TicketOnPaper[] {
  const [a, b] = devices.printers;
  return [...readAll(a.simulator, 'printer-a'), ...readAll(b.simulator, 'printer-b')];
}

function readAll(simulator: PrinterSimulator, printer: string): readonly TicketOnPaper[] {
  return codesOn(simulator).flatMap((code) => {
    const parsed = parseTicketText(code);
    return parsed.ok ? [{ id: parsed.value.payload.ticketId, printer }] : [];
  });
}

/** What a scanner reads on the papers that were cut, the oldest first. */
export function codesOn(simulator: PrinterSimulator): readonly string[] {
  return simulator.papers().flatMap(({ cut, number }) => {
    const png = cut ? simulator.paperPng(number) : undefined;
    return png === undefined ? [] : [readPaper(png)];
  });
}
