import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { Verdict } from '#core/contract/admission.ts';
import type { RecentScan, SignInRefusal, UsherRefusal, UsherState } from '#core/contract/local/usher.ts';
import type { Agent } from '../../agent/agent.ts';
import type { CallAnswer } from '../../agent/call.ts';
import { usher as words } from '../../text/usher.ts';
import { type AgentLine, openAgentLine } from './agent-line.ts';
import { failureWords, refusalWords } from './refusal-words.ts';
import { createStage, type Stage } from './stage.ts';

export type Pane = 'scan' | 'find' | 'log' | 'halls';

/** The usher's page without a screen. */
export interface Usher extends Pick<Stage, 'shown' | 'notice' | 'dismiss' | 'tell'>, Pick<AgentLine, 'link' | 'now'> {
  readonly agent: Agent;
  readonly state: ReadonlySignal<UsherState | undefined>;
  readonly pane: ReadonlySignal<Pane>;
  readonly isChecking: ReadonlySignal<boolean>;
  /** Why the last sign-in was refused, and nothing once it may be tried again. */
  readonly signInRefusal: ReadonlySignal<SignInRefusal | undefined>;
  /** The shown admission, while it may be taken back. */
  readonly undoable: ReadonlySignal<RecentScan | undefined>;
  open(pane: Pane): void;
  signIn(pin: string): Promise<void>;
  signOut(): Promise<void>;
  /** A code that comes while another one is being decided is let go: it would be answered out of turn, and the guest still holds it up. */
  check(code: string, via: 'camera' | 'typed'): Promise<void>;
  undo(scanId: string): Promise<void>;
  markSeen(ticketId: string): Promise<void>;
  /** Of an override: the same as if it had been scanned. */
  show(verdict: Verdict, state: UsherState): void;
  /** A refusal that any command may meet. */
  hearRefusal(refusal: UsherRefusal): void;
  close(): void;
}

export interface UsherOptions {
  readonly agent: Agent;
  /** Once for every verdict. */
  readonly onVerdict?: (verdict: Verdict) => void;
}

export function createUsher({ agent, onVerdict }: UsherOptions): Usher {
  const state = signal<UsherState | undefined>(undefined);
  const pane = signal<Pane>('scan');
  const isChecking = signal(false);
  const refusedSignIn = signal<SignInRefusal | undefined>(undefined);
  const stage = createStage(agent.timers, onVerdict);

  const adopt = (next: UsherState): void => {
    const wasSignedIn = state.value?.staff != null;
    state.value = next;
    if (!wasSignedIn || next.staff !== null) return;
    // The next one to sign in begins where everybody begins.
    stage.dismiss();
    pane.value = 'scan';
  };
  const line = openAgentLine(agent, adopt);
  const { now } = line;

  const hearRefusal = (refusal: UsherRefusal): void => {
    if (refusal.code === 'same-scan') stage.show(refusal.verdict);
    // Somebody signed out elsewhere, or the shift is over: the page is nobody's.
    if (refusal.code === 'not-signed-in' && state.value) adopt({ ...state.value, staff: null });
    stage.tell(refusalWords(refusal, now.value), 'bad');
  };
  /** The value of a command that was carried out; otherwise somebody is told why not. */
  const settle = <Value>(answer: Outcome<Value>): Value | undefined => {
    if (answer.kind === 'done') return answer.value;
    if (answer.kind === 'refused') hearRefusal(answer.refusal);
    else stage.tell(failureWords(answer), 'bad');
    return undefined;
  };

  return {
    agent,
    state,
    link: line.link,
    now,
    pane,
    shown: stage.shown,
    notice: stage.notice,
    isChecking,
    signInRefusal: computed(() => {
      const refusal = refusedSignIn.value;
      return refusal?.code === 'locked' && Date.parse(refusal.until) <= now.value ? undefined : refusal;
    }),
    undoable: computed(() => {
      const scan = state.value?.recent.find(({ verdict }) => verdict.scanId === stage.shown.value?.verdict.scanId);
      return scan !== undefined && mayUndo(scan, now.value) ? scan : undefined;
    }),
    open: (next) => {
      pane.value = next;
    },
    signIn: async (pin) => {
      const answer = await agent.call('signIn', { body: { pin } });
      refusedSignIn.value = answer.kind === 'refused' ? answer.refusal : undefined;
      if (answer.kind === 'done') {
        adopt(answer.value.state);
        line.renew();
      } else if (answer.kind !== 'refused') stage.tell(failureWords(answer), 'bad');
    },
    signOut: async () => {
      const done = settle(await agent.call('signOut'));
      if (done === undefined) return;
      adopt(done.state);
      line.renew();
    },
    check: async (code, via) => {
      if (isChecking.value) return;
      isChecking.value = true;
      const done = settle(await agent.call('checkTicket', { body: { code, via } }));
      isChecking.value = false;
      if (done === undefined) return;
      adopt(done.state);
      stage.show(done.verdict);
    },
    undo: async (scanId) => {
      const done = settle(await agent.call('undoAdmission', { params: { scanId } }));
      if (done === undefined) return;
      adopt(done.state);
      if (stage.shown.value?.verdict.scanId === scanId) stage.dismiss();
      stage.tell(words.undone, 'good');
    },
    markSeen: async (ticketId) => {
      const done = settle(await agent.call('markConflictSeen', { params: { ticketId } }));
      if (done !== undefined) adopt(done.state);
    },
    show: (verdict, next) => {
      adopt(next);
      stage.show(verdict);
    },
    dismiss: stage.dismiss,
    tell: stage.tell,
    hearRefusal,
    close: () => {
      stage.close();
      line.close();
    },
  };
}

type Outcome<Value> =
  | { readonly kind: 'done'; readonly value: Value }
  | { readonly kind: 'refused'; readonly refusal: UsherRefusal }
  | Exclude<CallAnswer<'readUsher'>, { readonly kind: 'done' | 'refused' }>;

export function mayUndo({ undone, undoUntil }: RecentScan, now: number): boolean {
  return !undone && undoUntil !== undefined && Date.parse(undoUntil) > now;
}
