import { connect, type MqttClient } from 'mqtt';
import { decodePayload } from '#agent/uplink/payload.ts';
import { MachineId } from '#core/contract/identifiers.ts';
import { EventAck, EventBatch } from '#core/contract/wire/envelope.ts';
import { topic } from '#core/contract/wire/topic.ts';
import type { OutsideLog } from './outside-log.ts';

/** A listener at the broker who belongs to nobody: which events left the machine under which numbers, and what the box office said it has kept. */
export interface WireTap {
  /** Resolves with the machine's next hello; fails when it takes longer than anybody waits. */
  hello(): Promise<void>;
  close(): void;
}

/** The machine with the kiosk and the gate. The box office's own machine tells events too, and nobody tortures it. */
export const AGENT = MachineId.parse('lobby-1');
const MESSAGE_BYTES_MAX = 1_048_576;
const RECONNECT_MS = 100;
const HELLO_WITHIN_MS = 120_000;

export function tapWire(url: string, log: OutsideLog): WireTap {
  const client: MqttClient = connect(url, { protocolVersion: 4, clean: true, clientId: 'tap', reconnectPeriod: RECONNECT_MS });
  const waiting: (() => void)[] = [];
  // The broker is killed again and again; the client says so each time, and comes back.
  client.on('error', () => undefined);
  client.on('connect', () => client.subscribe([topic.everyMachine, 'foyer/v1/+/+/dn/ack']));
  client.on('message', (from, payload) => {
    const [, , , machine = ''] = from.split('/');
    if (from.endsWith('/up/hello')) for (const done of machine === AGENT ? waiting.splice(0) : []) done();
    if (machine !== AGENT) return;
    if (from.includes('/up/ev/')) void read(payload, log, 'event');
    if (from.endsWith('/dn/ack')) void read(payload, log, 'ack');
  });
  return {
    hello: () =>
      new Promise((resolve, reject) => {
        const limit = setTimeout(
          () => reject(new Error(`the machine did not greet the broker within ${HELLO_WITHIN_MS / 1_000} s`)),
          HELLO_WITHIN_MS,
        );
        waiting.push(() => {
          clearTimeout(limit);
          resolve();
        });
      }),
    close: () => {
      client.end(true);
    },
  };
}

async function read(payload: Uint8Array, log: OutsideLog, what: 'event' | 'ack'): Promise<void> {
  const decoded = await decodePayload(payload, MESSAGE_BYTES_MAX);
  if (!decoded.ok) throw new Error(`the wire carries what is no message: ${decoded.error.detail}`);
  if (what === 'event') {
    const { lane, from, ev } = EventBatch.parse(decoded.value);
    for (const [index, { id }] of ev.entries()) log.onWire({ store: 'ledger', kind: 'event', lane, seq: from + index, id });
    log.pointReached('event-on-wire');
  } else {
    const { epoch, lane, through } = EventAck.parse(decoded.value);
    log.onWire({ store: 'box-office', kind: 'received', epoch, lane, through });
    log.pointReached('acknowledged');
  }
}
