import { LIMITS } from '#core/base/limits.ts';
import { type Instant, instant } from '#core/base/time.ts';
import type { PassageOutcome } from '#core/contract/admission.ts';
import type { EventId } from '#core/contract/identifiers.ts';
import { EventBody } from '#core/contract/wire/events.ts';
import type { ScanDetail } from '../ledger/admissions.ts';
import type { Ledger } from '../ledger/ledger.ts';

/** The newest scans of every lane of this machine, as its own ledger tells them: the same before and after a restart. */
export interface ScanLog {
  /** Newest first. */
  recent(limit: number): readonly LoggedScan[];
  find(scanId: EventId): LoggedScan | undefined;
}

export interface LoggedScan {
  readonly scanId: EventId;
  readonly at: Instant;
  /** Comparable within `boot`. */
  readonly mono: number;
  readonly boot: string;
  readonly detail: ScanDetail;
  /** What became of an admission; the last word of several. */
  readonly outcome: PassageOutcome | undefined;
}

interface EventRow {
  readonly seq: number;
  readonly type: string;
  readonly at: number;
  readonly mono: number;
  readonly boot: string;
  readonly body: string;
}

export function createScanLog(ledger: Pick<Ledger, 'database' | 'epoch'>): ScanLog {
  const newer = ledger.database.prepare<[number, number], EventRow>(
    `SELECT * FROM (SELECT seq, type, at, mono, boot, body FROM outbox_p0 WHERE seq > ? ORDER BY seq DESC LIMIT +?) ORDER BY seq`,
  );
  /** In the order in which they were made. */
  const scans = new Map<EventId, LoggedScan>();
  let through = 0;
  let epoch = ledger.epoch;

  const take = ({ type, at, mono, boot, body }: EventRow): void => {
    if (type !== 'scan' && type !== 'passage') return;
    const event = EventBody.safeParse({ t: type, d: JSON.parse(body) });
    // An event of a newer program, before a step back to this one.
    if (!event.success) return;
    if (event.data.t === 'scan') {
      const { scanId } = event.data.d;
      scans.set(scanId, { scanId, at: instant(at), mono, boot, detail: event.data.d, outcome: undefined });
      const oldest = scans.keys().next();
      if (scans.size > LIMITS.staff.scansKept && oldest.done !== true) scans.delete(oldest.value);
    } else if (event.data.t === 'passage' && event.data.d.scanId !== undefined) {
      const scan = scans.get(event.data.d.scanId);
      if (scan !== undefined) scans.set(scan.scanId, { ...scan, outcome: event.data.d.outcome });
    }
  };
  const refresh = (): void => {
    // A renewed epoch numbers what is left of the outbox anew; what is in memory stays true.
    if (epoch !== ledger.epoch) {
      epoch = ledger.epoch;
      through = 0;
    }
    for (const row of newer.all(through, LIMITS.staff.scansKept * 2)) {
      take(row);
      through = row.seq;
    }
  };

  return {
    recent: (limit) => {
      refresh();
      return [...scans.values()].slice(-limit).reverse();
    },
    find: (scanId) => {
      refresh();
      return scans.get(scanId);
    },
  };
}
