import { z } from 'zod';
import { CHANNEL_PARAMETERS, CHANNELS, type Channel } from './channels.ts';
import { Command } from './command.ts';

/** The wire as an AsyncAPI 3.0.0 document, from the schemas that parse it. `asyncapi.json` is what it answers; a test says when that has to be written anew. */
export function asyncApi(): object {
  const channels = Object.entries(CHANNELS) as [string, Channel][];
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Foyer: machines and box office over MQTT',
      version: '1.0.0',
      description:
        'MQTT 5.0, or 3.1.1 with nothing lost but the expiry of messages. JSON in UTF-8, compressed by gzip (RFC 1952) from 1 kB on. An event is kept by its machine until the box office has acknowledged it; no confirmation of a broker means anything.',
      license: { name: 'See LICENSE' },
    },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(channels.map(([name, channel]) => [name, describeChannel(name, channel)])),
    operations: Object.fromEntries(channels.map(([name, channel]) => [operationName(name, channel), describeOperation(name, channel)])),
    components: {
      messages: Object.fromEntries(channels.map(([name, channel]) => [name, describeMessage(name, channel)])),
      schemas: { ...Object.fromEntries(channels.map(([name, { schema }]) => [name, jsonSchema(schema)])), commandBody: jsonSchema(Command) },
    },
  };
}

/** From the machine's side: it sends what goes up and receives what comes down. */
function operationName(name: string, { from }: Channel): string {
  return `${from === 'machine' ? 'send' : 'receive'}${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

function describeChannel(name: string, { address, summary }: Channel): object {
  const used = Object.entries(CHANNEL_PARAMETERS).filter(([key]) => address.includes(`{${key}}`));
  return {
    address,
    summary,
    messages: { [name]: { $ref: `#/components/messages/${name}` } },
    parameters: Object.fromEntries(used.map(([key, { description }]) => [key, { description }])),
  };
}

function describeOperation(name: string, { from, qos, retain, expiry }: Channel): object {
  return {
    action: from === 'machine' ? 'send' : 'receive',
    channel: { $ref: `#/channels/${name}` },
    messages: [{ $ref: `#/channels/${name}/messages/${name}` }],
    bindings: { mqtt: { qos, retain, ...(expiry === undefined ? {} : { messageExpiryInterval: expiry }), bindingVersion: '0.2.0' } },
  };
}

function describeMessage(name: string, { summary }: Channel): object {
  return {
    name,
    summary,
    contentType: 'application/json',
    payload: { schemaFormat: 'application/schema+json;version=draft-07', schema: { $ref: `#/components/schemas/${name}` } },
  };
}

function jsonSchema(schema: z.ZodType): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: 'draft-7', io: 'input' });
  return rest;
}
