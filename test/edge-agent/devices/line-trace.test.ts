import { expect, it } from 'vitest';
import { createLineTrace } from '#agent/devices/line-trace.ts';
import { createLinkTally } from '#agent/devices/link-tally.ts';
import { assert } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { milliseconds } from '#core/base/time.ts';
import { memoryTransport } from '#drivers/transport/memory.ts';
import { createScriptedDevice } from '#test/device-drivers/simulation/scripted-device.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';

it('has both ways of a line in their order, and the time of each', async () => {
  const time = createVirtualTime();
  const device = createScriptedDevice();
  const trace = createLineTrace(() => 'no-words', time.clock);
  const { transport } = createLinkTally(memoryTransport(device), time.clock, trace);
  const opened = await transport.open({ bytes: () => undefined, closed: () => undefined });
  assert(opened.ok, 'memory opens');
  await opened.value.write(Uint8Array.of(0x1b));
  await time.advance(milliseconds(5));
  device.say(Uint8Array.of(0x12));
  await time.settle();
  // The device on this line speaks in reports: what it says unasked is counted alone.
  expect(trace.read().map(({ direction, text }) => `${direction} ${text}`)).toEqual(['out 1b', 'in ..']);
  expect((trace.read()[1]?.at ?? 0) - (trace.read()[0]?.at ?? 0)).toBe(5);
  await opened.value.close();
  await opened.value.write(Uint8Array.of(0x1c));
  expect(trace.read().length).toBe(2);
});

it('keeps the last 64 KiB each way, and no more pieces than it may', () => {
  const { clock } = createVirtualTime();
  const trace = createLineTrace(() => 'no-words', clock);
  trace.record('out', Uint8Array.of(1), false);
  for (let i = 0; i < 100; i++) trace.record('in', new Uint8Array(1_000).fill(0x80 + (i % 16)), false);
  const incoming = trace.read().filter(({ direction }) => direction === 'in');
  const bytes = incoming.reduce((sum, entry) => sum + entry.bytes, 0);
  expect(bytes).toBeLessThanOrEqual(LIMITS.devices.traceBytesMax);
  expect(bytes).toBeGreaterThan(LIMITS.devices.traceBytesMax - 1_000);
  expect(incoming.at(-1)?.text.slice(0, 2)).toBe((0x80 + (99 % 16)).toString(16));
  expect(trace.read().some(({ direction }) => direction === 'out')).toBe(true);
  trace.record('in', new Uint8Array(1_000_000), false);
  expect(trace.read().at(-1)?.bytes).toBe(LIMITS.devices.traceBytesMax);
  for (let i = 0; i < 20_000; i++) trace.record('out', Uint8Array.of(i & 0xff), false);
  expect(trace.read().filter(({ direction }) => direction === 'out').length).toBe(LIMITS.devices.traceEntriesMax);
});
