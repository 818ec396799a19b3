import type { Instant } from '#core/base/time.ts';
import type { OrderId } from '#core/contract/identifiers.ts';
import type { SidePaper } from '#core/paper/side-paper.ts';
import type { PrintOutcome } from '#core/ports/ticket-printer.ts';
import type { Ledger } from './ledger.ts';

/** Which slips and receipts this machine has printed or may have printed. What may be on paper counts, so that no second one looks like the first. */
export interface SidePapers {
  /** How many of this kind for the order may be on paper. */
  earlier(orderId: OrderId, kind: SidePaper): number;
  /**
   * A transaction of its own, called before the first byte leaves.
   * @returns the paper's number
   * @throws when it could not be kept, or when another one was begun since `earlier` was asked: then nothing may be sent
   */
  start(paper: StartedPaper, at: Instant): number;
  /** Inside a transaction. */
  keepOutcome(paperId: number, outcome: PrintOutcome, at: Instant): void;
}

interface StartedPaper {
  readonly deliveryId: string;
  readonly orderId: OrderId;
  readonly kind: SidePaper;
  readonly printer: string;
  /** As its mark says. */
  readonly earlier: number;
}

export function createSidePapers(ledger: Pick<Ledger, 'database' | 'transaction'>): SidePapers {
  const { database } = ledger;
  const count = database
    .prepare<[string, string], number>(`SELECT count(*) FROM side_paper WHERE order_id = ? AND kind = ? AND state <> 'not-printed'`)
    .pluck();
  const insert = database.prepare(
    `INSERT INTO side_paper (delivery_id, order_id, kind, printer, earlier, state, changed_at) VALUES (?, ?, ?, ?, ?, 'started', ?)`,
  );
  const end = database.prepare<[string, string | null, number, number]>(
    `UPDATE side_paper SET state = ?, fault_code = ?, changed_at = ? WHERE paper_id = ? AND state = 'started'`,
  );
  const earlier = (orderId: OrderId, kind: SidePaper): number => count.get(orderId, kind) ?? 0;
  return {
    earlier,
    start: ({ deliveryId, orderId, kind, printer, earlier: marked }, at) =>
      ledger.transaction(() => {
        if (earlier(orderId, kind) !== marked) throw new Error(`another ${kind} of order ${orderId} was begun meanwhile`);
        return Number(insert.run(deliveryId, orderId, kind, printer, marked, at).lastInsertRowid);
      }),
    keepOutcome: (paperId, outcome, at) => {
      end.run(outcome.kind, outcome.fault?.code.slice(0, 32) ?? null, at, paperId);
    },
  };
}
