import { type Fault, FaultError, unreachable } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { between, type Monotonic, milliseconds, seconds } from '#core/base/time.ts';
import type { EventAck, EventBatch } from '#core/contract/wire/envelope.ts';
import type { OutboxLane } from '#core/contract/wire/events.ts';
import { type DeliveryEffect, type DeliveryInput, type DeliveryState, nextWake, startDelivery, stepDelivery } from '#core/outbox/delivery.ts';
import type { Clock, Timer, Timers } from '#core/ports/clock.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Outbox, StoredBatch } from '../ledger/outbox.ts';
import type { Log } from '../runtime/log.ts';
import { ConnectionFault } from './mqtt-connection.ts';
import { createOutboxKeeper } from './outbox-keeper.ts';

/** Carries the outbox to the broker: it obeys the delivery machine, reads and packs the events, and writes down what was acknowledged. */
export interface OutboxPump {
  linkUp(line: Line): void;
  linkDown(): void;
  acknowledged(ack: EventAck): void;
  /** The box office has not acknowledged anything for too long, although the broker takes our events. */
  notAccepted(): boolean;
  counters(): PumpCounters;
  stop(): void;
}

/** A connection as the pump needs it. */
export interface Line {
  readonly windowBatches: number;
  /** Of one batch before it is compressed. */
  readonly batchBytesMax: number;
  /** Resolves when the broker has taken the batch. */
  publish(lane: OutboxLane, payload: Uint8Array): Promise<void>;
  /** Ends the connection: the broker refused a batch, or both sides must begin anew. */
  abandon(fault: ConnectionFault): void;
}

export interface PumpCounters {
  readonly batchesSent: number;
  readonly eventsSent: number;
  readonly resent: number;
  readonly deadLetters: number;
  readonly staleAcknowledgements: number;
}

export interface OutboxPumpOptions {
  readonly machine: EventBatch['dev'];
  readonly ledger: Ledger;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  /** A message as it travels; `payload.ts` compresses it on another thread. */
  readonly encode: (json: string) => Promise<Uint8Array>;
  /** After every change that `lanes()` of the outbox or `notAccepted` would show. */
  readonly onChange: () => void;
}

/** Events that waited longer are history: displays of the moment leave them out. */
const NEWS_FOR = seconds(60);

export function createOutboxPump(options: OutboxPumpOptions): OutboxPump {
  const { ledger, outbox, clock, timers, log, onChange } = options;
  const keeper = createOutboxKeeper(outbox, clock, timers, log);
  let state: DeliveryState = startDelivery(outbox.positions(), clock.monotonic());
  /** The epoch that `state` counts in. Another part may renew it as well: the gates of the site notice a restored ledger too. */
  let epoch = ledger.epoch;
  let session = 0;
  let line: Line | undefined;
  let wake: Timer | undefined;
  let stopped = false;
  const counters = { batchesSent: 0, eventsSent: 0, resent: 0, staleAcknowledgements: 0 };

  const feed = (input: DeliveryInput): void => {
    if (keepUp()) return;
    const { state: next, effects } = stepDelivery(state, input);
    state = next;
    for (const effect of effects) obey(effect);
    armWake();
    onChange();
  };

  const armWake = (): void => {
    wake?.cancel();
    const at = stopped ? undefined : nextWake(state);
    wake = at === undefined ? undefined : timers.after(milliseconds(Math.max(0, between(clock.monotonic(), at))), tick);
  };
  const tick = (): void => feed({ kind: 'time', at: clock.monotonic() });

  const obey = (effect: DeliveryEffect): void => {
    switch (effect.kind) {
      case 'send':
        // A failing store must stop the process, and a promise that nobody awaits does exactly that.
        void send(effect.session, effect.lane, effect.from);
        return;
      case 'record':
        keeper.record(effect.lane, effect.through, effect.rejected);
        return;
      case 'not-accepted':
        tellAcceptance(log, effect.raised);
        return;
      case 'resending':
        counters.resent += 1;
        log.warn({ lane: effect.lane, from: effect.from }, 'no acknowledgement: sending again');
        return;
      case 'renew-epoch':
        renewEpoch(ledger, log);
        beginAgain(RESTORED.message);
        return;
      default:
        unreachable(effect);
    }
  };

  const send = async (mine: number, lane: OutboxLane, from: number): Promise<void> => {
    if (line === undefined) return;
    const target = line;
    const batch = outbox.read(lane, from, { events: LIMITS.outbox.batchEventsMax, bytes: target.batchBytesMax });
    const payload = await options.encode(batchText(options, batch));
    if (mine !== session || target !== line) return;
    const published = target.publish(lane, payload);
    counters.batchesSent += 1;
    counters.eventsSent += batch.events.length;
    feed({ kind: 'sent', at: clock.monotonic(), session: mine, lane, from, to: batch.to });
    try {
      await published;
    } catch (cause) {
      // The connection may have ended already, which is then the news; a broker that refuses a batch must not be asked at once again.
      target.abandon(cause instanceof ConnectionFault ? cause : new ConnectionFault('a batch could not be published', undefined, { cause }));
      return;
    }
    if (mine === session) feed({ kind: 'taken', at: clock.monotonic(), session: mine, lane, from, to: batch.to });
  };

  /** What is on its way is of an epoch that has ended: a new connection, on which everything is numbered anew. */
  const beginAgain = (why: string): void => {
    epoch = ledger.epoch;
    keeper.forget();
    session += 1;
    state = { ...startDelivery(outbox.positions(), clock.monotonic()), link: { kind: 'down', session } };
    armWake();
    const broken = line;
    line = undefined;
    broken?.abandon(new ConnectionFault(why));
    onChange();
  };

  /** Whether another part has begun a new epoch, and we with it. */
  const keepUp = (): boolean => {
    if (ledger.epoch === epoch) return false;
    beginAgain('the ledger has begun a new epoch');
    return true;
  };

  ledger.onAppended(() => {
    if (stopped) return;
    const positions = outbox.positions();
    const at = clock.monotonic();
    keepUp();
    for (const lane of ['p0', 'p1'] as const) {
      if (positions[lane].next > state.lanes[lane].next) feed({ kind: 'appended', at, lane, next: positions[lane].next });
    }
  });

  return {
    linkUp: (newLine) => {
      keepUp();
      session += 1;
      line = newLine;
      feed({ kind: 'link-up', at: clock.monotonic(), session, windowBatches: newLine.windowBatches });
    },
    linkDown: () => {
      session += 1;
      line = undefined;
      feed({ kind: 'link-down', at: clock.monotonic() });
    },
    acknowledged: (ack) => {
      if (ack.epoch !== ledger.epoch) {
        counters.staleAcknowledgements += 1;
        return;
      }
      feed({ kind: 'acknowledged', at: clock.monotonic(), lane: ack.lane, through: ack.through, rejected: ack.reject });
    },
    notAccepted: () => state.notAccepted,
    counters: () => ({ ...counters, deadLetters: keeper.deadLetters() }),
    stop: () => {
      stopped = true;
      wake?.cancel();
      keeper.stop();
    },
  };
}

function tellAcceptance(log: Log, isSilent: boolean): void {
  if (isSilent) log.error({ code: 'E-BOX-SILENT' }, 'connected, but the box office acknowledges nothing');
  else log.info('the box office acknowledges again');
}

const RESTORED: Fault = {
  code: 'E-STO-RESTORED',
  owner: 'operator',
  message: 'This ledger is an older copy of itself: the box office knows later events of it. A new epoch begins.',
};

/** On a full disk the old epoch stays, and the box office refuses it again on the next connection: then it is tried again. */
function renewEpoch(ledger: Ledger, log: Log): void {
  log.error({ code: RESTORED.code, epoch: ledger.epoch }, RESTORED.message);
  try {
    ledger.renewEpoch();
  } catch (cause) {
    if (!(cause instanceof FaultError)) throw cause;
    log.error({ code: cause.fault.code }, `The new epoch has to wait: ${cause.fault.message}`);
  }
}

/** The JSON of an EventBatch around events that are JSON already. */
function batchText({ machine, ledger, clock }: Pick<OutboxPumpOptions, 'machine' | 'ledger' | 'clock'>, batch: StoredBatch): string {
  const { lane, from, boot, newestMono, events } = batch;
  const hist = boot !== ledger.boot || between(newestMono as Monotonic, clock.monotonic()) > NEWS_FOR;
  const envelope = { v: 1, dev: machine, epoch: ledger.epoch, lane, from, boot, hist };
  return `${JSON.stringify(envelope).slice(0, -1)},"ev":[${events.join(',')}]}`;
}
