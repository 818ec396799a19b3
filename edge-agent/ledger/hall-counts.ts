import type { Direction } from '#core/contract/admission.ts';
import type { ShowId } from '#core/contract/identifiers.ts';
import type { Database } from '../store/database.ts';

/** How many are in each hall. Counted once from the table at the start and kept in memory from then on, so that no scan pays for an index. */
export interface HallCounts {
  inside(show: ShowId): number;
  /** Let in, whether they have left or not; somebody who went out and came back is let in twice. */
  entered(show: ShowId): number;
  /** @param show null for an admission of which nobody knows the show; it counts nowhere */
  add(show: number | null, direction: Direction, by: 1 | -1): void;
}

export function createHallCounts(database: Database): HallCounts {
  const counted = database.prepare<[], { show: number; direction: Direction; bodies: number }>(
    `SELECT show, direction, count(*) AS bodies FROM admission
     WHERE show IS NOT NULL AND (outcome IS NULL OR outcome NOT IN ('not-passed', 'release-failed')) GROUP BY show, direction`,
  );
  const ways: Readonly<Record<Direction, Map<number, number>>> = { entry: new Map(), exit: new Map() };
  for (const { show, direction, bodies } of counted.all()) ways[direction].set(show, bodies);
  const bodies = (direction: Direction, show: ShowId): number => ways[direction].get(Number(show)) ?? 0;
  return {
    // More exits than entries are guests whose admission another gate has not told yet.
    inside: (show) => Math.max(0, bodies('entry', show) - bodies('exit', show)),
    entered: (show) => bodies('entry', show),
    add: (show, direction, by) => {
      if (show !== null) ways[direction].set(show, (ways[direction].get(show) ?? 0) + by);
    },
  };
}
