import { type Signal, signal } from '@preact/signals';
import type { Instant, Monotonic } from '#core/base/time.ts';
import { plus, seconds } from '#core/base/time.ts';
import type { Programme } from '#core/contract/box-office/programme.ts';
import type { Flow, KioskSession } from '#core/contract/local/kiosk.ts';
import type { Agent } from '../../agent/agent.ts';
import type { CodeProblem, Lobby } from './kiosk.ts';
import { type Browse, START } from './screen.ts';

/** A problem with a code is shown this long, or until the next code. */
const NOTICE_SHOWN = seconds(8);
/** The programme changes with every sale; while it may be looked at it is read this often. */
const PROGRAMME_EVERY = seconds(20);

/** Everything that a kiosk knows, before anybody does anything with it. */
export interface KioskState {
  readonly lobby: Signal<Lobby | undefined>;
  readonly programme: Signal<Programme | undefined>;
  readonly programmeGone: Signal<boolean>;
  readonly session: Signal<KioskSession>;
  readonly flows: Signal<readonly Flow[]>;
  readonly browse: Signal<Browse>;
  readonly notice: Signal<CodeProblem | undefined>;
  readonly busy: Signal<boolean>;
  readonly trouble: Signal<boolean>;
  readonly now: Signal<Instant>;
}

export function createKioskState(agent: Agent): KioskState {
  return {
    lobby: signal<Lobby | undefined>(undefined),
    programme: signal<Programme | undefined>(undefined),
    programmeGone: signal(false),
    session: signal<KioskSession>({ phase: 'idle' }),
    flows: signal<readonly Flow[]>([]),
    browse: signal<Browse>(START),
    notice: signal<CodeProblem | undefined>(undefined),
    busy: signal(false),
    trouble: signal(false),
    now: signal(agent.clock.wall()),
  };
}

/** A line that is shown for some seconds and goes by itself. */
export interface NoticeBoard {
  tell(problem: CodeProblem): void;
  tick(): void;
}

export function createNoticeBoard(agent: Agent, { notice }: KioskState): NoticeBoard {
  let until: Monotonic = agent.clock.monotonic();
  return {
    tell(problem) {
      notice.value = problem;
      until = plus(agent.clock.monotonic(), NOTICE_SHOWN);
    },
    tick() {
      if (notice.value && agent.clock.monotonic() >= until) notice.value = undefined;
    },
  };
}

/** Reads what the agent does not push: what this machine is, and what is on. */
export interface Reading {
  all(): void;
  /** `shown`: the programme is on the screen, or about to be. */
  tick(shown: boolean): void;
}

export function createReading(agent: Agent, state: KioskState): Reading {
  let readAt = agent.clock.monotonic();

  const readProgramme = async (): Promise<void> => {
    readAt = agent.clock.monotonic();
    const answer = await agent.call('readProgramme');
    if (answer.kind === 'done') state.programme.value = answer.value;
    state.programmeGone.value = answer.kind !== 'done';
  };

  const readLobby = async (): Promise<void> => {
    const answer = await agent.call('readLobby');
    if (answer.kind !== 'done') return;
    state.lobby.value = answer.value;
    state.flows.value = answer.value.flows;
  };

  return {
    all() {
      void readLobby();
      void readProgramme();
    },
    tick(shown) {
      const every = state.programmeGone.value || !state.programme.value || !state.lobby.value?.site ? seconds(3) : PROGRAMME_EVERY;
      if (!shown || agent.clock.monotonic() - readAt < every) return;
      if (!state.lobby.value?.site) void readLobby();
      void readProgramme();
    },
  };
}
