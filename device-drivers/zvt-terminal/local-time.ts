/** A terminal tells `MMDD` and `HHMMSS` by the clock on its wall: no year and no zone. */

const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * The moment, as ISO 8601 in UTC, of the year that puts it nearest to `now`; of an hour that summer time repeats the first one. `now` itself when the digits
 * are no date, because a record with a doubtful time is better than none.
 */
export function terminalTime(date: string | undefined, time: string | undefined, timeZone: string, now: number): string {
  const [, month, day] = /^(\d\d)(\d\d)$/.exec(date ?? '') ?? [];
  const [, hour, minute, second] = /^(\d\d)(\d\d)(\d\d)$/.exec(time ?? '') ?? [];
  if (month === undefined || hour === undefined) return new Date(now).toISOString();
  const year = new Date(now).getUTCFullYear();
  const moments = [year - 1, year, year + 1]
    .map((each) => Date.parse(`${each}-${month}-${day}T${hour}:${minute}:${second}Z`))
    .filter((asUtc) => !Number.isNaN(asUtc))
    .map((asUtc) => toUtc(asUtc, timeZone));
  const nearest = moments.sort((a, b) => Math.abs(a - now) - Math.abs(b - now))[0];
  return new Date(nearest ?? now).toISOString();
}

/** `asUtc` has the digits of a local clock; what is subtracted is that zone's distance from UTC at about that moment. */
function toUtc(asUtc: number, timeZone: string): number {
  const guess = asUtc - offset(asUtc, timeZone);
  return asUtc - offset(guess, timeZone);
}

function offset(at: number, timeZone: string): number {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-GB', {
      timeZone,
      hourCycle: 'h23',
      ...({ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' } as const),
    });
  formats.set(timeZone, format);
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
  const shown = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return shown - Math.floor(at / 1_000) * 1_000;
}
