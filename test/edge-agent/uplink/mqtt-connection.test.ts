import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemTimers } from '#agent/runtime/clock.ts';
import { ConnectionFault, type Granted, type MqttConnection, openMqttConnection } from '#agent/uplink/mqtt-connection.ts';
import { seconds } from '#core/base/time.ts';
import type { Timers } from '#core/ports/clock.ts';
import { eventually } from '#test/support/eventually.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';

/** Answers of MQTT 5.0 in bytes, for a broker that does what no real one does on demand. */
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
/** 3.2: no session present, the reason, no properties. */
const connack = (reason: number): Uint8Array => bytes(0x20, 3, 0, reason, 0);
/** 3.2.2.3: with Receive Maximum (0x21) 7 and Maximum Packet Size (0x27) 30,000. */
const CONNACK_WITH_LIMITS = bytes(0x20, 11, 0, 0, 8, 0x21, 0, 7, 0x27, 0, 0, 0x75, 0x30);
/** 3.9, to the packet identifier of a SUBSCRIBE shorter than 128 bytes, for one topic. */
const suback = (subscribe: Uint8Array, reason: number): Uint8Array => bytes(0x90, 4, subscribe[2] ?? 0, subscribe[3] ?? 0, 0, reason);
/** 3.14. */
const disconnect = (reason: number): Uint8Array => bytes(0xe0, 2, reason, 0);

const CONNECT = 0x10;
const SUBSCRIBE = 0x82;

type Script = (packet: Uint8Array, socket: Socket) => void;
const granting: Script = (packet, socket) => {
  if (packet[0] === CONNECT) socket.write(connack(0));
  if (packet[0] === SUBSCRIBE) socket.write(suback(packet, 1));
};

interface Attempt {
  readonly connection: MqttConnection;
  readonly ups: Granted[];
  readonly downs: ConnectionFault[];
}

/** Opens a connection to a broker that follows `script`; each chunk of a client on loopback is one packet. */
async function attempt(script: Script, timers: Timers = systemTimers): Promise<Attempt> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (packet) => script(packet, socket));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const ups: Granted[] = [];
  const downs: ConnectionFault[] = [];
  const connection = openMqttConnection(
    { url: `mqtt://127.0.0.1:${port}`, version: '5', clientId: 'kiosk-01', subscriptions: ['foyer/v1/a'], timers },
    { onUp: (granted) => ups.push(granted), onMessage: () => undefined, onDown: (fault) => downs.push(fault) },
  );
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { connection, ups, downs };
}

describe('a connection', () => {
  test('is up after the subscription was granted, with what the broker granted', async () => {
    const { ups } = await attempt((packet, socket) => {
      if (packet[0] === CONNECT) socket.write(CONNACK_WITH_LIMITS);
      if (packet[0] === SUBSCRIBE) socket.write(suback(packet, 1));
    });
    await eventually('up', () => ups.length === 1);
    expect(ups).toEqual([{ receiveMaximum: 7, maximumPacketSize: 30_000, maximumQos: 1, retainAvailable: true }]);
  });

  test.each([0x86, 0x87, 0x88, 0x89, 0x97, 0x9f])('that was refused is down with the reason (%i)', async (reason) => {
    const { ups, downs } = await attempt((_packet, socket) => socket.write(connack(reason)));
    await eventually('down', () => downs.length === 1);
    expect(downs[0]).toMatchObject({ reasonCode: reason });
    expect(ups).toEqual([]);
  });

  test('is none while the broker refuses what it must hear', async () => {
    const { ups, downs } = await attempt((packet, socket) => {
      if (packet[0] === CONNECT) socket.write(connack(0));
      if (packet[0] === SUBSCRIBE) socket.write(suback(packet, 0x87));
    });
    await eventually('down', () => downs.length === 1);
    expect(downs[0]).toMatchObject({ reasonCode: 0x87, message: expect.stringContaining('foyer/v1/a') });
    expect(ups).toEqual([]);
  });

  test('that another machine took over says so', async () => {
    const { downs } = await attempt((packet, socket) => {
      granting(packet, socket);
      if (packet[0] === SUBSCRIBE) socket.end(disconnect(0x8e));
    });
    await eventually('down', () => downs.length === 1);
    expect(downs[0]?.reasonCode).toBe(0x8e);
  });

  test('that brings garbage is down, once', async () => {
    const { downs, connection } = await attempt((packet, socket) => {
      granting(packet, socket);
      if (packet[0] === SUBSCRIBE) socket.write(bytes(0xf0, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 1, 2, 3));
    });
    await eventually('down', () => downs.length === 1);
    await expect(connection.publish('foyer/v1/b', bytes(1), { qos: 1 })).rejects.toThrow(ConnectionFault);
    await connection.close();
    expect(downs).toHaveLength(1);
  });

  test('that is lost rejects what was being published', async () => {
    const { connection, ups, downs } = await attempt((packet, socket) => {
      granting(packet, socket);
      if (((packet[0] ?? 0) & 0xf0) === 0x30) socket.destroy();
    });
    await eventually('up', () => ups.length === 1);
    await expect(connection.publish('foyer/v1/b', bytes(1), { qos: 1 })).rejects.toThrow(ConnectionFault);
    await eventually('down', () => downs.length === 1);
    expect(downs).toHaveLength(1);
  });

  test('ends within two seconds when the broker never reacts', async () => {
    const time = createVirtualTime();
    const { connection, ups, downs } = await attempt(granting, time.timers);
    await eventually('up', () => ups.length === 1);
    // Never confirmed: the library alone would wait for it for ever.
    const unconfirmed = connection.publish('foyer/v1/b', bytes(1), { qos: 1 }).catch((cause: unknown) => cause);
    const closed = connection.close();
    await time.advance(seconds(2));
    await closed;
    expect(await unconfirmed).toBeInstanceOf(ConnectionFault);
    expect(downs).toHaveLength(1);
  });
});
