import type { KeptTimeStore } from '#agent/clock/kept-time-store.ts';
import type { KeptSiteClock } from '#agent/clock/site-clock.ts';
import type { Admissions } from '#agent/ledger/admissions.ts';
import type { Ledger } from '#agent/ledger/ledger.ts';
import type { Outbox } from '#agent/ledger/outbox.ts';
import type { ValidityStore } from '#agent/ledger/validity-store.ts';
import type { SiteLines } from '#agent/site/site-lines.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { GateController } from '#core/ports/gate-controller.ts';
import type { SiteClaims } from '#core/site/site-claims.ts';
import type { VerifySignature } from '#core/ticket/ticket-text.ts';
import type { Disk } from '../kernel/disk.ts';

/**
 * The seams of a machine, each the product's own port. A world puts nothing in between; a canary puts a wrong part in the place of one, to see whether it is
 * noticed.
 */
export interface Collaborators {
  /** Before a program is started on this disk. */
  beforeStart?(disk: Disk, machine: string): void;
  /** The power was cut, or the process killed. */
  afterEnd?(disk: Disk, machine: string): void;
  /** Just before each commit, in its transaction. */
  beforeCommit?(disk: Disk): void;
  afterCommit?(disk: Disk, now: number): void;
  ledger?(real: Ledger): Ledger;
  admissions?(real: Admissions): Admissions;
  outbox?(real: Outbox, disk: Disk): Outbox;
  validity?(real: ValidityStore, context: CollaboratorContext): ValidityStore;
  keptTime?(real: KeptTimeStore, context: CollaboratorContext): KeptTimeStore;
  siteClock?(real: KeptSiteClock, context: CollaboratorContext): KeptSiteClock;
  claims?(real: SiteClaims, context: CollaboratorContext): SiteClaims;
  lines?(real: SiteLines, context: CollaboratorContext): SiteLines;
  gate?(real: GateController): GateController;
  verify?(real: VerifySignature): VerifySignature;
  /** Told of every code before the program reads it, so that a part can open without being asked. */
  onPresented?(gate: GateController, context: CollaboratorContext): void;
}

export interface CollaboratorContext {
  readonly machine: string;
  readonly clock: Clock;
  readonly disk: Disk;
  readonly admissions: () => Admissions;
}
