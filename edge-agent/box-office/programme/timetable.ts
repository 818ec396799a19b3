import { addDays, type BusinessDay, instantOnBusinessDay } from '#core/base/business-day.ts';
import { hours, type Instant, minutes, plus } from '#core/base/time.ts';
import { type Chance, seededChance } from './chance.ts';
import { type FilmVersion, VERSIONS } from './films.ts';

/** When what is shown where: a day that a cinema's planner could have made, and the same day every time it is asked for. */

/** Habits of one screen. Minutes are counted from midnight of the business day, so 24:30 is 1470. */
interface Habits {
  readonly screenId: string;
  readonly opens: number;
  /** No show starts after this. */
  readonly lastStart: number;
  /** Between the end of a show and the next start: people leave, the screen is swept. */
  readonly cleaning: number;
  /** The last show of the day starts here when the one before it ends in time: a midnight show. */
  readonly midnightShow?: number;
}

const at = (hour: number, minute: number): number => hour * 60 + minute;

/**
 * Starts are staggered so that the lobby is never full at once. The short-film screen never closes: whoever comes at whatever hour finds a show that is
 * about to begin, which also means that a lobby can be tried out at four in the morning.
 */
const HABITS: readonly Habits[] = [
  { screenId: '1', opens: at(10, 0), lastStart: at(22, 40), cleaning: 20, midnightShow: at(24, 10) },
  { screenId: '2', opens: at(10, 20), lastStart: at(22, 50), cleaning: 15, midnightShow: at(24, 30) },
  { screenId: '3', opens: at(10, 40), lastStart: at(22, 30), cleaning: 15 },
  { screenId: '4', opens: at(10, 10), lastStart: at(22, 45), cleaning: 15 },
  { screenId: '5', opens: at(10, 30), lastStart: at(21, 0), cleaning: 15 },
  { screenId: '6', opens: at(12, 50), lastStart: at(23, 10), cleaning: 20 },
  { screenId: '7', opens: at(6, 0), lastStart: at(29, 30), cleaning: 10 },
];

const EVENING = at(17, 30);

/** One start, before prices and names are put to it. */
export interface Slot {
  readonly screenId: string;
  /** From 1, in the order of the screen's day. */
  readonly position: number;
  readonly version: FilmVersion;
  readonly startsAt: Instant;
  readonly endsAt: Instant;
  /** Minutes from midnight of the business day to the start. */
  readonly minuteOfDay: number;
}

/** Days from 1970-01-01 to a business day; the same for every site. */
export function dayNumber(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / hours(24);
}

/** Every start of one business day, screen by screen, each screen's in order of time. */
export function slotsOfDay(day: BusinessDay, timeZone: string): Slot[] {
  return HABITS.flatMap((habits) => slotsOfScreen(habits, day, timeZone));
}

function slotsOfScreen(habits: Habits, day: BusinessDay, timeZone: string): Slot[] {
  const chance = seededChance(dayNumber(day), Number(habits.screenId));
  const opensAt = instantOnBusinessDay(day, Math.floor(habits.opens / 60), habits.opens % 60, timeZone);
  const dayEndsAt = instantOnBusinessDay(addDays(day, 1), 6, 0, timeZone);
  const slots: Slot[] = [];
  let minute = habits.opens;
  let last: FilmVersion | undefined;
  while (minute <= Math.max(habits.lastStart, habits.midnightShow ?? 0)) {
    const version = chooseVersion(habits.screenId, minute, last, chance);
    if (version === undefined) return slots;
    const startsAt = plus(opensAt, minutes(minute - habits.opens));
    const endsAt = plus(startsAt, minutes(version.film.runningTime));
    // On the night on which clocks go forward the business day is an hour short.
    if (endsAt > dayEndsAt) return slots;
    slots.push({ screenId: habits.screenId, position: slots.length + 1, version, startsAt, endsAt, minuteOfDay: minute });
    last = version;
    minute = nextStart(minute + version.film.runningTime + habits.cleaning, habits);
  }
  return slots;
}

/** Starts are on multiples of five minutes. After the last ordinary start there may be a midnight show. */
function nextStart(earliest: number, habits: Habits): number {
  const rounded = Math.ceil(earliest / 5) * 5;
  if (rounded <= habits.lastStart || habits.midnightShow === undefined) return rounded;
  return Math.max(rounded, habits.midnightShow);
}

/** By popularity and part of the day; the same film never runs twice in a row where there is another. */
function chooseVersion(screenId: string, minute: number, last: FilmVersion | undefined, chance: Chance): FilmVersion | undefined {
  const daypart = minute < EVENING ? 'morning' : 'evening';
  const possible = VERSIONS.filter((version) => version.screens.includes(screenId) && (version.daypart === 'any' || version.daypart === daypart));
  const others = possible.filter((version) => version.film !== last?.film);
  return chance.pick(others.length > 0 ? others : possible, (version) => version.popularity);
}

/** A machine in the lobby sells until then: late guests miss the advertisements only. */
export const SALE_ENDS_AFTER_START = minutes(15);
