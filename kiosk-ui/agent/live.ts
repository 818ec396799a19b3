import { type ReadonlySignal, signal } from '@preact/signals';
import { type Duration, milliseconds, seconds } from '#core/base/time.ts';
import type { LiveMessage, LiveTopic } from '#core/contract/local/live.ts';
import type { Clock, Timer, Timers } from '#core/ports/clock.ts';

/**
 * One WebSocket to the agent, opened again whenever it is lost. The agent ticks every 2 s: after 5 s without a word the link is `silent` ("one moment"),
 * after 10 s `lost` (out of service), whatever the socket itself believes.
 */
export type LinkState = 'connecting' | 'live' | 'silent' | 'lost';

export const SILENT_AFTER = seconds(5);
export const LOST_AFTER = seconds(10);
const REOPEN_FIRST = milliseconds(250);
const REOPEN_LAST = seconds(2);

export interface Socket {
  close(): void;
}

export interface SocketEvents {
  onText(text: string): void;
  onClosed(): void;
}

export interface LiveOptions {
  readonly topic: LiveTopic;
  /** Further words of the address, such as the lane of a gate. */
  readonly query?: Readonly<Record<string, string>>;
  readonly onMessage: (message: LiveMessage) => void;
}

export interface LiveSurroundings {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly openSocket: (path: string, events: SocketEvents) => Socket;
}

export interface LiveLink {
  readonly state: ReadonlySignal<LinkState>;
  close(): void;
}

export function openLive({ clock, timers, openSocket }: LiveSurroundings, { topic, query, onMessage }: LiveOptions): LiveLink {
  const state = signal<LinkState>('connecting');
  const path = `/api/live?${new URLSearchParams({ topic, ...query })}`;
  let socket: Socket | undefined;
  let heardAt = clock.monotonic();
  let openedAt = heardAt;
  let pause: Duration = REOPEN_FIRST;
  let reopening: Timer | undefined;
  let watching: Timer | undefined;
  let turn = 0;

  const watch = (): void => {
    const quiet = clock.monotonic() - heardAt;
    if (quiet >= LOST_AFTER) state.value = 'lost';
    else if (quiet >= SILENT_AFTER) state.value = 'silent';
    // A line that was cut without a word never closes by itself: give it up and try another.
    if (socket && quiet >= LOST_AFTER && clock.monotonic() - openedAt >= LOST_AFTER) {
      const dead = socket;
      drop();
      dead.close();
    }
    watching = timers.after(milliseconds(500), watch);
  };

  /** Words of a socket that was given up no longer count. */
  const drop = (): void => {
    turn++;
    socket = undefined;
    reopening = timers.after(pause, connect);
    pause = milliseconds(Math.min(pause * 2, REOPEN_LAST));
  };

  const connect = (): void => {
    const mine = turn;
    openedAt = clock.monotonic();
    socket = openSocket(path, {
      onText: (text) => {
        if (mine !== turn) return;
        heardAt = clock.monotonic();
        pause = REOPEN_FIRST;
        state.value = 'live';
        onMessage(JSON.parse(text) as LiveMessage);
      },
      onClosed: () => {
        if (mine === turn) drop();
      },
    });
  };

  connect();
  watch();
  return {
    state,
    close() {
      turn++;
      watching?.cancel();
      reopening?.cancel();
      socket?.close();
    },
  };
}
