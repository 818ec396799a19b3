import type { ShowFacts } from '#core/admission/facts.ts';
import { type Monotonic, milliseconds, plus, toIso } from '#core/base/time.ts';
import type { HallCount } from '#core/contract/local/usher.ts';
import type { Clock } from '#core/ports/clock.ts';

/** How full the halls are whose doors are open: who is in, who has a ticket, who has not come although it has begun. */
export interface HallSources {
  /** Shows that let people in now or soon, and those that run, with how many bodies their tickets admit. */
  readonly openShows: () => readonly OpenShow[];
  /** At every gate of the site, as far as this machine knows. */
  readonly attendance: (show: ShowFacts) => Attendance;
  readonly clock: Clock;
}

export interface OpenShow {
  readonly show: ShowFacts;
  readonly sold: number;
}

export interface Attendance {
  /** Bodies in the hall now. */
  readonly inside: number;
  /** Bodies that have come. */
  readonly came: number;
}

const HALLS_MAX = 64;
/** Phones are told of every scan; a hall fills slower than that. */
const COUNTED_FOR = milliseconds(1_000);

export function createHallCounter({ openShows, attendance, clock }: HallSources): () => HallCount[] {
  let counted: { readonly halls: HallCount[]; readonly until: Monotonic } | undefined;
  const count = (): HallCount[] => {
    const now = clock.wall();
    return [...openShows()]
      .filter(({ show }) => !show.cancelled)
      .sort((a, b) => a.show.startsAt - b.show.startsAt || Number(a.show.id) - Number(b.show.id))
      .slice(0, HALLS_MAX)
      .map(({ show, sold }) => {
        const { inside, came } = attendance(show);
        const { id: showId, filmTitle, screenName, startsAt } = show;
        const late = now >= startsAt ? Math.max(0, sold - came) : 0;
        return { showId, filmTitle, screenName, startsAt: toIso(startsAt), inside: Math.max(0, inside), sold, late };
      });
  };
  return () => {
    if (counted === undefined || clock.monotonic() >= counted.until) {
      counted = { halls: count(), until: plus(clock.monotonic(), COUNTED_FOR) };
    }
    return counted.halls;
  };
}
