import { unreachable } from '#core/base/fault.ts';
import { between, type Monotonic, milliseconds } from '#core/base/time.ts';
import type { ClockQuality, EventAck, EventBatch } from '#core/contract/wire/envelope.ts';
import type { OutboxLane } from '#core/contract/wire/events.ts';
import {
  type DeliveryEffect,
  type DeliveryInput,
  type DeliveryState,
  nextWake,
  type Rejection,
  startDelivery,
  stepDelivery,
} from '#core/outbox/delivery.ts';
import type { Clock, Timer, Timers } from '#core/ports/clock.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Outbox } from '../ledger/outbox.ts';
import type { TelemetryRing } from '../ledger/telemetry-ring.ts';
import type { Log } from '../runtime/log.ts';
import { createBatchSender } from './batch-sender.ts';
import { ConnectionFault } from './mqtt-connection.ts';
import { createOutboxKeeper } from './outbox-keeper.ts';
import { createOversizeBook } from './oversize.ts';
import { renewEpoch } from './renew-epoch.ts';

/** Carries the outbox to the broker: it obeys the delivery machine, reads and packs the events, and writes down what was acknowledged. */
export interface OutboxPump {
  /** A connection of this name says hello; its answer may be there before `linkUp`. */
  greets(name: string): void;
  linkUp(line: Line): void;
  linkDown(): void;
  acknowledged(ack: EventAck): void;
  /** The ring of telemetry got a sample. */
  telemetryAppended(): void;
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
  /** Resolves when the message is on the line. */
  publishTelemetry(payload: Uint8Array): Promise<void>;
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
  readonly telemetry: TelemetryRing;
  readonly clockQuality: () => ClockQuality | undefined;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  /** A message as it travels; `payload.ts` compresses it on another thread. */
  readonly encode: (json: string) => Promise<Uint8Array>;
  /** After every change that `lanes()` of the outbox or `notAccepted` would show. */
  readonly onChange: () => void;
}

export function createOutboxPump(options: OutboxPumpOptions): OutboxPump {
  const { ledger, outbox, telemetry, clock, timers, log, onChange } = options;
  const keeper = createOutboxKeeper(outbox, telemetry, clock, timers, log);
  let state: DeliveryState = startDelivery(outbox.positions(), clock.monotonic());
  /** The epoch that `state` counts in. Another part may renew it as well: the gates of the site notice a restored ledger too. */
  let epoch = ledger.epoch;
  let session = 0;
  let line: Line | undefined;
  let wake: Timer | undefined;
  let stopped = false;
  /** The connection's name, and what its hello named as acknowledged. */
  let greeting = { name: '', positions: outbox.positions() };
  const oversize = createOversizeBook();
  const counters = { batchesSent: 0, eventsSent: 0, resent: 0, staleAcknowledgements: 0 };
  const sender = createBatchSender(options, {
    ...{ keeper, oversize, counters },
    lineOf: (mine) => (mine === session ? line : undefined),
    feed: (input) => feed(input),
  });

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
    wake =
      at === undefined
        ? undefined
        : timers.after(milliseconds(Math.max(0, between(clock.monotonic(), at))), () => feed({ kind: 'time', at: clock.monotonic() }));
  };

  const obey = (effect: DeliveryEffect): void => {
    switch (effect.kind) {
      case 'send':
        // A failing store must stop the process, and a promise that nobody awaits does exactly that.
        void sender.send(effect);
        return;
      case 'send-telemetry':
        void sender.sendTelemetry(effect.session);
        return;
      case 'record':
        keeper.record(effect.lane, effect.through, effect.rejected);
        return;
      case 'not-accepted':
      case 'resending':
        tellSilence(log, effect, counters);
        return;
      case 'abandon-line':
        line?.abandon(new ConnectionFault(`the broker stays, but has not confirmed a batch of lane ${effect.lane} for too long`));
        return;
      case 'renew-epoch':
        beginAgain(renewEpoch(ledger, log, effect.restored));
        return;
      default:
        unreachable(effect);
    }
  };

  /** What is on its way is of an epoch that has ended: a new connection, on which everything is numbered anew. */
  const beginAgain = (why: string): true => {
    epoch = ledger.epoch;
    keeper.forget();
    session += 1;
    state = { ...startDelivery(outbox.positions(), clock.monotonic()), link: { kind: 'down', session } };
    oversize.forget();
    armWake();
    const broken = line;
    line = undefined;
    broken?.abandon(new ConnectionFault(why));
    onChange();
    return true;
  };

  /** Whether another part has begun a new epoch, and we with it. */
  const keepUp = (): boolean => ledger.epoch !== epoch && beginAgain('the ledger has begun a new epoch');

  ledger.onAppended(() => {
    if (stopped) return;
    keepUp();
    const positions = outbox.positions();
    for (const lane of ['p0', 'p1'] as const) {
      const { next } = positions[lane];
      if (next > state.lanes[lane].next) feed({ kind: 'appended', at: clock.monotonic(), lane, next });
    }
  });

  return {
    greets: (name) => {
      greeting = { name, positions: outbox.positions() };
    },
    linkUp: (newLine) => {
      keepUp();
      session += 1;
      line = newLine;
      keeper.tellLoss();
      feed({ kind: 'telemetry', at: clock.monotonic(), waiting: telemetry.state().waiting > 0 });
      feed({ kind: 'link-up', at: clock.monotonic(), session, windowBatches: newLine.windowBatches });
    },
    linkDown: () => {
      session += 1;
      line = undefined;
      feed({ kind: 'link-down', at: clock.monotonic() });
    },
    acknowledged: (ack) => {
      if (ack.epoch !== ledger.epoch) counters.staleAcknowledgements += 1;
      else
        feed({
          ...acknowledgement(ack, outbox, oversize.acknowledged(ack.lane, ack.through), clock.monotonic()),
          ...(ack.sess === greeting.name ? { greetedWith: greeting.positions[ack.lane].through } : {}),
        });
    },
    telemetryAppended: () => (stopped ? undefined : feed({ kind: 'telemetry', at: clock.monotonic(), waiting: true })),
    notAccepted: () => state.notAccepted,
    counters: () => ({ ...counters, deadLetters: keeper.deadLetters() }),
    stop: () => {
      stopped = true;
      wake?.cancel();
      keeper.stop();
    },
  };
}

/** A disk that was restored from an older copy gives numbers again that the box office knows; the name of an event is never given again. */
function isOfAnother(outbox: Outbox, { lane, through, last }: EventAck): boolean {
  const ours = last === undefined ? undefined : outbox.idAt(lane, through);
  return ours !== undefined && ours !== last;
}

function tellSilence(log: Log, effect: Extract<DeliveryEffect, { kind: 'not-accepted' | 'resending' }>, counters: { resent: number }): void {
  if (effect.kind === 'resending') counters.resent += 1;
  if (effect.kind === 'resending') log.warn({ lane: effect.lane, from: effect.from }, 'no acknowledgement: sending again');
  else if (effect.raised) log.error({ code: 'E-BOX-SILENT' }, 'connected, but the box office acknowledges nothing');
  else log.info('the box office acknowledges again');
}

function acknowledgement(ack: EventAck, outbox: Outbox, stayed: readonly Rejection[], at: Monotonic) {
  const { lane, through, sack, reject } = ack;
  const what = { kind: 'acknowledged', at, lane, through, rejected: [...reject, ...stayed], isOfAnother: isOfAnother(outbox, ack) } as const;
  return sack === undefined ? what : { ...what, kept: sack };
}
