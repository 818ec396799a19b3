import { createEventHeap } from './event-heap.ts';

/**
 * The one loop of a simulated world. Time is a number; nothing waits. Between two events every promise of the event before has settled, so that a seed runs
 * the same way each time.
 */
export interface Timeline {
  /** Milliseconds of true time since 1970. */
  now(): number;
  /** Does something at a true time that is not past. */
  at(when: number, what: string, action: () => void): Scheduled;
  /** The event just done leaves work with Node's own loop (slices of a long job): that much more of it is turned before the next event. */
  yieldTurns(turns: number): void;
  /** Nothing more happens. */
  stop(): void;
  /** Runs everything up to and at the given time. */
  runUntil(end: number): Promise<void>;
  /** Remembers a line for the report, and makes it part of the hash of the run. */
  note(line: string): void;
  lastLines(): readonly string[];
  /** Of every note so far with its time: two runs of one seed are the same when their hashes are. */
  hash(): string;
  events(): number;
}

export interface Scheduled {
  cancel(): void;
}

class Planned implements Scheduled {
  action: (() => void) | undefined;
  constructor(action: () => void) {
    this.action = action;
  }
  cancel(): void {
    this.action = undefined;
  }
}

const LINES_KEPT = 200;

/** @param handle is given what an action threw; it throws again what it does not know */
export function createTimeline(start: number, handle: (cause: unknown) => void): Timeline {
  const heap = createEventHeap<Planned>();
  const lines: string[] = [];
  let now = start;
  let done = 0;
  let turns = 0;
  let isStopped = false;
  let high = 0x811c_9dc5;
  let low = 0x9e37_79b9;

  const perform = ({ action }: Planned): void => {
    if (action === undefined) return;
    done++;
    try {
      action();
    } catch (cause) {
      handle(cause);
    }
  };

  const nextUntil = (end: number): { readonly at: number; readonly item: Planned } | undefined => {
    while (!isStopped) {
      const when = heap.peekTime();
      if (when === undefined || when > end) return undefined;
      const next = heap.next();
      if (next?.item.action !== undefined) return next;
    }
    return undefined;
  };

  return {
    now: () => now,
    at: (when, what, action) => {
      if (when < now) throw new RangeError(`${what} would have to happen in the past`);
      const planned = new Planned(action);
      heap.put(when, planned);
      return planned;
    },
    stop: () => {
      isStopped = true;
    },
    yieldTurns: (count) => {
      turns = Math.max(turns, count);
    },
    runUntil: (end) =>
      new Promise((resolve, reject) => {
        const goOn = (): void => {
          try {
            const next = nextUntil(end);
            now = next?.at ?? end;
            if (next === undefined) resolve();
            else {
              perform(next.item);
              const due = done % 512 === 0 ? 1 : turns;
              turns = 0;
              if (due === 0) process.nextTick(afterTick);
              else process.nextTick(() => void RESOLVED.then(() => void turn(due).then(goOn)));
            }
          } catch (cause) {
            reject(cause);
          }
        };
        /**
         * Node runs the queue of microtasks empty, however long its chains are, before it takes the next tick; so a tick asked for from a microtask, as this
         * is, comes after all of them. It costs a tenth of a turn of the event loop, which only work that itself waits for a turn needs.
         */
        const afterTick = (): void => void RESOLVED.then(goOn);
        goOn();
      }),
    note: (line) => {
      const text = `${now.toFixed(0)} ${line}`;
      for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i);
        high = Math.imul(high ^ code, 0x0100_0193);
        low = Math.imul(low ^ code, 0x85eb_ca6b);
      }
      lines.push(text);
      if (lines.length > 2 * LINES_KEPT) lines.splice(0, LINES_KEPT);
    },
    lastLines: () => lines.slice(-LINES_KEPT),
    hash: () => (high >>> 0).toString(16).padStart(8, '0') + (low >>> 0).toString(16).padStart(8, '0'),
    events: () => done,
  };
}

const RESOLVED = Promise.resolve();

/** Turns of Node's own loop: everything that waits for one has happened. No time passes. */
export async function turn(turns = 1): Promise<void> {
  for (let done = 0; done < turns; done++) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}
