import { z } from 'zod';
import { unreachable } from '#core/base/fault.ts';
import type { Money } from '#core/base/money.ts';
import { type Instant, instant, milliseconds } from '#core/base/time.ts';
import { TicketTypeId } from '#core/contract/box-office/programme.ts';
import { PaymentMethod, ProviderId } from '#core/contract/box-office/sales.ts';
import { IdempotencyKey, MachineId, OrderId, SeatId, ShowId } from '#core/contract/identifiers.ts';
import { BothLanguages, IsoTime, MoneyAmount } from '#core/contract/values.ts';
import type { Sale, SaleStage } from '#core/kiosk/sale.ts';
import type { Ledger } from './ledger.ts';
import { stepText } from './row-chain.ts';

/**
 * What is durable of a sale. Written by the kiosk in the same transaction as the events that tell of it, and before the call that the new stage stands for:
 * after a power cut the stage says what may have been asked, and the key made from the sale's id asks it again with the same answer.
 */
export interface SaleJournal {
  /** Inside a transaction. */
  save(sale: Sale, at: Instant): void;
  /** Inside a transaction. `detail` is a key or an outcome, never a code. */
  note(ownerId: string, kind: 'intent' | 'result', what: string, detail: string, at: Instant): void;
  /** What an order that was sold here came to; undefined for one that was not. */
  amountOf(orderId: OrderId): Money | undefined;
  /** Every sale that is not at its end, newest change first. Its order is not kept: it is read again. */
  readOpen(): readonly OpenSale[];
  /** The history of one sale or delivery, oldest first. */
  readSteps(ownerId: string): readonly JournalStep[];
}

export interface OpenSale {
  readonly sale: Sale;
  readonly changedAt: Instant;
}

export interface JournalStep {
  readonly kind: 'intent' | 'result';
  readonly what: string;
  readonly detail: string;
}

const SaleRow = z.strictObject({
  sale_id: z.string(),
  machine: MachineId,
  opened_at: z.int(),
  changed_at: z.int(),
  stage: z.enum(['holding', 'ordering', 'review', 'starting', 'paying', 'unknown', 'failed', 'cancelling', 'withdrawing', 'refunding']),
  payment_open: z.int(),
  expired: z.int(),
  basket: z.string(),
  scene: z.string(),
  hold_id: z.string().nullable(),
  hold_token: z.int().nullable(),
  order_id: OrderId.nullable(),
  attempts: z.int(),
  attempt_key: IdempotencyKey.nullable(),
  clock_ahead_ms: z.int(),
  method: PaymentMethod.nullable(),
  provider: ProviderId.nullable(),
});
type SaleRow = z.infer<typeof SaleRow>;

const BasketText = z.strictObject({
  showId: ShowId,
  lines: z.array(z.strictObject({ seatId: SeatId, ticketType: TicketTypeId })),
  submitTotal: MoneyAmount,
});
const SceneText = z.strictObject({ film: BothLanguages, screenName: BothLanguages, startsAt: IsoTime });

/** Every step of a sale writes all of them, and a value that is bound by its name is looked up by it: so they are bound by their places. */
const SAVED = [
  ...(['sale_id', 'machine', 'opened_at', 'changed_at', 'stage', 'ending', 'payment_open', 'expired', 'basket', 'scene', 'hold_id'] as const),
  ...(['hold_token', 'order_id', 'attempts', 'attempt_key', 'clock_ahead_ms', 'method', 'provider'] as const),
];

const SAVE = `
  INSERT INTO sale (${SAVED.join(', ')}) VALUES (${SAVED.map(() => '?').join(', ')})
  ON CONFLICT (sale_id) DO UPDATE SET changed_at = excluded.changed_at, stage = excluded.stage, ending = excluded.ending,
    payment_open = excluded.payment_open, expired = excluded.expired, hold_id = excluded.hold_id, hold_token = excluded.hold_token,
    order_id = excluded.order_id, attempts = excluded.attempts, attempt_key = excluded.attempt_key, clock_ahead_ms = excluded.clock_ahead_ms,
    method = excluded.method, provider = excluded.provider`;

const READ_OPEN = `
  SELECT sale_id, machine, opened_at, changed_at, stage, payment_open, expired, basket, scene, hold_id, hold_token, order_id, attempts, attempt_key,
    clock_ahead_ms, method, provider
  FROM sale WHERE stage <> 'ended' ORDER BY changed_at DESC, sale_id DESC`;

export function createSaleJournal(ledger: Pick<Ledger, 'database' | 'chain'>): SaleJournal {
  const save = ledger.database.prepare(SAVE);
  const readOpen = ledger.database.prepare(READ_OPEN);
  // Without an index: an order is lost once in years. The box office took no other total than this.
  const basketOf = ledger.database.prepare<[string], string>('SELECT basket FROM sale WHERE order_id = ? LIMIT 1').pluck();
  const note = ledger.database.prepare('INSERT INTO journal_step (position, owner_id, at, kind, what, detail, mac) VALUES (?, ?, ?, ?, ?, ?, ?)');
  const steps = ledger.database.prepare<[string], JournalStep>('SELECT kind, what, detail FROM journal_step WHERE owner_id = ? ORDER BY position');
  /** Every step of a sale is saved, and few change its basket. */
  const texts = new WeakMap<object, string>();
  const textOf = (part: object): string => {
    const text = texts.get(part) ?? JSON.stringify(part);
    texts.set(part, text);
    return text;
  };
  return {
    save: (sale, at) => {
      const row = rowOf(sale, at, textOf);
      save.run(...SAVED.map((column) => row[column]));
    },
    note: (ownerId, kind, what, detail, at) => {
      const position = ledger.chain.next('steps');
      const mac = ledger.chain.link('steps', position, stepText({ position, owner_id: ownerId, at, kind, what, detail }));
      note.run(position, ownerId, at, kind, what, detail, mac);
    },
    amountOf: (orderId) => {
      const basket = basketOf.get(orderId);
      return basket === undefined ? undefined : BasketText.parse(JSON.parse(basket)).submitTotal;
    },
    readOpen: () => readOpen.all().map((row) => openSale(SaleRow.parse(row))),
    readSteps: (ownerId) => steps.all(ownerId),
  };
}

/**
 * What a stage is after a restart. Until a payment begins there is nothing but a review to go back to; money that came is looked up like money that nobody can
 * tell about.
 */
const STAGE_KEPT: Readonly<Record<SaleStage['kind'], SaleRow['stage'] | 'ended'>> = {
  holding: 'holding',
  ordering: 'ordering',
  review: 'review',
  choosing: 'review',
  presenting: 'review',
  member: 'review',
  starting: 'starting',
  paying: 'paying',
  unknown: 'unknown',
  confirming: 'unknown',
  failed: 'failed',
  cancelling: 'cancelling',
  withdrawing: 'withdrawing',
  refunding: 'refunding',
  ended: 'ended',
};

function rowOf(sale: Sale, at: Instant, textOf: (part: object) => string) {
  const { stage } = sale;
  return {
    sale_id: sale.id,
    machine: sale.machine,
    opened_at: sale.openedAt,
    changed_at: at,
    stage: STAGE_KEPT[stage.kind],
    ending: stage.kind === 'ended' ? stage.how : null,
    payment_open: stage.kind === 'cancelling' && stage.paymentOpen ? 1 : 0,
    expired: stage.kind === 'cancelling' && stage.expired ? 1 : 0,
    basket: textOf(sale.basket),
    scene: textOf(sale.scene),
    hold_id: sale.hold?.id ?? null,
    hold_token: sale.hold?.token ?? null,
    order_id: sale.orderId ?? null,
    attempts: sale.attempts,
    attempt_key: sale.attemptKey ?? null,
    clock_ahead_ms: sale.clockAhead,
    method: sale.choice?.method ?? null,
    provider: sale.choice?.provider ?? null,
  };
}

function openSale(row: SaleRow): OpenSale {
  const sale: Sale = {
    id: row.sale_id,
    machine: row.machine,
    openedAt: instant(row.opened_at),
    basket: BasketText.parse(JSON.parse(row.basket)),
    scene: SceneText.parse(JSON.parse(row.scene)),
    stage: stageOf(row),
    attended: false,
    hold: row.hold_id === null || row.hold_token === null ? undefined : { id: row.hold_id, token: row.hold_token },
    orderId: row.order_id ?? undefined,
    order: undefined,
    choice: row.method === null ? undefined : { method: row.method, provider: row.provider ?? undefined },
    secret: undefined,
    attempts: row.attempts,
    attemptKey: row.attempt_key ?? undefined,
    attempt: undefined,
    clockAhead: milliseconds(row.clock_ahead_ms),
    payable: false,
  };
  return { sale, changedAt: instant(row.changed_at) };
}

/** Counters of questions begin anew; the rest of a stage is either in its own column or learnt again. */
function stageOf(row: SaleRow): SaleStage {
  switch (row.stage) {
    case 'holding':
    case 'review':
      return { kind: row.stage };
    case 'ordering':
      return { kind: 'ordering', sentAt: instant(row.changed_at) };
    case 'starting':
    case 'paying':
    case 'withdrawing':
      return { kind: row.stage, tries: 0 };
    case 'unknown':
      return { kind: 'unknown', since: instant(row.changed_at), mayLeave: true, tries: 0 };
    case 'failed':
      return { kind: 'failed', reason: { zh: '', en: '' } };
    case 'cancelling':
      return { kind: 'cancelling', paymentOpen: row.payment_open === 1, expired: row.expired === 1, tries: 0 };
    case 'refunding':
      return { kind: 'refunding', done: false, tries: 0 };
    default:
      return unreachable(row.stage);
  }
}
