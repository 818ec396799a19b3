import { type Currency, money } from '#core/base/money.ts';
import type { SeatPlan, ShowPrice, TicketTypeId } from '#core/contract/box-office/programme.ts';
import type { Format } from './films.ts';

/** The price list of the built-in cinema, in hundredths of the site's currency. */

const BASE = 42_00;
const SHORT_FILMS = 15_00;
const SHORT_FILM_MINUTES = 45;
/** Before two o'clock on a working day. */
const MATINEE = -8_00;
const WEEKEND = 6_00;
const LOUNGE = 28_00;
const FORMAT_SURCHARGES: Record<Format, number> = { '2D': 0, '3D': 6_00, IMAX: 20_00, DOLBY: 12_00 };
/** For each seat; a couple seat is two of them. */
const ZONE_SURCHARGES: Record<string, number> = { front: -5_00, standard: 0, premium: 12_00, couple: 15_00 };
/** Of the adult's price. */
const SHARES: Record<TicketTypeId, number> = { adult: 1, student: 0.8, child: 0.6, senior: 0.5 };
const TICKET_TYPES: readonly TicketTypeId[] = ['adult', 'child', 'student', 'senior'];
const LOWEST = 10_00;
/** Of every ticket, whatever its price. */
const FEE = 3_00;

export interface PricedShow {
  readonly plan: SeatPlan;
  readonly format: readonly Format[];
  /** Minutes. */
  readonly runningTime: number;
  readonly weekend: boolean;
  /** Minutes from midnight to the start. */
  readonly minuteOfDay: number;
}

/** One price for every zone of the plan and every ticket type. Reduced prices are whole yuan, and none is below the lowest that may be asked. */
export function pricesOf(show: PricedShow, currency: Currency): ShowPrice[] {
  const base = basePrice(show);
  return show.plan.zones.flatMap(({ id: zone }) =>
    TICKET_TYPES.map((ticketType) => {
      const adult = base + (ZONE_SURCHARGES[zone] ?? 0);
      const price = Math.max(LOWEST, Math.round((adult * SHARES[ticketType]) / 100) * 100);
      return { zone, ticketType, price: money(price, currency), fee: money(FEE, currency) };
    }),
  );
}

function basePrice({ plan, format, runningTime, weekend, minuteOfDay }: PricedShow): number {
  if (runningTime <= SHORT_FILM_MINUTES) return SHORT_FILMS;
  // The premium zone alone: every seat of the screen is a recliner.
  const lounge = plan.zones.some(({ id }) => id === 'premium') && plan.zones.every(({ id }) => id === 'premium' || id === 'couple');
  const dearerDay = weekend ? WEEKEND : minuteOfDay < 14 * 60 ? MATINEE : 0;
  return BASE + dearerDay + (lounge ? LOUNGE : 0) + format.reduce((sum, one) => sum + FORMAT_SURCHARGES[one], 0);
}
