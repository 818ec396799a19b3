import { assert } from '../base/fault.ts';
import type { TicketFace } from '../contract/box-office/sales.ts';
import { TicketTemplate } from '../contract/ticket-template.ts';
import type { PaperBlock, PaperDocument } from '../ports/paper-document.ts';
import { centred, LARGE, SOLID_RULE } from './lines.ts';
import { speakPaper } from './spoken-paper.ts';
import { layOutElements } from './template-layout.ts';
import cn from './templates/ticket-cn.json' with { type: 'json' };
import generic from './templates/ticket-generic.json' with { type: 'json' };
import { ticketFields } from './ticket-fields.ts';

export interface TicketLayout {
  /** 48 on 80 mm paper, 32 on 58 mm; at least 32. */
  readonly columns: number;
  /** Which ticket the site hands out: `cn` has the main ticket and the stub that Chinese rules ask for, `generic` is one piece in English; or one of its own. */
  readonly layout: 'cn' | 'generic' | TicketTemplate;
  /** The ticket's number, sixteen digits. */
  readonly ticketId: string;
  /** This is not the first print of the ticket. `count` is 1 for the first reprint. The mark is a duty: without it two originals are about. */
  readonly reprint?: { readonly count: number };
}

/**
 * One ticket, laid out. Pure and total: whatever the words on the face are, every line fits and the bar code stands where it belongs.
 * @param code the signed ticket text, in the alphabet of QR's alphanumeric mode; 153 characters are QR version 6-M, 41 modules, 31 mm at 6 dots
 */
export function layOutTicket(face: TicketFace, code: string, { columns, layout, ticketId, reprint }: TicketLayout): PaperDocument {
  assert(columns >= 32, 'a ticket needs at least 32 columns');
  const fields = ticketFields({ face, ticketId, code });
  const mark = reprint === undefined ? [] : reprintMark(reprint.count, columns);
  return { columns, blocks: [...mark, ...layOutElements(templateOf(layout), fields, columns)], cut: 'partial' };
}

let ownTemplates: Readonly<Record<'cn' | 'generic', TicketTemplate>> | undefined;

function templateOf(layout: TicketLayout['layout']): TicketTemplate {
  if (typeof layout !== 'string') return layout;
  ownTemplates ??= { cn: TicketTemplate.parse(cn), generic: TicketTemplate.parse(generic) };
  return ownTemplates[layout];
}

/** What is said to a guest who does not read it. */
export function spokenTicket(face: TicketFace, ticketId: string, layout: TicketLayout['layout'], language: 'zh' | 'en'): string {
  return speakPaper(templateOf(layout), ticketFields({ face, ticketId, code: '' }), language);
}

/** No template can leave it out. */
function reprintMark(count: number, columns: number): PaperBlock[] {
  return [centred(`重打印 REPRINT ${count}`, columns, LARGE), centred('只可入场一次 Admits once in all', columns), SOLID_RULE];
}
