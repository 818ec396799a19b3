import { LIMITS } from '#core/base/limits.ts';
import type { ProviderId } from '#core/contract/box-office/sales.ts';
import type { Office } from '../office.ts';
import type { Notification } from './notification.ts';
import type { PaymentDriver } from './payment-driver.ts';

/**
 * A provider tells that something has happened. It is a hint and nothing more: the question that would be asked anyway is asked now, and its answer, which
 * the provider signs for this very question, has the effect. So a notification that was held back, reordered, replayed or read wrongly can cost a question
 * and never money; and one that never comes costs some seconds.
 */
export type HearNotification = (provider: ProviderId, told: Notification) => Promise<void>;

export function createNotificationDesk(office: Office, driver: PaymentDriver): HearNotification {
  /** Providers repeat what was not answered, and others may replay it: each is worth one question. */
  const seen = new Set<string>();
  return async (provider, { id, merchantOrder }) => {
    const name = `${provider} ${id}`;
    if (seen.has(name)) return;
    const open = await office.run(({ tx }) => tx.attempts.open());
    seen.add(name);
    for (const oldest of seen) {
      if (seen.size <= LIMITS.payment.notificationsKept) break;
      seen.delete(oldest);
    }
    const attempt = open.find((each) => each.provider === provider && each.merchantOrder === merchantOrder);
    if (attempt !== undefined) driver.hint(attempt.key);
  };
}
