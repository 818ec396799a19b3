import { computed, signal } from '@preact/signals';
import { milliseconds, seconds } from '#core/base/time.ts';
import type { ScanSearch, StaffRefusal, StaffState } from '#core/contract/local/staff.ts';
import type { SignInRefusal } from '#core/contract/local/usher.ts';
import type { BothLanguages } from '#core/contract/values.ts';
import type { Timer } from '#core/ports/clock.ts';
import type { Agent } from '../agent/agent.ts';
import type { CallAnswer } from '../agent/call.ts';
import { desk as words } from '../text/desk.ts';
import { failureWords, refusalWords } from './refusal-words.ts';

const READ_EVERY = seconds(2);
/** While a lock counts down. */
const COUNT_EVERY = seconds(1);
/** While somebody holds a code under the scanner. */
const READ_SOON = milliseconds(500);

export interface Notice {
  readonly words: BothLanguages;
  readonly isBad: boolean;
}

/** What the agent answered; the words of a lock change while it counts down, and it is over with them. */
interface Said {
  readonly words: (now: number) => BothLanguages;
  readonly isBad: boolean;
  readonly lockedUntil?: number;
}

type StateAnswer = Extract<CallAnswer<'resumeOrder'>, { kind: 'done' | 'refused' | 'problem' | 'unreachable' }>;

/** The state of the page as the agent last told it, and one command at a time. */
export function createStaffLine({
  agent,
  onSignedOut,
  onScanned,
}: {
  readonly agent: Agent;
  /** The page is nobody's any more. */
  readonly onSignedOut: () => void;
  readonly onScanned: (end: ScanEnd) => void;
}) {
  const state = signal<StaffState | undefined>(undefined);
  const now = signal<number>(agent.clock.wall());
  const said = signal<Said | undefined>(undefined);
  const isLocked = computed(() => said.value?.lockedUntil !== undefined && said.value.lockedUntil > now.value);
  const isBusy = signal(false);
  let timer: Timer | undefined;
  let isClosed = false;
  /** Counts what has been asked of the agent or heard from it: a state that was on its way meanwhile is older than what is shown. */
  let turn = 0;

  const tell = (told: BothLanguages, isBad: boolean): void => {
    said.value = { words: () => told, isBad };
  };
  const forget = (): void => {
    said.value = undefined;
  };
  const adopt = (next: StaffState): void => {
    const wasIn = state.value?.staff != null;
    const wasScanning = isScanning(state.value);
    turn += 1;
    state.value = next;
    now.value = agent.clock.wall();
    if (wasIn && next.staff === null) onSignedOut();
    const search = next.kiosk?.search ?? null;
    if (wasScanning && (search?.kind === 'found' || search?.kind === 'refused')) onScanned(search);
  };
  const hear = (refusal: StaffRefusal | SignInRefusal): void => {
    if (refusal.code === 'not-signed-in' && state.value)
      adopt({ ...state.value, staff: null, money: null, kiosk: null, locks: null, rights: [], until: null });
    else {
      now.value = agent.clock.wall();
      const lock = refusal.code === 'locked' ? { lockedUntil: Date.parse(refusal.until) } : {};
      said.value = { words: (at) => refusalWords(refusal, at), isBad: true, ...lock };
      if (isLocked.value) arm();
    }
  };
  const settle = (answer: StateAnswer): boolean => {
    if (answer.kind === 'done') adopt(answer.value.state);
    else if (answer.kind === 'refused') hear(answer.refusal);
    else tell(failureWords(answer), true);
    return answer.kind === 'done';
  };
  /** One thing at a time: a second tap on a slow machine is not a second refund. */
  const run = async (work: () => Promise<StateAnswer>, whenDone = words.done): Promise<boolean> => {
    if (isBusy.value) return false;
    isBusy.value = true;
    forget();
    const answer = await work();
    isBusy.value = false;
    const isDone = settle(answer);
    if (isDone) tell(whenDone, false);
    return isDone;
  };
  /** For questions that change nothing: the answer of one that was overtaken by a command, a sign-in above all, is dropped. */
  const follow = async (ask: () => Promise<CallAnswer<'readStaff' | 'staffStay'>>): Promise<void> => {
    const asked = turn;
    const answer = await ask();
    if (answer.kind === 'done' && !isClosed && !isBusy.value && asked === turn) adopt(answer.value.state);
  };
  const readAgain = (): Promise<void> => follow(() => agent.call('readStaff'));
  const tick = (): void => {
    now.value = agent.clock.wall();
    arm();
    void readAgain();
  };
  const arm = (): void => {
    timer?.cancel();
    if (isClosed) return;
    timer = agent.timers.after(isScanning(state.value) ? READ_SOON : isLocked.value ? COUNT_EVERY : READ_EVERY, tick);
  };
  arm();
  void readAgain();

  return {
    state,
    now,
    notice: computed(() => {
      const { words: saying, isBad, lockedUntil } = said.value ?? {};
      const isOver = saying === undefined || (lockedUntil !== undefined && !isLocked.value);
      return isOver ? undefined : { words: saying(now.value), isBad: isBad === true };
    }),
    isLocked,
    isBusy,
    tell,
    forget,
    adopt,
    hear,
    run,
    follow,
    close: () => {
      isClosed = true;
      timer?.cancel();
    },
  };
}

type ScanEnd = Extract<ScanSearch, { kind: 'found' | 'refused' }>;

/** The scanner waits for a code, or one is being looked for. */
export function isScanning(state: StaffState | undefined): boolean {
  const kind = state?.kiosk?.search?.kind;
  return kind === 'waiting' || kind === 'looking';
}
