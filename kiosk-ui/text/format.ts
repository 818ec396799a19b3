import type { Language } from '#core/contract/values.ts';
import { LOCALE, language } from './language.ts';

/** Amounts, days and times as the guest's language writes them, always in the time zone of the site. */

interface Amount {
  readonly minor: number;
  readonly currency: string;
}

const made = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

/** An Intl formatter costs about a millisecond to make and nothing to keep. */
function kept<Formatter extends Intl.NumberFormat | Intl.DateTimeFormat>(key: string, make: () => Formatter): Formatter {
  const found = made.get(key);
  if (found) return found as Formatter;
  const formatter = make();
  made.set(key, formatter);
  return formatter;
}

export function formatMoney(amount: Amount, into: Language = language.value): string {
  const format = kept(
    `money ${into} ${amount.currency}`,
    () => new Intl.NumberFormat(LOCALE[into], { style: 'currency', currency: amount.currency, currencyDisplay: 'narrowSymbol' }),
  );
  return format.format(amount.minor / 100);
}

function dateFormat(into: Language, zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return kept(`date ${into} ${zone} ${JSON.stringify(options)}`, () => new Intl.DateTimeFormat(LOCALE[into], { timeZone: zone, ...options }));
}

/** `19:30` */
export function formatTime(iso: string, zone: string, into: Language = language.value): string {
  return dateFormat(into, zone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(iso));
}

/** `2月17日 周二`, `Tue 17 Feb` */
export function formatDate(iso: string, zone: string, into: Language = language.value): string {
  return dateFormat(into, zone, { month: 'short', day: 'numeric', weekday: 'short' }).format(new Date(iso));
}

/** A business day has no time zone of its own: `2026-02-17` is written as that day, wherever the screen stands. */
export function formatDay(day: string, into: Language = language.value): string {
  return dateFormat(into, 'UTC', { month: 'short', day: 'numeric' }).format(new Date(`${day}T00:00:00Z`));
}

export function formatWeekday(day: string, into: Language = language.value): string {
  return dateFormat(into, 'UTC', { weekday: 'short' }).format(new Date(`${day}T00:00:00Z`));
}

/** `4:05` for 245 seconds; never below `0:00`. */
export function formatCountdown(seconds: number): string {
  const left = Math.max(0, Math.floor(seconds));
  return `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
}

/** `482 917 305 662`: read aloud and typed in groups of three. */
export function formatPickUpCode(code: string): string {
  return code.replace(/(\d{3})(?=\d)/g, '$1 ');
}
