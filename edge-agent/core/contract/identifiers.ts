import { z } from 'zod';

/** Every identifier that crosses a door, with the one form in which it may. */

/** The cinema's code: eight digits, the first two the province (GY/T 276 CinemaCode). It is also the scope of validity data and part of every ticket. */
export const SiteId = z
  .string()
  .regex(/^[1-9]\d{7}$/, 'a site is eight digits')
  .brand<'SiteId'>();
/** A machine in the lobby and its name on the wire: it stands in topics, so lower case without dots. */
export const MachineId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{1,31}$/, 'a machine is 2 to 32 of a-z, 0-9 and -')
  .brand<'MachineId'>();
export const DeviceId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{1,31}$/, 'a device is 2 to 32 of a-z, 0-9 and -')
  .brand<'DeviceId'>();
export const LaneId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'a lane is up to 32 of a-z, 0-9 and -')
  .brand<'LaneId'>();
/** Film code (排次号): country, format, serial and year in twelve characters. */
export const FilmId = z
  .string()
  .regex(/^[0-9a-z]{12}$/, 'a film is twelve digits or lower-case letters')
  .brand<'FilmId'>();
/** Number of a screen within its site, 1 to 255: it is one byte of a ticket. */
export const ScreenId = z
  .string()
  .regex(/^(?:[1-9]|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])$/, 'a screen is 1 to 255')
  .brand<'ScreenId'>();
/** Number of a show within its site: it is four bytes of a ticket. */
export const ShowId = z
  .string()
  .regex(/^[1-9]\d{0,9}$/, 'a show is a number of up to ten digits')
  .brand<'ShowId'>();
export const SeatId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,16}$/, 'a seat is up to 16 letters, digits, _ or -')
  .brand<'SeatId'>();
/** Ticket number: sixteen digits, the site's code first. */
export const TicketId = z
  .string()
  .regex(/^\d{16}$/, 'a ticket number is sixteen digits')
  .brand<'TicketId'>();
export const OrderId = z
  .string()
  .regex(/^[A-Z0-9][A-Z0-9-]{5,31}$/, 'an order is 6 to 32 of A-Z, 0-9 and -')
  .brand<'OrderId'>();
/** Chosen by the caller, once for each thing it wants done; the same key always gets the same answer. */
export const IdempotencyKey = z
  .string()
  .regex(/^[0-9A-Za-z_-]{8,64}$/, 'a key is 8 to 64 letters, digits, _ or -')
  .brand<'IdempotencyKey'>();
export const EventId = z
  .string()
  .regex(/^[0-9A-HJKMNP-TV-Z]{26}$/, 'an event is a ULID')
  .brand<'EventId'>();
/** 6 + 6 digits: the collect number and its verify code. */
export const PickUpCode = z
  .string()
  .regex(/^\d{12}$/, 'a pick-up code is twelve digits')
  .brand<'PickUpCode'>();

export type SiteId = z.infer<typeof SiteId>;
export type MachineId = z.infer<typeof MachineId>;
export type DeviceId = z.infer<typeof DeviceId>;
export type LaneId = z.infer<typeof LaneId>;
export type FilmId = z.infer<typeof FilmId>;
export type ScreenId = z.infer<typeof ScreenId>;
export type ShowId = z.infer<typeof ShowId>;
export type SeatId = z.infer<typeof SeatId>;
export type TicketId = z.infer<typeof TicketId>;
export type OrderId = z.infer<typeof OrderId>;
export type IdempotencyKey = z.infer<typeof IdempotencyKey>;
export type EventId = z.infer<typeof EventId>;
export type PickUpCode = z.infer<typeof PickUpCode>;
