import { randomUUID } from 'node:crypto';
import { DeviceId, IdempotencyKey } from '#core/contract/identifiers.ts';
import { localApi, paperPicturePath } from '#core/contract/local/api.ts';
import { presentAtGate } from '../../journey/gate.ts';
import { buyAtKiosk, leaveKiosk } from '../../journey/guests.ts';
import { readPaper } from '../../support/paper-reader.ts';
import { mustAnswer } from '../../support/screens-client.ts';
import { mark } from '../recorder/dated-facts.ts';
import type { RecordedLobby } from './recorded-lobby.ts';

/** What guests do, each step to its end. */

const PRINTER = DeviceId.parse('ticket-printer');
const READY_WITHIN_MS = 20_000;

export async function allFlows({ walk }: RecordedLobby): Promise<void> {
  await walk.kiosk.until(
    'all flows',
    (message) => (message.kind === 'flows' && message.flows.length > 0 && message.flows.every(({ available }) => available) ? true : undefined),
    READY_WITHIN_MS,
  );
}

/** Buys, takes the papers and leaves. @returns the codes on the papers */
export async function buy({ walk }: RecordedLobby, count: number): Promise<readonly string[]> {
  const order = await buyAtKiosk(walk, count);
  const bench = await mustAnswer(walk.screens, localApi.readBench);
  const printer = bench.devices.find((device) => device.device === PRINTER);
  if (printer?.class !== 'ticket-printer') throw new Error('the bench has no printer');
  const codes: string[] = [];
  for (const { number } of printer.papers.filter(({ cut }) => cut).slice(-count)) {
    codes.push(readPaper(await walk.screens.bytes(paperPicturePath(PRINTER, number))));
  }
  await leaveKiosk(walk);
  if (codes.length !== count) throw new Error(`${codes.length} papers came out for order ${order.orderId}, not ${count}`);
  return codes;
}

export async function goIn({ walk, note }: RecordedLobby, code: string): Promise<void> {
  note(mark.heldUp(code));
  await presentAtGate(walk, code, 'enter');
}

export async function isRefused({ walk, note }: RecordedLobby, code: string): Promise<void> {
  note(mark.heldUp(code));
  await presentAtGate(walk, code, 'already-used');
}

/** The cinema's fault: a printed ticket's money goes back, and the ticket is no longer valid. */
export async function buyAndGiveBack({ walk }: RecordedLobby): Promise<void> {
  const { orderId } = await buyAtKiosk(walk, 1);
  await leaveKiosk(walk);
  const refunded = await walk.boxOffice.refundOrder({
    params: { orderId },
    body: { refundKey: IdempotencyKey.parse(randomUUID()), reason: 'projection-failure', by: 'cashier', approvedBy: 'duty manager' },
  });
  if (!refunded.ok) throw new Error(`the refund was not made: ${JSON.stringify(refunded.error)}`);
}
