import { type Condition, isOffline } from '../../ticket-printer/simulator/condition.ts';

/** What the simulated printer says about itself, bit by bit as in Star's appendix 2. Written apart from the driver's reading of the same bytes. */

export interface ReportForm {
  readonly fences: number;
  /** Nine bytes, to the counter and the presenter; otherwise seven. */
  readonly counts: boolean;
  readonly overEthernet: boolean;
}

const when = (condition: boolean, bits: number): number => (condition ? bits : 0);

export function report(condition: Condition, { fences, counts, overEthernet }: ReportForm): Uint8Array {
  const { coverOpen, paperEnd, paperNearEnd, cutterError, headHot, paperJam, markLost, ticketAtOutput } = condition;
  const header = counts ? 0x23 : 0x0f;
  const version = (counts ? 0x06 : 0x02) | when(overEthernet, 0x80);
  const printer = when(coverOpen, 0x20) | when(isOffline(condition), 0x08);
  const error = when(headHot, 0x40) | when(cutterError, 0x08);
  const further = when(markLost, 0x08) | when(paperJam, 0x04);
  // Where there is no paper at all, the near-end sensor sees none either.
  const paper = when(paperEnd, 0x08) | when(paperNearEnd || paperEnd, 0x04);
  const sensors = when(ticketAtOutput, 0x02);
  const counter = ((fences & 0x07) << 1) | ((fences & 0x18) << 2);
  const place = when(ticketAtOutput, 0x06);
  const bytes = [header, version, printer, error, further, paper, sensors, ...(counts ? [counter, place] : []), ...(overEthernet ? [0, 0] : [])];
  return Uint8Array.from(bytes);
}
