import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { minutes } from '#core/base/time.ts';
import { CHANNELS, channelOf } from '#core/contract/wire/channels.ts';
import { eventually, eventuallyAnswers } from '#test/support/eventually.ts';
import { connectedClient } from '#test/support/raw-mqtt.ts';
import { boxOfficeEnd, createMemoryReceiver, MACHINE, machineEnd, mosquittoBroker, SIGNED, sale, waiting } from './lobby-wire.ts';

/** The published document against what really travels: every message that a broker sees in the life of a lobby is read by the schema in the document. */
const document = z
  .object({ components: z.object({ schemas: z.record(z.string(), z.record(z.string(), z.unknown())) }) })
  .parse(JSON.parse(readFileSync(new URL('../../../edge-agent/core/contract/wire/asyncapi.json', import.meta.url), 'utf8')));
const schemaOf = (channel: string): z.ZodType => z.fromJSONSchema(document.components.schemas[channel] ?? {});

test('every message is of a channel of the document, and valid there', { timeout: 180_000 }, async () => {
  const broker = await mosquittoBroker('5');
  const seen: { topic: string; payload: Buffer; qos: number; retain: boolean; expiry: number | undefined }[] = [];
  const listener = await connectedClient(broker.machine.url, { protocolVersion: 5, clientId: 'listener' });
  listener.on('message', (topic, payload, { qos, retain, properties }) =>
    seen.push({ topic, payload, qos, retain, expiry: properties?.messageExpiryInterval }),
  );
  await listener.subscribeAsync({ '#': { qos: 1, rap: true } });

  const office = boxOfficeEnd(broker.boxOffice, createMemoryReceiver());
  let timers = 0;
  const machine = machineEnd(broker.machine, ':memory:', {
    // Telemetry is sampled once a minute; here a minute is over at once, three times.
    timers: {
      after: (delay, action) => {
        const handle = setTimeout(action, delay === minutes(1) && timers++ < 3 ? 1 : delay);
        return { cancel: () => clearTimeout(handle) };
      },
    },
  });
  machine.ledger.transaction(() => {
    for (let i = 0; i < 30; i++) machine.ledger.append(sale(`sale-${i}`));
  });
  office.start();
  machine.uplink.start();
  await eventually('connected', () => machine.uplink.status().state === 'connected');
  await eventually('its hello', () => office.machines().get(MACHINE)?.software === '0.0.0-test');
  office.publishDelta(SIGNED);
  await office.command({ machine: MACHINE, kind: 'report-health', by: 'test', reason: 'captured traffic' });
  await eventuallyAnswers('the command is done', async () =>
    (await office.commands.all()).find(({ stages }) => stages.at(-1)?.state === 'succeeded'),
  );
  expect(office.machines().get(MACHINE)?.health?.flows).toEqual([{ name: 'buy', available: false, lost: ['paper'] }]);
  await eventually('telemetry', () => (office.machines().get(MACHINE)?.telemetry?.received ?? 0) > 0);
  await eventually('everything is acknowledged', () => waiting(machine) === 0);
  await machine.uplink.stop();
  await eventually('a planned stop', () => office.machines().get(MACHINE)?.stopped === true);

  const channels = new Set<string>();
  for (const { topic, payload, qos, retain, expiry } of seen) {
    const name = channelOf(topic);
    if (name === undefined) throw new Error(`${topic} is in no channel`);
    channels.add(name);
    const plain: unknown = JSON.parse((payload[0] === 0x1f ? gunzipSync(payload) : payload).toString('utf8'));
    const read = schemaOf(name).safeParse(plain);
    expect(read.success ? '' : `${topic}: ${read.error.message}`).toBe('');
    expect({ topic, qos, retain }).toEqual({ topic, qos: CHANNELS[name].qos, retain: CHANNELS[name].retain });
    expect(expiry === undefined, topic).toBe(!('expiry' in CHANNELS[name]));
  }
  expect([...channels].sort()).toEqual(Object.keys(CHANNELS).sort());
});
