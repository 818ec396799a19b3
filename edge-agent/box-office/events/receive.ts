import { LIMITS } from '#core/base/limits.ts';
import { toIso } from '#core/base/time.ts';
import type { EventId, MachineId } from '#core/contract/identifiers.ts';
import { type EventAck, type EventBatch, SEQUENCE_REUSED } from '#core/contract/wire/envelope.ts';
import { LANE_OF_EVENT, OutboxLane, WireEvent } from '#core/contract/wire/events.ts';
import type { Office } from '../office.ts';
import type { LaneOfMachine, ReceivedEvent } from '../store/box-office-store.ts';
import type { Unit } from '../unit-of-work.ts';
import { applyEvent } from './apply-event.ts';

type Reject = EventAck['reject'][number];

/**
 * The durable end of every machine's outbox. Events are kept as they come, also beyond a gap, but their effects are applied strictly in the order of their
 * numbers, as soon as there is no gap before them: what a machine did first counts first, however its batches travelled. All of it is one transaction, and
 * only its commit is acknowledged.
 */
export async function receiveBatch(office: Office, machine: MachineId, batch: EventBatch): Promise<EventAck> {
  const ack = await office.run(async (unit) => {
    const lane: LaneOfMachine = { dev: machine, epoch: batch.epoch, lane: batch.lane };
    const through = await unit.tx.events.through(lane);
    if (batch.dev !== machine) return answer(unit, lane, through, rejectAll(batch, 'E-BOX-FOREIGN'));
    // Nobody has so much in flight: the machine will send it again when the gap is closed.
    if (batch.from > through + LIMITS.boxOffice.eventsAheadMax) return answer(unit, lane, through, []);
    // Two lives of one ledger count in the same epoch: nothing that leads on from another event than the one kept here may be taken for what comes next.
    const known = await knownOf(unit, lane, batch);
    if (known === undefined) return answer(unit, lane, through, rejectAll(batch, SEQUENCE_REUSED));
    const reject: Reject[] = [];
    for (const [index, event] of batch.ev.entries()) {
      const before = known[index];
      const code = before === undefined ? await keep(unit, lane, batch.from + index, event) : before.code;
      if (code !== undefined) reject.push({ seq: batch.from + index, code });
    }
    const reached = await advance(unit, office, lane, through, new Map(batch.ev.map((event, index) => [batch.from + index, event])));
    const sack: EventAck['sack'] = batch.from > reached + 1 ? [[batch.from, batch.from + batch.ev.length - 1]] : undefined;
    return { ...(await answer(unit, lane, reached, reject)), ...(sack === undefined ? {} : { sack }) };
  });
  if (ack.reject.length > 0) {
    const codes = [...new Set(ack.reject.map(({ code }) => code))];
    office.log.warn({ machine, lane: batch.lane, epoch: batch.epoch, rejected: ack.reject.length, codes }, 'events were rejected');
  }
  return ack;
}

/** How far each lane of this epoch has been kept, as a greeting is answered: also when that is nothing, or less than it once was. */
export async function watermarks(office: Office, machine: MachineId, epoch: string): Promise<readonly EventAck[]> {
  return office.run(async (unit) => {
    const acks: EventAck[] = [];
    for (const lane of OutboxLane.options) {
      const of: LaneOfMachine = { dev: machine, epoch, lane };
      acks.push(await answer(unit, of, await unit.tx.events.through(of), []));
    }
    return acks;
  });
}

/** What is kept under the batch's numbers already; undefined when some of it, or what stands before it, is another event than the batch has there. */
async function knownOf(unit: Unit, lane: LaneOfMachine, { from, prev, ev }: EventBatch): Promise<readonly (ReceivedEvent | undefined)[] | undefined> {
  const before = prev === undefined ? undefined : await unit.tx.events.at(lane, from - 1);
  if (before !== undefined && before.id !== prev) return undefined;
  const known: (ReceivedEvent | undefined)[] = [];
  for (const [index, { id }] of ev.entries()) {
    const there = await unit.tx.events.at(lane, from + index);
    if (there !== undefined && there.id !== id) return undefined;
    known.push(there);
  }
  return known;
}

/** Keeps one event. Answers why it can never be accepted, when that is so; it still takes its number, so that it blocks nobody. */
async function keep(unit: Unit, lane: LaneOfMachine, seq: number, event: WireEvent): Promise<string | undefined> {
  const body = JSON.stringify(event);
  const twin = await unit.tx.events.findKept(event.id);
  const code = !mayTravel(event, lane) ? 'E-BOX-LANE' : twin !== undefined && twin.body !== body ? 'E-BOX-ID-REUSED' : undefined;
  const disposition = code !== undefined ? 'rejected' : twin === undefined ? 'kept' : 'duplicate';
  const received: ReceivedEvent = { ...lane, seq, id: event.id, type: event.t, body, receivedAt: unit.now, disposition };
  await unit.tx.events.add(code === undefined ? received : { ...received, code });
  return code;
}

/** The record of an event that could not be read stands in the lane of that event. */
function mayTravel(event: WireEvent, { lane }: LaneOfMachine): boolean {
  return LANE_OF_EVENT[event.t] === lane || (event.t === 'audit' && event.d.action === 'outbox-dead-letter');
}

/** Applies what follows without a gap and answers the last number that was reached. */
async function advance(unit: Unit, office: Office, lane: LaneOfMachine, from: number, inHand: ReadonlyMap<number, WireEvent>): Promise<number> {
  let through = from;
  for (;;) {
    const events = await unit.tx.events.run(lane, through + 1, LIMITS.outbox.batchEventsMax);
    if (events.length === 0) break;
    for (const event of events) {
      // What has just been parsed at the door is what was kept; only what came before a gap was closed is read again.
      const known = inHand.get(event.seq);
      const kept = known?.id === event.id ? known : WireEvent.parse(JSON.parse(event.body));
      if (event.disposition === 'kept') await applyEvent(unit, office, lane.dev as MachineId, kept);
    }
    through += events.length;
  }
  if (through > from) await unit.tx.events.setThrough(lane, through);
  return through;
}

function rejectAll(batch: EventBatch, code: string): Reject[] {
  return batch.ev.map((_, index) => ({ seq: batch.from + index, code }));
}

async function answer(unit: Unit, lane: LaneOfMachine, through: number, reject: Reject[]): Promise<EventAck> {
  const last = through === 0 ? undefined : await unit.tx.events.at(lane, through);
  return {
    ...{ v: 1, lane: lane.lane, epoch: lane.epoch, through, reject, at: toIso(unit.now) },
    ...(last === undefined ? {} : { last: last.id as EventId }),
  };
}
