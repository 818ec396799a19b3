import type { Direction } from '#core/contract/admission.ts';
import type { ShowId } from '#core/contract/identifiers.ts';
import type { Database } from '../store/database.ts';

/** How many are in each hall. Counted once from the table at the start and kept in memory from then on, so that no scan pays for an index. */
export interface HallCounts {
  inside(show: ShowId): number;
  /** @param show null for an admission of which nobody knows the show; it counts nowhere */
  add(show: number | null, direction: Direction, by: 1 | -1): void;
}

export function createHallCounts(database: Database): HallCounts {
  const counted = database.prepare<[], { show: number; inside: number }>(
    `SELECT show, sum(CASE direction WHEN 'entry' THEN 1 ELSE -1 END) AS inside FROM admission
     WHERE show IS NOT NULL AND (outcome IS NULL OR outcome NOT IN ('not-passed', 'release-failed')) GROUP BY show`,
  );
  const halls = new Map<number, number>(counted.all().map(({ show, inside }) => [show, inside]));
  return {
    // More exits than entries are guests whose admission another gate has not told yet.
    inside: (show) => Math.max(0, halls.get(Number(show)) ?? 0),
    add: (show, direction, by) => {
      if (show !== null) halls.set(show, (halls.get(show) ?? 0) + (direction === 'entry' ? by : -by));
    },
  };
}
