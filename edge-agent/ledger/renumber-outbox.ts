import type { Database } from '../store/database.ts';
import type { JournalRows } from './journal-rows.ts';
import { type LedgerChain, LedgerDamage } from './ledger-chain.ts';
import { type ChainKey, outboxText } from './row-chain.ts';

interface Chained {
  readonly chain: LedgerChain;
  readonly rows: JournalRows;
  readonly key: ChainKey;
}

interface Row {
  readonly seq: number;
  readonly event_id: string;
  readonly type: string;
  readonly at: number;
  readonly mono: number;
  readonly boot: string;
  readonly body: string;
}

/** Rows that are read before they are written under their new numbers. */
const SLICE = 1_000;

/**
 * Begins an epoch: what is to be sent is numbered from 1 without a gap, under a new chain; all else leaves the outbox. Within a transaction.
 * @throws LedgerDamage when what is to be sent is not what was written
 */
export function renumberOutbox(database: Database, chained: Chained, epoch: string, what: 'unacknowledged' | 'everything'): void {
  if (what === 'everything') database.exec('UPDATE outbox_lane SET through = 0');
  for (const lane of ['p0', 'p1'] as const) {
    prove(chained, lane, what);
    renumberLane(database, chained.chain, lane);
  }
  database.prepare(`UPDATE meta SET value = ? WHERE name = 'epoch'`).run(epoch);
}

function prove({ chain, rows, key }: Chained, lane: 'p0' | 'p1', what: 'unacknowledged' | 'everything'): void {
  const { base, head, through } = chain.ends(lane);
  const first = Math.max(base, what === 'everything' ? 0 : through) + 1;
  let previous = rows.macAt(lane, first - 1, chain.ends(lane));
  for (const { number, text, mac } of rows.from(lane, first, head)) {
    if (previous === undefined || mac === null || !key.fits(previous, text, mac)) {
      throw new LedgerDamage(`lane ${lane}: row ${number} is not what was written, and cannot be sent`);
    }
    previous = mac;
  }
}

function renumberLane(database: Database, chain: LedgerChain, lane: 'p0' | 'p1'): void {
  const drop = database.prepare<[string]>(`DELETE FROM outbox_${lane} WHERE seq <= (SELECT through FROM outbox_lane WHERE lane = ?)`);
  // By way of negative numbers, so that no row meets the old number of another while they move.
  const turn = database.prepare<[]>(`UPDATE outbox_${lane} SET seq = -seq`);
  const read = database.prepare<[number], Row>(
    `SELECT seq, event_id, type, at, mono, boot, body FROM outbox_${lane} WHERE seq < 0 ORDER BY seq DESC LIMIT +?`,
  );
  const move = database.prepare<[number, Uint8Array, number]>(`UPDATE outbox_${lane} SET seq = ?, mac = ? WHERE seq = ?`);
  const restart = database.prepare<[number, string]>('UPDATE outbox_lane SET through = 0, next = ? WHERE lane = ?');
  drop.run(lane);
  turn.run();
  chain.restart(lane, 0, 0);
  for (let rows = read.all(SLICE); rows.length > 0; rows = read.all(SLICE)) {
    for (const row of rows) {
      const seq = chain.next(lane);
      move.run(seq, chain.link(lane, seq, outboxText(lane, { ...row, seq })), row.seq);
    }
  }
  restart.run(chain.next(lane), lane);
}
