import { type BusinessDay, localTime } from '#core/base/business-day.ts';
import { assert } from '#core/base/fault.ts';
import { instant, plus, toIso } from '#core/base/time.ts';
import type { PlannedShow, ProgrammeSource } from '#core/box-office/programme-source.ts';
import type { Site } from '#core/contract/box-office/programme.ts';
import { type SeatId, ShowId } from '#core/contract/identifiers.ts';
import { seededChance } from './chance.ts';
import { FILMS, isForGrownUps } from './films.ts';
import { type Crowd, soldSeats } from './occupancy.ts';
import { planFromDrawing } from './plan-drawing.ts';
import { pricesOf } from './prices.ts';
import { SCREENS } from './screens.ts';
import { BUILT_IN_SITE } from './site.ts';
import { dayNumber, SALE_ENDS_AFTER_START, type Slot, slotsOfDay } from './timetable.ts';

/**
 * The cinema that is built in, so that a lobby can be started without any other system: seven screens, twelve films, a programme for every day there will
 * ever be. Nothing in it depends on when or where it is asked: shows keep their numbers across restarts. A real cinema puts its own planning in its place.
 */
export interface BuiltInProgrammeOptions {
  /** What differs from the built-in site: its code, its name, its time zone, its currency. */
  readonly site?: Partial<Site>;
}

export function createProgramme(options: BuiltInProgrammeOptions = {}): Required<ProgrammeSource> {
  const site: Site = { ...BUILT_IN_SITE, ...options.site };
  const screens = new Map(SCREENS.map((drawing) => [drawing.screenId, { drawing, plan: planFromDrawing(drawing) }]));

  const screenOf = (screenId: string) => {
    const screen = screens.get(screenId);
    assert(screen !== undefined, `the timetable knows a screen ${screenId} that was never drawn`);
    return screen;
  };

  const showOf = (slot: Slot, day: BusinessDay): PlannedShow => {
    const { plan } = screenOf(slot.screenId);
    const { film, language, format } = slot.version;
    return {
      id: showId(day, slot),
      filmId: film.id,
      screenId: plan.screenId,
      screenName: plan.name,
      businessDay: day,
      startsAt: toIso(slot.startsAt),
      endsAt: toIso(slot.endsAt),
      saleEndsAt: toIso(plus(slot.startsAt, SALE_ENDS_AFTER_START)),
      language,
      format: [...format],
      prices: pricesOf({ plan, format, runningTime: film.runningTime, weekend: isWeekend(day), minuteOfDay: slot.minuteOfDay }, site.currency),
    };
  };

  return {
    site,
    films: FILMS,
    plans: [...screens.values()].map(({ plan }) => plan),
    showsOn: (day) => slotsOfDay(day, site.timeZone).map((slot) => showOf(slot, day)),
    escortsChildren: (show) => FILMS.some((film) => film.id === show.filmId && isForGrownUps(film)),
    withheld: (show) => {
      const { drawing, plan } = screenOf(show.screenId);
      const house = new Set(drawing.house ?? []);
      const broken = new Set(drawing.broken ?? []);
      const sold = new Set<SeatId>(soldSeats(plan, new Set([...house, ...broken]), crowdOf(show, site.timeZone)));
      const stateOf = (seatId: SeatId) => (broken.has(seatId) ? 'X' : house.has(seatId) ? 'R' : sold.has(seatId) ? 'S' : undefined);
      return plan.seats.flatMap(({ id: seatId }) => {
        const state = stateOf(seatId);
        return state === undefined ? [] : [{ seatId, state }];
      });
    },
  };
}

/** Day, screen and position in one number of nine digits, which fits the four bytes of a ticket until the year 3145. */
function showId(day: BusinessDay, slot: Slot): ShowId {
  return ShowId.parse(String(dayNumber(day) * 10_000 + Number(slot.screenId) * 100 + slot.position));
}

/** Saturday or Sunday. 1970-01-01 was a Thursday, so Saturday is the third day of a week counted from there. */
function isWeekend(day: string): boolean {
  const weekday = dayNumber(day) % 7;
  return weekday === 2 || weekday === 3;
}

/** Every show leaves room for those who come to the machine. */
const FULLEST = 0.6;

/** Evenings and weekends are fuller, the small hours nearly empty; every show has some luck of its own. */
function crowdOf(show: PlannedShow, timeZone: string): Crowd {
  const chance = seededChance(Number(show.id));
  const { hour } = localTime(instant(Date.parse(show.startsAt)), timeZone);
  const usual = hour < 10 || hour >= 23 ? 0.07 : hour < 13 ? 0.12 : hour < 17 ? 0.24 : hour < 21 ? 0.42 : 0.2;
  const weekend = isWeekend(show.businessDay) && hour >= 10 && hour < 23 ? 1.35 : 1;
  return { fullness: Math.min(FULLEST, usual * weekend * (0.6 + 0.8 * chance.next())), chance };
}
