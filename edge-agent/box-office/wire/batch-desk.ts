import { setImmediate } from 'node:timers/promises';
import type { EventAck } from '#core/contract/wire/envelope.ts';
import type { Delivered } from '../events/receive.ts';

/**
 * Batches on their way to the store. What has arrived by the time that the store is free is written by one commit, because a commit (a flush of the disk)
 * costs as much for one event as for hundreds; nobody waits for company.
 */
export interface BatchDesk {
  /** Resolves when the batch was committed, rejects when it was not. Batches are written in the order in which they were put. */
  put(delivered: Delivered): Promise<EventAck>;
  /** Resolves when another batch may be put. */
  room(): Promise<void>;
  /** Resolves when everything that was put before has been written, or could not be. */
  idle(): Promise<void>;
}

interface Waiting {
  readonly delivered: Delivered;
  readonly resolve: (ack: EventAck) => void;
  readonly reject: (cause: unknown) => void;
}

/**
 * @param receive answers for each; see `receiveBatches`
 * @param eventsMax of one commit, and of those that may wait for the next
 */
export function createBatchDesk(receive: (delivered: readonly Delivered[]) => Promise<readonly EventAck[]>, eventsMax: number): BatchDesk {
  const waiting: Waiting[] = [];
  let writing: Promise<void> | undefined;
  let turn: Promise<void> = Promise.resolve();

  const write = async (): Promise<void> => {
    while (waiting.length > 0) {
      // The messages that this turn of the event loop brings, and others' work, come first.
      await setImmediate();
      turn = writeTogether(receive, waiting.splice(0, fitting(waiting, eventsMax)));
      await turn;
    }
    writing = undefined;
  };

  return {
    put: (delivered) =>
      new Promise((resolve, reject) => {
        waiting.push({ delivered, resolve, reject });
        writing ??= write();
      }),
    room: async () => {
      while (eventsIn(waiting) >= eventsMax) {
        await turn;
        await setImmediate();
      }
    },
    idle: async () => {
      await writing;
    },
  };
}

async function writeTogether(receive: (delivered: readonly Delivered[]) => Promise<readonly EventAck[]>, group: readonly Waiting[]): Promise<void> {
  try {
    const acks = await receive(group.map(({ delivered }) => delivered));
    for (const [index, { resolve, reject }] of group.entries()) {
      const ack = acks[index];
      if (ack === undefined) reject(new Error('a batch got no answer'));
      else resolve(ack);
    }
  } catch (cause) {
    for (const { reject } of group) reject(cause);
  }
}

const eventsIn = (batches: readonly Waiting[]): number => batches.reduce((sum, { delivered }) => sum + delivered.batch.ev.length, 0);

/** How many of the oldest go together: at least one. */
function fitting(batches: readonly Waiting[], eventsMax: number): number {
  let events = 0;
  const over = batches.findIndex(({ delivered }) => {
    events += delivered.batch.ev.length;
    return events > eventsMax;
  });
  return over === -1 ? batches.length : Math.max(1, over);
}
