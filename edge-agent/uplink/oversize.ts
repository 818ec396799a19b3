import type { OutboxLane } from '#core/contract/wire/events.ts';
import type { Rejection } from '#core/outbox/delivery.ts';
import type { StoredBatch } from '../ledger/outbox.ts';
import { standInFor } from './batch-text.ts';

/**
 * Events of this connection that are too large for any message. A stand-in takes the number of each, so that it blocks nobody; when that was acknowledged, the
 * event is a dead letter, kept here for a person.
 */
export interface OversizeBook {
  /** The batch as it travels. */
  fitting(batch: StoredBatch, bytesMax: number): StoredBatch;
  acknowledged(lane: OutboxLane, through: number): readonly Rejection[];
  forget(): void;
}

const TOO_LARGE = 'E-NET-TOO-LARGE';

export function createOversizeBook(): OversizeBook {
  let stayed: { readonly lane: OutboxLane; readonly seq: number }[] = [];
  return {
    fitting: (batch, bytesMax) => {
      const [only] = batch.events;
      if (batch.events.length !== 1 || only === undefined || Buffer.byteLength(only) <= bytesMax) return batch;
      const { lane, from } = batch;
      if (!stayed.some((each) => each.lane === lane && each.seq === from)) stayed.push({ lane, seq: from });
      return { ...batch, events: [standInFor(only, lane, from)] };
    },
    acknowledged: (lane, through) => {
      const isOver = (each: { readonly lane: OutboxLane; readonly seq: number }): boolean => each.lane === lane && each.seq <= through;
      const over = stayed.filter(isOver);
      stayed = stayed.filter((each) => !isOver(each));
      return over.map(({ seq }) => ({ seq, code: TOO_LARGE }));
    },
    forget: () => {
      stayed = [];
    },
  };
}
