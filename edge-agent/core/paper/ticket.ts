import { assert } from '../base/fault.ts';
import type { TicketFace } from '../contract/box-office/sales.ts';
import type { PaperBlock, PaperDocument } from '../ports/paper-document.ts';
import { centred, LARGE, SOLID_RULE } from './lines.ts';
import { chineseTicket } from './ticket-chinese.ts';
import type { TicketContent } from './ticket-content.ts';
import { genericTicket } from './ticket-generic.ts';

export interface TicketLayout {
  /** 48 on 80 mm paper, 32 on 58 mm; at least 32. */
  readonly columns: number;
  /** Which ticket the site hands out: `cn` has the main ticket and the stub that Chinese rules ask for, `generic` is one piece in English. */
  readonly layout: 'cn' | 'generic';
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
  const content: TicketContent = {
    face,
    ticketId,
    columns,
    reprintMark: reprint === undefined ? [] : reprintMark(reprint.count, columns),
    bars: [{ kind: 'qr', data: code, moduleDots: TICKET_MODULE_DOTS, errorCorrection: 'M' }],
  };
  return { columns, blocks: layout === 'cn' ? chineseTicket(content) : genericTicket(content), cut: 'partial' };
}

/** 0.75 mm a module at 203 dpi: a reader at the gate still sees it on bent and worn paper. Five is the floor. */
const TICKET_MODULE_DOTS = 6;

function reprintMark(count: number, columns: number): PaperBlock[] {
  return [centred(`重打印 REPRINT ${count}`, columns, LARGE), centred('只可入场一次 Admits once in all', columns), SOLID_RULE];
}
