import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { addressOf } from '#agent/uplink/address.ts';
import { decodePayload } from '#agent/uplink/payload.ts';
import type { MachineId } from '#core/contract/identifiers.ts';
import { type EventAck, EventBatch, Hello } from '#core/contract/wire/envelope.ts';
import { parseUpTopic, topic, type UpTopic } from '#core/contract/wire/topic.ts';
import { connack, createPacketReader, disconnect, type Packet, pong, puback, publish, suback } from './packets.ts';
import type { Receiver } from './receiver.ts';
import type { Script } from './scripts.ts';

/** A broker with the box office behind it that follows a script for its first connections, and does its duty afterwards. */
export interface ScriptedServer {
  readonly url: string;
  readonly counts: {
    connections: number;
    packets: number /** Messages that waited for PUBACK at once, and bytes of the largest. */;
    unconfirmed: number;
    largest: number;
  };
  /** Ends what a script has begun for ever. */
  behave(): void;
  close(): Promise<void>;
}

interface Line {
  readonly socket: Socket;
  readonly script: Script | undefined;
  batches: number;
  unconfirmed: number;
  /** The script has ended it. What still arrives is read and thrown away: a socket that is closed over unread bytes resets the line, and the reason is lost on its way. */
  isEnded: boolean;
  readonly held: EventBatch[];
  /** Messages are taken in the order in which they came, although each is unpacked on another thread (MQTT 5.0, 4.6). */
  taken: Promise<void>;
}

const MESSAGE_BYTES_MAX = 1_048_576;
const GARBAGE = Uint8Array.of(0xf0, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 1, 2, 3);
const LIES = 5;
/** Batches that are kept back before they go on in the reverse order. */
const HELD = 3;

/** Whether a message that is no batch finds no answer. */
function swallows(script: Script | undefined, kind: UpTopic['kind']): boolean {
  if (script?.swallows === 'health') return kind === 'health';
  return script?.swallows === 'greeting' && (kind === 'presence' || kind === 'hello');
}

export async function startScriptedServer(machine: MachineId, script: Script, receiver: Receiver): Promise<ScriptedServer> {
  const counts = { connections: 0, packets: 0, unconfirmed: 0, largest: 0 };
  const sockets = new Set<Socket>();
  const address = addressOf(machine);
  let isGood = false;
  /** Delivered after the machine has sent them again. */
  const late: EventBatch[] = [];

  const tell = ({ socket }: Line, ack: EventAck): void => {
    if (!isGood && script.mute) return;
    socket.write(publish(topic.acknowledgement(address), Buffer.from(JSON.stringify(ack))));
  };
  const deliver = (line: Line, batch: EventBatch): void => tell(line, receiver.take(batch));

  const takeBatch = (line: Line, id: number, batch: EventBatch): void => {
    const how = isGood ? undefined : line.script?.batches;
    line.batches += 1;
    if (how === 'swallow' && line.batches === 1) return;
    if (how !== 'no-puback') {
      line.unconfirmed -= 1;
      line.socket.write(puback(id, typeof how === 'object' ? how.refuse : 0));
    }
    if (typeof how === 'object') return;
    // Where no end comes of it, a liar tires.
    if (how === 'lie' && (line.script?.end !== undefined || line.batches <= LIES)) return;
    if (how === 'late') {
      late.push(batch);
      if (late.length <= HELD) return;
      // What is old comes after what is new.
      for (const old of [batch, ...late.splice(0)]) deliver(line, old);
    } else if (how === 'reverse') {
      line.held.push(batch);
      if (line.held.length < HELD) return;
      for (const one of line.held.splice(0).reverse()) deliver(line, one);
    } else {
      deliver(line, batch);
      if (how === 'twice') deliver(line, batch);
    }
  };

  const end = (line: Line): void => {
    const { socket, script: own, batches } = line;
    if (isGood || own?.end === undefined || batches < own.end.after) return;
    line.isEnded = true;
    const { how } = own.end;
    if (how === 'half-packet') socket.end(publish(topic.acknowledgement(address), new Uint8Array(200)).subarray(0, 40));
    else if (how === 'garbage') socket.write(GARBAGE);
    else if (how === 'cut') socket.destroy();
    else socket.end(disconnect(how.disconnect));
  };

  const takeMessage = async (line: Line, { topic: to, id, payload }: Extract<Packet, { kind: 'publish' }>): Promise<void> => {
    const decoded = await decodePayload(payload, MESSAGE_BYTES_MAX);
    if (line.isEnded) return;
    const about = parseUpTopic(to);
    if (!decoded.ok || about === undefined) throw new Error(`the machine sent what is no message to ${to}`);
    if (about.kind === 'events' && id !== undefined) {
      takeBatch(line, id, EventBatch.parse(decoded.value));
      end(line);
      return;
    }
    if (!isGood && swallows(line.script, about.kind)) return;
    if (id !== undefined) {
      line.unconfirmed -= 1;
      line.socket.write(puback(id));
    }
    if (about.kind !== 'hello') return;
    const { epoch, sess } = Hello.parse(decoded.value);
    for (const ack of receiver.watermarks(epoch, sess)) tell(line, ack);
  };

  const take = (line: Line, packet: Packet): void => {
    counts.packets += 1;
    const own = isGood ? undefined : line.script;
    if (packet.kind === 'connect') {
      line.socket.write(connack(own?.refuse ?? 0, own?.grant));
      if (own?.refuse !== undefined) line.socket.end();
    } else if (packet.kind === 'subscribe') {
      if (own?.swallows !== 'subscription') line.socket.write(suback(packet.id, packet.topics));
    } else if (packet.kind === 'ping') line.socket.write(pong());
    else if (packet.kind === 'publish') {
      if (packet.id !== undefined) line.unconfirmed += 1;
      counts.unconfirmed = Math.max(counts.unconfirmed, line.unconfirmed);
      counts.largest = Math.max(counts.largest, packet.bytes);
      line.taken = line.taken.then(() => takeMessage(line, packet));
    }
  };

  const server = createServer({ noDelay: true }, (socket) => {
    counts.connections += 1;
    sockets.add(socket);
    const line: Line = {
      socket,
      script: counts.connections <= script.times ? script : undefined,
      batches: 0,
      unconfirmed: 0,
      isEnded: false,
      held: [],
      taken: Promise.resolve(),
    };
    const reader = createPacketReader();
    // The machine may be gone by the time it is answered: `close` follows.
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (bytes) => {
      for (const packet of reader.push(bytes)) take(line, packet);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('a TCP server has a port');
  return {
    url: `mqtt://127.0.0.1:${bound.port}`,
    counts,
    behave: () => {
      isGood = true;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
