import { assert } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { toIso } from '#core/base/time.ts';
import type { EventId, MachineId } from '#core/contract/identifiers.ts';
import { type EventAck, type EventBatch, SEQUENCE_REUSED } from '#core/contract/wire/envelope.ts';
import { LANE_OF_EVENT, OutboxLane, WireEvent } from '#core/contract/wire/events.ts';
import type { Office } from '../office.ts';
import type { EventDisposition, EventHead, LaneOfMachine, ReceivedEvent } from '../store/box-office-store.ts';
import type { Unit } from '../unit-of-work.ts';
import { applyEvents } from './apply-event.ts';

type Reject = EventAck['reject'][number];

/** A batch, and the machine whose connection it came by. */
export interface Delivered {
  readonly machine: MachineId;
  readonly batch: EventBatch;
}

/**
 * The durable end of every machine's outbox. Events are kept as they come, also beyond a gap, but their effects are applied strictly in the order of their
 * numbers, as soon as there is no gap before them: what a machine did first counts first, however its batches travelled. All of it is one transaction, and
 * only its commit is acknowledged. Batches that came together share one, in their order: a commit costs as much for three as for one.
 * @returns an acknowledgement for each
 */
export async function receiveBatches(office: Office, delivered: readonly Delivered[]): Promise<readonly EventAck[]> {
  const acks = await office.run(async (unit) => {
    const each: EventAck[] = [];
    for (const { machine, batch } of delivered) each.push(await takeBatch(unit, office, machine, batch));
    return each;
  });
  for (const [index, { lane, epoch, reject }] of acks.entries()) {
    if (reject.length === 0) continue;
    const codes = [...new Set(reject.map(({ code }) => code))];
    office.log.warn({ machine: delivered[index]?.machine, lane, epoch, rejected: reject.length, codes }, 'events were rejected');
  }
  return acks;
}

export async function receiveBatch(office: Office, machine: MachineId, batch: EventBatch): Promise<EventAck> {
  const [ack] = await receiveBatches(office, [{ machine, batch }]);
  assert(ack !== undefined, 'every batch has its acknowledgement');
  return ack;
}

async function takeBatch(unit: Unit, office: Office, machine: MachineId, batch: EventBatch): Promise<EventAck> {
  const lane: LaneOfMachine = { dev: machine, epoch: batch.epoch, lane: batch.lane };
  const through = await unit.tx.events.through(lane);
  if (batch.dev !== machine) return answer(unit, lane, through, rejectAll(batch, 'E-BOX-FOREIGN'));
  // Nobody has so much in flight: the machine will send it again when the gap is closed.
  if (batch.from > through + LIMITS.boxOffice.eventsAheadMax) return answer(unit, lane, through, []);
  // Two lives of one ledger count in the same epoch: nothing that leads on from another event than the one kept here may be taken for what comes next.
  const known = await knownOf(unit, lane, batch);
  if (known === undefined) return answer(unit, lane, through, rejectAll(batch, SEQUENCE_REUSED));
  const { fresh, reject } = await keepAll(unit, lane, batch, known);
  const reached = await advance(unit, office, lane, through, fresh);
  if (reached === 0 && fresh.size > 0) await unit.tx.events.setThrough(lane, 0);
  const sack: EventAck['sack'] = batch.from > reached + 1 ? [[batch.from, batch.from + batch.ev.length - 1]] : undefined;
  const ack = await answer(unit, lane, reached, reject);
  return sack === undefined ? ack : { ...ack, sack };
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
async function knownOf(unit: Unit, lane: LaneOfMachine, { from, prev, ev }: EventBatch): Promise<ReadonlyMap<number, EventHead> | undefined> {
  const known = new Map<number, EventHead>();
  for (const head of await unit.tx.events.heads(lane, from - 1, from + ev.length - 1)) {
    const expected = head.seq < from ? prev : ev[head.seq - from]?.id;
    if (expected !== undefined && head.id !== expected) return undefined;
    known.set(head.seq, head);
  }
  return known;
}

/** What a batch has brought, by its number. */
interface Fresh {
  readonly event: WireEvent;
  readonly disposition: EventDisposition;
  readonly hadEffect: boolean;
}

/** Keeps what is new. What can never be accepted is told, also when it was told before; it still takes its number, so that it blocks nobody. */
async function keepAll(
  unit: Unit,
  lane: LaneOfMachine,
  batch: EventBatch,
  known: ReadonlyMap<number, EventHead>,
): Promise<{ readonly fresh: ReadonlyMap<number, Fresh>; readonly reject: Reject[] }> {
  const fresh = new Map<number, Fresh>();
  const reject: Reject[] = [];
  const isNew = (_: WireEvent, index: number): boolean => !known.has(batch.from + index);
  const twins = new Map(await unit.tx.events.keptUnder(batch.ev.filter(isNew).map(({ id }) => id)));
  for (const [index, event] of batch.ev.entries()) {
    const seq = batch.from + index;
    const before = known.get(seq);
    if (before !== undefined) {
      if (before.code !== undefined) reject.push({ seq, code: before.code });
      continue;
    }
    const body = JSON.stringify(event);
    const twin = twins.get(event.id);
    const code = !mayTravel(event, lane) ? 'E-BOX-LANE' : twin !== undefined && twin !== body ? 'E-BOX-ID-REUSED' : undefined;
    const disposition = code !== undefined ? 'rejected' : twin === undefined ? 'kept' : 'duplicate';
    const received: ReceivedEvent = {
      dev: lane.dev,
      epoch: lane.epoch,
      lane: lane.lane,
      seq,
      id: event.id,
      type: event.t,
      body,
      receivedAt: unit.now,
      disposition,
      code,
    };
    await unit.tx.events.add(received);
    if (code !== undefined) reject.push({ seq, code });
    if (disposition === 'kept') twins.set(event.id, body);
    fresh.set(seq, { event, disposition, hadEffect: false });
  }
  return { fresh, reject };
}

/** The record of an event that could not be read stands in the lane of that event. */
function mayTravel(event: WireEvent, { lane }: LaneOfMachine): boolean {
  return LANE_OF_EVENT[event.t] === lane || (event.t === 'audit' && event.d.action === 'outbox-dead-letter');
}

/** Applies what follows without a gap and answers the last number that was reached. */
async function advance(unit: Unit, office: Office, lane: LaneOfMachine, from: number, fresh: ReadonlyMap<number, Fresh>): Promise<number> {
  let through = from;
  for (;;) {
    const next = inHand(fresh, through + 1) ?? (await storedFrom(unit, lane, through + 1));
    if (next.length === 0) break;
    const events = await withEffectHere(unit, lane, next);
    if (events.length > 0) await applyEvents(unit, office, lane.dev as MachineId, events);
    through += next.length;
    await unit.tx.events.setThrough(lane, through);
  }
  return through;
}

/**
 * An event has its effect at the first place where a lane reaches it. That is the second one of an event that was kept beyond a gap when its epoch ended: in
 * the new epoch it comes again as a duplicate.
 */
async function withEffectHere(unit: Unit, { dev }: LaneOfMachine, run: readonly Fresh[]): Promise<readonly WireEvent[]> {
  const own = new Set(run.filter(({ disposition }) => disposition === 'kept').map(({ event }) => event.id));
  const again = run.filter(({ event, disposition }) => disposition === 'duplicate' && !own.has(event.id)).map(({ event }) => event.id);
  const stranded = again.length === 0 ? new Set<string>() : await unit.tx.events.withoutEffect(dev, again);
  if (stranded.size > 0) await unit.tx.events.hadEffect([...stranded]);
  const first = new Map<string, WireEvent>();
  for (const { event, disposition, hadEffect } of run) {
    const isHere = disposition === 'kept' ? !hadEffect : disposition === 'duplicate' && stranded.has(event.id);
    if (isHere && !first.has(event.id)) first.set(event.id, event);
  }
  return [...first.values()];
}

/** What has just been parsed at the door is what was kept. */
function inHand(fresh: ReadonlyMap<number, Fresh>, seq: number): readonly Fresh[] | undefined {
  const run: Fresh[] = [];
  for (let one = fresh.get(seq); one !== undefined; one = fresh.get(seq + run.length)) run.push(one);
  return run.length === 0 ? undefined : run;
}

/** What came before the gap was closed. */
async function storedFrom(unit: Unit, lane: LaneOfMachine, seq: number): Promise<readonly Fresh[]> {
  const stored = await unit.tx.events.run(lane, seq, LIMITS.outbox.batchEventsMax);
  return stored.map(({ body, disposition, hadEffect }) => ({ event: WireEvent.parse(JSON.parse(body)), disposition, hadEffect }));
}

function rejectAll(batch: EventBatch, code: string): Reject[] {
  return batch.ev.map((_, index) => ({ seq: batch.from + index, code }));
}

async function answer(unit: Unit, lane: LaneOfMachine, through: number, reject: Reject[]): Promise<EventAck> {
  const [last] = through === 0 ? [] : await unit.tx.events.heads(lane, through, through);
  return { v: 1, lane: lane.lane, epoch: lane.epoch, through, reject, at: toIso(unit.now), last: last?.id as EventId | undefined };
}
