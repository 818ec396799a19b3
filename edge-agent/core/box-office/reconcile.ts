import type { Reconciliation, ReconciliationDifference } from '../contract/box-office/reconciliation.ts';
import type { StatementLine } from './payment-provider.ts';
import type { AttemptRecord, OrderRecord } from './records.ts';

/** A day's money: what the box office has taken and given back, and whether its orders and the providers' statements say the same. */

export interface DayOfMoney {
  readonly day: string;
  readonly from: number;
  readonly until: number;
  readonly currency: Reconciliation['currency'];
  /** Whose money came or went back on the day. */
  readonly attempts: readonly AttemptRecord[];
  readonly orders: ReadonlyMap<string, OrderRecord>;
  /** By merchant order, of every attempt that a statement names. */
  readonly named: ReadonlyMap<string, AttemptRecord>;
  /** By provider; the lines reach a little over both ends of the day, for two clocks put a payment on two sides of it. */
  readonly statements: ReadonlyMap<string, readonly StatementLine[]>;
  /** Still without an end. */
  readonly open: readonly AttemptRecord[];
}

export function reconcile(day: DayOfMoney): Reconciliation {
  const isWithin = (at: number | undefined): boolean => at !== undefined && at >= day.from && at < day.until;
  const sums = new Map<string, Reconciliation['methods'][number]>();
  for (const { method, provider, amount, paidAt, refundedAt } of day.attempts) {
    const key = `${method} ${provider ?? ''}`;
    const known = sums.get(key) ?? {
      method,
      ...(provider === undefined ? {} : { provider }),
      taken: 0,
      takenCount: 0,
      givenBack: 0,
      givenBackCount: 0,
    };
    const [came, went] = [isWithin(paidAt) ? 1 : 0, isWithin(refundedAt) ? 1 : 0];
    sums.set(key, {
      ...known,
      taken: known.taken + came * amount.minor,
      takenCount: known.takenCount + came,
      givenBack: known.givenBack + went * amount.minor,
      givenBackCount: known.givenBackCount + went,
    });
  }
  return {
    day: day.day,
    currency: day.currency,
    methods: [...sums.values()],
    open: day.open.map(({ key }) => key).slice(0, LINES_MAX),
    compared: [...day.statements.keys()],
    differences: [...againstOrders(day), ...againstStatements(day, isWithin)].slice(0, LINES_MAX),
  };
}

/** As many as an answer lists; a day with more has one cause, not thousands. */
const LINES_MAX = 200;

/** Money that is kept has an order that it paid; money that went back has none that still stands on it. */
function againstOrders({ attempts, orders }: DayOfMoney): ReconciliationDifference[] {
  return attempts.flatMap((attempt): ReconciliationDifference[] => {
    const order = orders.get(attempt.orderId);
    const isKept = attempt.state.phase === 'succeeded' && attempt.takenBackAt === undefined;
    const stands = order?.status === 'confirmed' && order.paidBy === attempt.key;
    if (isKept === stands) return [];
    return [
      { kind: isKept ? 'money-without-order' : 'order-without-money', merchantOrder: attempt.merchantOrder, ours: attempt.amount.minor, theirs: 0 },
    ];
  });
}

function againstStatements({ attempts, statements, named }: DayOfMoney, isWithin: (at: number | undefined) => boolean): ReconciliationDifference[] {
  const differences: ReconciliationDifference[] = [];
  for (const [provider, lines] of statements) {
    const told = new Map(lines.map((line) => [`${line.kind} ${line.merchantOrder}`, line]));
    for (const { merchantOrder, amount, ...attempt } of attempts.filter((each) => each.provider === provider)) {
      for (const [kind, at] of [['paid', attempt.paidAt] as const, ['refunded', attempt.refundedAt] as const]) {
        if (!isWithin(at)) continue;
        const theirs = told.get(`${kind} ${merchantOrder}`)?.amount.minor;
        if (theirs === undefined) differences.push({ kind: `${kind}-not-in-statement`, merchantOrder, provider, ours: amount.minor, theirs: 0 });
        else if (theirs !== amount.minor) differences.push({ kind: 'another-amount', merchantOrder, provider, ours: amount.minor, theirs });
      }
    }
    differences.push(...unknownToUs(provider, lines, named));
  }
  return differences;
}

/** Money at the provider of which the box office has no trace, unless it has gone back there as well (a payment by code that was undone). */
function unknownToUs(provider: string, lines: readonly StatementLine[], named: DayOfMoney['named']): ReconciliationDifference[] {
  const back = new Set(lines.filter(({ kind }) => kind === 'refunded').map(({ merchantOrder }) => merchantOrder));
  return lines
    .filter(({ kind, merchantOrder }) => kind === 'paid' && !back.has(merchantOrder) && named.get(merchantOrder)?.paidAt === undefined)
    .map(({ merchantOrder, amount }) => ({ kind: 'money-unknown-to-us', merchantOrder, provider, ours: 0, theirs: amount.minor }));
}
