import type { Monotonic } from '#core/base/time.ts';
import { instant } from '#core/base/time.ts';
import type { Clock, Timers } from '#core/ports/clock.ts';
import { type Call, createCall } from './call.ts';
import { type LiveLink, type LiveOptions, openLive, type Socket, type SocketEvents } from './live.ts';

/** The agent of this machine as its screens see it, and the time they live in. Models take it as a value; tests hand in another. */
export interface Agent {
  readonly call: Call;
  live(options: LiveOptions): LiveLink;
  readonly clock: Clock;
  readonly timers: Timers;
}

const browserClock: Clock = {
  monotonic: () => performance.now() as Monotonic,
  wall: () => instant(Date.now()),
};

const browserTimers: Timers = {
  after(delay, action) {
    const id = setTimeout(action, delay);
    return { cancel: () => clearTimeout(id) };
  },
};

function openSocket(path: string, events: SocketEvents): Socket {
  const socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${path}`);
  socket.addEventListener('message', (event) => events.onText(String(event.data)));
  socket.addEventListener('close', () => events.onClosed());
  return socket;
}

/** The agent that served this page. */
export function createBrowserAgent(): Agent {
  const surroundings = { clock: browserClock, timers: browserTimers, openSocket };
  return {
    call: createCall((...request) => fetch(...request)),
    live: (options) => openLive(surroundings, options),
    clock: browserClock,
    timers: browserTimers,
  };
}
