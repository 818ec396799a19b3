import type { Brand } from './brand.ts';
import { hours, type Instant, instant } from './time.ts';

/** `YYYY-MM-DD`. A business day runs from 06:00 to 06:00 in the site's time zone: the late show belongs to the evening it began. */
export type BusinessDay = Brand<string, 'BusinessDay'>;

export const BUSINESS_DAY_STARTS_AT_HOUR = 6;

export function parseBusinessDay(text: string): BusinessDay | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const at = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(at) || !new Date(at).toISOString().startsWith(text) ? undefined : (text as BusinessDay);
}

const formats = new Map<string, Intl.DateTimeFormat>();

interface LocalTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** The clock on the wall of the site. */
export function localTime(at: Instant, timeZone: string): LocalTime {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-CA-u-ca-iso8601-nu-latn', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(timeZone, format);
  }
  const part: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(at)) part[type] = Number(value);
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = part;
  return { year, month, day, hour, minute, second };
}

export function businessDayOf(at: Instant, timeZone: string): BusinessDay {
  const { year, month, day, hour } = localTime(at, timeZone);
  const midnight = Date.UTC(year, month - 1, day);
  const shift = hour < BUSINESS_DAY_STARTS_AT_HOUR ? 86_400_000 : 0;
  return new Date(midnight - shift).toISOString().slice(0, 10) as BusinessDay;
}

export function addDays(day: BusinessDay, count: number): BusinessDay {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * 86_400_000).toISOString().slice(0, 10) as BusinessDay;
}

/**
 * The instant at which the site's clock shows `hour:minute` on the given business day; hours from 24 on (and below 06:00) are the small hours of the next
 * calendar day. A time that daylight saving skips is moved forward by the gap, one that occurs twice means the first.
 */
export function instantOnBusinessDay(day: BusinessDay, hour: number, minute: number, timeZone: string): Instant {
  const nextDay = hour < BUSINESS_DAY_STARTS_AT_HOUR ? hours(24) : 0;
  const wanted = Date.parse(`${day}T00:00:00Z`) + hours(hour) + minute * 60_000 + nextDay;
  const offsetAt = (at: number): number => {
    const local = localTime(instant(at), timeZone);
    return Date.UTC(local.year, local.month - 1, local.day, local.hour, local.minute, local.second) - Math.floor(at / 1_000) * 1_000;
  };
  // Two tries of the usual fixed point: the first offset may belong to the other side of a daylight saving change.
  const before = offsetAt(wanted - hours(24));
  const after = offsetAt(wanted + hours(24));
  const early = wanted - before;
  if (offsetAt(early) === before) return instant(early);
  const late = wanted - after;
  return instant(offsetAt(late) === after ? late : early);
}
