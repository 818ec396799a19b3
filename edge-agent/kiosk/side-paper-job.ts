import type { KioskInput, WorldEffect } from '#core/kiosk/kiosk.ts';
import type { SidePapers } from '../ledger/side-papers.ts';
import type { KioskParts } from './kiosk.ts';
import { type JobSurroundings, runPrintJob } from './print-job.ts';

interface SidePaperSurroundings extends Omit<JobSurroundings, 'prints'> {
  readonly papers: Pick<SidePapers, 'earlier' | 'start'>;
  readonly layOutPaper: KioskParts['layOutPaper'];
}

/** One slip or receipt, written down before its first byte like a ticket, so that a second one is marked. Nothing of its end changes the order. */
export async function runSidePaper(
  surroundings: SidePaperSurroundings,
  { deliveryId, orderId, paper }: Extract<WorldEffect, { kind: 'print-paper' }>,
): Promise<Extract<KioskInput, { kind: 'paper-ended' }>> {
  const { papers, printer, clock } = surroundings;
  const { kind } = paper;
  const earlier = papers.earlier(orderId, kind);
  const document = surroundings.layOutPaper(paper, { columns: printer.columns, earlier });
  let paperId: number | undefined;
  const prints: JobSurroundings['prints'] = {
    start: (_, printerId, at) => {
      paperId = papers.start({ deliveryId, orderId, kind, printer: printerId, earlier }, at);
    },
    // What was begun counts as on paper until its end is known.
    keepEvidence: () => undefined,
  };
  const outcome = await runPrintJob({ ...surroundings, prints }, { jobId: `${kind}-${deliveryId}-${earlier}`, document });
  return { kind: 'paper-ended', at: clock.wall(), deliveryId, paperId, paper: kind, outcome };
}
