import { LIMITS } from '#core/base/limits.ts';
import { seconds } from '#core/base/time.ts';
import { type MachineAddress, topic } from '#core/contract/wire/topic.ts';
import type { Timer, Timers } from '#core/ports/clock.ts';
import type { MachineReports } from './create-uplink.ts';
import type { HealthReport } from './health-report.ts';
import { ConnectionFault, type Granted, type MqttConnection } from './mqtt-connection.ts';
import type { OutboxPump } from './outbox-pump.ts';
import { type OwnWords, toBytes } from './own-words.ts';
import { encodePayload } from './payload.ts';

/** The first and the last words on a connection. */
export interface Greeting {
  /** Presence and hello; then events, telemetry and health may use the connection. `name` is its name. */
  greet(connection: MqttConnection, granted: Granted, name: string): Promise<void>;
  /** That the machine was stopped, and is not lost. */
  sayFarewell(connection: MqttConnection): Promise<void>;
}

export interface GreetingOptions {
  readonly address: MachineAddress;
  readonly words: OwnWords;
  readonly pump: OutboxPump;
  readonly health: HealthReport;
  readonly reports: MachineReports | undefined;
  readonly timers: Timers;
  /** Whether the connection of this name stands. */
  readonly isStill: (name: string) => boolean;
}

/** Fixed header, topic and properties of a PUBLISH beside its payload; the longest topic of ours has 61 bytes. */
const PACKET_OVERHEAD = 512;
/** The envelope around the events of a batch. */
const ENVELOPE_BYTES = 512;
/** A broker that takes less cannot carry our largest event. */
const PACKET_BYTES_MIN = LIMITS.outbox.eventBytesMax + PACKET_OVERHEAD + ENVELOPE_BYTES;
const HELLO_EXPIRY_SECONDS = 60;
const TELEMETRY_EXPIRY_SECONDS = 300;
const HEALTH_EXPIRY_SECONDS = 86_400;
/** How long a stopping agent waits for the broker to take its last word. */
const FAREWELL = seconds(2);

export function createGreeting({ address, words, pump, health, reports, timers, isStill }: GreetingOptions): Greeting {
  /** Presence and hello go out first, one by one: a broker may grant a window of a single message (MQTT 5.0, 3.2.2.3.3). */
  const greet = async (connection: MqttConnection, granted: Granted, name: string): Promise<void> => {
    const packetBytes = granted.maximumPacketSize ?? LIMITS.uplink.messageBytesMax;
    if (packetBytes < PACKET_BYTES_MIN) {
      connection.abandon(new ConnectionFault(`it takes packets of ${packetBytes} bytes only, ${PACKET_BYTES_MIN} are needed`, 0x95));
      return;
    }
    // A broker that stays and never takes it would keep everything waiting.
    const patience = timers.after(LIMITS.uplink.greetingTimeout, () =>
      connection.abandon(new ConnectionFault('the broker stays, and does not take the greeting')),
    );
    try {
      await connection.publish(topic.presence(address), toBytes(words.presence('on')), { qos: 1, retain: true });
      pump.greets(name);
      await connection.publish(topic.hello(address), toBytes(words.hello()), { qos: 1, expirySeconds: HELLO_EXPIRY_SECONDS });
    } catch (cause) {
      connection.abandon(cause instanceof ConnectionFault ? cause : new ConnectionFault('the greeting could not be published', undefined, { cause }));
      return;
    } finally {
      patience.cancel();
    }
    if (!isStill(name)) return;
    pump.linkUp({
      windowBatches: granted.receiveMaximum,
      batchBytesMax: Math.min(LIMITS.outbox.batchBytesMax, packetBytes - PACKET_OVERHEAD) - ENVELOPE_BYTES,
      publish: (lane, payload) => connection.publish(topic.events(address, lane), payload, { qos: 1 }),
      publishTelemetry: (payload) => connection.publish(topic.telemetry(address), payload, { qos: 0, expirySeconds: TELEMETRY_EXPIRY_SECONDS }),
      abandon: connection.abandon,
    });
    if (reports === undefined) return;
    health.linkUp(async () => {
      const payload = await encodePayload(
        JSON.stringify(words.health({ devices: reports.devices(), flows: reports.flows() }, pump.counters().deadLetters)),
      );
      const patience = timers.after(LIMITS.uplink.healthTakenWithin, () =>
        connection.abandon(new ConnectionFault('the broker stays, but has not confirmed how the devices are for too long')),
      );
      await connection
        .publish(topic.health(address), payload, { qos: 1, retain: true, expirySeconds: HEALTH_EXPIRY_SECONDS })
        .catch(connection.abandon)
        .finally(() => patience.cancel());
    });
  };

  const sayFarewell = async (connection: MqttConnection): Promise<void> => {
    let timer: Timer | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = timers.after(FAREWELL, resolve);
    });
    const said = connection.publish(topic.presence(address), toBytes({ ...words.presence('off'), why: 'stopped' }), { qos: 1, retain: true });
    // A connection that ends meanwhile says the same by its will.
    await Promise.race([said.catch(() => undefined), patience]);
    timer?.cancel();
  };

  return { greet, sayFarewell };
}
