import { unreachable } from '#core/base/fault.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import { findingsOf } from '#core/box-office/money-view.ts';
import { attemptView } from '#core/box-office/order-view.ts';
import type { AttemptInput } from '#core/box-office/payment-attempt.ts';
import type { AttemptRecord } from '#core/box-office/records.ts';
import type { PaymentAttempt } from '#core/contract/box-office/sales.ts';
import type { PaymentFinding, SettlePaymentRefusal, SettlePaymentRequest } from '#core/contract/box-office/settle-payment.ts';
import type { IdempotencyKey } from '#core/contract/identifiers.ts';
import type { Office } from '../office.ts';
import { RequestProblem } from '../request-problem.ts';
import { tellAlarms } from './alarms.ts';
import type { PaymentDriver } from './payment-driver.ts';
import { takeIn } from './settle.ts';

/**
 * What a person found out about a payment at a card terminal that was left to her. Her word has the effect that the terminal's would have had, in the same
 * transaction: tickets when the seats are still the order's, else the money goes back. Said twice alike it is said once.
 */
export async function settlePayment(
  office: Office,
  driver: Pick<PaymentDriver, 'pursue'>,
  key: IdempotencyKey,
  { found, by }: SettlePaymentRequest,
): Promise<Result<PaymentAttempt, SettlePaymentRefusal>> {
  const settled = await office.run(async (unit) => {
    const attempt = await unit.tx.attempts.find(key);
    if (attempt === undefined) throw new RequestProblem(404, 'not-found', 'There is no such payment.');
    if (!findingsOf(attempt).includes(found)) {
      const isRepeated = attempt.settled?.found === found && attempt.settled.by === by;
      return isRepeated ? ok(NOTHING_MORE) : err({ code: 'not-open', status: attemptView(attempt).status } as const);
    }
    await unit.tx.attempts.put({ ...attempt, settled: { found, by, at: unit.now } });
    office.log.info({ attempt: key, order: attempt.orderId, found, by }, 'A person said how a payment at a card terminal stands.');
    const input = inputOf(attempt, found);
    return ok(input === undefined ? NOTHING_MORE : await takeIn(unit, office, key, input));
  });
  if (!settled.ok) return settled;
  tellAlarms(office.log, key, settled.value.alarms);
  for (const other of settled.value.pursue) await driver.pursue(other);
  return office.run(async ({ tx }) => {
    const attempt = await tx.attempts.find(key);
    if (attempt === undefined) throw new RequestProblem(404, 'not-found', 'There is no such payment.');
    return ok(attemptView(attempt));
  });
}

const NOTHING_MORE = { pursue: [], alarms: [] } as const;

function inputOf({ key, amount }: AttemptRecord, found: PaymentFinding): AttemptInput | undefined {
  switch (found) {
    case 'booked':
      return { kind: 'found-paid', amount };
    case 'not-booked':
    case 'given-back':
      return { kind: 'terminal-reversed', reference: `${key}-P` };
    case 'guest-paid':
    case 'let-go':
      return undefined;
    default:
      return unreachable(found);
  }
}
