import { ClaimSlipTemplate, ReceiptTemplate } from '#core/contract/side-paper-templates.ts';
import { TicketTemplate } from '#core/contract/ticket-template.ts';
import type { BothLanguages } from '#core/contract/values.ts';
import { layOutClaimSlip, spokenClaimSlip } from '#core/paper/claim-slip.ts';
import { layOutReceipt, spokenReceipt } from '#core/paper/receipt.ts';
import { layOutTicket, spokenTicket } from '#core/paper/ticket.ts';
import { readPaperTemplates, templateFor } from '../configuration/paper-templates.ts';
import type { Configuration } from '../configuration/schema.ts';
import type { KioskParts } from '../kiosk/kiosk.ts';

type Files = Pick<NonNullable<Configuration['kiosk']>, 'ticketTemplates' | 'receiptTemplates' | 'claimSlipTemplates'>;

/** How a kiosk's papers look and sound: by the site's own templates where it has some, otherwise by the house's for its rules. */
export function kioskPapers(files: Files, siteLayout: () => 'cn' | 'generic'): Pick<KioskParts, 'layOutTicket' | 'layOutPaper' | 'speech'> {
  const tickets = readPaperTemplates(files.ticketTemplates, TicketTemplate);
  const receipts = readPaperTemplates(files.receiptTemplates, ReceiptTemplate);
  const slips = readPaperTemplates(files.claimSlipTemplates, ClaimSlipTemplate);
  const ticketOf = (channel: BothLanguages) => templateFor(tickets, channel) ?? siteLayout();
  const receiptOf = (channel: BothLanguages) => templateFor(receipts, channel) ?? siteLayout();
  const slipOf = (channel: BothLanguages) => templateFor(slips, channel) ?? siteLayout();
  const inBoth = (say: (language: 'zh' | 'en') => string): BothLanguages => ({ zh: say('zh'), en: say('en') });
  return {
    layOutTicket: (face, code, ticketId, { columns, reprint }) =>
      layOutTicket(face, code, {
        columns,
        layout: ticketOf(face.channel),
        ticketId,
        ...(reprint === undefined ? {} : { reprint: { count: reprint } }),
      }),
    layOutPaper: (paper, place) =>
      paper.kind === 'slip'
        ? layOutClaimSlip(paper.slip, slipOf(paper.slip.channel), place)
        : layOutReceipt(paper.receipt, receiptOf(paper.receipt.channel), place),
    speech: {
      ticket: (face, ticketId) => inBoth((language) => spokenTicket(face, ticketId, ticketOf(face.channel), language)),
      paper: (paper) =>
        inBoth((language) =>
          paper.kind === 'slip'
            ? spokenClaimSlip(paper.slip, slipOf(paper.slip.channel), language)
            : spokenReceipt(paper.receipt, receiptOf(paper.receipt.channel), language),
        ),
    },
  };
}
