import type { KioskSession } from '#core/contract/local/kiosk.ts';
import type { Agent } from '../../agent/agent.ts';
import type { CallAnswer } from '../../agent/call.ts';
import type { CodeEntry } from './code-entry.ts';
import type { KioskState, NoticeBoard } from './kiosk-state.ts';
import type { Amount } from './prices.ts';
import type { SeatChoice } from './seat-choice.ts';

/** Calls that answer with the guest's session and can be refused only because this is not their moment, or because the box office is away. */
type SessionAnswer = CallAnswer<'pay'> | CallAnswer<'leave'>;

export interface Commands {
  run(call: () => Promise<SessionAnswer>): Promise<void>;
  /** Hold what is chosen, at the total that the guest was shown. */
  submit(total: Amount): Promise<void>;
  find(): Promise<void>;
}

interface Parts {
  readonly agent: Agent;
  readonly state: KioskState;
  readonly seats: SeatChoice;
  readonly code: CodeEntry;
  readonly board: NoticeBoard;
  readonly adopt: (session: KioskSession) => void;
  /** Sessions that the agent has pushed so far. */
  readonly pushed: () => number;
}

/** What the guest asks of the agent: one thing at a time, and every answer leads to a screen or a line of text. */
export function createCommands({ agent, state, seats, code, board, adopt, pushed }: Parts): Commands {
  const alone = async (work: () => Promise<void>): Promise<void> => {
    if (state.busy.value) return;
    state.busy.value = true;
    state.trouble.value = false;
    try {
      await work();
    } finally {
      state.busy.value = false;
    }
  };

  /**
   * An answer and a push travel on two connections, and the push may be the newer of the two. Every change is pushed, in order; so an answer's session counts
   * only as long as nothing was pushed since the question.
   */
  const asked = (): ((session: KioskSession) => void) => {
    const before = pushed();
    return (session) => {
      if (pushed() === before) adopt(session);
    };
  };

  return {
    run: (call) =>
      alone(async () => {
        const learn = asked();
        const answer = await call();
        if (answer.kind === 'done') learn(answer.value.session);
        else if (answer.kind === 'refused' && answer.refusal.code === 'not-now') learn(answer.refusal.session);
        else state.trouble.value = true;
      }),
    submit: (total) =>
      alone(async () => {
        const house = seats.house.value;
        if (!house) return;
        const chosen = seats.lines.value.map((line) => ({ seatId: line.seat.id, ticketType: line.ticketType }));
        const learn = asked();
        const answer = await agent.call('confirmSeats', { body: { showId: house.show.id, seats: chosen, submitTotal: total } });
        if (answer.kind === 'done') learn(answer.value.session);
        else if (answer.kind !== 'refused') state.trouble.value = true;
        else if (answer.refusal.code === 'not-now') learn(answer.refusal.session);
        else if (seats.refused(answer.refusal) && 'showId' in state.browse.value) state.browse.value = { ...state.browse.value, at: 'seats' };
      }),
    find: () =>
      alone(async () => {
        if (!code.complete.value) return;
        const learn = asked();
        const answer = await agent.call('lookUp', { body: { code: code.digits.value } });
        if (answer.kind === 'done') learn(answer.value.session);
        else if (answer.kind !== 'refused' || answer.refusal.code === 'unavailable') board.tell({ kind: 'unavailable' });
        else if (answer.refusal.code === 'not-now') learn(answer.refusal.session);
        else board.tell({ kind: 'lookup', refusal: answer.refusal });
      }),
  };
}
