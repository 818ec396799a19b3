import { type Fault, FaultError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { type Duration, seconds } from '#core/base/time.ts';
import type { Signed, ValidityHead } from '#core/contract/box-office/validity.ts';
import type { Clock, Timer, Timers } from '#core/ports/clock.ts';
import type { OpenedDelta, ValidityStore } from '../ledger/validity-store.ts';
import type { Log } from '../runtime/log.ts';
import { createCatchUp, type ValiditySource } from './catch-up.ts';
import type { ValidityDoor } from './signed-validity.ts';

/**
 * Keeps this machine's validity data the box office's. Deltas are pushed; a gap is filled over HTTP, by exactly the deltas that are missing; what cannot be
 * filled is replaced by a snapshot. It takes nothing that is not signed, never goes back to an older state, and knows at every moment how old its data are.
 */
export interface ValidityClient {
  start(): void;
  /** Resolves when nothing is being written any more. */
  stop(): Promise<void>;
  /** A pushed message, formed rightly; its signature is looked at here. */
  onHead(signed: Signed): void;
  onDelta(signed: Signed): void;
  /** Asks the box office for its head now, and catches up. Resolves when that is done, whether or not it succeeded. */
  refresh(): Promise<void>;
  status(): ValidityStatus;
  /** How often something was refused or went wrong since the start, by its code. */
  refusals(): ReadonlyMap<string, number>;
}

export interface ValidityStatus {
  readonly epoch: string | null;
  readonly version: number | null;
  readonly tickets: number;
  /** Since the box office last signed that the version held is its newest; null before the first snapshot. */
  readonly ageSeconds: number | null;
  /** Code of what went wrong since the data were last confirmed. */
  readonly lastFault: string | undefined;
}

export interface ValidityClientOptions {
  /** What passes it was signed by this site's box office. */
  readonly door: ValidityDoor;
  readonly store: ValidityStore;
  readonly source: ValiditySource;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  /** After every change of {@link ValidityStatus}, the age apart. */
  readonly onChanged?: () => void;
}

/** While a gate has no data at all it asks this often. */
const FIRST_DATA_RETRY: Duration = seconds(1);

export function createValidityClient(options: ValidityClientOptions): ValidityClient {
  const { door, store, source, clock, timers, log } = options;
  /** What waits for its turn: deltas in the order in which they came, and the newest head. */
  let deltas: OpenedDelta[] = [];
  let newestHead: ValidityHead | undefined;
  let isRefreshAsked = false;
  let running: Promise<void> | undefined;
  let isStopped = true;
  let timer: Timer | undefined;
  let verifying: Timer | undefined;
  let lastFault: Fault | undefined;
  const refusals = new Map<string, number>();

  const failed = (fault: Fault): void => {
    if (lastFault?.code !== fault.code) log.warn({ code: fault.code, owner: fault.owner }, fault.message);
    lastFault = fault;
    refusals.set(fault.code, (refusals.get(fault.code) ?? 0) + 1);
    options.onChanged?.();
  };
  const succeeded = (): void => {
    lastFault = undefined;
    options.onChanged?.();
  };

  const catchUp = createCatchUp({
    door,
    store,
    source,
    log,
    failed,
    succeeded,
    askForHead: () => {
      isRefreshAsked = true;
    },
    isStopped: () => isStopped,
  });

  const work = async (): Promise<void> => {
    while (!isStopped) {
      const head = newestHead;
      if (deltas.length > 0) {
        await catchUp.takeDeltas(deltas.splice(0));
      } else if (head !== undefined) {
        newestHead = undefined;
        await catchUp.takeHead(head);
      } else if (isRefreshAsked) {
        isRefreshAsked = false;
        const answer = await source.readValidityHead();
        const opened = answer.ok ? door.head(answer.value) : { ok: false as const, error: answer.error.fault };
        if (opened.ok) await catchUp.takeHead(opened.value);
        else failed(opened.error);
      } else return;
    }
  };

  const hasWork = (): boolean => !isStopped && (deltas.length > 0 || newestHead !== undefined || isRefreshAsked);
  /** One change at a time. A store that cannot be written to is a fault to tell; one whose state is unknown ends the process, as everywhere. */
  const drain = async (): Promise<void> => {
    while (hasWork()) {
      try {
        await work();
      } catch (cause) {
        if (!(cause instanceof FaultError)) throw cause;
        failed(cause.fault);
      }
    }
    running = undefined;
  };
  const run = (): Promise<void> => {
    if (running === undefined && hasWork()) running = drain();
    return running ?? Promise.resolve();
  };

  const refresh = (): Promise<void> => {
    isRefreshAsked = true;
    return run();
  };
  const keepFresh = async (): Promise<void> => {
    await refresh();
    if (isStopped) return;
    timer = timers.after(store.state() === undefined ? FIRST_DATA_RETRY : LIMITS.validity.refreshEvery, () => void keepFresh());
  };

  return {
    refusals: () => refusals,
    start: () => {
      isStopped = false;
      store.onDamaged((fault) => {
        failed(fault);
        void refresh();
      });
      void keepFresh();
      verifying = keepVerified(store, timers);
    },
    stop: async () => {
      isStopped = true;
      timer?.cancel();
      verifying?.cancel();
      await running;
      await catchUp.idle();
    },
    onHead: (signed) => {
      const head = door.head(signed);
      if (!head.ok) return failed(head.error);
      if (newestHead === undefined || head.value.at > newestHead.at) newestHead = head.value;
      void run();
    },
    onDelta: (signed) => {
      const delta = door.delta(signed);
      if (!delta.ok) return failed(delta.error);
      if (deltas.length < LIMITS.validity.waitingDeltasMax) {
        deltas.push(delta.value);
      } else {
        deltas = [];
        isRefreshAsked = true;
      }
      void run();
    },
    refresh,
    status: () => {
      const held = store.state();
      if (held === undefined) return { epoch: null, version: null, tickets: 0, ageSeconds: null, lastFault: lastFault?.code };
      return {
        epoch: held.epoch,
        version: held.version,
        tickets: held.tickets,
        ageSeconds: Math.max(0, Math.floor((clock.wall() - held.confirmedAt) / 1_000)),
        lastFault: lastFault?.code,
      };
    },
  };
}

/** Reads the file in use again from time to time. One that is damaged is told by the store itself. */
function keepVerified(store: Pick<ValidityStore, 'verify'>, timers: Timers): Timer {
  let isOver = false;
  const next = (): Timer =>
    timers.after(LIMITS.validity.verifyEvery, () => {
      void store.verify().then(() => {
        if (!isOver) timer = next();
      });
    });
  let timer = next();
  return {
    cancel: () => {
      isOver = true;
      timer.cancel();
    },
  };
}
