import { join } from 'node:path';
import { type Ledger, openLedger } from '#agent/ledger/ledger.ts';
import { createOutbox } from '#agent/ledger/outbox.ts';
import { createPrintLedger } from '#agent/ledger/print-ledger.ts';
import { createSaleJournal } from '#agent/ledger/sale-journal.ts';
import { systemClock, systemRandom } from '#agent/runtime/clock.ts';
import { unreachable } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { discard } from './close.ts';
import type { Fact } from './facts.ts';
import { corrupt, doubled, type Finding, lost } from './finding.ts';
import { type Depth, judgeDatabase } from './whole-database.ts';

/** A machine's ledger after a fault: opened as the agent opens it, recovered as the kiosk recovers, and asked for everything that was told outside. */

type LedgerFact = Extract<Fact, { store: 'ledger' }>;

const CONTRADICTIONS = {
  'a gap in the outbox':
    'SELECT lane, count(*) AS rows, min(seq) AS first, max(seq) AS last FROM outbox GROUP BY lane HAVING last - first + 1 <> rows',
  'an unacknowledged event is gone': `SELECT lane, through FROM outbox_lane
     WHERE next > through + 1 AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.lane = outbox_lane.lane AND seq = through + 1)`,
  'an admission without its event': `SELECT scan_id FROM admission WHERE origin IN (SELECT id FROM site_origin WHERE is_ours) AND scan_id NOT IN
     (SELECT json_extract(body, '$.scanId') FROM outbox WHERE type = 'scan')`,
  'an admitting scan without its admission': `SELECT event_id FROM outbox WHERE type = 'scan' AND json_extract(body, '$.verdict') = 'admit'
     AND json_extract(body, '$.scanId') NOT IN (SELECT scan_id FROM admission)`,
  'an outcome without its event': `SELECT scan_id FROM admission WHERE outcome IS NOT NULL AND origin IN (SELECT id FROM site_origin WHERE is_ours)
     AND scan_id NOT IN (SELECT json_extract(body, '$.scanId') FROM outbox WHERE type = 'passage' AND json_extract(body, '$.scanId') IS NOT NULL)`,
  'a print that was begun without its event': `SELECT job_id FROM print_job WHERE starts > 0
     AND job_id NOT IN (SELECT json_extract(body, '$.jobId') FROM outbox WHERE type = 'print' AND json_extract(body, '$.outcome') = 'started')`,
  'a print that ended without its event': `SELECT job_id, state FROM print_job WHERE settled = 1
     AND job_id NOT IN (SELECT json_extract(body, '$.jobId') FROM outbox WHERE type = 'print' AND json_extract(body, '$.outcome') = state)`,
  'an event of a print that is unknown': `SELECT event_id FROM outbox WHERE type = 'print' AND json_extract(body, '$.jobId') NOT IN (SELECT job_id FROM print_job)`,
  'an event of a sale that is unknown': `SELECT event_id FROM outbox WHERE type = 'sale' AND json_extract(body, '$.saleId') NOT IN (SELECT sale_id FROM sale)`,
  'a step of a journal without its owner': `SELECT position FROM journal_step WHERE owner_id NOT IN (SELECT sale_id FROM sale)
     AND owner_id NOT IN (SELECT delivery_id FROM delivery)`,
} as const;

/** @param folder the data folder */
export function judgeLedger(folder: string, facts: readonly LedgerFact[], depth: Depth): readonly Finding[] {
  const ledger = openLedger(join(folder, 'ledger.db'), { clock: systemClock, random: systemRandom, boot: 'judge' });
  try {
    // A power cut damages nothing: what had to be salvaged was damaged by us.
    const salvaged = ledger.salvaged === undefined ? [] : [corrupt(`ledger: it had to be salvaged: ${ledger.salvaged.why}`)];
    return [...salvaged, ...judgeDatabase(ledger.database, 'ledger', CONTRADICTIONS, depth), ...judgeFacts(ledger, facts), ...judgeRecovery(ledger)];
  } finally {
    if (depth === 'whole') ledger.close();
    else discard(ledger.database);
  }
}

function judgeFacts({ database }: Ledger, facts: readonly LedgerFact[]): readonly Finding[] {
  const texts = (sql: string): ReadonlySet<unknown> => new Set(database.prepare(sql).pluck().all());
  const events = new Map(
    database
      .prepare<[], { at: string; id: string }>(`SELECT lane || ' ' || seq AS at, event_id AS id FROM outbox`)
      .all()
      .map(({ at, id }) => [at, id]),
  );
  const admitted = texts(`SELECT printf('%016d', ticket) FROM admission`);
  const scanned = texts(`SELECT json_extract(body, '$.scanId') FROM outbox WHERE type = 'scan'`);
  const passed = texts(`SELECT scan_id FROM admission WHERE outcome = 'passed'`);
  const begun = texts('SELECT ticket_id FROM print_job WHERE starts > 0');
  const printed = database.prepare<[string], number>(`SELECT count(*) FROM print_job WHERE order_id = ? AND state = 'printed'`).pluck();
  const validity = database.prepare<[], { epoch: string; version: number }>('SELECT epoch, version FROM validity_state').get();
  return facts.flatMap((fact) => {
    switch (fact.kind) {
      case 'event': {
        const held = events.get(`${fact.lane} ${fact.seq}`);
        if (held === fact.id) return [];
        return held === undefined ? lost(`event ${fact.lane}/${fact.seq}`) : doubled(`event ${fact.lane}/${fact.seq} has become another`);
      }
      case 'released':
        return admitted.has(fact.ticketId) ? [] : lost(`the admission of ticket ${fact.ticketId}, for which the barrier was released`);
      case 'verdict':
        return scanned.has(fact.scanId) ? [] : lost(`scan ${fact.scanId}, whose verdict was shown`);
      case 'passed':
        return passed.has(fact.scanId) ? [] : lost(`the passage of scan ${fact.scanId}`);
      case 'print-begun':
        return begun.has(fact.ticketId) ? [] : lost(`the start of the print of ticket ${fact.ticketId}: it would be printed twice`);
      case 'printed':
        return (printed.get(fact.orderId) ?? 0) >= fact.count ? [] : lost(`that ${fact.count} tickets of order ${fact.orderId} are printed`);
      case 'validity-held':
        return validity?.epoch === fact.epoch && validity.version >= fact.version ? [] : lost(`validity data of version ${fact.version}`);
      default:
        return unreachable(fact);
    }
  });
}

/** What a start of the kiosk does, and that afterwards the ledger takes a new fact. */
function judgeRecovery(ledger: Ledger): readonly Finding[] {
  const now = systemClock.wall();
  const prints = createPrintLedger(ledger);
  prints.recover(now, ledger.boot);
  prints.readOpen();
  createSaleJournal(ledger).readOpen();
  const outbox = createOutbox(ledger);
  const { p0, p1 } = outbox.positions();
  for (const [lane, { next, through }] of [
    ['p0', p0],
    ['p1', p1],
  ] as const) {
    if (next > through + 1) outbox.read(lane, through + 1, { events: LIMITS.outbox.batchEventsMax, bytes: LIMITS.outbox.batchBytesMax });
  }
  ledger.transaction(() => ledger.append({ t: 'audit', d: { action: 'agent-started', by: 'agent', detail: 'after a fault' } }));
  return ledger.next('p1') === p1.next + 1 ? [] : [corrupt('ledger: a new event did not get the next number')];
}
