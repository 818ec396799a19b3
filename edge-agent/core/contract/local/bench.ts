import { z } from 'zod';
import { DeviceId } from '../identifiers.ts';
import { IsoTime, MoneyAmount } from '../values.ts';

/** The device bench: simulated devices of this lobby and the switches that make them fail. Exists only where devices are simulated. */

export const BenchFault = z.strictObject({
  name: z.string().max(40),
  /** What happens, in both languages. */
  label: z.strictObject({ zh: z.string(), en: z.string() }),
  on: z.boolean(),
  /** A `switch` stays; a `pulse` happens once (a burst of garbage). */
  kind: z.enum(['switch', 'pulse']),
});
export type BenchFault = z.infer<typeof BenchFault>;

export const BenchPaper = z.strictObject({
  /** Counts up from 1 for each piece of paper that left the printer. */
  number: z.int(),
  at: IsoTime,
  widthDots: z.int(),
  heightDots: z.int(),
  /** False while it still hangs in the printer. */
  cut: z.boolean(),
});

/** What a guest holds to a card reader. */
export const BenchCard = z.enum(['member', 'payment', 'unknown']);
export type BenchCard = z.infer<typeof BenchCard>;

export const BenchDevice = z.discriminatedUnion('class', [
  z.strictObject({
    class: z.literal('ticket-printer'),
    device: DeviceId,
    faults: z.array(BenchFault),
    papers: z.array(BenchPaper).max(20),
    /** Millimetres of paper left on the roll. */
    paperLeftMm: z.int(),
    /** Of a printer that holds its paper at the output: whether one stands there, and how many were drawn back. */
    output: z.strictObject({ holds: z.boolean(), drawnBack: z.int() }).optional(),
  }),
  z.strictObject({ class: z.literal('scanner'), device: DeviceId, faults: z.array(BenchFault), reads: z.int() }),
  z.strictObject({
    class: z.literal('gate-controller'),
    device: DeviceId,
    faults: z.array(BenchFault),
    barrier: z.enum(['closed', 'released']),
    /** What the person in front of the gate does when it opens. */
    person: z.enum(['walks-through', 'walks-away', 'stands-still']),
    passed: z.int(),
  }),
  z.strictObject({
    class: z.literal('payment-terminal'),
    device: DeviceId,
    faults: z.array(BenchFault),
    phase: z.enum(['idle', 'waiting-for-card', 'authorising', 'asking']),
    /** What its own display says. */
    display: z.string().max(200),
    /** What it wants to be paid; nothing while it is idle. */
    wants: MoneyAmount.nullable(),
    /** Money that was taken and not given back since the lobby started. */
    kept: MoneyAmount,
  }),
  z.strictObject({ class: z.literal('card-reader'), device: DeviceId, faults: z.array(BenchFault), reads: z.int() }),
  z.strictObject({
    class: z.literal('indicator'),
    device: DeviceId,
    faults: z.array(BenchFault),
    /** From the top, as they are at this moment. */
    lamps: z.array(z.strictObject({ colour: z.enum(['red', 'amber', 'green', 'blue', 'white']), on: z.boolean() })).max(5),
    sounding: z.boolean(),
  }),
]);
export type BenchDevice = z.infer<typeof BenchDevice>;

export const BenchState = z.strictObject({
  devices: z.array(BenchDevice).max(32),
  /** The wires of the lobby, which can be cut; `site`, to the other gates, is null on a machine that is alone. */
  network: z.strictObject({ broker: z.boolean(), boxOffice: z.boolean(), site: z.boolean().nullable() }),
});
export type BenchState = z.infer<typeof BenchState>;
