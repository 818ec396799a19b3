import { readFileSync } from 'node:fs';
import { unreachable } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import { milliseconds, seconds, toIso } from '#core/base/time.ts';
import { ulid } from '#core/base/ulid.ts';
import { Signed } from '#core/contract/box-office/validity.ts';
import type { MachineId, SiteId } from '#core/contract/identifiers.ts';
import type { TechnicianState } from '#core/contract/local/technician.ts';
import { EventAck, type Hello, type Presence } from '#core/contract/wire/envelope.ts';
import { type MachineAddress, topic } from '#core/contract/wire/topic.ts';
import type { Clock, Random, Timer, Timers } from '#core/ports/clock.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { createOutbox, type RecentEvent } from '../ledger/outbox.ts';
import type { Log } from '../runtime/log.ts';
import { addressOf } from './address.ts';
import { type ConnectionSupervisor, createConnectionSupervisor } from './connection-supervisor.ts';
import { createInbox, parseMessage } from './inbox.ts';
import { ConnectionFault, type ConnectionHandlers, type Granted, type MqttConnection, openMqttConnection } from './mqtt-connection.ts';
import { createOutboxPump, type PumpCounters } from './outbox-pump.ts';
import { encodePayload } from './payload.ts';

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
}

export type UplinkStatus = TechnicianState['uplink'];

export interface UplinkCounters extends PumpCounters {
  readonly connections: number;
  readonly refusedMessages: number;
}

export interface BrokerAccess {
  readonly url: string;
  readonly version: '5' | '3.1.1';
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Paths of PEM files; read again for each connection, so that a renewed certificate is taken without a restart. */
  readonly caFile?: string | undefined;
  readonly certificateFile?: string | undefined;
  readonly keyFile?: string | undefined;
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
}

/** Fixed header, topic and properties of a PUBLISH beside its payload; the longest topic of ours has 61 bytes. */
const PACKET_OVERHEAD = 512;
/** The envelope around the events of a batch. */
const ENVELOPE_BYTES = 512;
/** A broker that takes less cannot carry our largest event. */
const PACKET_BYTES_MIN = LIMITS.outbox.eventBytesMax + PACKET_OVERHEAD + ENVELOPE_BYTES;
const HELLO_EXPIRY_SECONDS = 60;
/** How long a stopping agent waits for the broker to take its last word. */
const FAREWELL = seconds(2);
const STATUS_EVERY = milliseconds(100);
/** Acknowledgements and deltas that may wait to be read. */
const WAITING_MESSAGES_MAX = 256;

export function createUplink(options: UplinkOptions): Uplink {
  const { ledger, clock, timers, random, log } = options;
  const address = addressOf(options.machine);
  const outbox = createOutbox(ledger);
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

  const pump = createOutboxPump({ machine: options.machine, ledger, outbox, clock, timers, log, encode: encodePayload, onChange: changed });
  const inbox = createInbox({
    bytesMax: LIMITS.uplink.messageBytesMax,
    waitingMax: WAITING_MESSAGES_MAX,
    log,
    handle: (from, message) => takeMessage(options, address, from, message, pump.acknowledged),
  });
  const supervisor: ConnectionSupervisor = createConnectionSupervisor({
    clock,
    timers,
    random,
    connect: (handlers) => {
      session = ulid(clock.wall(), random.bytes(10));
      return openConnection(options, address, presence('off'), handlers);
    },
    onUp: (connection, granted) => {
      connections += 1;
      log.info({ broker: brokerName(options.broker.url), window: granted.receiveMaximum }, 'connected to the broker');
      void greet(connection, granted);
    },
    onMessage: inbox.push,
    onDown: pump.linkDown,
    onStatus: ({ state, lastFault }) => {
      if (state === 'waiting' && lastFault !== undefined) log.warn({ code: lastFault.code }, lastFault.message);
      changed();
    },
  });

  const presence = (s: Presence['s']): Presence => ({
    v: 1,
    s,
    sess: session,
    boot: options.boot,
    ...(s === 'on' ? { at: toIso(clock.wall()) } : {}),
  });
  const hello = (): Hello => {
    const { p0, p1 } = outbox.positions();
    return {
      v: 1,
      dev: options.machine,
      sess: session,
      boot: options.boot,
      epoch: ledger.epoch,
      lanes: [
        { lane: 'p0', ...p0 },
        { lane: 'p1', ...p1 },
      ],
      validity: options.validity(),
      software: options.software,
      at: toIso(clock.wall()),
    };
  };

  /** Presence and hello go out first, one by one: a broker may grant a window of a single message (MQTT 5.0, 3.2.2.3.3). */
  const greet = async (connection: MqttConnection, granted: Granted): Promise<void> => {
    const packetBytes = granted.maximumPacketSize ?? LIMITS.uplink.messageBytesMax;
    if (packetBytes < PACKET_BYTES_MIN) {
      connection.abandon(new ConnectionFault(`it takes packets of ${packetBytes} bytes only, ${PACKET_BYTES_MIN} are needed`, 0x95));
      return;
    }
    const mine = session;
    try {
      await connection.publish(topic.presence(address), toBytes(presence('on')), { qos: 1, retain: true });
      await connection.publish(topic.hello(address), toBytes(hello()), { qos: 1, expirySeconds: HELLO_EXPIRY_SECONDS });
    } catch (cause) {
      connection.abandon(cause instanceof ConnectionFault ? cause : new ConnectionFault('the greeting could not be published', undefined, { cause }));
      return;
    }
    if (mine !== session || supervisor.status().state !== 'connected') return;
    pump.linkUp({
      windowBatches: granted.receiveMaximum,
      batchBytesMax: Math.min(LIMITS.outbox.batchBytesMax, packetBytes - PACKET_OVERHEAD) - ENVELOPE_BYTES,
      publish: (lane, payload) => connection.publish(topic.events(address, lane), payload, { qos: 1 }),
      abandon: connection.abandon,
    });
  };

  const sayFarewell = async (connection: MqttConnection): Promise<void> => {
    let timer: Timer | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = timers.after(FAREWELL, resolve);
    });
    const said = connection.publish(topic.presence(address), toBytes(presence('off')), { qos: 1, retain: true });
    // A connection that ends meanwhile says the same by its will.
    await Promise.race([said.catch(() => undefined), patience]);
    timer?.cancel();
  };

  return {
    start: supervisor.start,
    nudge: supervisor.nudge,
    stop: async () => {
      await supervisor.stop(sayFarewell);
      await inbox.idle();
      pump.stop();
      announcing?.cancel();
      announcing = undefined;
    },
    onStatus: (listen) => {
      listeners.push(listen);
    },
    recentEvents: outbox.recent,
    counters: () => ({ ...pump.counters(), connections, refusedMessages: inbox.refused() }),
    status: () => {
      const { state, since, lastFault } = supervisor.status();
      return {
        state,
        since: toIso(since),
        broker: brokerName(options.broker.url),
        notAccepted: pump.notAccepted(),
        ...(lastFault === undefined ? {} : { lastFault: `${lastFault.code}: ${lastFault.message}` }),
        lanes: outbox.lanes().map(({ oldest, ...lane }) => ({ ...lane, ...(oldest === undefined ? {} : { oldest: toIso(oldest) }) })),
      };
    },
  };
}

function openConnection(options: UplinkOptions, address: MachineAddress, lastWill: Presence, handlers: ConnectionHandlers): MqttConnection {
  const { broker, site, timers } = options;
  return openMqttConnection(
    {
      url: broker.url,
      version: broker.version,
      clientId: options.machine,
      ...(broker.username === undefined ? {} : { username: broker.username }),
      ...(broker.password === undefined ? {} : { password: broker.password }),
      tls: {
        ...(broker.caFile === undefined ? {} : { ca: readFileSync(broker.caFile, 'utf8') }),
        ...(broker.certificateFile === undefined ? {} : { certificate: readFileSync(broker.certificateFile, 'utf8') }),
        ...(broker.keyFile === undefined ? {} : { key: readFileSync(broker.keyFile, 'utf8') }),
      },
      will: { topic: topic.presence(address), payload: toBytes(lastWill) },
      subscriptions: [topic.acknowledgement(address), topic.validityHead(site), topic.validityDelta(site)],
      timers,
    },
    handlers,
  );
}

function takeMessage(
  options: UplinkOptions,
  address: MachineAddress,
  from: string,
  message: unknown,
  acknowledged: (ack: EventAck) => void,
): Result<void, string> {
  const kind = kindOfDownTopic(options.site, address, from);
  switch (kind) {
    case 'acknowledgement': {
      const ack = parseMessage(EventAck, message);
      if (!ack.ok) return ack;
      acknowledged(ack.value);
      return ok();
    }
    case 'head':
    case 'delta': {
      const signed = parseMessage(Signed, message);
      if (!signed.ok) return signed;
      if (kind === 'head') options.onValidityHead(signed.value);
      else options.onValidityDelta(signed.value);
      return ok();
    }
    case 'unknown':
      return err('nobody asked for this topic');
    default:
      return unreachable(kind);
  }
}

function kindOfDownTopic(site: SiteId, address: MachineAddress, from: string): 'acknowledgement' | 'head' | 'delta' | 'unknown' {
  if (from === topic.acknowledgement(address)) return 'acknowledgement';
  if (from === topic.validityHead(site)) return 'head';
  return from === topic.validityDelta(site) ? 'delta' : 'unknown';
}

/** Without the user and password that a URL may carry. */
function brokerName(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

function toBytes(message: Presence | Hello): Uint8Array {
  return Buffer.from(JSON.stringify(message), 'utf8');
}
