import { expect, test } from 'vitest';
import { seconds } from '#core/base/time.ts';
import type { LiveMessage } from '#core/contract/local/live.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';
import { openLive, type SocketEvents } from '../../../kiosk-ui/agent/live.ts';

const TICK = JSON.stringify({ kind: 'tick', at: '2026-10-31T11:00:00.000Z' });

function open() {
  const time = createVirtualTime();
  const sockets: { path: string; events: SocketEvents; closed: boolean }[] = [];
  const heard: LiveMessage[] = [];
  const link = openLive(
    {
      clock: time.clock,
      timers: time.timers,
      openSocket(path, events) {
        const socket = { path, events, closed: false };
        sockets.push(socket);
        return {
          close() {
            socket.closed = true;
          },
        };
      },
    },
    { topic: 'gate', query: { lane: 'lane-1' }, onMessage: (message) => heard.push(message) },
  );
  return { time, sockets, heard, link };
}

test('opens the topic with its further words and hears what is said', () => {
  const { sockets, heard, link } = open();
  expect(sockets[0]?.path).toBe('/api/live?topic=gate&lane=lane-1');
  expect(link.state.value).toBe('connecting');
  sockets[0]?.events.onText(TICK);
  expect(link.state.value).toBe('live');
  expect(heard).toEqual([JSON.parse(TICK)]);
  link.close();
});

test('5 s of silence are one moment, 10 s are out of service, and a word mends both', async () => {
  const { time, sockets, link } = open();
  sockets[0]?.events.onText(TICK);
  await time.advance(seconds(4));
  expect(link.state.value).toBe('live');
  await time.advance(seconds(1.5));
  expect(link.state.value).toBe('silent');
  await time.advance(seconds(5));
  expect(link.state.value).toBe('lost');
  sockets.at(-1)?.events.onText(TICK);
  expect(link.state.value).toBe('live');
  link.close();
});

test('a socket that closes is opened again, at most 2 s later however often it fails', async () => {
  const { time, sockets, link } = open();
  for (let attempt = 1; attempt <= 8; attempt++) {
    expect(sockets).toHaveLength(attempt);
    sockets.at(-1)?.events.onClosed();
    await time.advance(seconds(2));
  }
  link.close();
});

test('a line that was cut without a word is given up, and its late words are not heard', async () => {
  const { time, sockets, heard, link } = open();
  await time.advance(seconds(13));
  expect(sockets.length).toBeGreaterThan(1);
  expect(sockets[0]?.closed).toBe(true);
  sockets[0]?.events.onText(TICK);
  expect(heard).toEqual([]);
  link.close();
});

test('closing leaves no timer behind', async () => {
  const { time, sockets, link } = open();
  sockets[0]?.events.onClosed();
  link.close();
  expect(time.pendingTimers()).toBe(0);
});
