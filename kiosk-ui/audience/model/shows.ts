import type { Instant } from '#core/base/time.ts';
import type { Programme, Show } from '#core/contract/box-office/programme.ts';
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
