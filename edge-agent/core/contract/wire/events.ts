import { z } from 'zod';
import { Direction, PassageOutcome, RefusalReason } from '../admission.ts';
import { DeviceId, EventId, LaneId, OrderId, TicketId } from '../identifiers.ts';
import { IsoTime } from '../values.ts';

/** Everything a machine reports to the box office. An event is appended in the transaction of the fact that it tells. */

/** p0: facts that money and seats depend on, never lost. p1: the record of how the machine is. */
export const OutboxLane = z.enum(['p0', 'p1']);
export type OutboxLane = z.infer<typeof OutboxLane>;

const ScanEvent = z.strictObject({
  t: z.literal('scan'),
  d: z.strictObject({
    scanId: EventId,
    lane: LaneId,
    direction: Direction,
    verdict: z.enum(['admit', 'refuse']),
    reasons: z.array(RefusalReason).max(24),
    ticketId: TicketId.optional(),
    /** First six hexadecimal digits of the SHA-256 of what was read: enough to find a complaint, nothing to copy. */
    codeHash: z.string().length(6),
    /** Version of the validity data that the decision rests on, and its age; -1 and -1 when the machine has none. */
    dataVersion: z.int(),
    dataAgeSeconds: z.int(),
    clockErrorMs: z.int(),
    offline: z.boolean(),
  }),
});

const PassageEvent = z.strictObject({
  t: z.literal('passage'),
  d: z.strictObject({ scanId: EventId.optional(), lane: LaneId, direction: Direction, outcome: PassageOutcome, ticketId: TicketId.optional() }),
});

/** The print ledger's steps. Only `printed` says that a ticket is on paper; `started` was committed before the first byte left. */
const PrintEvent = z.strictObject({
  t: z.literal('print'),
  d: z.strictObject({
    jobId: z.string().max(64),
    leaseId: z.string().max(64),
    orderId: OrderId,
    ticketId: TicketId,
    outcome: z.enum(['started', 'printed', 'not-printed', 'uncertain']),
    evidence: z.enum(['none', 'accepted', 'print-confirmed', 'cut-confirmed']),
    faultCode: z.string().max(32).optional(),
  }),
});

const SaleEvent = z.strictObject({
  t: z.literal('sale'),
  d: z.strictObject({
    saleId: z.string().max(64),
    step: z.enum(['held', 'ordered', 'payment-started', 'payment-unknown', 'paid', 'cancelled', 'expired', 'delivered', 'stopped', 'refund-asked']),
    orderId: OrderId.optional(),
  }),
});

const HealthEvent = z.strictObject({
  t: z.literal('device-health'),
  d: z.strictObject({ device: DeviceId, class: z.string().max(32), state: z.string().max(16), reasons: z.array(z.string().max(32)).max(16) }),
});

const AuditEvent = z.strictObject({
  t: z.literal('audit'),
  d: z.strictObject({
    action: z.enum([
      'agent-started',
      'agent-stopped',
      'test-print',
      'test-release',
      'session-cleared',
      'configuration-loaded',
      'outbox-dead-letter',
      'test-scan',
    ]),
    by: z.string().max(64),
    detail: z.string().max(200),
  }),
});

export const EventBody = z.discriminatedUnion('t', [ScanEvent, PassageEvent, PrintEvent, SaleEvent, HealthEvent, AuditEvent]);
export type EventBody = z.infer<typeof EventBody>;

/** The lane of every type of event. */
export const LANE_OF_EVENT: Readonly<Record<EventBody['t'], OutboxLane>> = {
  scan: 'p0',
  passage: 'p0',
  print: 'p0',
  sale: 'p0',
  'device-health': 'p1',
  audit: 'p1',
};

const stamp = {
  id: EventId,
  /** Wall clock of the machine when the fact was committed; never used for order. */
  at: IsoTime,
  /** Milliseconds on the monotonic clock of that boot. */
  mono: z.int().min(0),
};

export const WireEvent = z.intersection(z.object(stamp), EventBody);
export type WireEvent = z.infer<typeof WireEvent>;
