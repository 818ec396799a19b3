import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BoxOfficeClient, createBoxOfficeClient } from '#agent/box-office-client/box-office-client.ts';
import { systemTimers } from '#agent/runtime/clock.ts';
import { toHex } from '#core/base/bytes.ts';
import { seconds } from '#core/base/time.ts';
import { DeviceId, IdempotencyKey, MachineId } from '#core/contract/identifiers.ts';
import { localApi, paperPicturePath } from '#core/contract/local/api.ts';
import { readPaper } from '../support/paper-reader.ts';
import { type RunningLobby, startLobby } from '../support/running-lobby.ts';
import { createScreensClient, type LiveFeed, mustAnswer, type ScreensClient } from '../support/screens-client.ts';
import { compareEvents } from './compare-events.ts';
import { presentAtGate } from './gate.ts';
import { buyAtKiosk, leaveKiosk, orderByPhone } from './guests.ts';
import type { Step } from './step.ts';

/** What the machine in the lobby must be able to do before it may stand there, one step after the other, as its users would do it. */
export interface Walk {
  readonly lobby: RunningLobby;
  readonly screens: ScreensClient;
  readonly boxOffice: BoxOfficeClient;
  readonly kiosk: LiveFeed;
  readonly gate: LiveFeed;
  /** Number of the last paper that a guest took. */
  readonly taken: { paper: number };
}

const PRINTER = DeviceId.parse('ticket-printer');
const MACHINE = MachineId.parse('lobby-1');

export async function walkLobby(step: Step): Promise<void> {
  const lobby = await step('the lobby starts on its own ports with its own data', async () => {
    const started = await startLobby({ links: 'tcp' });
    return [started, started.addresses.screens];
  });
  try {
    await walk(await meet(lobby), step);
    await step('the lobby stops in order', async () => {
      const status = await lobby.stop();
      if (status !== 0) throw new Error(`exit status ${status}`);
      return [undefined, 'exit status 0'];
    });
  } finally {
    await lobby.dispose();
  }
}

async function meet(lobby: RunningLobby): Promise<Walk> {
  const screens = createScreensClient(lobby.addresses.screens);
  const token = readFileSync(join(lobby.data, 'box-office', 'tokens', MACHINE), 'utf8').trim();
  const boxOffice = createBoxOfficeClient({ url: lobby.addresses.boxOffice, token, timeout: seconds(5), timers: systemTimers });
  return { lobby, screens, boxOffice, kiosk: await screens.live('kiosk'), gate: await screens.live('gate'), taken: { paper: 0 } };
}

async function walk(lobby: Walk, step: Step): Promise<void> {
  await step('every flow is there: buy, collect, scan, print, check', async () => {
    const flows = await lobby.kiosk.until(
      'all flows',
      (message) =>
        message.kind === 'flows' && message.flows.length > 0 && message.flows.every(({ available }) => available) ? message.flows : undefined,
      20_000,
    );
    return [undefined, flows.map(({ name }) => name).join(', ')];
  });

  const bought = await step('two seats are bought at the kiosk and paid by phone', async () => {
    const order = await buyAtKiosk(lobby, 2);
    return [order, `${order.orderId}, ${order.lines.map(({ row, number }) => `${row}-${number}`).join(' and ')}`];
  });
  const codes = await step('two tickets come out, and their codes are read from the picture of the paper', async () => {
    const read = await takePapers(lobby, 2);
    return [read, read.map((code) => `${code.length} characters`).join(', ')];
  });
  await leaveKiosk(lobby);

  const [first = '', second = ''] = codes;
  await step('the first ticket is admitted, the barrier opens and one body passes', async () => {
    const { verdict, barrier } = await presentAtGate(lobby, first, 'enter');
    return [undefined, `${verdict.ticket?.seatLabel}: ${barrier}`];
  });
  await step('the second ticket is admitted', async () => {
    const { verdict, barrier } = await presentAtGate(lobby, second, 'enter');
    return [undefined, `${verdict.ticket?.seatLabel}: ${barrier}`];
  });
  await step('the first ticket again is refused: already used', async () => {
    const { verdict } = await presentAtGate(lobby, first, 'already-used');
    if (verdict.usedBefore?.lane !== 'lane-1') throw new Error('the refusal does not say where the ticket was used');
    return [undefined, `used ${verdict.usedBefore.at} at ${verdict.usedBefore.lane}; order ${bought.orderId}`];
  });

  await step('an order made by phone is collected by its pick-up code', async () => {
    const order = await orderByPhone(lobby.boxOffice, MACHINE, 1);
    await mustAnswer(lobby.screens, localApi.lookUp, { body: { code: `${order.pickUpCode.slice(0, 6)} ${order.pickUpCode.slice(6)}` } });
    await mustAnswer(lobby.screens, localApi.print, { body: {} });
    await lobby.kiosk.until(
      'the collected ticket',
      (message) => (message.kind === 'session' && message.session.phase === 'done' ? true : undefined),
      30_000,
    );
    const [code = ''] = await takePapers(lobby, 1);
    await leaveKiosk(lobby);
    const { verdict } = await presentAtGate(lobby, code, 'enter');
    return [undefined, `${order.id}: ${verdict.ticket?.seatLabel} admitted`];
  });

  await step('a third order is refunded and refused at the gate the next moment', async () => {
    const order = await buyAtKiosk(lobby, 1);
    const [code = ''] = await takePapers(lobby, 1);
    await leaveKiosk(lobby);
    const refunded = await lobby.boxOffice.refundOrder({
      params: { orderId: order.orderId },
      body: { refundKey: IdempotencyKey.parse(randomUUID()), reason: 'projection-failure', by: 'cashier', approvedBy: 'duty manager' },
    });
    if (!refunded.ok) throw new Error(`the refund was not made: ${JSON.stringify(refunded.error)}`);
    const at = performance.now();
    // Held up at once: a gate that had not heard of the refund would let it in.
    const { verdict } = await presentAtGate(lobby, code, 'invalid');
    const ms = Math.round(performance.now() - at);
    if (verdict.reason !== 'refunded') throw new Error(`refused as ${verdict.reason}`);
    return [undefined, `${verdict.reason}, ${ms} ms after the refund`];
  });

  await step('without the broker a ticket is admitted from local data', async () => {
    const order = await buyAtKiosk(lobby, 1);
    const [code = ''] = await takePapers(lobby, 1);
    await leaveKiosk(lobby);
    await mustAnswer(lobby.screens, localApi.setNetwork, { body: { broker: false } });
    await lobby.gate.until(
      'the gate knowing that it is offline',
      (message) => (message.kind === 'gate' && !message.gate.online ? true : undefined),
      20_000,
    );
    const { verdict } = await presentAtGate(lobby, code, 'enter');
    if (!verdict.offline) throw new Error('the verdict does not say that it was made offline');
    return [undefined, `${order.orderId} admitted offline`];
  });
  await step('the broker is back and every event is acknowledged', async () => {
    await mustAnswer(lobby.screens, localApi.setNetwork, { body: { broker: true } });
    const technician = await lobby.screens.live('technician');
    const uplink = await technician.until(
      'an empty outbox',
      (message) =>
        message.kind === 'technician' &&
        message.state.uplink.state === 'connected' &&
        message.state.uplink.lanes.every(({ waiting }) => waiting === 0)
          ? message.state.uplink
          : undefined,
      60_000,
    );
    technician.close();
    return [undefined, uplink.lanes.map(({ lane, through }) => `${lane} through ${through}`).join(', ')];
  });
  await step("the box office's events are the ledger's events", async () => {
    const { compared } = await compareEvents(lobby);
    return [undefined, `${compared} events, same order, same ids`];
  });
}

/** The codes on the papers that have come out since the last were taken. */
async function takePapers(lobby: Walk, count: number): Promise<string[]> {
  const bench = await mustAnswer(lobby.screens, localApi.readBench);
  const printer = bench.devices.find((device) => device.device === PRINTER);
  if (printer?.class !== 'ticket-printer') throw new Error('the bench has no printer');
  const papers = printer.papers.filter(({ cut, number }) => cut && number > lobby.taken.paper);
  lobby.taken.paper = Math.max(...papers.map(({ number }) => number));
  if (papers.length !== count) throw new Error(`${papers.length} papers came out, not ${count}`);
  const codes: string[] = [];
  for (const { number } of papers) codes.push(readPaper(await lobby.screens.bytes(paperPicturePath(PRINTER, number))));
  return codes;
}

export const hexOf = (text: string): string => toHex(new TextEncoder().encode(text));
