import type { KeyObject } from 'node:crypto';
import { LIMITS } from '#core/base/limits.ts';
import { milliseconds, toIso } from '#core/base/time.ts';
import { ulid } from '#core/base/ulid.ts';
import type { CommandFacts } from '#core/command/judge-command.ts';
import type { Signed } from '#core/contract/box-office/validity.ts';
import type { MachineId, SiteId } from '#core/contract/identifiers.ts';
import type { TechnicianState } from '#core/contract/local/technician.ts';
import type { CommandKind } from '#core/contract/wire/command.ts';
import type { ClockQuality, HealthDocument } from '#core/contract/wire/envelope.ts';
import { type MachineAddress, topic } from '#core/contract/wire/topic.ts';
import type { Clock, Random, Timer, Timers } from '#core/ports/clock.ts';
import { createCommandInbox } from '../ledger/command-inbox.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { createOutbox, type RecentEvent } from '../ledger/outbox.ts';
import { createTelemetryRing } from '../ledger/telemetry-ring.ts';
import type { Log } from '../runtime/log.ts';
import { addressOf } from './address.ts';
import { type BrokerAccess, credentialsOf } from './broker-access.ts';
import { createCommandRunner } from './command-runner.ts';
import { type ConnectionSupervisor, createConnectionSupervisor } from './connection-supervisor.ts';
import { createDoubledName } from './doubled-name.ts';
import { downTopics, takeMessage } from './downlink.ts';
import { createGreeting } from './greeting.ts';
import { createHealthReport } from './health-report.ts';
import { createInbox } from './inbox.ts';
import { type ConnectionHandlers, type MqttConnection, openMqttConnection } from './mqtt-connection.ts';
import { createOutboxPump, type PumpCounters } from './outbox-pump.ts';
import { ownWords, toBytes } from './own-words.ts';
import { encodePayload } from './payload.ts';
import { createTelemetrySampler } from './telemetry-sampler.ts';

/** A machine's end of the wire: its events up, acknowledgements and changes of validity data down, over any MQTT 5 or 3.1.1 broker. */
export interface Uplink {
  start(): void;
  /** Says that the machine goes, disconnects and stops; everything unsent stays in the ledger. */
  stop(): Promise<void>;
  status(): UplinkStatus;
  /** Connects now instead of at the next attempt. */
  nudge(): void;
  /** Called after changes of what `status` returns, at most ten times a second. */
  onStatus(listen: () => void): void;
  /** Newest first. */
  recentEvents(limit: number): RecentEvent[];
  counters(): UplinkCounters;
  /** A device changed its state: the health document follows, changes gathered. */
  healthChanged(): void;
  /** Publishes the health document at once; false while there is no connection. */
  reportHealth(): Promise<boolean>;
}

export type UplinkStatus = TechnicianState['uplink'];

export interface UplinkCounters extends PumpCounters {
  readonly connections: number;
  readonly refusedMessages: number;
  readonly refusedCommands: number;
}

export interface UplinkOptions {
  readonly broker: BrokerAccess;
  readonly machine: MachineId;
  readonly site: SiteId;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
  readonly software: string;
  readonly boot: string;
  /** The validity data that this machine holds, for its hello. */
  readonly validity: () => { readonly epoch: string; readonly version: number } | null;
  /** A signed head or delta arrived, formed rightly; its signature has not been looked at. */
  readonly onValidityHead: (signed: Signed) => void;
  readonly onValidityDelta: (signed: Signed) => void;
  /** What the machine tells of itself beside its events, and what it may be asked to do. A part of the wire alone has none of it. */
  readonly reports?: MachineReports;
  readonly commands?: MachineCommands;
}

export interface MachineReports {
  readonly devices: () => HealthDocument['devices'];
  /** What guests can still do here. */
  readonly flows: () => NonNullable<HealthDocument['flows']>;
  /** Figures by the names of `/metrics`. */
  readonly readings: () => Readonly<Record<string, number>>;
  readonly clockQuality: () => ClockQuality | undefined;
}

export interface MachineCommands {
  /** Of the box office: the key that signs validity data. */
  readonly publicKey: KeyObject;
  readonly time: () => CommandFacts['clock'];
  /** Does it, and says in one sentence what came of it. Rejects with an Error that says why not. */
  readonly carryOut: (kind: CommandKind, by: string) => Promise<string>;
}

const STATUS_EVERY = milliseconds(100);
/** Acknowledgements and deltas that may wait to be read. */
const WAITING_MESSAGES_MAX = 256;

export function createUplink(options: UplinkOptions): Uplink {
  const { ledger, clock, timers, random, log, reports, commands } = options;
  const address = addressOf(options.machine);
  const outbox = createOutbox(ledger);
  const telemetry = createTelemetryRing(ledger);
  const commandInbox = createCommandInbox(ledger, clock);
  const doubled = createDoubledName(ledger, clock, log);
  const health = createHealthReport(timers);
  const listeners: (() => void)[] = [];
  let announcing: Timer | undefined;
  let connections = 0;
  /** Names the present attempt, so that the will of an earlier one is recognised. */
  let session = '';

  const changed = (): void => {
    announcing ??= timers.after(STATUS_EVERY, () => {
      announcing = undefined;
      for (const listen of listeners) listen();
    });
  };

  const pump = createOutboxPump({
    ...{ machine: options.machine, ledger, outbox, telemetry, clock, timers, log },
    clockQuality: reports?.clockQuality ?? (() => undefined),
    encode: encodePayload,
    onChange: changed,
  });
  const sampler =
    reports && createTelemetrySampler({ ring: telemetry, readings: reports.readings, onSample: pump.telemetryAppended, clock, timers, log });
  const runner = commands && createCommandRunner({ ...commands, inbox: commandInbox, machine: options.machine, log });
  const inbox = createInbox({
    bytesMax: LIMITS.uplink.messageBytesMax,
    waitingMax: WAITING_MESSAGES_MAX,
    log,
    handle: (from, message) =>
      takeMessage(
        options.site,
        address,
        {
          ...options,
          acknowledged: (ack) => {
            if (ack.twin) doubled.seen('The box office hears two machines under the name of this one.');
            pump.acknowledged(ack);
          },
        },
        from,
        message,
      ),
  });
  /** What the broker turned out not to grant to a will; the next attempt asks for less. */
  const will = { qos: 1 as 0 | 1, retain: true };
  const supervisor: ConnectionSupervisor = createConnectionSupervisor({
    ...{ clock, timers, random },
    connect: (handlers) => {
      session = ulid(clock.wall(), random.bytes(10));
      return openConnection(options, address, { ...will, payload: toBytes(words.presence('off')) }, learning(will, handlers));
    },
    onUp: (connection, granted) => {
      connections += 1;
      log.info({ broker: brokerName(options.broker.url), window: granted.receiveMaximum }, 'connected to the broker');
      void greet(connection, granted, session);
    },
    onMessage: (from, payload, retained) => {
      if (from === topic.command(address)) return runner?.put(payload, retained);
      inbox.push(from, payload);
      return undefined;
    },
    onDown: () => {
      pump.linkDown();
      health.linkDown();
    },
    onStatus: ({ state, lastFault }) => {
      if (state === 'waiting' && lastFault !== undefined) {
        log.warn({ code: lastFault.code }, lastFault.message);
        if (lastFault.code === 'E-NET-TWICE') doubled.seen(lastFault.message);
      }
      changed();
    },
  });
  const words = ownWords(options, { session: () => session, positions: outbox.positions, counter: commandInbox.counter });

  const { greet, sayFarewell } = createGreeting({
    ...{ address, words, pump, health, reports, timers },
    isStill: (name) => name === session && supervisor.status().state === 'connected',
  });

  return {
    start: () => {
      runner?.start();
      sampler?.start();
      supervisor.start();
    },
    nudge: supervisor.nudge,
    stop: async () => {
      sampler?.stop();
      await supervisor.stop(sayFarewell);
      await inbox.idle();
      await runner?.idle();
      pump.stop();
      announcing?.cancel();
      announcing = undefined;
    },
    onStatus: (listen) => {
      listeners.push(listen);
    },
    recentEvents: outbox.recent,
    healthChanged: health.changed,
    reportHealth: health.now,
    counters: () => ({ ...pump.counters(), connections, refusedMessages: inbox.refused(), refusedCommands: runner?.refused() ?? 0 }),
    status: () => {
      const { state, since, lastFault } = supervisor.status();
      const { waiting, lost } = telemetry.state();
      return {
        state,
        since: toIso(since),
        broker: brokerName(options.broker.url),
        notAccepted: pump.notAccepted(),
        ...(doubled.isDoubled() ? { doubled: true as const } : {}),
        ...(reports === undefined ? {} : { telemetry: { waiting, lost } }),
        ...(lastFault === undefined ? {} : { lastFault: `${lastFault.code}: ${lastFault.message}` }),
        lanes: outbox.lanes().map(({ oldest, ...lane }) => ({ ...lane, ...(oldest === undefined ? {} : { oldest: toIso(oldest) }) })),
      };
    },
  };
}

/** 3.2.2.2 of MQTT 5.0: the will asks for what the broker does not do. */
const RETAIN_NOT_SUPPORTED = 0x9a;
const QOS_NOT_SUPPORTED = 0x9b;

/** Hears why a broker refuses the will, before anybody else does. */
function learning(will: { qos: 0 | 1; retain: boolean }, handlers: ConnectionHandlers): ConnectionHandlers {
  return {
    ...handlers,
    onDown: (fault) => {
      if (fault.reasonCode === RETAIN_NOT_SUPPORTED) will.retain = false;
      if (fault.reasonCode === QOS_NOT_SUPPORTED) will.qos = 0;
      handlers.onDown(fault);
    },
  };
}

interface Will {
  readonly payload: Uint8Array;
  readonly qos: 0 | 1;
  readonly retain: boolean;
}

function openConnection(options: UplinkOptions, address: MachineAddress, will: Will, handlers: ConnectionHandlers): MqttConnection {
  const { broker, site, timers } = options;
  return openMqttConnection(
    {
      ...credentialsOf(broker),
      clientId: options.machine,
      will: { topic: topic.presence(address), ...will },
      subscriptions: downTopics(site, address),
      timers,
    },
    handlers,
  );
}

/** Without the user and password that a URL may carry. */
function brokerName(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}
