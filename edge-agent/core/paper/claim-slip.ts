import { assert } from '../base/fault.ts';
import type { Money } from '../base/money.ts';
import type { TicketFace } from '../contract/box-office/sales.ts';
import { type ClaimSlipFieldName, ClaimSlipTemplate } from '../contract/side-paper-templates.ts';
import type { BothLanguages } from '../contract/values.ts';
import type { PaperDocument } from '../ports/paper-document.ts';
import { layOutSidePaper, type SidePaperPlace } from './side-paper.ts';
import { speakPaper } from './spoken-paper.ts';
import { NO_WORDS, type PaperField, type PaperRow, same } from './template-layout.ts';
import cn from './templates/claim-slip-cn.json' with { type: 'json' };
import generic from './templates/claim-slip-generic.json' with { type: 'json' };
import { amountEn, amountZh, paperTime } from './words.ts';

/** What a guest gets who has paid and not received every ticket: proof, and the way to the rest. Never the code of a ticket, never a payment number. */
export interface ClaimSlip {
  readonly orderId: string;
  readonly siteName: BothLanguages;
  /** Sold through it; a site may have a template of its own for each. */
  readonly channel: BothLanguages;
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
}

/** `cn` and `generic` are the house's own, by the rules of the site. */
export type ClaimSlipLayout = 'cn' | 'generic' | ClaimSlipTemplate;

export function layOutClaimSlip(slip: ClaimSlip, layout: ClaimSlipLayout, place: SidePaperPlace): PaperDocument {
  assert(slip.owed.length > 0, 'a claim slip claims something');
  assert(place.columns >= 32, 'a claim slip needs at least 32 columns');
  return layOutSidePaper(templateOf(layout), fieldsOf(slip), place);
}

export function spokenClaimSlip(slip: ClaimSlip, layout: ClaimSlipLayout, language: 'zh' | 'en'): string {
  return speakPaper(templateOf(layout), fieldsOf(slip), language);
}

let ownTemplates: Readonly<Record<'cn' | 'generic', ClaimSlipTemplate>> | undefined;

function templateOf(layout: ClaimSlipLayout): ClaimSlipTemplate {
  if (typeof layout !== 'string') return layout;
  ownTemplates ??= { cn: ClaimSlipTemplate.parse(cn), generic: ClaimSlipTemplate.parse(generic) };
  return ownTemplates[layout];
}

/** Seats named one by one; of a larger order the rest is a number. */
const OWED_SHOWN_MAX = 6;

function fieldsOf(slip: ClaimSlip): Readonly<Record<ClaimSlipFieldName, PaperField>> {
  const at = paperTime(slip.at, slip.timeZone);
  const [collect, verify] = [grouped(slip.pickUpCode.slice(0, 6)), grouped(slip.pickUpCode.slice(6))];
  const [owed, printed] = [slip.owed.length, slip.printedCount];
  return {
    siteName: { title: NO_WORDS, text: slip.siteName, spoken: null },
    heading: { title: NO_WORDS, text: { zh: '未完成取票凭据', en: 'CLAIM SLIP' }, spoken: { zh: '取票凭据', en: 'Claim slip' } },
    paid: { title: { zh: '已收款', en: 'Paid' }, text: { zh: amountZh(slip.paid), en: amountEn(slip.paid) } },
    paymentMethod: { title: { zh: '支付', en: 'Paid by' }, text: slip.paymentMethod },
    counts: {
      title: NO_WORDS,
      text: {
        zh: `应出票 ${owed + printed} 张  已出票 ${printed} 张  未出票 ${owed} 张`,
        en: `Tickets ${owed + printed}  printed ${printed}  missing ${owed}`,
      },
      spoken: {
        zh: `应出票 ${owed + printed} 张，已出票 ${printed} 张，未出票 ${owed} 张`,
        en: `${owed + printed === 1 ? '1 ticket' : `${owed + printed} tickets`}, ${printed} printed, ${owed} missing`,
      },
    },
    owed: { title: NO_WORDS, text: NO_WORDS, rows: owedRows(slip.owed) },
    reason: {
      title: { zh: '原因:', en: 'Why:' },
      text: { zh: `${slip.reason.zh} (${slip.faultCode})`, en: `${slip.reason.en} (${slip.faultCode})` },
      spoken: slip.reason,
    },
    collectCode: { title: { zh: '取票码', en: 'Code' }, text: same(collect), spoken: same(spelt(collect)), saysTitle: true },
    verifyCode: { title: { zh: '验证码', en: 'Check' }, text: same(verify), spoken: same(spelt(verify)), saysTitle: true },
    pickUpCode: {
      title: NO_WORDS,
      text: same(slip.pickUpCode),
      spoken: { zh: '凭据上印有取票二维码', en: 'The code to collect with is printed on it' },
    },
    atAnyMachine: {
      title: NO_WORDS,
      text: { zh: '1 在任一自助机选“取票”, 扫上面的码', en: '1 At any kiosk choose "Collect tickets" and scan the code' },
      spoken: { zh: '在任一自助机选“取票”，扫凭据上的码', en: 'At any kiosk choose "Collect tickets" and scan the code' },
    },
    atTheCounter: {
      title: NO_WORDS,
      text: { zh: '2 或到服务台出示本单', en: '2 Or show this slip at the counter' },
      spoken: { zh: '或到服务台出示本单', en: 'Or show this slip at the counter' },
    },
    assurance: {
      title: NO_WORDS,
      text: { zh: '座位已为您保留, 不会重复扣款。', en: 'Your seats are kept. You will not be charged twice.' },
    },
    orderId: { title: { zh: '单号', en: 'Order' }, text: same(slip.orderId), spoken: null },
    machine: { title: { zh: '机号', en: 'Machine' }, text: same(slip.machine), spoken: null },
    printedAt: { title: { zh: '时间', en: 'Printed' }, text: same(`${at.date} ${at.clockWithSeconds}`), spoken: null },
  };
}

function owedRows(owed: readonly TicketFace[]): PaperRow[] {
  const rows = owed.slice(0, OWED_SHOWN_MAX).map((face): PaperRow => {
    const show = paperTime(face.startsAt, face.timeZone);
    return {
      left: {
        zh: `未出: ${face.screenName.zh} ${show.date} ${show.clock}  ${face.row}排${face.number}座`,
        en: `Missing: ${face.screenName.en} ${show.dateEn} ${show.clock}  Row ${face.row} Seat ${face.number}`,
      },
    };
  });
  const more = owed.length - OWED_SHOWN_MAX;
  return more > 0 ? [...rows, { left: { zh: `另有 ${more} 张`, en: `And ${more} more` } }] : rows;
}

/** `482 917` */
function grouped(digits: string): string {
  return digits.replace(/(\d{3})(?=\d)/g, '$1 ');
}

/** Digit by digit, in threes. */
const spelt = (code: string): string =>
  code
    .split(' ')
    .map((part) => [...part].join(' '))
    .join(', ');
