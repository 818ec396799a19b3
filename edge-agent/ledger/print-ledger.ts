import { z } from 'zod';
import { InvariantError, unreachable } from '#core/base/fault.ts';
import { type Instant, instant } from '#core/base/time.ts';
import { ReprintReason } from '#core/contract/box-office/sales.ts';
import { DeviceId, MachineId, OrderId, TicketId } from '#core/contract/identifiers.ts';
import type { EventBody } from '#core/contract/wire/events.ts';
import type { Delivery, DeliveryStage, DeliveryTicket } from '#core/kiosk/delivery.ts';
import type { PrintEvidence, PrintOutcome, ProvenEvidence } from '#core/ports/ticket-printer.ts';
import type { Ledger } from './ledger.ts';
import { createMachineBoot } from './machine-boot.ts';

/**
 * What this machine did on paper. Each job is written before it is sent, each end of a job together with the event that tells the box office, so that a ticket
 * is never called printed without proof and one that may be on paper is never printed again by itself.
 */
export interface PrintLedger {
  /** Inside a transaction. */
  save(delivery: Delivery, at: Instant): void;
  /** Inside a transaction. */
  queue(job: QueuedJob, at: Instant): void;
  /** A transaction of its own, called before the first byte of the job leaves. Throws when it could not be kept: then nothing may be sent. */
  start(jobId: string, printer: string, at: Instant): void;
  /** A transaction of its own: what the printer has proven so far, for the case that the power goes before the outcome is known. */
  keepEvidence(jobId: string, evidence: ProvenEvidence, at: Instant): void;
  /** Inside a transaction. `not-printed` is kept without an event: the ticket stays ours until it is given back. */
  keepOutcome(jobId: string, outcome: PrintOutcome, at: Instant): void;
  /** Inside a transaction. The end of a job that was not printed. */
  giveBack(jobId: string, at: Instant): void;
  /**
   * Once after a restart, in a transaction of its own: what was started is `uncertain` from now on, unless the printer had proven the cut as well; what was only
   * queued goes back, unless this is another start of the machine: then the disk may be an older copy, whose tickets are on paper already (decision 0018).
   */
  recover(at: Instant, machineBoot: string): void;
  /** Every delivery that is not at its end, newest change first, its tickets as `recover` left them. */
  readOpen(): readonly OpenDelivery[];
}

export interface QueuedJob {
  readonly jobId: string;
  readonly deliveryId: string;
  readonly orderId: OrderId;
  readonly ticketId: TicketId;
  readonly leaseId: string;
  /** Number of the reprint; undefined for a first print. */
  readonly reprint: number | undefined;
}

export interface OpenDelivery {
  readonly delivery: Delivery;
  readonly changedAt: Instant;
}

const JobRow = z.strictObject({
  job_id: z.string(),
  order_id: OrderId,
  ticket_id: TicketId,
  lease_id: z.string(),
  state: z.enum(['queued', 'started', 'printed', 'not-printed', 'uncertain']),
  starts: z.int(),
  evidence: z.enum(['none', 'accepted', 'print-confirmed', 'cut-confirmed']),
  fault_code: z.string().nullable(),
  settled: z.int(),
  printer: z.string().nullable(),
  /** Evidence beyond the cut. */
  output: z.enum(['presented', 'taken']).nullable(),
  reprint: z.int().nullable(),
});
type JobRow = z.infer<typeof JobRow>;

const DeliveryRow = z.strictObject({
  delivery_id: z.string(),
  machine: MachineId,
  journey: z.enum(['buy', 'collect']),
  order_id: OrderId,
  opened_at: z.int(),
  changed_at: z.int(),
  stage: z.enum(['claiming', 'printing', 'stopped', 'done', 'settling', 'restoring']),
  claims: z.int(),
  claim_open: z.int(),
  claimed_at: z.int(),
  tickets: z.string(),
  reprint: z.string().nullable(),
});
type DeliveryRow = z.infer<typeof DeliveryRow>;

const ReprintText = z.strictObject({ by: z.string(), reason: ReprintReason });

const TicketsText = z.array(
  z.strictObject({ id: TicketId, state: z.enum(['wanted', 'claimed', 'in-printer', 'printed', 'uncertain', 'elsewhere']) }),
);

type PrintBody = Extract<EventBody, { t: 'print' }>;

const JOB_COLUMNS = 'job_id, order_id, ticket_id, lease_id, state, starts, evidence, fault_code, settled, printer, output, reprint';

function prepare(database: Ledger['database']) {
  return {
    save: database.prepare(`
      INSERT INTO delivery (delivery_id, machine, journey, order_id, opened_at, changed_at, stage, claims, claim_open, claimed_at, tickets, reprint)
      VALUES (:delivery_id, :machine, :journey, :order_id, :opened_at, :changed_at, :stage, :claims, :claim_open, :claimed_at, :tickets, :reprint)
      ON CONFLICT (delivery_id) DO UPDATE SET changed_at = excluded.changed_at, stage = excluded.stage, claims = excluded.claims,
        claim_open = excluded.claim_open, claimed_at = excluded.claimed_at, tickets = excluded.tickets`),
    queue: database.prepare(`
      INSERT INTO print_job (job_id, delivery_id, order_id, ticket_id, lease_id, state, starts, evidence, settled, changed_at, reprint)
      VALUES (?, ?, ?, ?, ?, 'queued', 0, 'none', 0, ?, ?)`),
    readJob: database.prepare(`SELECT ${JOB_COLUMNS} FROM print_job WHERE job_id = ?`),
    readUnsettled: database.prepare(`SELECT ${JOB_COLUMNS} FROM print_job WHERE settled = 0 ORDER BY job_id`),
    writeJob: database.prepare<[string, number, string, string | null, number, string | null, string | null, number, string]>(`
      UPDATE print_job SET state = ?, starts = ?, evidence = ?, fault_code = ?, settled = ?, printer = ?, output = ?, changed_at = ?
      WHERE job_id = ? AND settled = 0`),
    readOpen: database.prepare(`
      SELECT delivery_id, machine, journey, order_id, opened_at, changed_at, stage, claims, claim_open, claimed_at, tickets, reprint
      FROM delivery WHERE stage <> 'closed' ORDER BY changed_at DESC, delivery_id DESC`),
    // The claim's number is in the job's name (`core/kiosk/delivery-moves.ts`); times go back when a clock is set.
    lastState: database
      .prepare<[string, string], string>(
        'SELECT state FROM print_job WHERE delivery_id = ? AND ticket_id = ? ORDER BY length(job_id) DESC, job_id DESC LIMIT 1',
      )
      .pluck(),
  };
}

export function createPrintLedger(ledger: Pick<Ledger, 'database' | 'transaction' | 'append'>): PrintLedger {
  const statements = prepare(ledger.database);
  const boot = createMachineBoot(ledger);

  const readJob = (jobId: string): JobRow => {
    const row = statements.readJob.get(jobId);
    if (row === undefined) throw new InvariantError(`there is no print job ${jobId}`);
    return JobRow.parse(row);
  };
  const write = (job: JobRow, at: Instant): void => {
    const { changes } = statements.writeJob.run(
      job.state,
      job.starts,
      job.evidence,
      job.fault_code,
      job.settled,
      job.printer,
      job.output,
      at,
      job.job_id,
    );
    if (changes !== 1) throw new InvariantError(`print job ${job.job_id} was settled before`);
  };
  const tell = (job: JobRow, outcome: PrintBody['d']['outcome']): void => {
    const { job_id: jobId, lease_id: leaseId, order_id: orderId, ticket_id: ticketId } = job;
    const known = {
      ...(job.printer === null ? {} : { printer: DeviceId.parse(job.printer) }),
      ...(job.reprint === null ? {} : { reprint: job.reprint }),
      ...(job.fault_code === null ? {} : { faultCode: job.fault_code }),
    };
    ledger.append({ t: 'print', d: { jobId, leaseId, orderId, ticketId, outcome, evidence: evidenceOf(job), ...known } });
  };
  const settle = (job: JobRow, at: Instant, outcome: 'printed' | 'not-printed' | 'uncertain'): void => {
    const settled: JobRow = { ...job, state: outcome, settled: 1 };
    write(settled, at);
    tell(settled, outcome);
  };

  return {
    save: (delivery, at) => {
      statements.save.run(rowOf(delivery, at));
    },
    queue: ({ jobId, deliveryId, orderId, ticketId, leaseId, reprint }, at) => {
      statements.queue.run(jobId, deliveryId, orderId, ticketId, leaseId, at, reprint ?? null);
    },
    start: (jobId, printer, at) => {
      ledger.transaction(() => {
        const job = readJob(jobId);
        if (job.state !== 'queued' && job.state !== 'not-printed')
          throw new InvariantError(`print job ${jobId} is ${job.state} and cannot be started`);
        const started: JobRow = { ...job, state: 'started', starts: job.starts + 1, fault_code: null, printer };
        write(started, at);
        if (started.starts === 1) tell(started, 'started');
      });
    },
    keepEvidence: (jobId, evidence, at) => {
      ledger.transaction(() => write({ ...readJob(jobId), ...withEvidence(evidence) }, at));
    },
    keepOutcome: (jobId, outcome, at) => {
      const job = readJob(jobId);
      switch (outcome.kind) {
        case 'printed':
          settle({ ...job, ...withEvidence(outcome.evidence), fault_code: outcome.fault?.code.slice(0, 32) ?? null }, at, 'printed');
          break;
        case 'uncertain':
          settle({ ...job, ...withEvidence(outcome.evidence), fault_code: outcome.fault.code.slice(0, 32) }, at, 'uncertain');
          break;
        case 'not-printed':
          write({ ...job, state: 'not-printed', fault_code: outcome.fault.code.slice(0, 32) }, at);
          break;
        default:
          unreachable(outcome);
      }
    },
    giveBack: (jobId, at) => settle(readJob(jobId), at, 'not-printed'),
    recover: (at, machineBoot) => {
      ledger.transaction(() => {
        for (const row of statements.readUnsettled.all()) {
          const job = JobRow.parse(row);
          settle(job, at, endAfterRestart(job, boot.wasOff(machineBoot)));
        }
        boot.keep(machineBoot);
      });
    },
    readOpen: () => statements.readOpen.all().map((row) => openDelivery(DeliveryRow.parse(row), statements.lastState)),
  };
}

/** The columns of a job that say how much is known; what came to the output was printed before. */
function withEvidence(evidence: PrintEvidence): Pick<JobRow, 'evidence' | 'output'> {
  return evidence === 'presented' || evidence === 'taken' ? { evidence: 'print-confirmed', output: evidence } : { evidence, output: null };
}

const evidenceOf = ({ evidence, output }: JobRow): PrintEvidence => output ?? evidence;

/** A cut that the printer confirmed, or a paper seen at its output, is proof whatever happened to us; a last dot alone may hang in a jammed cutter. */
function endAfterRestart(job: JobRow, wasOff: boolean): 'printed' | 'uncertain' | 'not-printed' {
  if (job.state !== 'started') return wasOff ? 'uncertain' : 'not-printed';
  return job.output !== null || job.evidence === 'cut-confirmed' ? 'printed' : 'uncertain';
}

function rowOf(delivery: Delivery, at: Instant) {
  return {
    delivery_id: delivery.id,
    machine: delivery.machine,
    journey: delivery.journey === 'buy' ? 'buy' : 'collect',
    order_id: delivery.orderId,
    opened_at: delivery.openedAt,
    changed_at: at,
    // A settling that has still to show the guest where things stand is one that begins anew after another restart.
    stage: delivery.stage.kind === 'settling' && delivery.stage.recent ? 'claiming' : delivery.stage.kind,
    claims: delivery.claims,
    claim_open: delivery.claimOpen ? 1 : 0,
    claimed_at: delivery.claimedAt,
    tickets: JSON.stringify(delivery.tickets.map(({ id, state }) => ({ id, state }))),
    reprint: delivery.reprint === undefined ? null : JSON.stringify(delivery.reprint),
  };
}

function openDelivery(row: DeliveryRow, lastState: ReturnType<typeof prepare>['lastState']): OpenDelivery {
  const tickets = TicketsText.parse(JSON.parse(row.tickets)).map(
    ({ id, state }): DeliveryTicket => ({
      id,
      state: stateAfterRestart(state, lastState.get(row.delivery_id, id)),
      claimed: undefined,
      printer: undefined,
      triedAgain: false,
    }),
  );
  const reprint = row.reprint === null ? undefined : ReprintText.parse(JSON.parse(row.reprint));
  const delivery: Delivery = {
    id: row.delivery_id,
    machine: row.machine,
    journey: reprint === undefined ? row.journey : 'reprint',
    openedAt: instant(row.opened_at),
    orderId: row.order_id,
    order: undefined,
    tickets,
    claims: row.claims,
    claimOpen: row.claim_open === 1,
    claimedAt: instant(row.claimed_at),
    stage: stageOf(row.stage),
    attended: false,
    reprint,
    avoid: [],
    faultCode: undefined,
    papers: { slip: 'none', receipt: 'none' },
  };
  return { delivery, changedAt: instant(row.changed_at) };
}

/** The ledger's word counts: what was in the printer is uncertain unless its job says otherwise, what was only claimed has been given back. */
function stateAfterRestart(state: DeliveryTicket['state'], job: string | undefined): DeliveryTicket['state'] {
  if (state !== 'claimed' && state !== 'in-printer') return state;
  return job === 'uncertain' || job === 'printed' ? job : 'wanted';
}

function stageOf(stage: DeliveryRow['stage']): DeliveryStage {
  switch (stage) {
    case 'claiming':
    case 'restoring':
      return { kind: stage, tries: 0 };
    case 'settling':
      return { kind: 'settling', recent: false };
    case 'printing':
      return { kind: 'printing', leaseEnding: false };
    case 'stopped':
      return { kind: 'stopped', stop: 'needs-staff' };
    case 'done':
      return { kind: 'done' };
    default:
      return unreachable(stage);
  }
}
