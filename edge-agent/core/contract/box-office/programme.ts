import { z } from 'zod';
import { FilmId, ScreenId, SeatId, ShowId, SiteId } from '../identifiers.ts';
import { BothLanguages, BusinessDayText, CurrencyCode, IsoTime, MoneyAmount } from '../values.ts';

/** What is on: the site, its screens and seat plans, films, shows and their prices. */

export const Site = z.strictObject({
  id: SiteId,
  name: BothLanguages,
  /** IANA name. */
  timeZone: z.string().max(64),
  currency: CurrencyCode,
  /** `cn`: main ticket and stub with the Chinese field set; `generic`: one bar code, tax on the receipt. */
  kind: z.enum(['cn', 'generic']),
  phone: z.string().max(32),
  company: z.string().max(120),
  /** The refund and exchange rules that a guest sees before paying. */
  refundPolicy: BothLanguages,
  /** At most this many seats in one order. */
  seatsPerOrder: z.int().min(1).max(20),
});
export type Site = z.infer<typeof Site>;

export const Film = z.strictObject({
  id: FilmId,
  title: BothLanguages,
  tagline: BothLanguages,
  /** Minutes. */
  runningTime: z.int().min(1).max(600),
  rating: z.strictObject({ label: z.string().max(16), advice: BothLanguages }),
  genre: BothLanguages,
  /** Path of the poster below the box office, an SVG. */
  poster: z.string().max(120),
});
export type Film = z.infer<typeof Film>;

export const SeatKind = z.enum(['standard', 'couple-left', 'couple-right', 'wheelchair', 'companion']);

/** Drawn from `x` and `y` alone: labels are text, may skip, and may run from right to left. Seats side by side differ by 1 in `x`; a gap is an aisle. */
export const PlanSeat = z.strictObject({
  id: SeatId,
  row: z.string().max(4),
  number: z.string().max(4),
  x: z.int().min(0).max(99),
  y: z.int().min(0).max(99),
  zone: z.string().max(16),
  kind: SeatKind,
});
export type PlanSeat = z.infer<typeof PlanSeat>;

export const SeatPlan = z.strictObject({
  screenId: ScreenId,
  name: BothLanguages,
  /** Columns and rows of the grid. */
  width: z.int().min(1).max(100),
  height: z.int().min(1).max(100),
  zones: z.array(z.strictObject({ id: z.string().max(16), name: BothLanguages })).max(8),
  /** Where the best seats are, in grid units. */
  focalPoint: z.strictObject({ x: z.number(), y: z.number() }),
  /** A seat's place in this list is its index on a ticket. */
  seats: z.array(PlanSeat).max(1_000),
});
export type SeatPlan = z.infer<typeof SeatPlan>;

export const TicketTypeId = z.enum(['adult', 'child', 'student', 'senior']);
export type TicketTypeId = z.infer<typeof TicketTypeId>;

export const ShowPrice = z.strictObject({
  zone: z.string().max(16),
  ticketType: TicketTypeId,
  /** The printed price. */
  price: MoneyAmount,
  /** The booking fee of one ticket; `price` + `fee` is what a guest pays and what every screen shows first. */
  fee: MoneyAmount,
});
export type ShowPrice = z.infer<typeof ShowPrice>;

export const Show = z.strictObject({
  id: ShowId,
  filmId: FilmId,
  screenId: ScreenId,
  screenName: BothLanguages,
  businessDay: BusinessDayText,
  startsAt: IsoTime,
  endsAt: IsoTime,
  /** A lobby machine may sell until here. */
  saleEndsAt: IsoTime,
  language: BothLanguages,
  format: z.array(z.enum(['2D', '3D', 'IMAX', 'DOLBY'])).max(3),
  prices: z.array(ShowPrice).max(32),
  seatsTotal: z.int(),
  seatsLeft: z.int(),
  status: z.enum(['on-sale', 'sale-ended', 'cancelled']),
  /** A child is let in only after a grown-up (adult, senior) of its order, who is inside. It may come alone where nothing is said. */
  escortChildren: z.boolean().optional(),
});
export type Show = z.infer<typeof Show>;

export const Programme = z.strictObject({
  /** The business days that can be chosen, today first. */
  days: z.array(BusinessDayText).max(14),
  films: z.array(Film).max(200),
  shows: z.array(Show).max(2_000),
});
export type Programme = z.infer<typeof Programme>;

/** One letter for each seat of the plan, in its order: F free, H held, S sold, R reserved by the house, X out of use. */
export const SeatStates = z
  .string()
  .regex(/^[FHSRX]*$/)
  .max(1_000);

export const SeatPicture = z.strictObject({
  showId: ShowId,
  /** Rises with every change of any seat of the show. */ version: z.int().min(0),
  states: SeatStates,
});
export type SeatPicture = z.infer<typeof SeatPicture>;

/** All that the seat screen needs in one answer. */
export const ShowSeats = z.strictObject({ show: Show, film: Film, plan: SeatPlan, picture: SeatPicture });
export type ShowSeats = z.infer<typeof ShowSeats>;
