import { assert } from '../base/fault.ts';
import type { Money } from '../base/money.ts';
import type { TicketFace } from '../contract/box-office/sales.ts';
import type { BothLanguages } from '../contract/values.ts';
import type { PaperDocument } from '../ports/paper-document.ts';
import { BOLD, centred, LARGE, pair, paragraph, SOLID_RULE } from './lines.ts';
import { amountZh, paperTime } from './words.ts';

/** What a guest gets who has paid and not received every ticket: proof, and the way to the rest. Never the code of a ticket, never a payment number. */
export interface ClaimSlip {
  readonly orderId: string;
  readonly paid: Money;
  readonly paymentMethod: BothLanguages;
  readonly printedCount: number;
  /** The tickets that are still owed; at least one. */
  readonly owed: readonly TicketFace[];
  readonly reason: BothLanguages;
  /** `E-PRN-CUT`: what the staff look up. */
  readonly faultCode: string;
  /** Twelve digits: six to collect, six to verify. */
  readonly pickUpCode: string;
  /** ISO 8601. */
  readonly at: string;
  readonly timeZone: string;
  readonly machine: string;
  /** Whom to call: `分机 8001`. */
  readonly help: string;
}

/** Seats named one by one; of a larger order the rest is a number. */
const OWED_SHOWN_MAX = 6;

export function layOutClaimSlip(slip: ClaimSlip, { columns }: { readonly columns: number }): PaperDocument {
  assert(slip.owed.length > 0, 'a claim slip claims something');
  const at = paperTime(slip.at, slip.timeZone);
  const [collect, verify] = [slip.pickUpCode.slice(0, 6), slip.pickUpCode.slice(6)];
  const owedLines = slip.owed.slice(0, OWED_SHOWN_MAX).flatMap((face) => {
    const show = paperTime(face.startsAt, face.timeZone);
    return paragraph(`未出: ${face.screenName.zh} ${show.date} ${show.clock}  ${face.row}排${face.number}座`, columns, 2);
  });
  const more = slip.owed.length - OWED_SHOWN_MAX;
  return {
    columns,
    cut: 'full',
    blocks: [
      centred('!  未完成取票凭据  CLAIM SLIP  !', columns, BOLD),
      SOLID_RULE,
      ...pair(`已收款 PAID ${amountZh(slip.paid)}`, slip.paymentMethod.zh, columns),
      ...paragraph(`应出票 ${slip.owed.length + slip.printedCount} 张  已出票 ${slip.printedCount} 张  未出票 ${slip.owed.length} 张`, columns, 2),
      SOLID_RULE,
      ...owedLines,
      ...(more > 0 ? paragraph(`另有 ${more} 张`, columns, 1) : []),
      ...paragraph(`原因: ${slip.reason.zh} (${slip.faultCode})`, columns, 2),
      ...paragraph(`取票码 ${grouped(collect)}`, columns, 1, LARGE),
      ...paragraph(`验证码 ${grouped(verify)}`, columns, 1, LARGE),
      { kind: 'qr', data: slip.pickUpCode, moduleDots: 6, errorCorrection: 'M' },
      ...paragraph('1 任一自助机选“继续取票”, 扫上面的码', columns, 2),
      ...paragraph('2 或到服务台出示本单', columns, 2),
      ...paragraph('座位已为您保留, 不会重复扣款。', columns, 2),
      ...paragraph('Any kiosk: "Resume". Seats are kept. You will not be charged twice.', columns, 3),
      ...pair(`单号 ${slip.orderId}`, `${at.date} ${at.clockWithSeconds}`, columns),
      ...pair(`机号 ${slip.machine}`, `值班 ${slip.help}`, columns),
    ],
  };
}

/** `482 917` */
function grouped(digits: string): string {
  return digits.replace(/(\d{3})(?=\d)/g, '$1 ');
}
