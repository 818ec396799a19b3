import { LIMITS } from '../base/limits.ts';
import { instant, minus, toIso } from '../base/time.ts';
import type { TicketFace } from '../contract/box-office/sales.ts';
import type { TicketFieldName } from '../contract/ticket-template.ts';
import { fitTextEnd } from './paper-text.ts';
import { NO_WORDS, type PaperField, same } from './template-layout.ts';
import { amountEn, amountZh, type PaperTime, paperTime } from './words.ts';

/** Everything that can be said of a ticket, in both languages: what a template chooses from, and what the spoken ticket is made of. */

export interface TicketFacts {
  readonly face: TicketFace;
  readonly ticketId: string;
  readonly code: string;
}

export function ticketFields({ face, ticketId, code }: TicketFacts): Readonly<Record<TicketFieldName, PaperField>> {
  const show = paperTime(face.startsAt, face.timeZone);
  const sold = paperTime(face.soldAt, face.timeZone);
  const entry = paperTime(toIso(minus(instant(Date.parse(face.startsAt)), LIMITS.validity.entryOpensBefore)), face.timeZone);
  const ends = paperTime(face.endsAt, face.timeZone);
  return {
    ...showFields(face, show, entry, ends),
    ...seatFields(face, show),
    ...saleFields(face, sold),
    ticketNumber: { title: { zh: '票号', en: 'Ticket' }, text: same(ticketId), spoken: same(spelt(ticketId)), saysTitle: true },
    ticketNumberEnd: { title: { zh: '票号', en: 'Ticket' }, text: same(fitTextEnd(ticketId, 10)), spoken: null },
    code: { title: NO_WORDS, text: same(code), spoken: { zh: '票上印有入场二维码', en: 'The code for the gate is printed on it' } },
  };
}

function showFields(face: TicketFace, show: PaperTime, entry: PaperTime, ends: PaperTime) {
  return {
    siteName: { title: NO_WORDS, text: face.siteName },
    filmTitle: { title: { zh: '影片', en: 'Film' }, text: face.filmTitle },
    version: {
      title: { zh: '    ', en: '' },
      text: {
        zh: `${[face.language.zh, ...face.format].join(' / ')}  片长约 ${face.runningTime} 分钟`,
        en: `${face.format.join(' ')}  ${face.language.en}`,
      },
      spoken: {
        zh: `${[face.language.zh, ...face.format].join('，')}，片长约 ${face.runningTime} 分钟`,
        en: `${[face.language.en, ...face.format].join(', ')}, ${face.runningTime} minutes`,
      },
    },
    rating: { title: { zh: '分级', en: 'Rated' }, text: same(face.rating) },
    showDate: {
      title: { zh: '日期', en: 'Date' },
      text: { zh: show.dateZh, en: show.dateEn },
      spoken: { zh: show.dateSpokenZh, en: show.dateSpokenEn },
      saysTitle: true,
    },
    showTime: { title: { zh: '时间', en: 'Time' }, text: same(show.clock) },
    showDateAndTime: { title: NO_WORDS, text: { zh: `${show.date} ${show.clock}`, en: `${show.dateEn} ${show.clock}` }, spoken: null },
    entryFrom: { title: { zh: '入场', en: 'Entry from' }, text: same(entry.clock) },
    endsAt: { title: { zh: '散场约', en: 'Ends approx' }, text: same(ends.clock) },
    showId: { title: { zh: '场次', en: 'Show' }, text: same(face.showId), spoken: null },
    siteId: { title: { zh: '影院', en: 'Cinema' }, text: same(face.siteId), spoken: null },
  } satisfies Partial<Record<TicketFieldName, PaperField>>;
}

function seatFields(face: TicketFace, show: PaperTime) {
  return {
    screenName: { title: { zh: '影厅', en: 'Screen' }, text: face.screenName, spoken: face.screenName },
    seat: {
      title: NO_WORDS,
      text: { zh: `${face.row}排${face.number}座`, en: `Row ${face.row}  Seat ${face.number}` },
      spoken: { zh: `${face.row}排，${face.number}座`, en: `Row ${face.row}, seat ${face.number}` },
    },
    screenAndSeat: {
      title: NO_WORDS,
      text: {
        zh: `${face.screenName.zh}  ${face.row}排${face.number}座`,
        en: `${face.screenName.en}  ${show.clock}  Row ${face.row} Seat ${face.number}`,
      },
      spoken: null,
    },
    zone: { title: { zh: '座类', en: 'Area' }, text: face.zoneName },
    ticketType: { title: { zh: '票类', en: 'Type' }, text: face.ticketTypeName },
    proof: {
      title: NO_WORDS,
      text: face.needsProof ? { zh: '优惠票: 入场请出示有效证件', en: 'Proof of eligibility required.' } : NO_WORDS,
    },
    admission: {
      title: NO_WORDS,
      text: {
        zh: '对号入座 一人一票 已取票不可线上退改',
        en: `ADMIT ONE.${face.needsProof ? ' Proof of eligibility required.' : ''} Seats are as printed.`,
      },
    },
  } satisfies Partial<Record<TicketFieldName, PaperField>>;
}

function saleFields(face: TicketFace, sold: PaperTime) {
  return {
    price: { title: { zh: '票价', en: 'Price' }, text: { zh: amountZh(face.price), en: amountEn(face.price) } },
    fee: {
      title: { zh: '代售服务费', en: 'Booking fee' },
      // Chinese rules ask for the fee on every ticket; elsewhere a fee of nothing is not worth a line.
      text: { zh: amountZh(face.fee), en: face.fee.minor === 0 ? '' : amountEn(face.fee) },
    },
    paymentMethod: { title: { zh: '支付', en: 'Paid by' }, text: face.paymentMethod },
    channel: { title: { zh: '渠道', en: 'Sold by' }, text: face.channel, spoken: null },
    machine: { title: { zh: '机号', en: 'Machine' }, text: same(face.machine), spoken: null },
    channelAndMachine: {
      title: NO_WORDS,
      text: { zh: `${face.channel.zh} ${face.machine}`, en: `${face.channel.en} ${face.machine}` },
      spoken: null,
    },
    soldAt: { title: { zh: '售出', en: '' }, text: same(`${sold.date} ${sold.clockWithSeconds}`), spoken: null },
    orderId: { title: { zh: '订单', en: 'Order' }, text: same(face.orderId), spoken: null },
    orderAndPosition: {
      title: { zh: '订单', en: 'Order' },
      text: { zh: `${face.orderId} (${face.position}/${face.count})`, en: `${face.orderId} (${face.position} of ${face.count})` },
      spoken: { zh: `本单第 ${face.position} 张，共 ${face.count} 张`, en: `Ticket ${face.position} of ${face.count}` },
    },
    position: {
      title: { zh: '打印', en: 'Print' },
      text: same(`${face.position}/${face.count}`),
      spoken: { zh: `本单第 ${face.position} 张，共 ${face.count} 张`, en: `Ticket ${face.position} of ${face.count}` },
    },
    antiForgery: { title: { zh: '防伪', en: 'Check' }, text: same(face.antiForgery), spoken: null },
  } satisfies Partial<Record<TicketFieldName, PaperField>>;
}

/** Digit by digit, in fours. */
const spelt = (digits: string): string => digits.replace(/(.)(?=.)/g, '$1 ').replace(/((?:\S ){3}\S) /g, '$1, ');
