import { connect, type IClientOptions, type IClientPublishOptions, type IConnackPacket, type MqttClient, UniqueMessageIdProvider } from 'mqtt';
import { LIMITS } from '#core/base/limits.ts';
import type { Duration } from '#core/base/time.ts';
import type { Timer, Timers } from '#core/ports/clock.ts';

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
  /** At most; a broker that grants only 0 gets 0. */
  readonly qos: 0 | 1;
  /** Left out where the broker keeps nothing. */
  readonly retain?: boolean;
  /** Seconds (MQTT 5.0, 3.3.2.3.3); ignored by MQTT 3.1.1. */
  readonly expirySeconds?: number;
}

/** What the broker granted in its CONNACK. */
export interface Granted {
  readonly receiveMaximum: number;
  /** Bytes of a whole packet that the broker takes, undefined without a limit. */
  readonly maximumPacketSize: number | undefined;
  readonly maximumQos: 0 | 1;
  readonly retainAvailable: boolean;
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
  /** A broker that grants no QoS 1, or keeps nothing, refuses a will that asks for it: the next attempt asks for less. */
  readonly will?: { readonly topic: string; readonly payload: Uint8Array; readonly qos?: 0 | 1; readonly retain?: boolean };
  /** Everything is asked for at QoS 1; `onUp` comes after all of it was granted. */
  readonly subscriptions: readonly string[];
  readonly timers: Timers;
}

export interface ConnectionHandlers {
  onUp(granted: Granted): void;
  /**
   * Called before the broker is told that the message has arrived (PUBACK), and does nothing that takes time. What it throws must end the program; when it
   * answers `not-kept`, the connection ends and the broker sends the message again on the next one.
   */
  onMessage(topic: string, payload: Uint8Array, retained: boolean): 'not-kept' | undefined;
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
  let granted: Granted | undefined;
  let subscribing: Timer | undefined;
  /** Publishes without an answer yet. The library forgets them when the connection ends, so they are kept, and told, here. */
  const unanswered = new Set<(fault: ConnectionFault) => void>();

  const finish = (): void => {
    if (ended) return;
    ended = true;
    subscribing?.cancel();
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

  client.on('connect', (connack) => {
    const grant = readGranted(connack);
    granted = grant;
    subscribing = options.timers.after(LIMITS.uplink.greetingTimeout, () =>
      giveUp(new ConnectionFault('the broker stays, and does not answer the subscription')),
    );
    const granting = (): void => {
      subscribing?.cancel();
      if (!ended) handlers.onUp(grant);
    };
    subscribeAll(client, options, granting, giveUp);
  });
  // The library confirms a message when this calls back without an error, and never before.
  client.handleMessage = ({ topic, payload, retain }, done) => {
    if (ended) return;
    const kept = handlers.onMessage(topic, typeof payload === 'string' ? Buffer.from(payload) : payload, retain);
    if (kept === undefined) done();
    else giveUp(new ConnectionFault('a message could not be kept'));
  };
  client.on('disconnect', (packet) => {
    fault ??= new ConnectionFault(`the broker ended the connection (${describeReason(packet.reasonCode)})`, packet.reasonCode);
  });
  client.on('error', (error) => {
    fault ??= toFault(error);
    // After a refused CONNACK or a malformed packet the library leaves the end of the stream to us.
    client.stream.destroy();
  });
  client.on('close', finish);

  const window = createWindow();
  const publishNow = (topic: string, payload: Uint8Array, how: PublishOptions): Promise<void> =>
    new Promise((resolve, reject) => {
      // The library would keep a message for a connection of its own making; there will be none.
      if (ended || !client.connected) {
        reject(fault ?? new ConnectionFault('not connected'));
        return;
      }
      unanswered.add(reject);
      const message = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
      client.publish(topic, message, publishOptions(options, how, granted), (error) => {
        unanswered.delete(reject);
        if (error) reject(toFault(error));
        else resolve();
      });
    });

  return {
    publish: (topic, payload, how) => {
      const largest = granted?.maximumPacketSize ?? Number.POSITIVE_INFINITY;
      if (payload.length + Buffer.byteLength(topic) + PUBLISH_OVERHEAD > largest) {
        return Promise.reject(new ConnectionFault(`the broker takes packets of ${largest} bytes, and this one has more`, PACKET_TOO_LARGE));
      }
      const now = (): Promise<void> => publishNow(topic, payload, how);
      return how.qos === 0 ? now() : window.enter(granted?.receiveMaximum ?? 1, now);
    },
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

/** Holds back what the broker's Receive Maximum does not allow yet (MQTT 5.0, 4.9), in its order; the library would send it. */
function createWindow(): { enter(places: number, publish: () => Promise<void>): Promise<void> } {
  const waiting: (() => void)[] = [];
  let taken = 0;
  return {
    enter: async (places, publish) => {
      if (taken >= places) await new Promise<void>((resolve) => waiting.push(resolve));
      taken += 1;
      try {
        await publish();
      } finally {
        taken -= 1;
        waiting.shift()?.();
      }
    },
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
            qos: will.qos ?? 1,
            retain: will.retain ?? true,
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

function publishOptions(
  { version }: ConnectionOptions,
  { qos, retain = false, expirySeconds }: PublishOptions,
  granted: Granted | undefined,
): IClientPublishOptions {
  const hasExpiry = version === '5' && expirySeconds !== undefined;
  return {
    qos: granted?.maximumQos === 0 ? 0 : qos,
    retain: retain && granted?.retainAvailable !== false,
    ...(hasExpiry ? { properties: { messageExpiryInterval: expirySeconds } } : {}),
  };
}

function readGranted({ properties }: IConnackPacket): Granted {
  return {
    receiveMaximum: properties?.receiveMaximum ?? 65_535,
    maximumPacketSize: properties?.maximumPacketSize,
    maximumQos: properties?.maximumQoS === 0 ? 0 : 1,
    retainAvailable: properties?.retainAvailable ?? true,
  };
}

const NOT_AUTHORIZED = 0x87;
export const PACKET_TOO_LARGE = 0x95;
/** Fixed header, packet identifier, length of the topic, properties (MQTT 5.0, 3.3): at most 5 + 2 + 2 + 1 + 5 bytes of ours. */
const PUBLISH_OVERHEAD = 15;

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
