import type { EventAck, EventBatch } from '#core/contract/wire/envelope.ts';
import { OutboxLane } from '#core/contract/wire/events.ts';
import { corrupt, doubled, type Finding, lost } from '../judge/finding.ts';

/** A box office in its simplest form: it keeps what continues a lane, and says how far it has come. */
export interface Receiver {
  take(batch: EventBatch): EventAck;
  watermarks(epoch: string, sess: string): readonly EventAck[];
  /** @param sent the ids of lane p0 in their order */
  judge(sent: readonly string[]): readonly Finding[];
  readonly deliveries: number;
}

export function createReceiver(): Receiver {
  const kept = new Map<string, string[]>();
  const contradictions: Finding[] = [];
  let deliveries = 0;
  const laneOf = (lane: string): string[] => {
    const ids = kept.get(lane) ?? [];
    kept.set(lane, ids);
    return ids;
  };
  const at = (): string => new Date().toISOString();
  return {
    get deliveries() {
      return deliveries;
    },
    take: ({ lane, epoch, from, ev }) => {
      deliveries += 1;
      const ids = laneOf(lane);
      for (const [index, { id }] of ev.entries()) {
        const known = ids[from + index - 1];
        if (known !== undefined && known !== id) contradictions.push(corrupt(`${lane}/${from + index} came as two events`));
        if (known === undefined && from + index === ids.length + 1) ids.push(id);
      }
      return { v: 1, lane, epoch, through: ids.length, reject: [], at: at() };
    },
    watermarks: (epoch, sess) => OutboxLane.options.map((lane) => ({ v: 1, lane, epoch, through: laneOf(lane).length, reject: [], sess, at: at() })),
    judge: (sent) => {
      const ids = laneOf('p0');
      return [
        ...contradictions,
        ...sent.filter((id) => !ids.includes(id)).map((id) => lost(`event ${id}`)),
        ...(new Set(ids).size < ids.length ? [doubled('an event was kept twice')] : []),
        ...sent.filter((id, index) => ids.includes(id) && ids[index] !== id).map((id) => corrupt(`event ${id} is out of its order`)),
      ];
    },
  };
}
