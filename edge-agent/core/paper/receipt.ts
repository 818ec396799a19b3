import { assert } from '../base/fault.ts';
import type { Money } from '../base/money.ts';
import type { TerminalReceipt } from '../contract/box-office/sales.ts';
import { type ReceiptFieldName, ReceiptTemplate } from '../contract/side-paper-templates.ts';
import type { BothLanguages } from '../contract/values.ts';
import type { PaperDocument } from '../ports/paper-document.ts';
import { layOutSidePaper, type SidePaperPlace } from './side-paper.ts';
import { speakPaper } from './spoken-paper.ts';
import { NO_WORDS, type PaperField, type PaperRow, same } from './template-layout.ts';
import cn from './templates/receipt-cn.json' with { type: 'json' };
import generic from './templates/receipt-generic.json' with { type: 'json' };
import { amountEn, amountZh, paperTime } from './words.ts';

/** What a guest paid, and how. Nothing on it lets anybody in or pays anything: no ticket code, no pick-up code, no number of a card or a payment code. */
export interface Receipt {
  readonly orderId: string;
  readonly machine: string;
  /** When it is printed, ISO 8601. */
  readonly at: string;
  readonly timeZone: string;
  readonly siteName: BothLanguages;
  readonly filmTitle: BothLanguages;
  readonly screenName: BothLanguages;
  readonly startsAt: string;
  /** Sold through it; a site may have a template of its own for each. */
  readonly channel: BothLanguages;
  readonly lines: readonly ReceiptLine[];
  readonly total: Money;
  readonly paymentMethod: BothLanguages;
  /** Our number of the payment, by which it is found; shown whole. */
  readonly merchantOrder?: string;
  /** The provider's, and the member's who paid by balance: with stars, as the box office tells them. */
  readonly providerNumber?: string;
  readonly member?: string;
  /** What the card terminal printed about it, which names no card. */
  readonly cardTerminal?: TerminalReceipt;
  /** Another machine printed tickets of the order, and may have printed a receipt. */
  readonly mayBeElsewhere: boolean;
}

export interface ReceiptLine {
  readonly row: string;
  readonly number: string;
  readonly ticketType: BothLanguages;
  readonly price: Money;
  readonly fee: Money;
}

/** `cn` and `generic` are the house's own, by the rules of the site. */
export type ReceiptLayout = 'cn' | 'generic' | ReceiptTemplate;

export function layOutReceipt(receipt: Receipt, layout: ReceiptLayout, place: SidePaperPlace): PaperDocument {
  assert(place.columns >= 32, 'a receipt needs at least 32 columns');
  const earlier = place.earlier === 0 && receipt.mayBeElsewhere ? 'elsewhere' : place.earlier;
  return layOutSidePaper(templateOf(layout), fieldsOf(receipt), { ...place, earlier });
}

export function spokenReceipt(receipt: Receipt, layout: ReceiptLayout, language: 'zh' | 'en'): string {
  return speakPaper(templateOf(layout), fieldsOf(receipt), language);
}

let ownTemplates: Readonly<Record<'cn' | 'generic', ReceiptTemplate>> | undefined;

function templateOf(layout: ReceiptLayout): ReceiptTemplate {
  if (typeof layout !== 'string') return layout;
  ownTemplates ??= { cn: ReceiptTemplate.parse(cn), generic: ReceiptTemplate.parse(generic) };
  return ownTemplates[layout];
}

/** More seats than an order may have. */
const LINES_MAX = 20;

const inBoth = (amount: Money): BothLanguages => ({ zh: amountZh(amount), en: amountEn(amount) });

function fieldsOf(receipt: Receipt): Readonly<Record<ReceiptFieldName, PaperField>> {
  const at = paperTime(receipt.at, receipt.timeZone);
  const show = paperTime(receipt.startsAt, receipt.timeZone);
  const { lines, total, paymentMethod, merchantOrder, cardTerminal } = receipt;
  return {
    siteName: { title: NO_WORDS, text: receipt.siteName },
    heading: { title: NO_WORDS, text: { zh: '购票小票', en: 'RECEIPT' }, spoken: { zh: '购票小票', en: 'Receipt' } },
    orderId: { title: { zh: '订单号', en: 'Order' }, text: same(receipt.orderId), spoken: null },
    machine: { title: { zh: '机号', en: 'Machine' }, text: same(receipt.machine), spoken: null },
    printedAt: { title: { zh: '时间', en: 'Printed' }, text: same(`${at.date} ${at.clockWithSeconds}`), spoken: null },
    filmTitle: { title: { zh: '影片', en: 'Film' }, text: receipt.filmTitle },
    screenName: { title: { zh: '影厅', en: 'Screen' }, text: receipt.screenName, spoken: receipt.screenName },
    showTime: {
      title: { zh: '场次', en: 'Show' },
      text: { zh: `${show.dateZh} ${show.clock}`, en: `${show.dateEn} ${show.clock}` },
      spoken: { zh: `${show.dateSpokenZh}，${show.clock}`, en: `${show.dateSpokenEn}, ${show.clock}` },
    },
    ticketCount: { title: NO_WORDS, text: { zh: `${lines.length} 张`, en: lines.length === 1 ? '1 ticket' : `${lines.length} tickets` } },
    lines: { title: NO_WORDS, text: NO_WORDS, rows: lines.slice(0, LINES_MAX).map(rowOf) },
    fees: feesOf(lines),
    total: { title: { zh: `应付合计 (${total.currency})`, en: `Total (${total.currency})` }, text: inBoth(total) },
    paid: { title: { zh: `实付 ${paymentMethod.zh}`, en: `Paid by ${paymentMethod.en}` }, text: inBoth(total) },
    merchantOrder: { title: { zh: '商户单号', en: 'Payment' }, text: same(merchantOrder ?? ''), spoken: null },
    providerNumber: { title: { zh: '平台单号', en: 'Provider' }, text: same(receipt.providerNumber ?? ''), spoken: null },
    member: { title: { zh: '会员', en: 'Member' }, text: same(receipt.member ?? ''), spoken: null },
    cardTerminal: {
      title: { zh: '刷卡凭证', en: 'Card terminal' },
      text: same(cardTerminal === undefined ? '' : numbersOf(cardTerminal)),
      spoken: null,
    },
    notATicket: { title: NO_WORDS, text: { zh: '此单不作入场凭证。', en: 'Not a ticket.' } },
  };
}

function rowOf({ row, number, ticketType, price }: ReceiptLine): PaperRow {
  return {
    left: { zh: `${row}排${number}座 ${ticketType.zh}`, en: `Row ${row} Seat ${number} ${ticketType.en}` },
    right: inBoth(price),
  };
}

/** `代售服务费 ￥3.00 x 2` where every seat has the same. */
function feesOf(lines: readonly ReceiptLine[]): PaperField {
  const [first] = lines;
  const sum = lines.reduce((total, { fee }) => total + fee.minor, 0);
  if (first === undefined || sum === 0) return { title: NO_WORDS, text: NO_WORDS, rows: [] };
  const each = lines.every(({ fee }) => fee.minor === first.fee.minor) ? inBoth(first.fee) : undefined;
  const left = {
    zh: each === undefined ? '代售服务费' : `代售服务费 ${each.zh} x ${lines.length}`,
    en: each === undefined ? 'Booking fees' : `Booking fee ${each.en} x ${lines.length}`,
  };
  return { title: NO_WORDS, text: NO_WORDS, rows: [{ left, right: inBoth({ ...first.fee, minor: sum }) }] };
}

const numbersOf = ({ terminalId, trace, receiptNumber, scheme }: TerminalReceipt): string =>
  [scheme, terminalId, trace, receiptNumber].filter((part) => part !== undefined && part !== '').join(' / ');
