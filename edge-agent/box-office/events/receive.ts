import { LIMITS } from '#core/base/limits.ts';
import { toIso } from '#core/base/time.ts';
import type { MachineId } from '#core/contract/identifiers.ts';
import type { EventAck, EventBatch } from '#core/contract/wire/envelope.ts';
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
    if (batch.dev !== machine) return answer(unit, batch, through, rejectAll(batch, 'E-BOX-FOREIGN'));
    // Nobody has so much in flight: the machine will send it again when the gap is closed.
    if (batch.from > through + LIMITS.boxOffice.eventsAheadMax) return answer(unit, batch, through, []);
    const reject: Reject[] = [];
    for (const [index, event] of batch.ev.entries()) {
      const code = await keep(unit, lane, batch.from + index, event);
      if (code !== undefined) reject.push({ seq: batch.from + index, code });
    }
    const reached = await advance(unit, office, lane, through);
    const sack: EventAck['sack'] = batch.from > reached + 1 ? [[batch.from, batch.from + batch.ev.length - 1]] : undefined;
    return { ...answer(unit, batch, reached, reject), ...(sack === undefined ? {} : { sack }) };
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
      acks.push(answer(unit, { lane, epoch }, await unit.tx.events.through({ dev: machine, epoch, lane }), []));
    }
    return acks;
  });
}

/** Keeps one event. Answers why it can never be accepted, when that is so; it still takes its number, so that it blocks nobody. */
async function keep(unit: Unit, lane: LaneOfMachine, seq: number, event: WireEvent): Promise<string | undefined> {
  const body = JSON.stringify(event);
  const before = await unit.tx.events.at(lane, seq);
  if (before !== undefined) {
    if (before.id !== event.id) return 'E-BOX-SEQ-REUSED';
    return before.disposition === 'rejected' ? before.code : undefined;
  }
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
async function advance(unit: Unit, office: Office, lane: LaneOfMachine, from: number): Promise<number> {
  let through = from;
  for (;;) {
    const events = await unit.tx.events.run(lane, through + 1, LIMITS.outbox.batchEventsMax);
    if (events.length === 0) break;
    for (const event of events) {
      if (event.disposition === 'kept') await applyEvent(unit, office, lane.dev as MachineId, WireEvent.parse(JSON.parse(event.body)));
    }
    through += events.length;
  }
  if (through > from) await unit.tx.events.setThrough(lane, through);
  return through;
}

function rejectAll(batch: EventBatch, code: string): Reject[] {
  return batch.ev.map((_, index) => ({ seq: batch.from + index, code }));
}

function answer(unit: Unit, batch: Pick<EventBatch, 'lane' | 'epoch'>, through: number, reject: Reject[]): EventAck {
  return { v: 1, lane: batch.lane, epoch: batch.epoch, through, reject, at: toIso(unit.now) };
}
