import type { TicketFace } from '../contract/box-office/sales.ts';
import type { PaperBlock } from '../ports/paper-document.ts';

/** What both tickets are made from. */
export interface TicketContent {
  readonly face: TicketFace;
  readonly ticketId: string;
  readonly columns: number;
  readonly reprintMark: readonly PaperBlock[];
  readonly bars: readonly PaperBlock[];
}
