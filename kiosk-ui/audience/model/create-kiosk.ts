import { computed, effect, signal } from '@preact/signals';
import { LIMITS } from '#core/base/limits.ts';
import { milliseconds } from '#core/base/time.ts';
import type { KioskSession } from '#core/contract/local/kiosk.ts';
import type { LiveMessage } from '#core/contract/local/live.ts';
import type { Timer } from '#core/ports/clock.ts';
import type { Agent } from '../../agent/agent.ts';
import { createCodeEntry } from './code-entry.ts';
import { createCommands } from './commands.ts';
import { createIdleWatch } from './idle.ts';
import type { Kiosk, KioskOptions } from './kiosk.ts';
import { createKioskState, createNoticeBoard, createReading } from './kiosk-state.ts';
import { totalOf } from './prices.ts';
import { backFrom, idleRuleOf, screenOf } from './screen.ts';
import { createSeatChoice } from './seat-choice.ts';
import { createVisit } from './visit.ts';

/** Where "back" takes nothing from anybody. */
const BEFORE_PAYMENT: ReadonlySet<KioskSession['phase']> = new Set<KioskSession['phase']>(['choose-payment', 'present-code', 'member']);

/** Puts a kiosk together: the agent's words on one side, the guest's wishes on the other, and one second hand. */
export function createKiosk({ agent, onCleared }: KioskOptions): Kiosk {
  const state = createKioskState(agent);
  const { session, browse } = state;
  const seats = createSeatChoice({ agent, limit: () => state.lobby.value?.site?.seatsPerOrder ?? LIMITS.sale.seatsPerOrder });
  const code = createCodeEntry();
  const board = createNoticeBoard(agent, state);
  const reading = createReading(agent, state);
  const settings = { largeText: signal(false), highContrast: signal(false) };
  const visit = createVisit({ state, seats, code, settings, onCleared });
  let pushed = 0;
  const commands = createCommands({ agent, state, seats, code, board, adopt: visit.adopt, pushed: () => pushed });

  const leave = async (): Promise<void> => {
    if (session.value.phase === 'idle') visit.clear();
    else await commands.run(() => agent.call('leave'));
  };

  const cancelOrder = (): Promise<void> => commands.run(() => agent.call('cancel'));

  const hear = (message: LiveMessage): void => {
    if (message.kind === 'session') {
      pushed++;
      visit.adopt(message.session);
    } else if (message.kind === 'flows') state.flows.value = message.flows;
    else if (message.kind === 'notice') board.tell(message.notice.problem);
    // First word of every connection: what this page knew before may be old.
    else if (message.kind === 'welcome') reading.all();
  };

  const idle = createIdleWatch(
    agent.clock,
    () => idleRuleOf(session.value, browse.value),
    () => void leave(),
  );
  const screen = computed(() => screenOf(session.value, browse.value));
  const forgetScreen = effect(() => {
    if (screen.value) idle.restart();
  });
  const link = agent.live({ topic: 'kiosk', onMessage: hear });
  const stopSeconds = everySecond(agent, () => {
    state.now.value = agent.clock.wall();
    idle.tick();
    board.tick();
    if (screen.value === 'seats') seats.tick();
    reading.tick(screen.value === 'attract' || screen.value === 'films' || screen.value === 'shows');
  });

  return {
    ...state,
    screen,
    seats,
    code,
    idle,
    settings,
    link,
    flow: (name) => state.flows.value.find((flow) => flow.name === name) ?? { name, available: false, lost: [] },
    go(to) {
      browse.value = to;
      state.trouble.value = false;
      if (to.at === 'enter-code') code.clear();
    },
    back() {
      if (state.busy.value) return;
      state.trouble.value = false;
      if (session.value.phase === 'review') void visit.backToMap(cancelOrder);
      else if (BEFORE_PAYMENT.has(session.value.phase)) void commands.run(() => agent.call('leavePayment'));
      else if (session.value.phase === 'collect') void leave();
      else if (session.value.phase === 'idle') browse.value = backFrom(browse.value);
    },
    openShow(filmId, day, showId) {
      browse.value = { at: 'seats', filmId, day, showId };
      void seats.open(showId);
    },
    toTypes() {
      if (browse.value.at === 'seats' && seats.lines.value.length > 0 && seats.judge()) browse.value = { ...browse.value, at: 'types' };
    },
    async confirmSeats() {
      const total = totalOf(seats.lines.value);
      if (total) await commands.submit(total);
    },
    async acceptPrice(to) {
      seats.notice.value = undefined;
      await commands.submit(to);
    },
    pay: () => commands.run(() => agent.call('pay')),
    choosePayment: ({ method, provider }) =>
      commands.run(() => agent.call('choosePayment', { body: { method, ...(provider === undefined ? {} : { provider }) } })),
    giveMemberCard: (digits) => commands.run(() => agent.call('giveMemberCard', { body: { card: `MC${digits}` } })),
    giveMemberPin: (pin) => commands.run(() => agent.call('giveMemberPin', { body: { pin } })),
    confirmMember: () => commands.run(() => agent.call('confirmMember')),
    cancel: (to) => (to === 'seats' ? visit.backToMap(cancelOrder) : cancelOrder()),
    find: commands.find,
    print: () => commands.run(() => agent.call('print', { body: {} })),
    resume: () => commands.run(() => agent.call('resume')),
    claimSlip: () => commands.run(() => agent.call('claimSlip')),
    receipt: () => commands.run(() => agent.call('receipt')),
    leave,
    chooseAgain: () => visit.backToMap(() => commands.run(() => agent.call('leave'))),
    close() {
      forgetScreen();
      stopSeconds();
      link.close();
    },
  };
}

function everySecond(agent: Agent, action: () => void): () => void {
  let timer: Timer | undefined;
  const next = (): void => {
    timer = agent.timers.after(milliseconds(1_000), () => {
      action();
      next();
    });
  };
  next();
  return () => timer?.cancel();
}
