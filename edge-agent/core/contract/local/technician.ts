import { z } from 'zod';
import { DeviceId, LaneId } from '../identifiers.ts';
import { BothLanguages, IsoTime } from '../values.ts';
import { Conflict } from '../wire/events.ts';
import { Discovery } from './discovery.ts';
import { Flow } from './kiosk.ts';
import { MoneySummary } from './staff.ts';
import { SiteView } from './usher.ts';

/** Everything on the technician's page, newest state, worst device first. */

export const DeviceRow = z.strictObject({
  device: DeviceId,
  class: z.enum(['ticket-printer', 'scanner', 'gate-controller', 'payment-terminal', 'card-reader', 'indicator']),
  driver: z.string(),
  place: z.string(),
  state: z.enum(['absent', 'connecting', 'ready', 'degraded', 'blocked', 'faulted']),
  reasons: z.array(z.string()),
  since: IsoTime,
  lastSeen: IsoTime.optional(),
  counters: z.strictObject({
    bytesIn: z.int(),
    bytesOut: z.int(),
    framesIn: z.int(),
    framesOut: z.int(),
    garbage: z.int(),
    timeouts: z.int(),
    suppressed: z.int(),
    opened: z.int(),
    lastFault: z.string().optional(),
  }),
  /** Which test the page may offer. `power-cycled` is a person's word: the printer was switched off and on. */
  test: z.enum(['test-print', 'test-release', 'test-light', 'power-cycled', 'end-of-day', 'none']),
});
export type DeviceRow = z.infer<typeof DeviceRow>;

const Quantiles = z.strictObject({ p50: z.number(), p99: z.number() });

export const TechnicianState = z.strictObject({
  machine: z.string(),
  software: z.string(),
  startedAt: IsoTime,
  at: IsoTime,
  flows: z.array(Flow),
  devices: z.array(DeviceRow),
  /** What is plugged in; absent on a machine none of whose devices hangs on a port of its own. */
  discovery: Discovery.optional(),
  uplink: z.strictObject({
    state: z.enum(['connected', 'connecting', 'waiting', 'stopped']),
    since: IsoTime,
    broker: z.string(),
    /** Connected, but the box office has not acknowledged for too long. */
    notAccepted: z.boolean(),
    /** Another machine speaks under this one's name. */
    doubled: z.literal(true).optional(),
    /** The only lane that may lose: samples that wait, and those that were dropped since the ledger was made. */
    telemetry: z.strictObject({ waiting: z.int(), lost: z.int() }).optional(),
    lastFault: z.string().optional(),
    lanes: z.array(z.strictObject({ lane: z.string(), waiting: z.int(), oldest: IsoTime.optional(), through: z.int(), dead: z.int() })),
  }),
  validity: z.strictObject({
    version: z.int().nullable(),
    tickets: z.int(),
    ageSeconds: z.int().nullable(),
    lastFault: z.string().optional(),
  }),
  boxOffice: z.strictObject({ reachable: z.boolean(), since: IsoTime, address: z.string() }),
  clock: z.strictObject({
    /** The machine's clock minus the box office's at the last answer, and by how much that may be wrong. */
    offsetMs: z.int().nullable(),
    errorMs: z.int().nullable(),
    /** Between the earliest and the latest that it can be now (core/clock); null while nothing says how late it may be. */
    widthMs: z.int().nullable(),
    /** By how much the machine's clock is certainly wrong. */
    wallOutsideMs: z.int(),
    /** The box office has moved its clock: what it says now excludes what it said before. */
    contradicted: z.boolean(),
  }),
  /** Room for this machine's records. `low`: selling has stopped, checking goes on. */
  storage: z.strictObject({
    pressure: z.enum(['ample', 'low', 'full']),
    reasons: z.array(z.string().max(32)).max(8),
    ledgerBytes: z.int(),
    /** What the ledger does not hold any more; the next start puts it right. */
    damaged: z.string().max(200).optional(),
    /** What this start has made of a damaged ledger. */
    salvaged: z.string().max(200).optional(),
  }),
  /** What is open of the site's money and paper, without anything of a guest; absent on a machine that neither sells nor is the box office, and while it was never read. */
  money: MoneySummary.optional(),
  /** How quick each lane was with its last guests, in milliseconds to its verdict and to its release; absent on a machine without a gate. */
  lanes: z
    .array(z.strictObject({ lane: LaneId, name: z.string().max(40), scans: z.int(), decision: Quantiles.optional(), release: Quantiles.optional() }))
    .max(32)
    .optional(),
  /** The gates of the site among each other; absent on a machine without a gate. */
  site: SiteView.optional(),
  /** Tickets that were let in too often, newest first; those that are settled included, for as long as the ledger shows them. */
  conflicts: z.array(Conflict).max(50).optional(),
  /** Newest first. Text never contains a code, a card or a payment number. */
  events: z.array(z.strictObject({ id: z.string(), at: IsoTime, type: z.string(), text: BothLanguages, acknowledged: z.boolean() })).max(50),
});
export type TechnicianState = z.infer<typeof TechnicianState>;

export const DeviceTestResult = z.discriminatedUnion('outcome', [
  z.strictObject({ outcome: z.literal('passed'), detail: BothLanguages }),
  z.strictObject({ outcome: z.literal('failed'), code: z.string(), detail: BothLanguages, remedy: BothLanguages.optional() }),
]);
export type DeviceTestResult = z.infer<typeof DeviceTestResult>;

/** What a device's line carried last, oldest first. Tickets, payment codes and cards are hidden. */
export const LineTrace = z.strictObject({
  device: DeviceId,
  entries: z
    .array(
      z.strictObject({
        at: IsoTime,
        direction: z.enum(['in', 'out']),
        bytes: z.int(),
        /** Hexadecimal, two characters a byte; two dots for a byte that nobody may read. */
        hex: z.string(),
      }),
    )
    .max(8_192),
});
export type LineTrace = z.infer<typeof LineTrace>;
