import { LIMITS } from '../base/limits.ts';
import { instant, minus, toIso } from '../base/time.ts';
import type { PaperBlock } from '../ports/paper-document.ts';
import { BOLD, headline, LARGE, line, pair, paragraph, SOLID_RULE } from './lines.ts';
import type { TicketContent } from './ticket-content.ts';
import { amountEn, paperTime } from './words.ts';

/** The ticket of a site outside China: one piece, in English. */
export function genericTicket({ face, ticketId, columns, reprintMark, bars }: TicketContent): PaperBlock[] {
  const show = paperTime(face.startsAt, face.timeZone);
  const entry = paperTime(toIso(minus(instant(Date.parse(face.startsAt)), LIMITS.validity.entryOpensBefore)), face.timeZone);
  const ends = paperTime(face.endsAt, face.timeZone);
  const sold = paperTime(face.soldAt, face.timeZone);
  return [
    ...reprintMark,
    headline(face.siteName.en, columns),
    SOLID_RULE,
    ...paragraph(face.filmTitle.en, columns, 2, LARGE),
    ...pair(`Rated ${face.rating}`, `${face.format.join(' ')}  ${face.language.en}`, columns),
    ...pair(face.screenName.en, show.dateEn, columns),
    ...pair({ text: `Row ${face.row} Seat ${face.number}`, style: LARGE }, { text: show.clock, style: LARGE }, columns),
    ...pair(face.ticketTypeName.en, amountEn(face.price), columns),
    ...(face.fee.minor === 0 ? [] : pair('Booking fee', amountEn(face.fee), columns)),
    ...pair(`Entry from ${entry.clock}`, `Ends approx ${ends.clock}`, columns),
    ...bars,
    line(`Ticket ${ticketId}`, columns),
    line(`Order ${face.orderId} (${face.position} of ${face.count})`, columns),
    ...paragraph(`ADMIT ONE.${face.needsProof ? ' Proof of eligibility required.' : ''} Seats are as printed.`, columns, 2, BOLD),
    ...pair(`${face.channel.en} ${face.machine}`, `${sold.date} ${sold.clockWithSeconds}`, columns),
    ...pair(`Paid by ${face.paymentMethod.en}`, `Check ${face.antiForgery}`, columns),
  ];
}
