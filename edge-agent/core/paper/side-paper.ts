import type { PaperTemplate } from '../contract/paper-template.ts';
import type { PaperBlock, PaperDocument } from '../ports/paper-document.ts';
import type { ClaimSlip } from './claim-slip.ts';
import { centred, LARGE, SOLID_RULE } from './lines.ts';
import type { Receipt } from './receipt.ts';
import { layOutElements, type PaperFields } from './template-layout.ts';

/** The papers beside the tickets: proof of what is owed, and the receipt that a guest asks for. Neither lets anybody in. */
export type SidePaper = 'slip' | 'receipt';
export type SidePaperContent = { readonly kind: 'slip'; readonly slip: ClaimSlip } | { readonly kind: 'receipt'; readonly receipt: Receipt };

/** How many of the same kind and order may be on paper already; `elsewhere`: nobody here knows, another machine may have printed one. */
export type EarlierPapers = number | 'elsewhere';

export interface SidePaperPlace {
  /** At least 32. */
  readonly columns: number;
  readonly earlier: EarlierPapers;
}

export function layOutSidePaper(template: PaperTemplate, fields: PaperFields, { columns, earlier }: SidePaperPlace): PaperDocument {
  return { columns, blocks: [...copyMark(earlier, columns), ...layOutElements(template, fields, columns)], cut: 'full' };
}

/** No template can leave it out: two receipts for one payment would be two originals. */
function copyMark(earlier: EarlierPapers, columns: number): PaperBlock[] {
  if (earlier === 0) return [];
  const mark = earlier === 'elsewhere' ? '或为补打 MAY BE A COPY' : `补打 COPY ${earlier}`;
  return [centred(mark, columns, LARGE), SOLID_RULE];
}
