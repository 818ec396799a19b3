import { z } from 'zod';
import { Verdict } from '../admission.ts';
import { LaneId, MachineId } from '../identifiers.ts';
import { IsoTime } from '../values.ts';
import { BenchState } from './bench.ts';
import { Flow, FlowName, KioskSession, ScanNotice } from './kiosk.ts';
import { TechnicianState } from './technician.ts';
import { UsherState } from './usher.ts';

/** What the agent pushes over `/api/live?topic=…`. Every message carries the whole of its subject: a screen that missed one needs only the next. */

export const LiveTopic = z.enum(['kiosk', 'gate', 'technician', 'bench', 'usher']);
export type LiveTopic = z.infer<typeof LiveTopic>;

export const BarrierState = z.enum(['closed', 'released', 'passed', 'not-passed', 'forced', 'held', 'unavailable']);

export const GateView = z.strictObject({
  lane: LaneId,
  name: z.string().max(40),
  /** `checking` is a frame being read or decided; `verdict` stays until `until`. */
  state: z.enum(['ready', 'checking', 'verdict', 'out-of-service', 'fire']),
  verdict: Verdict.optional(),
  until: IsoTime.optional(),
  barrier: BarrierState,
  online: z.boolean(),
  /** Seconds since the box office last confirmed the validity data; null before the first. */
  dataAgeSeconds: z.int().nullable(),
  /** Other gates of the site that cannot be reached now; what this lane lets in meanwhile is unconfirmed. */
  missingGates: z.array(MachineId).max(32),
  /** Conflicts that nobody has looked at. */
  openConflicts: z.int(),
  counts: z.strictObject({ admitted: z.int(), passed: z.int(), refused: z.int(), notPassed: z.int(), inside: z.int() }),
});
export type GateView = z.infer<typeof GateView>;

export const LiveMessage = z.discriminatedUnion('kind', [
  /** First message of every connection. A changed `boot` tells a screen that the agent was restarted. */
  z.strictObject({ kind: z.literal('welcome'), boot: z.string(), at: IsoTime }),
  z.strictObject({ kind: z.literal('session'), session: KioskSession }),
  z.strictObject({ kind: z.literal('flows'), flows: z.array(Flow).max(FlowName.options.length) }),
  z.strictObject({ kind: z.literal('notice'), notice: ScanNotice }),
  z.strictObject({ kind: z.literal('gate'), gate: GateView }),
  z.strictObject({ kind: z.literal('technician'), state: TechnicianState }),
  z.strictObject({ kind: z.literal('bench'), state: BenchState }),
  z.strictObject({ kind: z.literal('usher'), state: UsherState }),
  /** Every 2 s, so that a dead agent is noticed within 5. */
  z.strictObject({ kind: z.literal('tick'), at: IsoTime }),
]);
export type LiveMessage = z.infer<typeof LiveMessage>;
