import { once } from 'node:events';
import { connect as connectTcp, createServer, type Socket } from 'node:net';
import type { IClientOptions, MqttClient } from 'mqtt';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type BrokerCredentials, makeBrokerCredentials } from '#agent/broker/access.ts';
import { createEmbeddedBroker, type EmbeddedBroker } from '#agent/broker/embedded-broker.ts';
import { systemRandom } from '#agent/runtime/clock.ts';
import { silentLog } from '#agent/runtime/log.ts';
import { addressOf } from '#agent/uplink/address.ts';
import { FaultError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { MachineId, SiteId } from '#core/contract/identifiers.ts';
import { topic } from '#core/contract/wire/topic.ts';
import { eventually } from '#test/support/eventually.ts';
import { connectedClient, happened, rawClient } from '#test/support/raw-mqtt.ts';

const SITE = SiteId.parse('31012345');
const KIOSK = MachineId.parse('kiosk-01');
const GATE = MachineId.parse('gate-01');

async function running(): Promise<{ broker: EmbeddedBroker; credentials: BrokerCredentials }> {
  const credentials = makeBrokerCredentials(systemRandom, [KIOSK, GATE]);
  const broker = createEmbeddedBroker({ port: 0, site: SITE, credentials, log: silentLog });
  await broker.start();
  onTestFinished(broker.stop);
  return { broker, credentials };
}

const connected = (broker: EmbeddedBroker, options: IClientOptions): Promise<MqttClient> => connectedClient(broker.url(), options);

const asKiosk = ({ machines }: BrokerCredentials): IClientOptions => ({ clientId: KIOSK, username: KIOSK, password: machines.get(KIOSK) ?? '' });

describe('the door', () => {
  test.each([
    { name: 'no name', options: () => ({ clientId: KIOSK }) },
    { name: 'a wrong password', options: () => ({ clientId: KIOSK, username: KIOSK, password: 'guess' }) },
    { name: 'a machine that nobody knows', options: () => ({ clientId: 'kiosk-99', username: 'kiosk-99', password: 'guess' }) },
    { name: "another machine's name", options: (known: BrokerCredentials) => ({ ...asKiosk(known), clientId: GATE }) },
    {
      name: "another machine's password",
      options: ({ machines }: BrokerCredentials) => ({ clientId: KIOSK, username: KIOSK, password: machines.get(GATE) ?? '' }),
    },
    {
      name: "the box office's name with a guess",
      options: ({ boxOffice }: BrokerCredentials) => ({ username: boxOffice.username, password: 'guess' }),
    },
  ])('is closed for $name', async ({ options }) => {
    const { broker, credentials } = await running();
    const refused = rawClient(broker.url(), options(credentials));
    expect(await happened(refused, 'error')).toMatchObject({ code: 4 });
  });

  test('secrets are long, and new each time', () => {
    const one = makeBrokerCredentials(systemRandom, [KIOSK]);
    const two = makeBrokerCredentials(systemRandom, [KIOSK]);
    expect(one.machines.get(KIOSK)).toMatch(/^[0-9a-f]{48}$/);
    expect(one.machines.get(KIOSK)).not.toBe(two.machines.get(KIOSK));
    expect(one.boxOffice.password).not.toBe(two.boxOffice.password);
  });
});

describe('rights', () => {
  test('a machine speaks for itself only: anything else ends its connection and reaches nobody', async () => {
    const { broker, credentials } = await running();
    const office = await connected(broker, { clientId: 'office', ...credentials.boxOffice });
    const heard: string[] = [];
    office.on('message', (to) => heard.push(to));
    await office.subscribeAsync('#', { qos: 1 });
    const own = topic.hello(addressOf(KIOSK));
    const forbidden = [
      topic.hello(addressOf(GATE)),
      own.replace(/\/[0-9a-f]{2}\//, '/zz/'),
      topic.acknowledgement(addressOf(KIOSK)),
      topic.validityHead(SITE),
      '$SYS/anything',
    ];
    for (const to of forbidden) {
      const kiosk = await connected(broker, asKiosk(credentials));
      const closed = happened(kiosk, 'close');
      kiosk.publish(to, 'forged', { qos: 0 });
      await closed;
    }
    const kiosk = await connected(broker, asKiosk(credentials));
    await kiosk.publishAsync(own, 'honest', { qos: 1 });
    await eventually('the honest message', () => heard.includes(own));
    expect(heard).toEqual([own]);
  });

  test('a forged last will is not published', async () => {
    const { broker, credentials } = await running();
    const office = await connected(broker, { clientId: 'office', ...credentials.boxOffice });
    const heard: string[] = [];
    office.on('message', (to) => heard.push(to));
    await office.subscribeAsync('#', { qos: 1 });
    const will = (machine: MachineId) => ({ topic: topic.presence(addressOf(machine)), payload: Buffer.from('{}'), qos: 1 as const, retain: false });
    for (const machine of [GATE, KIOSK]) {
      const kiosk = await connected(broker, { ...asKiosk(credentials), will: will(machine) });
      kiosk.stream.destroy();
      await happened(kiosk, 'close');
    }
    await eventually('its own will', () => heard.length > 0);
    expect(heard).toEqual([topic.presence(addressOf(KIOSK))]);
  });

  test('a machine hears its own acknowledgements and the validity data of its site, and may not ask for more', async () => {
    const { broker, credentials } = await running();
    const kiosk = await connected(broker, asKiosk(credentials));
    for (const allowed of [topic.acknowledgement(addressOf(KIOSK)), topic.validityHead(SITE), topic.validityDelta(SITE)]) {
      expect(await kiosk.subscribeAsync(allowed, { qos: 1 })).toMatchObject([{ qos: 1 }]);
    }
    for (const refused of [
      '#',
      'foyer/v1/#',
      topic.everyMachine,
      topic.acknowledgement(addressOf(GATE)),
      topic.validityHead(SiteId.parse('99999999')),
    ]) {
      await expect(kiosk.subscribeAsync(refused, { qos: 1 })).rejects.toThrow();
    }
  });
});

describe('limits', () => {
  test('a packet that announces too much ends the connection before it is sent', async () => {
    const { broker } = await running();
    const socket = connectTcp(Number(new URL(broker.url()).port), '127.0.0.1');
    onTestFinished(() => {
      socket.destroy();
    });
    await once(socket, 'connect');
    const closed = once(socket, 'close');
    // CONNECT with a Remaining Length of 256 MB less one byte.
    socket.write(Uint8Array.from([0x10, 0xff, 0xff, 0xff, 0x7f]));
    await closed;
    expect(socket.destroyed).toBe(true);
  });

  test('connections beyond the limit are closed, and the others go on', async () => {
    const { broker, credentials } = await running();
    const kiosk = await connected(broker, asKiosk(credentials));
    const port = Number(new URL(broker.url()).port);
    const idle: Socket[] = [];
    let closed = 0;
    for (let i = 0; i < LIMITS.broker.connectionsMax + 5; i++) {
      const socket = connectTcp(port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.on('close', () => {
        closed += 1;
      });
      idle.push(socket);
    }
    onTestFinished(() => {
      for (const socket of idle) socket.destroy();
    });
    await eventually('the surplus is closed', () => closed === 6);
    await kiosk.publishAsync(topic.hello(addressOf(KIOSK)), 'still here', { qos: 1 });
    expect(kiosk.connected).toBe(true);
  });
});

describe('starting and stopping', () => {
  test('cuts every connection, frees the port, and comes back on the same one', async () => {
    const { broker, credentials } = await running();
    const before = broker.url();
    const kiosk = await connected(broker, asKiosk(credentials));
    const cut = happened(kiosk, 'close');
    await broker.stop();
    await cut;
    expect(broker.isRunning()).toBe(false);
    await broker.stop();
    await broker.start();
    await broker.start();
    expect(broker.url()).toBe(before);
    const again = await connected(broker, asKiosk(credentials));
    expect(again.connected).toBe(true);
  });

  test('says whose port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    onTestFinished(() => {
      other.close();
    });
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const broker = createEmbeddedBroker({ port, site: SITE, credentials: makeBrokerCredentials(systemRandom, []), log: silentLog });
    const refused = await broker.start().then(
      () => undefined,
      (cause: unknown) => cause,
    );
    expect(refused).toBeInstanceOf(FaultError);
    expect(refused).toMatchObject({ fault: { code: 'E-NET-PORT', message: expect.stringContaining(`:${port}`) } });
    expect(broker.isRunning()).toBe(false);
  });
});
