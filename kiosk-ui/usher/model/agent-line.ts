import { type ReadonlySignal, signal } from '@preact/signals';
import { seconds } from '#core/base/time.ts';
import type { UsherState } from '#core/contract/local/usher.ts';
import type { Timer } from '#core/ports/clock.ts';
import type { Agent } from '../../agent/agent.ts';
import type { LinkState, LiveLink } from '../../agent/live.ts';

/** What the agent says by itself: the state of the page, and what time it is there. */
export interface AgentLine {
  readonly link: ReadonlySignal<LinkState>;
  /** The agent's wall clock in milliseconds, once a second: a hand-held device may be minutes off. */
  readonly now: ReadonlySignal<number>;
  /** The session is a cookie that the line carries from its beginning: whoever signs in or out needs a new line. */
  renew(): void;
  close(): void;
}

export function openAgentLine(agent: Agent, onState: (state: UsherState) => void): AgentLine {
  const link = signal<LinkState>('connecting');
  const now = signal<number>(agent.clock.wall());
  let ahead = 0;
  let live: LiveLink | undefined;
  let unfollow: (() => void) | undefined;
  let second: Timer | undefined;

  const leave = (): void => {
    unfollow?.();
    live?.close();
  };
  const renew = (): void => {
    leave();
    const opened = agent.live({
      topic: 'usher',
      onMessage: (message) => {
        if (message.kind === 'welcome' || message.kind === 'tick') ahead = Date.parse(message.at) - agent.clock.wall();
        else if (message.kind === 'usher') onState(message.state);
        now.value = agent.clock.wall() + ahead;
      },
    });
    live = opened;
    unfollow = opened.state.subscribe((value) => {
      link.value = value;
    });
  };
  const tick = (): void => {
    now.value = agent.clock.wall() + ahead;
    second = agent.timers.after(seconds(1), tick);
  };
  renew();
  tick();
  return {
    link,
    now,
    renew,
    close: () => {
      second?.cancel();
      leave();
    },
  };
}
