import type { PaperBlock } from '../ports/paper-document.ts';
import { BOLD, centred, DASHED_RULE, headline, LARGE, labelled, line, pair, paragraph, SOLID_RULE } from './lines.ts';
import { fitTextEnd } from './paper-text.ts';
import type { TicketContent } from './ticket-content.ts';
import { amountZh, paperTime } from './words.ts';

/** The Chinese ticket: main ticket (主票) and stub (副券), parted by a line to tear along. The fields are those of the film bureau's ticketing rules. */
export function chineseTicket(content: TicketContent): PaperBlock[] {
  return [...mainTicket(content), DASHED_RULE, ...stub(content)];
}

function mainTicket({ face, ticketId, columns, reprintMark, bars }: TicketContent): PaperBlock[] {
  const show = paperTime(face.startsAt, face.timeZone);
  const sold = paperTime(face.soldAt, face.timeZone);
  return [
    ...reprintMark,
    headline(face.siteName.zh, columns),
    centred(face.siteName.en, columns),
    SOLID_RULE,
    ...labelled('影片', bothTitles(face.filmTitle), columns, 2, BOLD),
    ...labelled('    ', `${[face.language.zh, ...face.format].join(' / ')}  片长约 ${face.runningTime} 分钟`, columns, 2),
    ...pair(`影厅 ${face.screenName.zh}`, face.screenName.en, columns),
    ...pair({ text: `${face.row}排${face.number}座`, style: LARGE }, `Row ${face.row}  Seat ${face.number}`, columns),
    ...pair(`日期 ${show.dateZh}`, { text: show.clock, style: LARGE }, columns),
    ...pair(`座类 ${face.zoneName.zh}`, `票类 ${face.ticketTypeName.zh}`, columns),
    ...pair(`票价 ${amountZh(face.price)}`, `代售服务费 ${amountZh(face.fee)}`, columns),
    ...pair(`支付 ${face.paymentMethod.zh}`, `渠道 ${face.channel.zh}`, columns),
    line(`票号 ${ticketId}`, columns),
    ...bars,
    centred('入场请扫此码  Scan at the gate', columns),
    ...pair(`场次 ${face.showId}`, `影院 ${face.siteId}`, columns),
    ...pair(`售出 ${sold.date} ${sold.clockWithSeconds}`, `机号 ${face.machine}`, columns),
    ...(face.needsProof ? [line('优惠票: 入场请出示有效证件', columns, BOLD)] : []),
    ...paragraph('对号入座 一人一票 已取票不可线上退改', columns, 2),
    ...pair(`打印 ${face.position}/${face.count}`, `防伪 ${face.antiForgery}`, columns),
  ];
}

function stub({ face, ticketId, columns }: TicketContent): PaperBlock[] {
  const show = paperTime(face.startsAt, face.timeZone);
  return [
    centred('副 券  STUB', columns, BOLD),
    ...pair(`${face.screenName.zh}  ${face.row}排${face.number}座`, `${show.date} ${show.clock}`, columns),
    ...paragraph(bothTitles(face.filmTitle), columns, 1),
    ...pair(`票价 ${amountZh(face.price)}`, `票号 ${fitTextEnd(ticketId, 10)}`, columns),
  ];
}

/** Films are asked for by either name; a film that is called the same in both is named once. */
function bothTitles({ zh, en }: { readonly zh: string; readonly en: string }): string {
  return zh === en ? zh : `${zh} ${en}`;
}
