import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createProgramme } from '#agent/box-office/programme/built-in-programme.ts';
import { addDays, type BusinessDay, businessDayOf, localTime, parseBusinessDay } from '#core/base/business-day.ts';
import { LIMITS } from '#core/base/limits.ts';
import { type Instant, instant, minutes, plus } from '#core/base/time.ts';
import type { PlannedShow } from '#core/box-office/programme-source.ts';
import { Film, Show, Site } from '#core/contract/box-office/programme.ts';
import { lowestPrice } from '#core/pricing/order-price.ts';
import { bestAvailable } from '#core/seating/best-available.ts';

const programme = createProgramme();
const { site, films, plans } = programme;
const SUNDAY = day('2026-11-22');

function day(text: string): BusinessDay {
  const parsed = parseBusinessDay(text);
  if (parsed === undefined) throw new Error(`${text} is no day`);
  return parsed;
}

const startOf = (show: PlannedShow): Instant => instant(Date.parse(show.startsAt));
const endOf = (show: PlannedShow): Instant => instant(Date.parse(show.endsAt));
const planOf = (show: PlannedShow) => {
  const plan = plans.find((candidate) => candidate.screenId === show.screenId);
  if (plan === undefined) throw new Error(`no plan for screen ${show.screenId}`);
  return plan;
};

/** Letters of all seats, as the box office begins with them. */
function statesOf(show: PlannedShow): string {
  const withheld = new Map(programme.withheld(show).map(({ seatId, state }) => [seatId, state]));
  return planOf(show)
    .seats.map((seat) => withheld.get(seat.id) ?? 'F')
    .join('');
}

const anyDay = fc.integer({ min: 0, max: 20_000 }).map((after) => addDays(day('2020-01-01'), after));
/** Every day of these years was looked at: before them one film is away for six days, in January 2025, and after them for a whole week, in August 2038. */
const anyInstant = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2038, 0, 1) }).map(instant);

describe('the built-in programme', () => {
  it('speaks the contract', () => {
    expect(Site.parse(site)).toEqual(site);
    for (const film of films) expect(Film.parse(film)).toEqual(film);
    for (const show of programme.showsOn(SUNDAY)) {
      const whole = { ...show, seatsTotal: 1, seatsLeft: 1, status: 'on-sale' };
      expect(Show.parse(whole)).toEqual(whole);
    }
    expect(films.length).toBeGreaterThanOrEqual(10);
    expect(Math.max(...films.map((film) => film.title.en.length))).toBeGreaterThan(100);
  });

  it('is the same for another box office that asks later', () => {
    expect(createProgramme().showsOn(SUNDAY)).toEqual(programme.showsOn(SUNDAY));
    const [show] = programme.showsOn(SUNDAY);
    expect(show?.id).toBe('207790101');
    if (show !== undefined) expect(createProgramme().withheld(show)).toEqual(programme.withheld(show));
  });

  it('differs from day to day', () => {
    const filmsOf = (one: BusinessDay) => programme.showsOn(one).map((show) => show.filmId);
    expect(filmsOf(SUNDAY)).not.toEqual(filmsOf(addDays(SUNDAY, 1)));
  });

  it('has seven full days from any instant, and every film in every week', () => {
    fc.assert(
      fc.property(anyInstant, (now) => {
        const today = businessDayOf(now, site.timeZone);
        const week = Array.from({ length: LIMITS.programme.days }, (_, after) => programme.showsOn(addDays(today, after)));
        for (const shows of week) {
          expect(shows.length).toBeGreaterThan(40);
          expect(new Set(shows.map((show) => show.screenId)).size).toBe(plans.length);
        }
        expect(new Set(week.flat().map((show) => show.filmId)).size).toBe(films.length);
        expect(week.flat().length).toBeLessThan(2_000);
      }),
      { numRuns: 15 },
    );
    expect.hasAssertions();
  });

  it('gives every show a number of its own that fits the four bytes of a ticket', () => {
    const shows = Array.from({ length: 60 }, (_, after) => programme.showsOn(addDays(SUNDAY, after))).flat();
    expect(new Set(shows.map((show) => show.id)).size).toBe(shows.length);
    for (const show of shows) expect(Number(show.id)).toBeLessThan(2 ** 32);
  });

  it.each(['Asia/Shanghai', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'])(
    'never has two films at once on a screen in %s',
    (timeZone) => {
      const abroad = createProgramme({ site: { timeZone } });
      fc.assert(
        fc.property(
          fc.oneof(anyDay, fc.constantFrom('2026-03-07', '2026-03-28', '2026-10-24', '2026-10-31', '2026-04-04', '2026-10-03').map(day)),
          (first) => {
            const shows = [...abroad.showsOn(first), ...abroad.showsOn(addDays(first, 1))];
            for (const { screenId } of plans) {
              const onScreen = shows.filter((show) => show.screenId === screenId);
              onScreen.forEach((show, index) => {
                const next = onScreen[index + 1];
                if (next !== undefined) expect(startOf(next)).toBeGreaterThanOrEqual(plus(endOf(show), minutes(10)));
              });
            }
            for (const show of shows) expect(businessDayOf(startOf(show), timeZone)).toBe(show.businessDay);
          },
        ),
        { numRuns: 15 },
      );
      expect.hasAssertions();
    },
  );

  it('runs as long as its film, sells until 15 minutes after the start, and starts on five minutes', () => {
    for (const show of programme.showsOn(SUNDAY)) {
      const film = films.find((candidate) => candidate.id === show.filmId);
      expect(endOf(show) - startOf(show)).toBe(minutes(film?.runningTime ?? 0));
      expect(Date.parse(show.saleEndsAt) - startOf(show)).toBe(minutes(15));
      expect(localTime(startOf(show), site.timeZone).minute % 5).toBe(0);
    }
    expect.hasAssertions();
  });

  it('counts the show after midnight to the evening before', () => {
    const late = programme.showsOn(SUNDAY).filter((show) => show.screenId === '1' && localTime(startOf(show), site.timeZone).hour < 6);
    expect(late.map((show) => [show.businessDay, localTime(startOf(show), site.timeZone)])).toEqual([
      ['2026-11-22', { year: 2026, month: 11, day: 23, hour: 0, minute: 10, second: 0 }],
    ]);
  });

  it('always has a show on sale whose doors are open, with seats for a party, whatever the hour', () => {
    fc.assert(
      fc.property(anyInstant, (now) => {
        const shows = programme.showsOn(businessDayOf(now, site.timeZone)).concat(programme.showsOn(addDays(businessDayOf(now, site.timeZone), 1)));
        const open = shows.filter(
          (show) => startOf(show) <= plus(now, LIMITS.validity.entryOpensBefore) && Date.parse(show.saleEndsAt) > now + 60_000,
        );
        expect(open.some((show) => bestAvailable(planOf(show), statesOf(show), 4).length === 4)).toBe(true);
      }),
      { numRuns: 120 },
    );
    expect.hasAssertions();
  });

  it('has a film on one of the next six days that children see with a grown-up only, with two seats together', () => {
    fc.assert(
      fc.property(anyInstant, (now) => {
        const today = businessDayOf(now, site.timeZone);
        const next = Array.from({ length: LIMITS.programme.days - 1 }, (_, after) => programme.showsOn(addDays(today, after + 1))).flat();
        const escorted = next.filter((show) => programme.escortsChildren(show));
        expect(escorted.some((show) => bestAvailable(planOf(show), statesOf(show), 2).length === 2)).toBe(true);
      }),
      { numRuns: 40 },
    );
    expect.hasAssertions();
  });

  it('shows children’s films by day and what frightens in the evening', () => {
    const hours = (title: string) => {
      const film = films.find((candidate) => candidate.title.en === title);
      const week = Array.from({ length: 7 }, (_, after) => programme.showsOn(addDays(SUNDAY, after))).flat();
      return week.filter((show) => show.filmId === film?.id).map((show) => (localTime(startOf(show), site.timeZone).hour + 18) % 24);
    };
    const [fox, letter] = [hours('Little Fox and the Missing Moon'), hours('The Twelfth Anonymous Letter')];
    expect(Math.max(...fox)).toBeLessThanOrEqual(11);
    expect(Math.min(...letter)).toBeGreaterThanOrEqual(11);
  });
});

describe('its prices', () => {
  const adult = (show: PlannedShow) => lowestPrice(show, 'adult')?.minor ?? 0;

  it('are there for every zone and ticket type of every show, fee included, never below the lowest', () => {
    for (const show of programme.showsOn(SUNDAY)) {
      expect(show.prices).toHaveLength(planOf(show).zones.length * 4);
      for (const { price, fee } of show.prices) {
        expect(price.minor).toBeGreaterThanOrEqual(10_00);
        expect(price.minor % 100).toBe(0);
        expect(fee).toEqual({ minor: 3_00, currency: 'CNY' });
      }
    }
    expect.hasAssertions();
  });

  it('are dearer for IMAX, 3D and weekends, cheaper in the front and before two on a working day', () => {
    const week = Array.from({ length: 14 }, (_, after) => programme.showsOn(addDays(SUNDAY, after))).flat();
    const price = (format: string, businessDay: RegExp, zone: string, from: number, to: number) =>
      week
        .filter((show) => show.format.join('+') === format && businessDay.test(show.businessDay) && ['1', '2', '4'].includes(show.screenId))
        .filter((show) => localTime(startOf(show), site.timeZone).hour >= from && localTime(startOf(show), site.timeZone).hour < to)
        .flatMap((show) => show.prices.filter((one) => one.zone === zone && one.ticketType === 'adult').map((one) => one.price.minor));
    const [weekday, weekend] = [/-(23|24|25|26|27)$/, /-(22|28|29)$/];
    const only = (prices: readonly number[]) => [...new Set(prices)];
    expect(only(price('2D', weekday, 'standard', 14, 24))).toEqual([42_00]);
    expect(only(price('2D', weekday, 'standard', 6, 14))).toEqual([34_00]);
    expect(only(price('2D', weekend, 'standard', 6, 24))).toEqual([48_00]);
    expect(only(price('2D', weekday, 'front', 14, 24))).toEqual([37_00]);
    expect(only(price('2D', weekday, 'couple', 14, 24))).toEqual([57_00]);
    expect(only(price('3D+IMAX', weekday, 'premium', 14, 24))).toEqual([80_00]);
  });

  it('are in the currency of the site, and lowest for the short films', () => {
    const abroad = createProgramme({ site: { currency: 'EUR' } });
    expect(abroad.showsOn(SUNDAY).every((show) => show.prices.every((price) => price.price.currency === 'EUR'))).toBe(true);
    const shorts = programme.showsOn(SUNDAY).filter((show) => show.screenId === '7');
    expect(new Set(shorts.map(adult))).toEqual(new Set([18_00]));
  });
});

describe('the seats that are gone from the beginning', () => {
  const shows = Array.from({ length: 7 }, (_, after) => programme.showsOn(addDays(SUNDAY, after))).flat();

  it('are each named once, and leave more than a third of the house', () => {
    for (const show of shows) {
      const seats = programme.withheld(show).map(({ seatId }) => seatId);
      expect(new Set(seats).size).toBe(seats.length);
      const states = statesOf(show);
      expect([...states].filter((state) => state === 'F').length).toBeGreaterThan(states.length / 3);
    }
    expect.hasAssertions();
  });

  it('are never wheelchair places, nor half of a couple seat', () => {
    for (const show of shows) {
      const states = statesOf(show);
      planOf(show).seats.forEach((seat, index) => {
        if (seat.kind === 'wheelchair' || seat.kind === 'companion') expect(states[index]).toBe('F');
        if (seat.kind === 'couple-left') expect(states[index + 1]).toBe(states[index]);
      });
    }
    expect.hasAssertions();
  });

  it('are more in the evening than in the morning', () => {
    const share = (from: number, to: number) => {
      const some = shows.filter((show) => {
        const { hour } = localTime(startOf(show), site.timeZone);
        return hour >= from && hour < to && show.screenId === '1';
      });
      const sold = some.flatMap((show) => [...statesOf(show)]).filter((state) => state === 'S').length;
      return sold / some.length;
    };
    expect(share(17, 21)).toBeGreaterThan(2 * share(10, 13));
  });

  it('keep the house’s and the broken seats apart', () => {
    const [show] = shows;
    const of = (state: string) => (show === undefined ? [] : programme.withheld(show).flatMap((seat) => (seat.state === state ? [seat.seatId] : [])));
    expect(of('R')).toEqual(['11-12', '11-13']);
    expect(of('X')).toEqual(['3-5', '16-20']);
  });
});
