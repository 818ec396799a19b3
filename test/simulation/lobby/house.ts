import { createHash } from 'node:crypto';
import type { BoxOfficeKeys } from '#agent/box-office/validity/keys.ts';
import type { Ed25519Signer } from '#agent/runtime/ticket-crypto.ts';
import { instant, toIso } from '#core/base/time.ts';
import type { PlannedShow, ProgrammeSource } from '#core/box-office/programme-source.ts';
import { Film, type SeatPlan } from '#core/contract/box-office/programme.ts';
import { FilmId, ScreenId, SeatId, ShowId } from '#core/contract/identifiers.ts';
import { OFFICE_KEYS, OPENING, SITE_RECORD } from '../world/cinema.ts';

/** The one house of every lobby's world: two shows in two small rooms, so that guests want the same seats. The same for each seed. */

const DAY = '2026-10-31';
const HOUR = 3_600_000;
const ROWS = 4;
const SEATS_IN_ROW = 7;

const film = Film.parse({
  id: FilmId.parse('001101232026'),
  title: { zh: '大厅', en: 'The Foyer' },
  tagline: { zh: '等候', en: 'Waiting' },
  runningTime: 100,
  rating: { label: 'PG', advice: { zh: '无', en: 'None' } },
  genre: { zh: '剧情', en: 'Drama' },
  poster: '/posters/001101232026.svg',
});

function planOf(screen: string): SeatPlan {
  return {
    screenId: ScreenId.parse(screen),
    name: { zh: `${screen}号厅`, en: `Screen ${screen}` },
    width: SEATS_IN_ROW,
    height: ROWS,
    zones: [{ id: 'all', name: { zh: '普通', en: 'Standard' } }],
    focalPoint: { x: 3, y: 2 },
    seats: Array.from({ length: ROWS * SEATS_IN_ROW }, (_, index) => {
      const [y, x] = [Math.floor(index / SEATS_IN_ROW), index % SEATS_IN_ROW];
      return { id: SeatId.parse(`r${y + 1}s${x + 1}`), row: `${y + 1}`, number: `${x + 1}`, x, y, zone: 'all', kind: 'standard' as const };
    }),
  };
}

function showOn(screen: string, id: string, startsIn: number): PlannedShow {
  return {
    id: ShowId.parse(id),
    filmId: film.id,
    screenId: ScreenId.parse(screen),
    screenName: { zh: `${screen}号厅`, en: `Screen ${screen}` },
    businessDay: DAY,
    startsAt: toIso(instant(OPENING + startsIn)),
    endsAt: toIso(instant(OPENING + startsIn + 2 * HOUR)),
    saleEndsAt: toIso(instant(OPENING + startsIn + HOUR / 4)),
    language: { zh: '国语', en: 'Mandarin' },
    format: ['2D'],
    prices: [
      { zone: 'all', ticketType: 'adult', price: { minor: 4_500, currency: 'CNY' }, fee: { minor: 300, currency: 'CNY' } },
      { zone: 'all', ticketType: 'child', price: { minor: 2_500, currency: 'CNY' }, fee: { minor: 300, currency: 'CNY' } },
    ],
  };
}

export const HOUSE_PLANS: readonly SeatPlan[] = [planOf('1'), planOf('2')];
export const HOUSE_SHOWS: readonly PlannedShow[] = [showOn('1', '201', 2 * HOUR), showOn('2', '202', 3 * HOUR)];

export const HOUSE: ProgrammeSource = {
  site: SITE_RECORD,
  films: [film],
  plans: HOUSE_PLANS,
  showsOn: (day) => (day === DAY ? HOUSE_SHOWS : []),
};

/** Nobody looks at a ticket's signature in a lobby, so a hash stands for it: signing for truth would be a tenth of a world's time. */
const paperSigner: Ed25519Signer = {
  publicKey: OFFICE_KEYS.data.publicKey,
  sign: (message) => createHash('sha512').update(message).digest(),
};

/** A member's PIN is hashed at once, and not on a thread whose turn nobody can foretell. */
export const HOUSE_PINS = {
  derive: async (pin: string, salt: Uint8Array): Promise<Uint8Array> => createHash('sha256').update(salt).update(pin).digest(),
};

export const HOUSE_KEYS: BoxOfficeKeys = {
  ...OFFICE_KEYS,
  tickets: OFFICE_KEYS.tickets.slice(0, 1).map(({ id, key }) => ({ id, key, signer: paperSigner })),
};
