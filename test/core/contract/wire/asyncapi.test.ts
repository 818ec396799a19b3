import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { addressOf } from '#agent/uplink/address.ts';
import { MachineId, SiteId } from '#core/contract/identifiers.ts';
import { asyncApi } from '#core/contract/wire/asyncapi.ts';
import { CHANNELS, channelOf } from '#core/contract/wire/channels.ts';
import { topic } from '#core/contract/wire/topic.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Tree = { [key: string]: Json };

const text = readFileSync(new URL('../../../../edge-agent/core/contract/wire/asyncapi.json', import.meta.url), 'utf8');
const document = JSON.parse(text) as Tree;
const tree = (value: Json | undefined): Tree => (typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {});

function resolve(reference: string): Json | undefined {
  return reference
    .replace(/^#\//, '')
    .split('/')
    .reduce<Json | undefined>((at, step) => tree(at)[step], document);
}

function references(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(references);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === '$ref' && typeof inner === 'string' ? [inner] : references(inner)));
}

test('the document is what the schemas say: npx tsx test/core/contract/wire/write-asyncapi.ts', () => {
  expect(text).toBe(`${JSON.stringify(asyncApi(), null, 2)}\n`);
});

/** The rules of AsyncAPI 3.0.0 that concern what is used here; there is no validator among the packages. */
describe('AsyncAPI 3.0.0', () => {
  test('the root has its fixed fields and no others', () => {
    expect(document.asyncapi).toBe('3.0.0');
    expect(Object.keys(document).sort()).toEqual(['asyncapi', 'channels', 'components', 'defaultContentType', 'info', 'operations']);
    expect(tree(document.info)).toMatchObject({ title: expect.any(String), version: expect.any(String) });
  });

  test('every reference leads somewhere', () => {
    const all = references(document);
    expect(all.length).toBeGreaterThan(30);
    expect(all.filter((reference) => resolve(reference) === undefined)).toEqual([]);
  });

  test('every channel has its address, and exactly the parameters of it', () => {
    for (const [name, channel] of Object.entries(tree(document.channels))) {
      const { address, parameters, messages } = tree(channel);
      const used = [...String(address).matchAll(/\{([^}]+)\}/g)].map(([, key]) => key);
      expect(Object.keys(tree(parameters)).sort(), name).toEqual([...new Set(used)].sort());
      expect(Object.keys(tree(messages)), name).toHaveLength(1);
    }
  });

  test('every operation sends or receives the message of its channel, with the bindings of MQTT 0.2.0', () => {
    const operations = Object.values(tree(document.operations)).map(tree);
    expect(operations).toHaveLength(Object.keys(CHANNELS).length);
    for (const { action, channel, messages, bindings } of operations) {
      expect(['send', 'receive']).toContain(action);
      const at = String(tree(channel).$ref);
      expect((messages as Json[]).map((each) => String(tree(each).$ref).startsWith(`${at}/messages/`))).toEqual([true]);
      const { mqtt } = tree(bindings);
      expect(Object.keys(tree(mqtt)).filter((key) => !['qos', 'retain', 'messageExpiryInterval', 'bindingVersion'].includes(key))).toEqual([]);
    }
  });
});

test('the addresses are the topics that are built', () => {
  const address = addressOf(MachineId.parse('kiosk-01'));
  const site = SiteId.parse('31012345');
  expect([topic.events(address, 'p0'), topic.events(address, 'p1')].map(channelOf)).toEqual(['events', 'events']);
  expect(channelOf(topic.telemetry(address))).toBe('telemetry');
  expect(channelOf(topic.presence(address))).toBe('presence');
  expect(channelOf(topic.health(address))).toBe('health');
  expect(channelOf(topic.hello(address))).toBe('hello');
  expect(channelOf(topic.acknowledgement(address))).toBe('acknowledgement');
  expect(channelOf(topic.command(address))).toBe('command');
  expect(channelOf(topic.validityHead(site))).toBe('validityHead');
  expect(channelOf(topic.validityDelta(site))).toBe('validityDelta');
  expect(channelOf('foyer/v1/ff/kiosk-01/up/other')).toBeUndefined();
});
