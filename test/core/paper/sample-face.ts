import type { TicketFace } from '#core/contract/box-office/sales.ts';

/** A ticket of a Chinese cinema, as the box office hands it out. */
export const SAMPLE_FACE: TicketFace = {
  siteId: '36090702',
  siteName: { zh: '示例国际影城（人民路店）', en: 'XX International Cinema' },
  filmTitle: { zh: '示例影片', en: 'Sample Film' },
  language: { zh: '国语', en: 'Mandarin' },
  format: ['3D', 'IMAX'],
  rating: 'PG',
  runningTime: 125,
  screenName: { zh: '3号 IMAX 厅', en: 'Screen 3' },
  row: '5',
  number: '08',
  zoneName: { zh: '普通座', en: 'Standard' },
  ticketTypeName: { zh: '成人票', en: 'Adult' },
  startsAt: '2026-02-17T11:30:00.000Z',
  endsAt: '2026-02-17T13:35:00.000Z',
  timeZone: 'Asia/Shanghai',
  price: { minor: 4_500, currency: 'CNY' },
  fee: { minor: 300, currency: 'CNY' },
  paymentMethod: { zh: '微信支付', en: 'WeChat Pay' },
  soldAt: '2026-02-17T10:52:07.000Z',
  channel: { zh: '自助机', en: 'Kiosk' },
  machine: 'kiosk-03',
  showId: '1000414',
  orderId: 'K03-260217-00482',
  position: 1,
  count: 2,
  antiForgery: '7F3A-91C2',
  needsProof: false,
};

/** The same evening in London. */
export const GENERIC_FACE: TicketFace = {
  ...SAMPLE_FACE,
  siteName: { zh: '样例影院', en: 'Sample Cinema - High Street' },
  filmTitle: { zh: '示例影片', en: "The Café at the World's End" },
  startsAt: '2026-02-17T19:30:00.000Z',
  endsAt: '2026-02-17T21:35:00.000Z',
  soldAt: '2026-02-17T18:52:07.000Z',
  timeZone: 'Europe/London',
  price: { minor: 1_250, currency: 'GBP' },
  fee: { minor: 75, currency: 'GBP' },
  needsProof: true,
};

/** As long as a signed ticket, in the same alphabet. */
export const SAMPLE_CODE = `FT1${'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'.repeat(4)}`.slice(0, 153);
export const SAMPLE_TICKET_ID = '3609070212345678';
