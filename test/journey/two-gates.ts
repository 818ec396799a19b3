import { type BoxOfficeClient, createBoxOfficeClient } from '#agent/box-office-client/box-office-client.ts';
import { systemTimers } from '#agent/runtime/clock.ts';
import { seconds } from '#core/base/time.ts';
import type { Verdict, VerdictKind } from '#core/contract/admission.ts';
import { DeviceId, MachineId, type TicketId } from '#core/contract/identifiers.ts';
import { localApi } from '#core/contract/local/api.ts';
import type { GateView, LiveMessage } from '#core/contract/local/live.ts';
import type { Conflict } from '#core/contract/wire/events.ts';
import { eventuallyAnswers } from '../support/eventually.ts';
import { createScreensClient, type LiveFeed, mustAnswer, type ScreensClient } from '../support/screens-client.ts';
import { type Cinema, startCinema } from './cinema.ts';
import { orderByPhone, ticketCodes } from './guests.ts';
import type { Step } from './step.ts';

/** Two gates that share a hall: what one has let in the other refuses, also when neither reaches the box office, and what a split lets through comes to light. */

interface Gate {
  readonly name: string;
  readonly screens: ScreensClient;
  readonly live: LiveFeed;
  /** A view is pushed again whenever anything of it changes; the verdict in it may still be the last guest's. */
  judged: string;
}

const SCANNER = DeviceId.parse('scanner-1');
const VERDICT_WITHIN_MS = 20_000;
const PASSAGE_WITHIN_MS = 30_000;
const TOGETHER_WITHIN_MS = 20_000;
const CONFLICT_WITHIN_MS = 20_000;

export async function walkTwoGates(step: Step): Promise<void> {
  const cinema = await step('a cinema with a box office, a broker and two gates starts, each a program of its own', async () => {
    const started = await startCinema();
    return [started, 'office-1, gate-a, gate-b, Mosquitto'];
  });
  const feeds: LiveFeed[] = [];
  try {
    const meet = async (name: string, url: string): Promise<Gate> => {
      const screens = createScreensClient(url);
      const live = await screens.live('gate');
      feeds.push(live);
      return { name, screens, live, judged: '' };
    };
    const a = await meet('gate-a', cinema.gates.a.addresses.screens);
    const b = await meet('gate-b', cinema.gates.b.addresses.screens);
    await passThrough(cinema, a, b, step);
  } finally {
    for (const feed of feeds) feed.close();
    await cinema.dispose();
  }
}

async function passThrough(cinema: Cinema, a: Gate, b: Gate, step: Step): Promise<void> {
  const boxOffice = createBoxOfficeClient({ url: cinema.office.addresses.boxOffice, token: cinema.token, timeout: seconds(5), timers: systemTimers });
  await step('the gates find each other and have their data', async () => {
    for (const gate of [a, b]) await viewOf(gate, `${gate.name} together with the other`, isTogether, TOGETHER_WITHIN_MS);
    return [undefined, 'whole'];
  });
  const [second, ...party] = await step('four tickets are bought by phone', async () => {
    const machine = MachineId.parse('gate-a');
    const before = await Promise.all([a, b].map(ticketsKnown));
    const order = await orderByPhone(boxOffice, machine, 4);
    const tickets = await ticketCodes(boxOffice, order, machine);
    // The guest walks to the gate; on a busy machine its data take as long.
    for (const [index, gate] of [a, b].entries()) {
      const all = (before[index] ?? 0) + tickets.length;
      await eventuallyAnswers(`${gate.name} has the four tickets`, async () => (await ticketsKnown(gate)) >= all || undefined);
    }
    const [one, ...others] = tickets;
    if (one === undefined || others.length !== 3) throw new Error(`${tickets.length} tickets, not 4`);
    return [[one, ...others] as const, `${order.id}: ${tickets.map(({ id }) => id).join(', ')}`];
  });

  const first = await step('one of a party is admitted at gate A, and gate B has agreed', async () => {
    const said: string[] = [];
    // A gate whose machine does other work for 80 ms is not waited for, and its guest goes in unconfirmed: then the next of the party is looked at.
    for (const guest of party) {
      const { confirmation, ticket } = await present(a, guest.code, 'enter');
      said.push(`${ticket?.seatLabel}, ${confirmation}`);
      if (confirmation === 'confirmed') return [guest, said.join('; ')];
    }
    throw new Error(`gate B never agreed in time: ${said.join('; ')}`);
  });
  await step('gate B refuses it: used at gate A', async () => {
    const verdict = await present(b, first.code, 'already-used');
    if (verdict.usedBefore?.machine !== 'gate-a') throw new Error('the refusal does not say which gate it was');
    return [undefined, `used ${verdict.usedBefore.at} at ${verdict.usedBefore.machine}`];
  });

  await step('the line between the gates is cut, and both say so', async () => {
    await mustAnswer(a.screens, localApi.setNetwork, { body: { site: false } });
    for (const gate of [a, b]) {
      await viewOf(gate, `${gate.name} alone`, ({ missingGates }) => missingGates.length === 1, TOGETHER_WITHIN_MS);
    }
    return [undefined, 'split'];
  });
  await step('another ticket is admitted at both, marked as unconfirmed', async () => {
    for (const gate of [a, b]) {
      const { confirmation } = await present(gate, second.code, 'enter');
      if (confirmation !== 'unconfirmed') throw new Error(`the admission at ${gate.name} is ${confirmation}`);
    }
    return [undefined, 'twice, as the show allows while the site is split'];
  });
  await step('the line is back: both gates show the double', async () => {
    await mustAnswer(a.screens, localApi.setNetwork, { body: { site: true } });
    for (const gate of [a, b]) {
      await viewOf(gate, `the conflict at ${gate.name}`, ({ openConflicts }) => openConflicts === 1, CONFLICT_WITHIN_MS);
    }
    return [undefined, 'one open conflict at each'];
  });
  await step('the box office has the record: both gates, both times, who was second', async () => {
    const conflict = await conflictAtBoxOffice(boxOffice, second.id);
    const machines = conflict.entries.map(({ machine }) => machine);
    if (machines.join() !== 'gate-a,gate-b') throw new Error(`the record names ${machines.join(' and ')}`);
    const late = conflict.entries.find(({ scanId }) => conflict.second.includes(scanId));
    return [
      undefined,
      conflict.entries
        .map(({ machine, at }) => `${machine} ${at}`)
        .join(', ')
        .concat(`; second: ${late?.machine ?? 'not to be told'}`),
    ];
  });
}

function isTogether({ missingGates, dataAgeSeconds, state }: GateView): boolean {
  return missingGates.length === 0 && dataAgeSeconds !== null && state === 'ready';
}

function viewOf(gate: Gate, what: string, holds: (view: GateView) => boolean, withinMs: number): Promise<GateView> {
  gate.live.forget();
  return gate.live.until(what, (message) => (message.kind === 'gate' && holds(message.gate) ? message.gate : undefined), withinMs);
}

/** How many tickets the validity data of a gate have. */
async function ticketsKnown({ screens }: Gate): Promise<number> {
  return (await mustAnswer(screens, localApi.readTechnician)).validity.tickets;
}

/** Holds a code up, and lets the guest through when he may. */
async function present(gate: Gate, code: string, expected: VerdictKind): Promise<Verdict> {
  gate.live.forget();
  await mustAnswer(gate.screens, localApi.present, { params: { device: SCANNER }, body: { text: code } });
  const verdict = await gate.live.until(`a verdict at ${gate.name}`, (message) => newVerdict(message, gate.judged), VERDICT_WITHIN_MS);
  gate.judged = verdict.scanId;
  if (verdict.kind !== expected) throw new Error(`${gate.name} says ${verdict.kind} (${verdict.reasons.join(', ')}), not ${expected}`);
  if (expected === 'enter') {
    await gate.live.until(
      `the passage at ${gate.name}`,
      (message) =>
        message.kind === 'gate' && message.gate.barrier === 'passed' && message.gate.verdict?.scanId === verdict.scanId ? true : undefined,
      PASSAGE_WITHIN_MS,
    );
  }
  return verdict;
}

function newVerdict(message: LiveMessage, judged: string): Verdict | undefined {
  if (message.kind !== 'gate' || message.gate.state !== 'verdict' || message.gate.verdict?.scanId === judged) return undefined;
  return message.gate.verdict;
}

async function conflictAtBoxOffice(boxOffice: BoxOfficeClient, ticketId: TicketId): Promise<Conflict> {
  return eventuallyAnswers(`a conflict record of ${ticketId}`, async () => {
    const answer = await boxOffice.readConflicts();
    return answer.ok
      ? answer.value.conflicts.find(({ conflict }) => conflict.ticketId === ticketId && conflict.entries.length === 2)?.conflict
      : undefined;
  });
}
