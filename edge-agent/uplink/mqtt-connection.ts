import { connect, type IClientOptions, type IClientPublishOptions, type IConnackPacket, type MqttClient, UniqueMessageIdProvider } from 'mqtt';
import { LIMITS } from '#core/base/limits.ts';
import type { Duration } from '#core/base/time.ts';
import type { Timers } from '#core/ports/clock.ts';

/**
 * One connection to a broker, from CONNECT to the end; it is never used again. The only file of the agent that knows the MQTT library, of which it uses the
 * codec and the session alone: no reconnecting (it stops for ever after a refusal), no store (it loses messages), no window (it ignores the broker's).
 */
export interface MqttConnection {
  /**
   * Resolves when the broker has taken the message (PUBACK; for QoS 0 when it is on the line). Rejects with {@link ConnectionFault} when it was refused or the
   * connection ended. Only between `onUp` and `onDown`.
   */
  publish(topic: string, payload: Uint8Array, options: PublishOptions): Promise<void>;
  /** Says DISCONNECT, so that the broker does not publish the will, and ends; at once when the broker does not react within two seconds. */
  close(): Promise<void>;
  /** Ends without a word, as after a broken promise of the broker; `fault` is what `onDown` will say. Nothing when it has ended already. */
  abandon(fault: ConnectionFault): void;
}

export interface PublishOptions {
  readonly qos: 0 | 1;
  readonly retain?: boolean;
  /** Seconds (MQTT 5.0, 3.3.2.3.3); ignored by MQTT 3.1.1. */
  readonly expirySeconds?: number;
}

/** What the broker granted in its CONNACK. */
export interface Granted {
  readonly receiveMaximum: number;
  /** Bytes of a whole packet that the broker takes, undefined without a limit. */
  readonly maximumPacketSize: number | undefined;
}

/** Why a connection ended or was never made. `reasonCode` is that of MQTT 5.0 (2.4), or undefined when the broker gave none. */
export class ConnectionFault extends Error {
  override readonly name = 'ConnectionFault';
  readonly reasonCode: number | undefined;
  constructor(message: string, reasonCode?: number, options?: { cause?: unknown }) {
    super(message, options);
    this.reasonCode = reasonCode;
  }
}

export interface ConnectionOptions {
  /** `mqtt://host:port` or `mqtts://host:port`. */
  readonly url: string;
  readonly version: '5' | '3.1.1';
  readonly clientId: string;
  readonly username?: string;
  readonly password?: string;
  /** PEM texts for `mqtts:`. */
  readonly tls?: { readonly ca?: string; readonly certificate?: string; readonly key?: string };
  readonly will?: { readonly topic: string; readonly payload: Uint8Array };
  /** Everything is asked for at QoS 1; `onUp` comes after all of it was granted. */
  readonly subscriptions: readonly string[];
  readonly timers: Timers;
}

export interface ConnectionHandlers {
  onUp(granted: Granted): void;
  onMessage(topic: string, payload: Uint8Array): void;
  /** Exactly once, whatever happened; nothing is called afterwards. */
  onDown(fault: ConnectionFault): void;
}

/** Time for a broker to answer a DISCONNECT by closing. */
const FAREWELL = 2_000 as Duration;
/** A session survives a blip, and is too short to build up a week of queue at the broker. */
const SESSION_EXPIRY_SECONDS = 900;
/** Messages of the box office that may be on their way unconfirmed. */
const RECEIVE_MAXIMUM = 20;
/** A restart of the broker or a blip is no news: the will waits this long for the machine to come back. */
const WILL_DELAY_SECONDS = 45;

/** Begins to connect; everything else is told by the handlers, none of which is called before this returns. */
export function openMqttConnection(options: ConnectionOptions, handlers: ConnectionHandlers): MqttConnection {
  const client = connect(options.url, clientOptions(options));
  let ended = false;
  let fault: ConnectionFault | undefined;
  /** Publishes without an answer yet. The library forgets them when the connection ends, so they are kept, and told, here. */
  const unanswered = new Set<(fault: ConnectionFault) => void>();

  const finish = (): void => {
    if (ended) return;
    ended = true;
    client.end(true);
    const reason = fault ?? new ConnectionFault('the connection was closed by the other side');
    for (const reject of unanswered) reject(reason);
    unanswered.clear();
    handlers.onDown(reason);
  };
  const giveUp = (reason: ConnectionFault): void => {
    if (ended) return;
    fault ??= reason;
    // Destroys the stream; 'close' follows, and is where the connection ends for good.
    client.end(true);
    client.stream.destroy();
  };

  client.on('connect', (connack) => subscribeAll(client, options, () => !ended && handlers.onUp(readGranted(connack)), giveUp));
  client.on('message', (topic, payload) => {
    if (!ended) handlers.onMessage(topic, payload);
  });
  client.on('disconnect', (packet) => {
    fault ??= new ConnectionFault(`the broker ended the connection (${describeReason(packet.reasonCode)})`, packet.reasonCode);
  });
  client.on('error', (error) => {
    fault ??= toFault(error);
    // After a refused CONNACK or a malformed packet the library leaves the end of the stream to us.
    client.stream.destroy();
  });
  client.on('close', finish);

  return {
    publish: (topic, payload, how) =>
      new Promise((resolve, reject) => {
        // The library would keep a message for a connection of its own making; there will be none.
        if (ended || !client.connected) {
          reject(fault ?? new ConnectionFault('not connected'));
          return;
        }
        unanswered.add(reject);
        const message = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
        client.publish(topic, message, publishOptions(options, how), (error) => {
          unanswered.delete(reject);
          if (error) reject(toFault(error));
          else resolve();
        });
      }),
    abandon: giveUp,
    close: () =>
      new Promise((resolve) => {
        if (ended) {
          resolve();
          return;
        }
        fault ??= new ConnectionFault('closed by us');
        const timer = options.timers.after(FAREWELL, () => client.stream.destroy());
        client.once('close', () => {
          timer.cancel();
          resolve();
        });
        client.end(false);
      }),
  };
}

function clientOptions(options: ConnectionOptions): IClientOptions {
  const isFive = options.version === '5';
  const { will, tls } = options;
  return {
    protocolVersion: isFive ? 5 : 4,
    clientId: options.clientId,
    // Without an expiry a session of MQTT 3.1.1 is kept for ever; the hello after each connection puts everything right, so none is wanted there.
    clean: !isFive,
    keepalive: LIMITS.uplink.keepAlive / 1_000,
    connectTimeout: LIMITS.uplink.connectTimeout,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    timerVariant: 'native',
    messageIdProvider: new UniqueMessageIdProvider(),
    ...(options.username === undefined ? {} : { username: options.username }),
    ...(options.password === undefined ? {} : { password: options.password }),
    ...(tls?.ca === undefined ? {} : { ca: tls.ca }),
    ...(tls?.certificate === undefined ? {} : { cert: tls.certificate }),
    ...(tls?.key === undefined ? {} : { key: tls.key }),
    ...(isFive
      ? {
          properties: {
            sessionExpiryInterval: SESSION_EXPIRY_SECONDS,
            receiveMaximum: RECEIVE_MAXIMUM,
            maximumPacketSize: LIMITS.uplink.messageBytesMax,
            topicAliasMaximum: 0,
          },
        }
      : {}),
    ...(will === undefined
      ? {}
      : {
          will: {
            topic: will.topic,
            payload: Buffer.from(will.payload),
            qos: 1 as const,
            retain: true,
            ...(isFive ? { properties: { willDelayInterval: WILL_DELAY_SECONDS } } : {}),
          },
        }),
  };
}

/** A broker that refuses a subscription would leave us deaf, which looks like a connection and is none. */
function subscribeAll(client: MqttClient, options: ConnectionOptions, done: () => void, giveUp: (fault: ConnectionFault) => void): void {
  if (options.subscriptions.length === 0) {
    done();
    return;
  }
  client.subscribe([...options.subscriptions], { qos: 1 }, (error, granted) => {
    const refused = (granted ?? []).find(({ qos }) => qos >= 128);
    if (error !== null || refused !== undefined) {
      giveUp(
        new ConnectionFault(`the broker refused the subscription to ${refused?.topic ?? options.subscriptions.join(', ')}`, NOT_AUTHORIZED, {
          cause: error,
        }),
      );
      return;
    }
    done();
  });
}

function publishOptions({ version }: ConnectionOptions, { qos, retain = false, expirySeconds }: PublishOptions): IClientPublishOptions {
  const hasExpiry = version === '5' && expirySeconds !== undefined;
  return { qos, retain, ...(hasExpiry ? { properties: { messageExpiryInterval: expirySeconds } } : {}) };
}

function readGranted({ properties }: IConnackPacket): Granted {
  return { receiveMaximum: properties?.receiveMaximum ?? 65_535, maximumPacketSize: properties?.maximumPacketSize };
}

const NOT_AUTHORIZED = 0x87;

/**
 * CONNACK return codes of MQTT 3.1.1 (3.2.2.3) as the reason codes of MQTT 5.0 (3.2.2.2) that mean the same. A broker that speaks 3.1.1 only refuses a client
 * of version 5 with them too; reasons of version 5 to refuse begin at 0x80.
 */
const REASON_OF_RETURN_CODE: Readonly<Record<number, number>> = { 1: 0x84, 2: 0x85, 3: 0x88, 4: 0x86, 5: NOT_AUTHORIZED };

function toFault(error: Error): ConnectionFault {
  if (error instanceof ConnectionFault) return error;
  const code = 'code' in error && typeof error.code === 'number' ? error.code : undefined;
  const reasonCode = code === undefined ? undefined : (REASON_OF_RETURN_CODE[code] ?? code);
  // A refused TCP connection to a name with several addresses is an AggregateError, which has a code and no message.
  const text = error.message === '' && 'code' in error ? String(error.code) : error.message;
  return new ConnectionFault(text, reasonCode, { cause: error });
}

function describeReason(code: number | undefined): string {
  return code === undefined ? 'no reason given' : `reason 0x${code.toString(16)}`;
}
