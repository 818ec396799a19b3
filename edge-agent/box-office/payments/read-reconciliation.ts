import { addDays, BUSINESS_DAY_STARTS_AT_HOUR, type BusinessDay, instantOnBusinessDay } from '#core/base/business-day.ts';
import { assert } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { minus, plus } from '#core/base/time.ts';
import type { StatementLine } from '#core/box-office/payment-provider.ts';
import { reconcile } from '#core/box-office/reconcile.ts';
import type { AttemptRecord, OrderRecord } from '#core/box-office/records.ts';
import type { Reconciliation } from '#core/contract/box-office/reconciliation.ts';
import { IdempotencyKey } from '#core/contract/identifiers.ts';
import type { Office } from '../office.ts';

/** The figures of one business day, from the store and from every provider that tells its own. Providers are asked outside of any transaction. */
export async function readReconciliation(office: Office, day: BusinessDay): Promise<Reconciliation> {
  const { timeZone, currency } = office.programme.site;
  const [from, until] = [day, addDays(day, 1)].map((each) => instantOnBusinessDay(each, BUSINESS_DAY_STARTS_AT_HOUR, 0, timeZone));
  assert(from !== undefined && until !== undefined, 'a day has two ends');
  const margin = LIMITS.payment.statementMargin;
  const statements = new Map<string, readonly StatementLine[]>();
  for (const { id, provider } of office.providers) {
    const answer = await provider.statement?.(minus(from, margin), plus(until, margin));
    if (answer?.kind === 'statement') statements.set(id, answer.lines);
    else if (answer !== undefined) office.log.warn({ code: answer.fault.code, provider: id }, answer.fault.message);
  }
  return office.run(async ({ tx }) => {
    const attempts = await tx.attempts.movedBetween(from, until);
    const orders = new Map<string, OrderRecord>();
    for (const { orderId } of attempts) {
      const order = await tx.orders.find(orderId);
      if (order !== undefined) orders.set(orderId, order);
    }
    const named = new Map<string, AttemptRecord>();
    for (const line of [...statements.values()].flat()) {
      const key = IdempotencyKey.safeParse(line.merchantOrder);
      const attempt = key.success ? await tx.attempts.find(key.data) : undefined;
      if (attempt !== undefined) named.set(line.merchantOrder, attempt);
    }
    for (const attempt of attempts) named.set(attempt.merchantOrder, attempt);
    const open = (await tx.attempts.open()).filter(
      ({ state, takenBackAt }) => state.phase !== 'failed' && state.phase !== 'closed' && takenBackAt === undefined,
    );
    return reconcile({ day, from, until, currency, attempts, orders, named, statements, open });
  });
}
