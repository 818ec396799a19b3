import type { Instant } from '../base/time.ts';

/** Why a device is less than ready. One closed list for every class of device; each reason has its sentence in both languages on the screens. */
export type HealthReason =
  | 'paper-near-end'
  /** So little is left that an order and its claim slip may not fit any more. */
  | 'paper-short'
  | 'paper-out'
  | 'cover-open'
  | 'cutter-jam'
  | 'paper-jam'
  | 'head-hot'
  | 'printer-offline'
  | 'printer-error'
  | 'ticket-not-taken'
  /** It may hold the rest of an interrupted print, and a person has to switch it off and on and say so. */
  | 'needs-power-cycle'
  | 'day-end-overdue'
  | 'no-answer'
  | 'babbling'
  /** It reads the same code for ever. */
  | 'scanner-stuck'
  | 'unexpected-device'
  | 'passage-sensor-stuck'
  | 'gate-jammed'
  | 'fire-alarm'
  /** Its case was opened. */
  | 'tampered'
  | 'power-failing'
  | 'wrong-key'
  /** It may still be given a key: whoever listens on the line then has it. */
  | 'being-installed'
  | 'link-lost'
  | 'port-busy'
  | 'port-missing'
  /** Something is plugged in that it could be, and nobody has said so. */
  | 'port-unassigned'
  | 'configuration';

/**
 * absent: not there, with the reason we know · connecting: there, being asked who it is · ready · degraded: works with limits · blocked: there, but cannot
 * work until somebody acts · faulted: broke a rule of its protocol.
 */
export type HealthState =
  | { readonly kind: 'absent'; readonly reasons: readonly HealthReason[] }
  | { readonly kind: 'connecting'; readonly reasons: readonly [] }
  | { readonly kind: 'ready'; readonly reasons: readonly [] }
  | { readonly kind: 'degraded'; readonly reasons: readonly HealthReason[] }
  | { readonly kind: 'blocked'; readonly reasons: readonly HealthReason[] }
  | { readonly kind: 'faulted'; readonly reasons: readonly HealthReason[] };

/** What the line to a device has seen since the agent started. */
export interface LinkCounters {
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly framesIn: number;
  readonly framesOut: number;
  /** Frames or runs of bytes that could not be understood, bad checksums and overlong frames included. */
  readonly garbage: number;
  readonly timeouts: number;
  /** Reads that were dropped because the same code had just been read. */
  readonly suppressed: number;
  readonly opened: number;
  readonly lastFault?: string;
}

export const NO_TRAFFIC: LinkCounters = {
  bytesIn: 0,
  bytesOut: 0,
  framesIn: 0,
  framesOut: 0,
  garbage: 0,
  timeouts: 0,
  suppressed: 0,
  opened: 0,
};

export type DeviceClass = 'ticket-printer' | 'scanner' | 'gate-controller' | 'payment-terminal' | 'card-reader' | 'indicator';

export interface DeviceHealth {
  readonly device: string;
  readonly class: DeviceClass;
  readonly driver: string;
  readonly place: string;
  readonly state: HealthState;
  /** When `state` last changed its kind or its reasons. */
  readonly since: Instant;
  readonly lastSeen?: Instant;
  readonly counters: LinkCounters;
}
