import { unreachable } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { toIso } from '#core/base/time.ts';
import { LiveMessage, type LiveTopic } from '#core/contract/local/live.ts';
import type { Clock, Timer, Timers } from '#core/ports/clock.ts';

/** The part of a WebSocket that the hub needs (`ws` has it). */
export interface LiveSocket {
  readonly bufferedAmount: number;
  send(text: string): void;
  close(code: number, reason: string): void;
  terminate(): void;
  on(event: 'message', listen: () => void): unknown;
  on(event: 'close', listen: () => void): unknown;
  on(event: 'error', listen: (error: Error) => void): unknown;
}

/** Pushes the whole of a subject to every screen that watches it. A screen that does not take what it is sent is let go, and comes back for the newest. */
export interface LiveHub {
  join(socket: LiveSocket, subject: LiveSubject): void;
  publish(message: LiveMessage): void;
  /** The subject has changed: it is read and sent once, a moment later, however often this is called, and only when somebody watches. */
  changed(topic: GatheredTopic): void;
  watchers(topic: LiveTopic): number;
  stop(): void;
}

export interface LiveSubject {
  readonly topic: LiveTopic;
  /** For the topic `gate`: only this one. */
  readonly lane: string | undefined;
  /** Of the session that the socket's cookie named; what it may see is asked at every push, because sessions end. */
  readonly token: string | undefined;
}

/** Subjects that are read anew and sent once for many changes. */
export type GatheredTopic = 'technician' | 'bench' | 'usher';

export interface LiveHubParts {
  readonly boot: string;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Everything that a screen which just came must see, oldest subject first. */
  readonly stateOf: (topic: LiveTopic, token: string | undefined) => readonly LiveMessage[];
}

interface Watcher extends LiveSubject {
  readonly socket: LiveSocket;
}

/** RFC 6455, 7.4.1; 1013 is "try again later" of the IANA registry. */
const CLOSE = { goingAway: 1_001, policy: 1_008, tryLater: 1_013 } as const;

export function createLiveHub({ boot, clock, timers, stateOf }: LiveHubParts): LiveHub {
  const watchers = new Set<Watcher>();
  const due = new Map<LiveTopic, Timer>();
  let ticking: Timer | undefined;

  const send = (watcher: Watcher, message: LiveMessage): void => {
    if (message.kind === 'gate' && watcher.lane !== undefined && message.gate.lane !== watcher.lane) return;
    if (watcher.socket.bufferedAmount > LIMITS.live.bufferedBytesMax) {
      watchers.delete(watcher);
      watcher.socket.terminate();
      return;
    }
    watcher.socket.send(JSON.stringify(LiveMessage.parse(message)));
  };

  const sendTo = (topic: LiveTopic, messages: readonly LiveMessage[]): void => {
    for (const watcher of [...watchers]) if (watcher.topic === topic) for (const message of messages) send(watcher, message);
  };

  const tick = (): void => {
    for (const watcher of [...watchers]) send(watcher, { kind: 'tick', at: toIso(clock.wall()) });
    ticking = watchers.size === 0 ? undefined : timers.after(LIMITS.live.tickEvery, tick);
  };

  const watching = (topic: LiveTopic): number => [...watchers].filter((watcher) => watcher.topic === topic).length;

  return {
    join: (socket, subject) => {
      if (!makeRoom(watchers, subject.topic)) return socket.close(CLOSE.tryLater, 'too many screens');
      const watcher: Watcher = { socket, ...subject };
      // A screen only listens: a page that speaks is not one of ours.
      socket.on('message', () => socket.close(CLOSE.policy, 'this line is one way'));
      socket.on('close', () => watchers.delete(watcher));
      socket.on('error', () => {
        watchers.delete(watcher);
        socket.terminate();
      });
      watchers.add(watcher);
      send(watcher, { kind: 'welcome', boot, at: toIso(clock.wall()) });
      for (const message of stateOf(watcher.topic, watcher.token)) send(watcher, message);
      ticking ??= timers.after(LIMITS.live.tickEvery, tick);
    },
    publish: (message) => {
      const topic = topicOf(message);
      if (topic !== undefined) sendTo(topic, [message]);
    },
    changed: (topic) => {
      if (due.has(topic) || watching(topic) === 0) return;
      const timer = timers.after(LIMITS.live.gather, () => {
        due.delete(topic);
        for (const watcher of [...watchers]) {
          if (watcher.topic === topic) for (const message of stateOf(topic, watcher.token)) send(watcher, message);
        }
      });
      due.set(topic, timer);
    },
    watchers: watching,
    stop: () => {
      ticking?.cancel();
      ticking = undefined;
      for (const timer of due.values()) timer.cancel();
      due.clear();
      for (const { socket } of watchers) socket.close(CLOSE.goingAway, 'the agent stops');
      watchers.clear();
    },
  };
}

/** Phones are many and come over the network: they have places of their own, so that they never take a gate screen's, and the oldest goes for the newest. */
function makeRoom(watchers: Set<Watcher>, topic: LiveTopic): boolean {
  const isPhones = topic === 'usher';
  const alike = [...watchers].filter((watcher) => (watcher.topic === 'usher') === isPhones);
  const max = isPhones ? LIMITS.live.phonesMax : LIMITS.live.watchersMax;
  const [oldest] = alike;
  if (alike.length < max || oldest === undefined) return true;
  if (!isPhones) return false;
  watchers.delete(oldest);
  oldest.socket.close(CLOSE.tryLater, 'a newer page took the place');
  return true;
}

/** Undefined for what belongs to a connection and not to a subject. */
function topicOf(message: LiveMessage): LiveTopic | undefined {
  switch (message.kind) {
    case 'session':
    case 'flows':
    case 'notice':
      return 'kiosk';
    case 'gate':
      return 'gate';
    case 'technician':
      return 'technician';
    case 'bench':
      return 'bench';
    case 'usher':
      return 'usher';
    case 'welcome':
    case 'tick':
      return undefined;
    default:
      return unreachable(message);
  }
}
