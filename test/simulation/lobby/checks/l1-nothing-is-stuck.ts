import type { LobbyChecker, LobbyCheckerContext } from '../observation.ts';

/** A payment begun by the last guest ends with the hold at the latest; after that its closing is asked at most a minute apart, and told to the kiosk as often. */
const AFTER_HOLD_MS = 180_000;
const OPEN_ORDER: ReadonlySet<string> = new Set(['unpaid', 'paying', 'payment-unknown', 'refunding']);
const OPEN_ATTEMPT: ReadonlySet<string> = new Set(['created', 'submitted', 'user-paying', 'unknown', 'refunding']);

/** L1: some minutes after the last fault every outbox is empty, and every sale, order, payment and print is at its end. */
export function nothingIsStuck({ world, broken }: LobbyCheckerContext): LobbyChecker {
  const limit = Math.ceil((world.plan.holdSeconds * 1_000 + AFTER_HOLD_MS) / 60_000);
  return {
    name: 'L1',
    promise:
      'As long as seats are kept and three minutes more after the last fault, every outbox is empty and every sale, payment and print is at its end.',
    minute: (sinceHeal) => {
      if (sinceHeal !== limit) return;
      const isForAPerson = (orderId: string | null): boolean =>
        [...world.books.attempts.values()].some((attempt) => attempt.orderId === orderId && world.isLeftToPerson(attempt.key));
      for (const { machine, isUp, isFree, outboxWaiting, sales, jobs } of world.kiosks) {
        if (!isUp()) broken(`${machine} is down ${sinceHeal} minutes after the last fault`);
        else if (!isFree()) broken(`${machine} still shows a guest's affair ${sinceHeal} minutes after the last fault`);
        if (outboxWaiting().length > 0) broken(`${outboxWaiting().length} events of ${machine} still wait`);
        for (const { saleId, stage, orderId } of sales())
          if (stage !== 'ended' && !isForAPerson(orderId)) broken(`sale ${saleId} of ${machine} is still ${stage}`);
        for (const { jobId, state, settled } of jobs()) if (!settled) broken(`print job ${jobId} of ${machine} is still ${state}`);
      }
      for (const { id, status } of world.books.orders.values())
        if (OPEN_ORDER.has(status) && !isForAPerson(id)) broken(`order ${id} is still ${status}`);
      for (const { key, state, orderId } of world.books.attempts.values())
        if (OPEN_ATTEMPT.has(state.phase) && !isForAPerson(orderId)) broken(`payment ${key} is still ${state.phase}`);
    },
  };
}
