import { z } from 'zod';
import { Confirmation, Direction, PassageOutcome, RefusalReason } from '../admission.ts';
import { DeviceId, EventId, LaneId, MachineId, OrderId, ShowId, TicketId } from '../identifiers.ts';
import { IsoTime } from '../values.ts';
import { CommandKind, CommandRefusal } from './command.ts';

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
    /** Of an admission these are the reasons that a person has set aside; see `override`. */
    reasons: z.array(RefusalReason).max(40),
    ticketId: TicketId.optional(),
    showId: ShowId.optional(),
    /** First six hexadecimal digits of the SHA-256 of what was read: enough to find a complaint, nothing to copy. */
    codeHash: z.string().length(6),
    /** Version of the validity data that the decision rests on, and its age; -1 and -1 when the machine has none. */
    dataVersion: z.int(),
    dataAgeSeconds: z.int(),
    /** Half the width of the interval in which the gate knew the time to be; -1 when nothing bounded it. */
    clockErrorMs: z.int(),
    offline: z.boolean(),
    confirmation: Confirmation,
    /** A member of staff let the guest in against the reasons above. */
    override: z.strictObject({ by: z.string().max(64), why: z.string().max(200) }).optional(),
  }),
});

const PassageEvent = z.strictObject({
  t: z.literal('passage'),
  d: z.strictObject({
    scanId: EventId.optional(),
    lane: LaneId,
    direction: Direction,
    outcome: PassageOutcome,
    ticketId: TicketId.optional(),
    /** Who took the admission back, when a person did. */ by: z.string().max(64).optional(),
  }),
});

/** One of the admissions that stand against each other in a conflict. */
const ConflictEntry = z.strictObject({
  scanId: EventId,
  machine: MachineId,
  lane: LaneId,
  /** That gate's best knowledge of the time, and by how much it may be wrong (-1: not known). */
  at: IsoTime,
  clockErrorMs: z.int(),
  dataVersion: z.int(),
  dataAgeSeconds: z.int(),
  confirmation: Confirmation,
  outcome: PassageOutcome.nullable(),
});
export type ConflictEntry = z.infer<typeof ConflictEntry>;

/** A ticket let in more bodies than it admits, at gates that could not ask each other. One record a ticket; told again whenever it changes. */
export const Conflict = z.strictObject({
  ticketId: TicketId,
  showId: ShowId.nullable(),
  admits: z.int(),
  /** Every admission that stands, in the order of their times as far as the clocks allow. */
  entries: z.array(ConflictEntry).min(1).max(16),
  /** The admissions too many; empty when the clocks cannot tell who was second. */
  second: z.array(EventId).max(16),
  /** settled: one of the admissions was taken back, and no more stand than may. */
  state: z.enum(['open', 'settled']),
});
export type Conflict = z.infer<typeof Conflict>;

const ConflictEvent = z.strictObject({ t: z.literal('conflict'), d: Conflict });

/** The print ledger's steps. Only `printed` says that a ticket is on paper; `started` was committed before the first byte left. */
const PrintEvent = z.strictObject({
  t: z.literal('print'),
  d: z.strictObject({
    jobId: z.string().max(64),
    leaseId: z.string().max(64),
    orderId: OrderId,
    ticketId: TicketId,
    outcome: z.enum(['started', 'printed', 'not-printed', 'uncertain']),
    evidence: z.enum(['none', 'accepted', 'print-confirmed', 'cut-confirmed', 'presented', 'taken']),
    /** The printer that had the job. */
    printer: DeviceId.optional(),
    /** Number of the reprint; missing for a first print. */
    reprint: z.int().min(1).max(99).optional(),
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
      'test-light',
      'device-assigned',
      'reprint-asked',
      'printer-power-cycled',
      'terminal-day-ended',
      'session-cleared',
      'configuration-loaded',
      'outbox-dead-letter',
      'test-scan',
      'staff-signed-in',
      'staff-refused',
      'staff-locked',
      'staff-changed',
      'admission-overridden',
      'admission-undone',
      'clock-jumped',
      'ledger-rolled-back',
      'ledger-salvaged',
      'ledger-damaged',
      'ledger-moved',
      'store-pressure',
      'site-split',
      'site-whole',
      'telemetry-lost',
      'name-doubled',
      'box-office-restored',
      // The box office does not know the order that the detail names.
      'order-unknown',
      // What became of the money of such an order, as a person found: the detail begins with the order.
      'order-settled',
      // How a payment at a card terminal stands, as a person found: the detail names order, payment and finding.
      'payment-settled',
      'staff-signed-out',
      'print-resolved',
      'order-resumed',
      'refund-asked',
      'kiosk-closed',
      'kiosk-opened',
      'command-sent',
    ]),
    by: z.string().max(64),
    detail: z.string().max(200),
  }),
});

/** What became of a command. `interrupted`: the machine stopped between taking it and its end; it is not begun again. */
const CommandEvent = z.strictObject({
  t: z.literal('command'),
  d: z.strictObject({
    /** Of what could not be read there is neither. */
    id: EventId.optional(),
    kind: CommandKind.optional(),
    state: z.enum(['taken', 'succeeded', 'failed', 'refused', 'interrupted']),
    refusal: CommandRefusal.optional(),
    detail: z.string().max(200).optional(),
  }),
});

export const EventBody = z.discriminatedUnion('t', [
  ScanEvent,
  PassageEvent,
  ConflictEvent,
  PrintEvent,
  SaleEvent,
  HealthEvent,
  AuditEvent,
  CommandEvent,
]);
export type EventBody = z.infer<typeof EventBody>;

/** The lane of every type of event. */
export const LANE_OF_EVENT: Readonly<Record<EventBody['t'], OutboxLane>> = {
  scan: 'p0',
  passage: 'p0',
  conflict: 'p0',
  print: 'p0',
  sale: 'p0',
  'device-health': 'p1',
  audit: 'p1',
  command: 'p1',
};

const stamp = {
  id: EventId,
  /** Wall clock of the machine when the fact was committed; never used for order. */
  at: IsoTime,
  /** Milliseconds on the monotonic clock of that boot. */
  mono: z.int().min(0),
};

/** One schema for each type, told apart by `t` at once: an intersection of stamp and body parses every event twice and joins the halves, at twice the cost. */
export const WireEvent = z.discriminatedUnion('t', [
  z.object({ ...stamp, ...ScanEvent.shape }),
  z.object({ ...stamp, ...PassageEvent.shape }),
  z.object({ ...stamp, ...ConflictEvent.shape }),
  z.object({ ...stamp, ...PrintEvent.shape }),
  z.object({ ...stamp, ...SaleEvent.shape }),
  z.object({ ...stamp, ...HealthEvent.shape }),
  z.object({ ...stamp, ...AuditEvent.shape }),
  z.object({ ...stamp, ...CommandEvent.shape }),
]);
export type WireEvent = z.infer<typeof WireEvent>;
