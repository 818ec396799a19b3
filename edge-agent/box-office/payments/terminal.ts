import { unreachable } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import { hours, milliseconds, minus, plus } from '#core/base/time.ts';
import { attemptView } from '#core/box-office/order-view.ts';
import { type AttemptInput, hasEnded } from '#core/box-office/payment-attempt.ts';
import type { AttemptRecord } from '#core/box-office/records.ts';
import type { PaymentAttempt, TerminalReceipt, TerminalRefusal, TerminalResult, TerminalReversed } from '#core/contract/box-office/sales.ts';
import { IdempotencyKey, type MachineId } from '#core/contract/identifiers.ts';
import type { Office } from '../office.ts';
import { RequestProblem } from '../request-problem.ts';
import type { Unit } from '../unit-of-work.ts';
import { tellAlarms } from './alarms.ts';
import type { PaymentDriver } from './payment-driver.ts';
import { takeIn } from './settle.ts';
import { isUsed, takeBack } from './take-back.ts';

/** A card terminal's payments: the kiosk drives the terminal and reports; the box office keeps the attempt and decides what becomes of the money. */

export function reportTerminal(
  office: Office,
  driver: PaymentDriver,
  key: IdempotencyKey,
  result: TerminalResult,
  machine: MachineId,
): Promise<Result<PaymentAttempt, TerminalRefusal>> {
  return report(office, driver, key, machine, async (unit, attempt) => {
    const { phase } = attempt.state;
    switch (result.outcome) {
      case 'paid':
        return (await holderOf(unit, attempt, result.receipt)) ?? { kind: 'terminal-paid', amount: result.amount, receipt: result.receipt };
      case 'failed':
        // A person's word was wrong: what nobody has collected goes, and else somebody has to ask the guest for the money.
        if (phase === 'succeeded' && attempt.settled?.found === 'booked')
          return (await orderGoes(unit, office, attempt, machine)) ? NOTHING_THERE : undefined;
        // It was said to be paid, so tickets were given or the money is on its way back: only a reversal undoes that.
        if (phase === 'succeeded' || phase === 'refunding') return undefined;
        return { kind: 'terminal-failed', ...(result.reason === undefined ? {} : { reason: result.reason }) };
      case 'unknown':
        return { kind: 'terminal-unknown' };
      case 'left-to-person':
        return { kind: 'overdue' };
      default:
        return unreachable(result);
    }
  });
}

/**
 * Another attempt that has this very money. A kiosk with an older disk asks its terminal about a payment that the disk left open; the terminal tells of its
 * newest, which may be another one, before or after it. The kiosk hears how that one stands, and books nothing back.
 */
async function holderOf({ tx, now }: Unit, { key, machine, createdAt }: AttemptRecord, receipt: TerminalReceipt): Promise<Holder | undefined> {
  const since = await tx.attempts.movedBetween(minus(createdAt, HELD_BEFORE), plus(now, milliseconds(1)));
  const isIt = (other: AttemptRecord): boolean => {
    const theirs = other.state.receipt;
    return other.key !== key && other.machine === machine && theirs?.terminalId === receipt.terminalId && theirs.trace === receipt.trace;
  };
  const holder = since.find((other) => isIt(other) && other.state.receipt?.at === receipt.at);
  return holder === undefined ? undefined : { holder };
}

/** A terminal tells of its newest booking alone: on a day without another one it is not much older than this. A few thousand payments are read in some 10 ms. */
const HELD_BEFORE = hours(24);

interface Holder {
  readonly holder: AttemptRecord;
}

/**
 * The terminal has booked the money back: as it was asked to, or by itself, because nobody told it in time that the goods were issued. Then the order goes as
 * well, as long as nothing of it is on paper or used; otherwise a person has to look, and the answer says that it contradicts what is known.
 */
export function reportTerminalReversal(
  office: Office,
  driver: PaymentDriver,
  key: IdempotencyKey,
  { receipt }: TerminalReversed,
  machine: MachineId,
): Promise<Result<PaymentAttempt, TerminalRefusal>> {
  return report(office, driver, key, machine, async (unit, attempt) => {
    const mayBe = attempt.state.phase !== 'succeeded' || (await orderGoes(unit, office, attempt, machine));
    return mayBe ? { kind: 'terminal-reversed', reference: receipt.trace } : undefined;
  });
}

async function orderGoes(unit: Unit, office: Office, attempt: AttemptRecord, machine: MachineId): Promise<boolean> {
  const order = await unit.tx.orders.find(attempt.orderId);
  if (order?.status !== 'confirmed' || order.paidBy !== attempt.key) return false;
  const tickets = await unit.tx.tickets.ofOrder(order.id);
  const isOut = tickets.some(({ print }) => print.state !== 'pending') || (await isUsed(unit, tickets));
  if (isOut) {
    await unit.tx.attempts.put({ ...attempt, takenBackAt: attempt.takenBackAt ?? unit.now });
    office.log.error({ order: order.id, attempt: attempt.key, machine, code: 'E-PAY-TAKEN-BACK' }, TAKEN_BACK);
    return false;
  }
  office.log.warn(
    { order: order.id, attempt: attempt.key, machine },
    'The card terminal took its payment back by itself: the order, which nobody has collected, goes.',
  );
  await takeBack(unit, office, order, tickets, { refundKey: IdempotencyKey.parse(`${attempt.key}-T`), reason: 'could-not-deliver', by: machine });
  return true;
}

const NOTHING_THERE: AttemptInput = { kind: 'terminal-reversed', reference: 'not-booked' };

const TAKEN_BACK =
  'A card terminal took a payment back by itself, and tickets of it are on paper or used. A person has to ask the guest for the money.';

/** @param input what is reported, as the machine of the attempt takes it; undefined when it contradicts what is known, of this attempt or of the one that has the money */
async function report(
  office: Office,
  driver: PaymentDriver,
  key: IdempotencyKey,
  machine: MachineId,
  input: (unit: Unit, attempt: AttemptRecord) => Promise<AttemptInput | Holder | undefined>,
): Promise<Result<PaymentAttempt, TerminalRefusal>> {
  const taken = await office.run(async (unit) => {
    const attempt = await terminalAttempt(unit.tx.attempts.find(key), machine);
    if (attempt === undefined) return refused({ code: 'not-at-a-terminal' });
    const told = await input(unit, attempt);
    if (told === undefined) return refused({ code: 'contradicts', status: attemptView(attempt).status });
    if (!('holder' in told)) return { ...(await takeIn(unit, office, key, told)), refusal: undefined };
    const isOpen = !hasEnded(attempt.state.phase);
    const refusal = { code: 'contradicts', status: attemptView(told.holder).status, ...(isOpen ? { isOpen } : {}) } as const;
    // The terminal has nothing more to say of this one, so it is a person's at once.
    const isNew = isOpen && attempt.state.needsPerson !== true;
    return isNew ? { ...(await takeIn(unit, office, key, { kind: 'overdue' })), refusal } : refused(refusal);
  });
  tellAlarms(office.log, key, taken.alarms);
  for (const other of taken.pursue) await driver.pursue(other);
  if (taken.refusal !== undefined) return err(taken.refusal);
  return office.run(async ({ tx }) => {
    const attempt = await tx.attempts.find(key);
    return attempt === undefined ? err({ code: 'not-at-a-terminal' }) : ok(attemptView(attempt));
  });
}

const refused = (refusal: TerminalRefusal) => ({ alarms: [], pursue: [], refusal });

/** @throws RequestProblem 404, or 403 when the terminal is another machine's */
async function terminalAttempt(finding: Promise<AttemptRecord | undefined>, machine: MachineId): Promise<AttemptRecord | undefined> {
  const attempt = await finding;
  if (attempt === undefined) throw new RequestProblem(404, 'not-found', 'There is no such payment.');
  if (attempt.method !== 'card-terminal') return undefined;
  if (attempt.machine !== machine) throw new RequestProblem(403, 'forbidden', "This payment is at another machine's terminal.");
  return attempt;
}

export async function readTerminalDuties(office: Office, machine: MachineId): Promise<{ attempts: PaymentAttempt[] }> {
  const open = await office.run(({ tx }) => tx.attempts.ofTerminal(machine));
  return { attempts: open.slice(0, LIMITS.payment.terminalDutiesMax).map(attemptView) };
}
