import { businessDayOf } from '#core/base/business-day.ts';
import { type Instant, instant, minutes, plus, toIso } from '#core/base/time.ts';
import type { PlannedShow, ProgrammeSource } from '#core/box-office/programme-source.ts';
import { Film, type PlanSeat, SeatPlan, Site } from '#core/contract/box-office/programme.ts';
import { ScreenId, ShowId } from '#core/contract/identifiers.ts';

/** One screen: row 1 has eight ordinary seats, row 2 two couple seats, row 3 a wheelchair place with its companion and two ordinary seats. */
export const SITE = Site.parse({
  id: '36090702',
  name: { zh: '小影院', en: 'Small Cinema' },
  timeZone: 'Asia/Shanghai',
  currency: 'CNY',
  kind: 'cn',
  phone: '400-000-0000',
  company: '小影院有限公司',
  refundPolicy: { zh: '开场前 30 分钟', en: '30 minutes before the show' },
  seatsPerOrder: 6,
});

const FILM = Film.parse({
  id: '001105972026',
  title: { zh: '大厅', en: 'The Foyer' },
  tagline: { zh: '一部短片', en: 'A short film' },
  runningTime: 90,
  rating: { label: '12+', advice: { zh: '', en: '' } },
  genre: { zh: '剧情', en: 'Drama' },
  poster: '/v1/posters/001105972026.svg',
});

function seat(row: number, number: number, kind: PlanSeat['kind'] = 'standard'): object {
  return { id: `${row}_${number}`, row: `${row}`, number: `${number}`.padStart(2, '0'), x: number, y: row, zone: 'A', kind };
}

const PLAN = SeatPlan.parse({
  screenId: '1',
  name: { zh: '1号厅', en: 'Screen 1' },
  width: 10,
  height: 4,
  zones: [{ id: 'A', name: { zh: '普通区', en: 'Standard' } }],
  focalPoint: { x: 4, y: 1 },
  seats: [
    ...Array.from({ length: 8 }, (_, index) => seat(1, index + 1)),
    seat(2, 1, 'couple-left'),
    seat(2, 2, 'couple-right'),
    seat(2, 3, 'couple-left'),
    seat(2, 4, 'couple-right'),
    seat(3, 1, 'wheelchair'),
    seat(3, 2, 'companion'),
    seat(3, 3),
    seat(3, 4),
  ],
});

/** The show that most tests sell: it starts two hours after `opensAt`. */
export const EVENING = ShowId.parse('100');
/** Over before `opensAt`, so it can be seen but not sold. */
export const MATINEE = ShowId.parse('99');

export function smallCinema(opensAt: Instant): ProgrammeSource {
  const today = businessDayOf(opensAt, SITE.timeZone);
  return {
    site: SITE,
    films: [FILM],
    plans: [PLAN],
    escortsChildren: ({ id }) => id === EVENING,
    showsOn: (day) => (day === today ? [show(MATINEE, plus(opensAt, minutes(-300))), show(EVENING, plus(opensAt, minutes(120)))] : []),
  };
}

function show(id: ShowId, startsAt: Instant): PlannedShow {
  const price = (ticketType: 'adult' | 'child', minor: number) =>
    ({ zone: 'A', ticketType, price: { minor, currency: 'CNY' }, fee: { minor: 300, currency: 'CNY' } }) as const;
  return {
    id,
    filmId: FILM.id,
    screenId: ScreenId.parse('1'),
    screenName: PLAN.name,
    businessDay: businessDayOf(startsAt, SITE.timeZone),
    startsAt: toIso(startsAt),
    endsAt: toIso(plus(startsAt, minutes(100))),
    saleEndsAt: toIso(instant(startsAt + minutes(15))),
    language: { zh: '国语', en: 'Mandarin' },
    format: ['2D'],
    prices: [price('adult', 4_500), price('child', 2_500)],
  };
}
