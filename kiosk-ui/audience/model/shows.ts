import type { Instant } from '#core/base/time.ts';
import type { Film, Programme, Show } from '#core/contract/box-office/programme.ts';
import type { FilmId } from '#core/contract/identifiers.ts';

/** Why a show cannot be chosen. */
export type ShowClosed = 'sold-out' | 'sale-ended' | 'cancelled';

export function closedBecause(show: Show, now: Instant): ShowClosed | undefined {
  if (show.status === 'cancelled') return 'cancelled';
  if (show.status === 'sale-ended' || Date.parse(show.saleEndsAt) <= now) return 'sale-ended';
  if (show.seatsLeft === 0) return 'sold-out';
  return undefined;
}

export function isOnSale(show: Show, now: Instant): boolean {
  return closedBecause(show, now) === undefined;
}

/** Shows of one film on one business day, the earliest first. */
export function showsOn(programme: Programme, filmId: FilmId, day: string): Show[] {
  return programme.shows.filter((show) => show.filmId === filmId && show.businessDay === day).sort((a, b) => a.startsAt.localeCompare(b.startsAt));
}

/** Films that can still be bought: those that are shown today first, in the programme's own order; who stands in the lobby wants to go in. */
export function filmsOnSale(programme: Programme, now: Instant): Film[] {
  const onSale = programme.shows.filter((show) => isOnSale(show, now));
  const shownOn = (day: string | undefined) => new Set(onSale.filter((show) => show.businessDay === day).map(({ filmId }) => filmId));
  const today = shownOn(programme.days[0]);
  const ever = new Set(onSale.map(({ filmId }) => filmId));
  const films = programme.films.filter(({ id }) => ever.has(id));
  return [...films.filter(({ id }) => today.has(id)), ...films.filter(({ id }) => !today.has(id))];
}
