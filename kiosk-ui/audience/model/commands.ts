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
}

/** What the guest asks of the agent: one thing at a time, and every answer leads to a screen or a line of text. */
export function createCommands({ agent, state, seats, code, board, adopt }: Parts): Commands {
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

  return {
    run: (call) =>
      alone(async () => {
        const answer = await call();
        if (answer.kind === 'done') adopt(answer.value.session);
        else if (answer.kind === 'refused' && answer.refusal.code === 'not-now') adopt(answer.refusal.session);
        else state.trouble.value = true;
      }),
    submit: (total) =>
      alone(async () => {
        const house = seats.house.value;
        if (!house) return;
        const chosen = seats.lines.value.map((line) => ({ seatId: line.seat.id, ticketType: line.ticketType }));
        const answer = await agent.call('confirmSeats', { body: { showId: house.show.id, seats: chosen, submitTotal: total } });
        if (answer.kind === 'done') adopt(answer.value.session);
        else if (answer.kind !== 'refused') state.trouble.value = true;
        else if (answer.refusal.code === 'not-now') adopt(answer.refusal.session);
        else if (seats.refused(answer.refusal) && 'showId' in state.browse.value) state.browse.value = { ...state.browse.value, at: 'seats' };
      }),
    find: () =>
      alone(async () => {
        if (!code.complete.value) return;
        const answer = await agent.call('lookUp', { body: { code: code.digits.value } });
        if (answer.kind === 'done') adopt(answer.value.session);
        else if (answer.kind !== 'refused' || answer.refusal.code === 'unavailable') board.tell({ kind: 'unavailable' });
        else if (answer.refusal.code === 'not-now') adopt(answer.refusal.session);
        else board.tell({ kind: 'lookup', refusal: answer.refusal });
      }),
  };
}
