import type { Programme } from '#core/contract/box-office/programme.ts';
import type { Order, TicketFace } from '#core/contract/box-office/sales.ts';
import { FilmId, ScreenId, SeatId, ShowId } from '#core/contract/identifiers.ts';

/** One film, one show, three seats: what the fake box office sells. */
export const SHOW = ShowId.parse('4711');
export const SEATS = ['5-08', '5-09', '5-10'].map((id) => SeatId.parse(id));

const FILM = FilmId.parse('001105972026');
export const both = (text: string) => ({ zh: text, en: text });

export function programme(): Programme {
  return {
    days: ['2026-10-31'],
    films: [
      {
        id: FILM,
        title: { zh: '示例影片', en: 'Sample Film' },
        tagline: both(''),
        runningTime: 125,
        rating: { label: '', advice: both('') },
        genre: both('drama'),
        poster: '/posters/1.svg',
      },
    ],
    shows: [
      {
        id: SHOW,
        filmId: FILM,
        screenId: ScreenId.parse('3'),
        screenName: { zh: '3号厅', en: 'Screen 3' },
        businessDay: '2026-10-31',
        startsAt: '2026-10-31T11:30:00.000Z',
        endsAt: '2026-10-31T13:35:00.000Z',
        saleEndsAt: '2026-10-31T11:45:00.000Z',
        language: both('国语'),
        format: ['2D'],
        prices: [],
        seatsTotal: 120,
        seatsLeft: 100,
        status: 'on-sale',
      },
    ],
  };
}

export function faceOf(order: Order, row: string, number: string, position: number): TicketFace {
  return {
    siteId: '36090702',
    siteName: both('Cinema'),
    filmTitle: { zh: '示例影片', en: 'Sample Film' },
    language: both('国语'),
    format: ['2D'],
    rating: '',
    runningTime: 125,
    screenName: { zh: '3号厅', en: 'Screen 3' },
    row,
    number,
    zoneName: both('standard'),
    ticketTypeName: both('adult'),
    startsAt: '2026-10-31T11:30:00.000Z',
    endsAt: '2026-10-31T13:35:00.000Z',
    timeZone: 'Asia/Shanghai',
    price: { minor: 4_500, currency: 'CNY' },
    fee: { minor: 300, currency: 'CNY' },
    paymentMethod: both('QR'),
    soldAt: order.createdAt,
    channel: both('kiosk'),
    machine: 'kiosk-1',
    showId: order.showId,
    orderId: order.id,
    position,
    count: order.lines.length,
    antiForgery: '7F3A-91C2',
    needsProof: false,
  };
}
