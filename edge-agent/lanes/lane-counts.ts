import { BUSINESS_DAY_STARTS_AT_HOUR, type BusinessDay, businessDayOf, instantOnBusinessDay } from '#core/base/business-day.ts';
import { type Instant, minutes } from '#core/base/time.ts';
import { ulid } from '#core/base/ulid.ts';
import type { LaneId } from '#core/contract/identifiers.ts';
import type { GateView } from '#core/contract/local/live.ts';
import type { Timer, Timers } from '#core/ports/clock.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { GateLane } from './gate-lane.ts';

/**
 * What each lane has done on this business day, counted from the events that tell it: the same as the lane itself counts, and a restart does not forget it.
 * The day is the site's, so nothing is counted before the site's time zone is known.
 */
export interface DayCounts {
  start(): void;
  stop(): void;
  /** Counts the day unless that was done already; asked again every minute, because a day ends. */
  count(): void;
}

export interface DayCountsOptions {
  readonly ledger: Pick<Ledger, 'database'>;
  readonly lanes: readonly Pick<GateLane, 'id' | 'setCounts'>[];
  readonly now: () => Instant;
  readonly timeZone: () => string | undefined;
  readonly timers: Timers;
}

export function createDayCounts({ ledger, lanes, now, timeZone, timers }: DayCountsOptions): DayCounts {
  const countsOf = laneCounts(ledger);
  let counted: BusinessDay | undefined;
  let timer: Timer | undefined;
  const count = (): void => {
    const zone = timeZone();
    if (zone === undefined) return;
    const day = businessDayOf(now(), zone);
    if (day === counted) return;
    counted = day;
    const since = instantOnBusinessDay(day, BUSINESS_DAY_STARTS_AT_HOUR, 0, zone);
    for (const lane of lanes) lane.setCounts(countsOf(lane.id, since));
  };
  const everyMinute = (): void => {
    timer = timers.after(minutes(1), everyMinute);
    count();
  };
  return { start: everyMinute, stop: () => timer?.cancel(), count };
}

/** The random part of the first name of a millisecond. */
const FIRST = new Uint8Array(10);

/** Events of earlier days in a row, behind which nothing of this day is expected: a clock was wrong for fewer guests than that before somebody came. */
const EARLIER_IN_A_ROW = 2_000;

/**
 * A gate that was alone for sixty days keeps a million events, and a start waits for the count of this day: it looks back from the newest event, by the names
 * of the events, which begin with their time.
 */
function laneCounts({ database }: Pick<Ledger, 'database'>): (lane: LaneId, since: Instant) => GateView['counts'] {
  const newestFirst = database.prepare<[], { seq: number; id: string }>(`SELECT seq, event_id AS id FROM outbox_p0 ORDER BY seq DESC`);
  const count = database.prepare<{ first: string; from: number; lane: string }, GateView['counts']>(`
    SELECT
      count(*) FILTER (WHERE type = 'scan' AND body ->> 'verdict' = 'admit') AS admitted,
      count(*) FILTER (WHERE type = 'scan' AND body ->> 'verdict' = 'refuse') AS refused,
      count(*) FILTER (WHERE type = 'passage' AND body ->> 'outcome' = 'passed' AND body ->> 'scanId' IS NOT NULL) AS passed,
      count(*) FILTER (WHERE type = 'passage' AND body ->> 'outcome' = 'not-passed') AS notPassed,
      max(0, ifnull(sum(iif(body ->> 'direction' = 'entry', 1, -1)) FILTER (WHERE type = 'passage' AND body ->> 'outcome' IN ('passed', 'forced')), 0)) AS inside
    FROM outbox_p0 WHERE seq >= :from AND event_id >= :first AND type IN ('scan', 'passage') AND body ->> 'lane' = :lane
  `);
  const oldestOf = (first: string): number => {
    let oldest = Number.MAX_SAFE_INTEGER;
    let earlier = 0;
    for (const { seq, id } of newestFirst.iterate()) {
      if (id >= first) {
        oldest = seq;
        earlier = 0;
      } else if (++earlier === EARLIER_IN_A_ROW) break;
    }
    return oldest;
  };
  return (lane, since) => {
    const first = ulid(since, FIRST);
    return count.get({ first, from: oldestOf(first), lane }) ?? { admitted: 0, passed: 0, refused: 0, notPassed: 0, inside: 0 };
  };
}
