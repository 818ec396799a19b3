import type { z } from 'zod';
import { paperTemplate } from './paper-template.ts';

/** What a ticket can show; `core/paper/ticket-fields.ts` has the texts. */
const FIELDS = [
  'siteName',
  'filmTitle',
  'version',
  'rating',
  'screenName',
  'seat',
  'screenAndSeat',
  'showDate',
  'showTime',
  'showDateAndTime',
  'entryFrom',
  'endsAt',
  'zone',
  'ticketType',
  'price',
  'fee',
  'paymentMethod',
  'channel',
  'ticketNumber',
  'ticketNumberEnd',
  'orderId',
  'orderAndPosition',
  'showId',
  'siteId',
  'soldAt',
  'machine',
  'channelAndMachine',
  'position',
  'antiForgery',
  'proof',
  'admission',
  'code',
] as const;
export type TicketFieldName = (typeof FIELDS)[number];

export const TicketTemplate = paperTemplate({
  name: 'ticket',
  fields: FIELDS,
  required: {
    // Film bureau: cinema, film, date and time, price, screen, seat, information code, booking fee.
    cn: ['siteName', 'filmTitle', 'showDate', 'showTime', 'price', 'fee', 'screenName', 'seat', 'code', 'ticketNumber'],
    generic: ['siteName', 'filmTitle', 'showDate', 'showTime', 'screenName', 'seat', 'price', 'code'],
  },
  code: { field: 'code', isFor: 'what the gate reads', another: 'the ticket’s code' },
  barcodes: ['ticketNumber', 'orderId'],
});
export type TicketTemplate = z.infer<typeof TicketTemplate>;
