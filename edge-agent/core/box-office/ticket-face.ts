import { assert } from '../base/fault.ts';
import { type Instant, toIso } from '../base/time.ts';
import type { Film, SeatPlan, Site, TicketTypeId } from '../contract/box-office/programme.ts';
import type { PaymentMethod, TicketFace } from '../contract/box-office/sales.ts';
import type { BothLanguages } from '../contract/values.ts';
import type { PlannedShow } from './programme-source.ts';
import type { OrderLine, OrderRecord } from './records.ts';

export const TICKET_TYPE_NAME: Readonly<Record<TicketTypeId, BothLanguages>> = {
  adult: { zh: '成人票', en: 'Adult' },
  child: { zh: '儿童票', en: 'Child' },
  student: { zh: '学生票', en: 'Student' },
  senior: { zh: '长者票', en: 'Senior' },
};

/** A class that was sold for less than the adult's price wants a look at the guest's proof. */
export function needsProof(ticketType: TicketTypeId): boolean {
  return ticketType !== 'adult';
}

/** What a guest reads on the screen and on paper about how money was taken. */
export const METHOD_NAME: Readonly<Record<PaymentMethod, BothLanguages>> = {
  qr: { zh: '扫码支付', en: 'QR payment' },
  'payment-code': { zh: '付款码支付', en: 'Payment code' },
  member: { zh: '会员余额', en: 'Member balance' },
  'card-terminal': { zh: '银行卡支付', en: 'Bank card' },
};

const LOBBY: BothLanguages = { zh: '自助机', en: 'Kiosk' };

export interface FaceParts {
  readonly site: Site;
  readonly film: Film;
  readonly show: PlannedShow;
  readonly plan: SeatPlan;
  readonly order: OrderRecord;
  readonly line: OrderLine;
  readonly method: PaymentMethod;
  /** From 1. */
  readonly position: number;
  readonly soldAt: Instant;
  /** SHA-256 of the ticket's signature in hexadecimal. */
  readonly signatureHash: string;
}

/** Everything that paper says, frozen at the moment of the sale: a later change of the programme does not change a ticket that was sold. */
export function ticketFace({ site, film, show, plan, order, line, method, position, soldAt, signatureHash }: FaceParts): TicketFace {
  const zone = plan.zones.find(({ id }) => id === line.zone);
  assert(zone !== undefined, `the plan of screen ${plan.screenId} has no zone ${line.zone}`);
  const mark = signatureHash.slice(0, 8).toUpperCase();
  return {
    siteId: site.id,
    siteName: site.name,
    filmTitle: film.title,
    language: show.language,
    format: [...show.format],
    rating: film.rating.label,
    runningTime: film.runningTime,
    screenName: show.screenName,
    row: line.row,
    number: line.number,
    zoneName: zone.name,
    ticketTypeName: TICKET_TYPE_NAME[line.ticketType],
    startsAt: show.startsAt,
    endsAt: show.endsAt,
    timeZone: site.timeZone,
    price: line.price,
    fee: line.fee,
    paymentMethod: METHOD_NAME[method],
    soldAt: toIso(soldAt),
    channel: LOBBY,
    machine: order.machine,
    showId: show.id,
    orderId: order.id,
    position,
    count: order.lines.length,
    antiForgery: `${mark.slice(0, 4)}-${mark.slice(4)}`,
    needsProof: needsProof(line.ticketType),
  };
}
