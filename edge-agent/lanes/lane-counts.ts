import type { Instant } from '#core/base/time.ts';
import type { LaneId } from '#core/contract/identifiers.ts';
import type { GateView } from '#core/contract/local/live.ts';
import type { Ledger } from '../ledger/ledger.ts';

/** What a lane has done since a moment, counted from the events that tell it: the same as the lane itself has counted, and a restart does not forget it. */
export type LaneCounts = (lane: LaneId, since: Instant) => GateView['counts'];

/** A day of one gate is some 3,000 events, thirty days are kept: one look at all of them takes tens of milliseconds, once a day. */
export function createLaneCounts({ database }: Pick<Ledger, 'database'>): LaneCounts {
  const count = database.prepare<{ since: number; lane: string }, GateView['counts']>(`
    SELECT
      count(*) FILTER (WHERE type = 'scan' AND body ->> 'verdict' = 'admit') AS admitted,
      count(*) FILTER (WHERE type = 'scan' AND body ->> 'verdict' = 'refuse') AS refused,
      count(*) FILTER (WHERE type = 'passage' AND body ->> 'outcome' = 'passed' AND body ->> 'scanId' IS NOT NULL) AS passed,
      count(*) FILTER (WHERE type = 'passage' AND body ->> 'outcome' = 'not-passed') AS notPassed,
      max(0, total(iif(body ->> 'direction' = 'entry', 1, -1)) FILTER (WHERE type = 'passage' AND body ->> 'outcome' IN ('passed', 'forced'))) AS inside
    FROM outbox WHERE lane = 'p0' AND at >= :since AND type IN ('scan', 'passage') AND body ->> 'lane' = :lane
  `);
  return (lane, since) => {
    const counted = count.get({ since, lane });
    return counted ?? { admitted: 0, passed: 0, refused: 0, notPassed: 0, inside: 0 };
  };
}
