import type { Conflict, EventBody, OutboxLane } from '#core/contract/wire/events.ts';
import type { CommittedEvent } from './committed-event.ts';
import type { Plan } from './plan.ts';

/** What can be seen from outside the machines, and those who watch it. A checker trusts nothing that a program says of itself: only disks, barriers and cables. */

/** A guest, or somebody who is none, has held something before a reader. */
export interface Presented {
  readonly machine: string;
  readonly lane: string;
  readonly direction: 'entry' | 'exit';
  readonly codeHash: string;
  /** The ticket that it truly is a code of; undefined for forgeries and for everything that is no ticket. */
  readonly ticketId: string | undefined;
  /** How many the ticket admits, and whether its show lets people come back. */
  readonly admits: number;
  readonly reentry: boolean;
  /** When its show lets people in, by the box office's clock. */
  readonly window: { readonly from: number; readonly until: number } | undefined;
  /** Of a child that must not go in alone: the grown-ups of its order. */
  readonly escorts: readonly string[] | undefined;
  /** It changes with the time, and is good once for a ticket that lets one body in. */
  readonly isChanging: boolean;
  readonly what: string;
}

export interface OpenedBarrier {
  readonly machine: string;
  readonly lane: string;
  readonly scanId: string;
}

/** What the machine's disk says of an admission, its own or another gate's. */
export interface StoredAdmission {
  readonly scanId: string;
  readonly ticketId: string;
  readonly machine: string;
  readonly direction: 'entry' | 'exit';
  readonly outcome: string | null;
  readonly confirmation: string;
}

/** What a machine's disk holds, read past its program. */
export interface DiskView {
  admissions(): readonly StoredAdmission[];
  admissionsOf(ticketId: string): readonly StoredAdmission[];
  hasAdmission(scanId: string): boolean;
  conflicts(): readonly Conflict[];
  /** Ids of the events that the box office has not acknowledged. */
  outboxWaiting(): readonly string[];
  inTransaction(): boolean;
}

export interface MachineView {
  readonly machine: string;
  readonly disk: DiskView;
  isUp(): boolean;
  /** Every lane is idle and its devices are in order. */
  isServing(): boolean;
  /** The newest time that the box office signed and that this machine has taken. */
  dataConfirmedAt(): number | undefined;
  dataVersion(): number | undefined;
  /** Names of queues and how full they are, with their bounds. */
  queues(): readonly { readonly name: string; readonly length: number; readonly bound: number }[];
}

export interface OfficeView {
  /** Events that were kept, in the order of their arrival. */
  kept(): readonly {
    readonly machine: string;
    readonly epoch: string;
    readonly lane: OutboxLane;
    readonly seq: number;
    readonly id: string;
    readonly text: string;
    readonly body: EventBody;
  }[];
  conflicts(): readonly Conflict[];
}

export interface WorldView {
  readonly plan: Plan;
  now(): number;
  readonly machines: readonly MachineView[];
  machine(name: string): MachineView;
  readonly office: OfficeView;
  /** True time at which something last went wrong between two machines, or with either of them. */
  lastTrouble(machine: string, other: string): number;
}

/** One promise, held against what happens. */
export interface Checker {
  readonly name: string;
  /** The sentence that it proves. */
  readonly promise: string;
  presented?(what: Presented): void;
  committed?(event: CommittedEvent): void;
  commanded?(what: OpenedBarrier): void;
  opened?(what: OpenedBarrier): void;
  /** The box office has given a ticket this standing in this version of the validity data. */
  revised?(ticketId: string, standing: string, version: number): void;
  started?(machine: string): void;
  /** The program has ended; `isOff` when the machine went down with it, and its monotonic clock. */
  ended?(machine: string, isOff: boolean): void;
  /** An older copy was put in the place of this machine's disk. */
  restored?(machine: string): void;
  /** Something was done; the machine's disk may have changed. */
  settled?(machine: string): void;
  /** Faults are over from now on. */
  healed?(): void;
  /** Once a minute after that. */
  minute?(sinceHeal: number): void;
  finished?(): void;
}

/** What a checker may listen to. */
export type Hook = Exclude<keyof Checker, 'name' | 'promise'>;

export interface CheckerContext {
  readonly world: WorldView;
  /** Says how the promise was broken; the first is enough. */
  broken(how: string): void;
  /** Says that something which it watches for was there. */
  reached(mark: string): void;
}
