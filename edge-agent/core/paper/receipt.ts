import { assert } from '../base/fault.ts';
import type { Money } from '../base/money.ts';
import type { BothLanguages } from '../contract/values.ts';
import type { PaperBlock, PaperDocument } from '../ports/paper-document.ts';
import { BOLD, centred, headline, LARGE, pair, paragraph, SOLID_RULE } from './lines.ts';
import { amountZh, paperTime } from './words.ts';

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
  readonly lines: readonly ReceiptLine[];
  readonly total: Money;
  readonly paymentMethod: BothLanguages;
  /** Our number of the payment, by which it is found; shown whole. */
  readonly merchantOrder?: string;
  /** The provider's number; shown masked. */
  readonly providerReference?: string;
}

export interface ReceiptLine {
  readonly row: string;
  readonly number: string;
  readonly ticketType: BothLanguages;
  readonly price: Money;
  readonly fee: Money;
}

/** More seats than an order may have. */
const LINES_MAX = 20;

export function layOutReceipt(receipt: Receipt, { columns }: { readonly columns: number }): PaperDocument {
  assert(columns >= 32, 'a receipt needs at least 32 columns');
  const at = paperTime(receipt.at, receipt.timeZone);
  const show = paperTime(receipt.startsAt, receipt.timeZone);
  const { lines, total } = receipt;
  return {
    columns,
    cut: 'full',
    blocks: [
      headline(receipt.siteName.zh, columns),
      centred('购票小票  RECEIPT', columns, BOLD),
      SOLID_RULE,
      ...pair(`订单号 ${receipt.orderId}`, `机号 ${receipt.machine}`, columns),
      ...paragraph(`时间 ${at.date} ${at.clockWithSeconds}`, columns, 1),
      SOLID_RULE,
      ...pair(`${receipt.filmTitle.zh} ${show.date} ${show.clock}`, `${lines.length} 张`, columns),
      ...paragraph(receipt.screenName.zh, columns, 1),
      ...lines
        .slice(0, LINES_MAX)
        .flatMap(({ row, number, ticketType, price }) => pair(`  ${row}排${number}座 ${ticketType.zh}`, amountZh(price), columns)),
      ...fees(lines, columns),
      SOLID_RULE,
      ...pair(`应付合计 (${total.currency})`, { text: amountZh(total), style: LARGE }, columns),
      ...pair(`实付 ${receipt.paymentMethod.zh}`, amountZh(total), columns),
      ...(receipt.merchantOrder === undefined ? [] : paragraph(`商户单号 ${receipt.merchantOrder}`, columns, 2)),
      ...(receipt.providerReference === undefined ? [] : paragraph(`平台单号 ${masked(receipt.providerReference)}`, columns, 2)),
      SOLID_RULE,
      ...paragraph('退改签: 未取票且开场前可在购票渠道办理, 手续费见大堂公示。', columns, 3),
      ...paragraph('凭此单咨询。此单不作入场凭证。 Not a ticket.', columns, 2),
    ],
  };
}

function fees(lines: readonly ReceiptLine[], columns: number): PaperBlock[] {
  const [first] = lines;
  const sum = lines.reduce((total, { fee }) => total + fee.minor, 0);
  if (first === undefined || sum === 0) return [];
  return pair('代售服务费', amountZh({ ...first.fee, minor: sum }), columns);
}

/** The first four and the last four, as providers print it themselves. */
function masked(reference: string): string {
  return reference.length <= 8 ? '****' : `${reference.slice(0, 4)} ${'*'.repeat(reference.length - 8)} ${reference.slice(-4)}`;
}
