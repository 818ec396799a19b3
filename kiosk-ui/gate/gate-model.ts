import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import { milliseconds, seconds } from '#core/base/time.ts';
import type { GateView, LiveMessage } from '#core/contract/local/live.ts';
import type { Timer } from '#core/ports/clock.ts';
import type { Agent } from '../agent/agent.ts';
import type { CallValue } from '../agent/call.ts';
import type { LinkState } from '../agent/live.ts';
import { FACES, type SoundName } from './faces.ts';
import { CHECKING_SHOWN_AFTER_MS, type GateMessage, messageOf } from './message.ts';

/** One lane as its screen sees it. */
export interface Gate {
  readonly view: ReadonlySignal<GateView | undefined>;
  readonly message: ReadonlySignal<GateMessage>;
  readonly link: ReadonlySignal<LinkState>;
  /** Seconds since the box office last confirmed the data, counted on here while the network is away; null when there never were any. */
  readonly dataAge: ReadonlySignal<number | null>;
  close(): void;
}

export interface GateOptions {
  readonly agent: Agent;
  readonly lobby: ReadonlySignal<CallValue<'readLobby'> | undefined>;
  readonly lane: string;
  /** Once for everything new that has a sound. */
  readonly onSound?: (sound: SoundName) => void;
}

export function createGate({ agent, lobby, lane, onSound }: GateOptions): Gate {
  const view = signal<GateView | undefined>(undefined);
  const checkingMs = signal(0);
  const now = signal(agent.clock.monotonic());
  let viewedAt = now.value;
  let patience: Timer | undefined;

  const hear = (message: LiveMessage): void => {
    if (message.kind !== 'gate' || message.gate.lane !== lane) return;
    const before = view.value;
    viewedAt = agent.clock.monotonic();
    now.value = viewedAt;
    if (message.gate.state !== 'checking') {
      patience?.cancel();
      checkingMs.value = 0;
    } else if (before?.state !== 'checking') {
      patience = agent.timers.after(milliseconds(CHECKING_SHOWN_AFTER_MS), () => {
        checkingMs.value = CHECKING_SHOWN_AFTER_MS;
      });
    }
    view.value = message.gate;
  };

  const live = agent.live({ topic: 'gate', query: { lane }, onMessage: hear });
  const message = computed(() =>
    messageOf(view.value, live.state.value, checkingMs.value, {
      timeZone: lobby.value?.site?.timeZone ?? 'UTC',
      laneName: (id) => lobby.value?.lanes.find((each) => each.id === id)?.name ?? id,
      machineName: (id) => id,
      machine: lobby.value?.machine,
    }),
  );
  const stopSounds = soundOnChange(message, view, onSound);

  let second: Timer;
  const tick = (): void => {
    now.value = agent.clock.monotonic();
    second = agent.timers.after(seconds(1), tick);
  };
  tick();

  return {
    view,
    message,
    link: live.state,
    dataAge: computed(() => {
      const age = view.value?.dataAgeSeconds ?? null;
      return age === null ? null : age + Math.floor((now.value - viewedAt) / 1_000);
    }),
    close: () => {
      stopSounds();
      patience?.cancel();
      second.cancel();
      live.close();
    },
  };
}

/** A face is sounded when it appears, never because the page was opened, the network changed or a count went up while it stood there. */
function soundOnChange(
  message: ReadonlySignal<GateMessage>,
  view: ReadonlySignal<GateView | undefined>,
  onSound: GateOptions['onSound'],
): () => void {
  let last: string | undefined;
  return effect(() => {
    const { key, face } = message.value;
    const isFirst = last === undefined;
    if (view.value === undefined || key === last) return;
    last = key;
    const { sound } = FACES[face];
    if (!isFirst && sound !== undefined) onSound?.(sound);
  });
}

/** What this machine is; asked again until it and its cinema are known. */
export function createLobbyReader(agent: Agent): { readonly lobby: ReadonlySignal<CallValue<'readLobby'> | undefined>; close(): void } {
  const lobby = signal<CallValue<'readLobby'> | undefined>(undefined);
  let timer: Timer | undefined;
  let isClosed = false;
  const read = async (): Promise<void> => {
    const answer = await agent.call('readLobby');
    if (isClosed) return;
    if (answer.kind === 'done') lobby.value = answer.value;
    if (lobby.value?.site == null) timer = agent.timers.after(seconds(2), () => void read());
  };
  void read();
  return {
    lobby,
    close: () => {
      isClosed = true;
      timer?.cancel();
    },
  };
}
