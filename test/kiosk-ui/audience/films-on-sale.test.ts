import { expect, test } from 'vitest';
import { type Instant, instant } from '#core/base/time.ts';
import { filmsOnSale, isOnSale } from '../../../kiosk-ui/audience/model/shows.ts';
import { programmeAt } from '../support/sample-lobby.ts';

const evening = instant(Date.parse('2026-11-20T12:00:00Z'));
/** 03:30 at the site: only the screen for short films still has shows today. */
const night = instant(Date.parse('2026-11-20T19:30:00Z'));

const todays = (now: Instant): Set<string> => {
  const programme = programmeAt(now);
  return new Set(programme.shows.filter((show) => show.businessDay === programme.days[0] && isOnSale(show, now)).map(({ filmId }) => filmId));
};

test('whatever is still shown today comes first, in the programme’s order', () => {
  for (const now of [evening, night]) {
    const today = todays(now);
    const films = filmsOnSale(programmeAt(now), now).map(({ id }) => id);
    expect(today.size).toBeGreaterThan(0);
    expect(new Set(films.slice(0, today.size))).toEqual(today);
    expect(new Set(films).size).toBe(films.length);
  }
});

test('a film without a show that can be bought is not offered', () => {
  const programme = programmeAt(evening);
  const [gone] = programme.films;
  const without = { ...programme, shows: programme.shows.filter((show) => show.filmId !== gone?.id) };
  expect(filmsOnSale(without, evening).map(({ id }) => id)).not.toContain(gone?.id);
});
