import type { HealthReason } from '../ports/health.ts';

/** The ticket printers of one kiosk, in the order in which they are to be used. */

export interface OnePrinter {
  readonly id: string;
  readonly isWell: boolean;
  readonly isAbsent: boolean;
  readonly reasons: readonly HealthReason[];
}

/** All of them as one: well while one is. `reasons` are those of the ones that are not. */
export interface PrinterView {
  readonly isWell: boolean;
  readonly isAbsent: boolean;
  readonly reasons: readonly HealthReason[];
  readonly each: readonly OnePrinter[];
}

export function viewOfPrinters(each: readonly OnePrinter[]): PrinterView {
  const isWell = each.some((printer) => printer.isWell);
  return {
    isWell,
    isAbsent: each.every((printer) => printer.isAbsent),
    reasons: [...new Set(each.filter((printer) => isWell === printer.isWell).flatMap(({ reasons }) => reasons))],
    each,
  };
}

/** The first that is well and has not failed in this run; undefined when there is none. */
export function otherPrinter({ each }: PrinterView, avoid: readonly string[]): string | undefined {
  return each.find(({ id, isWell }) => isWell && !avoid.includes(id))?.id;
}

/** The printer for the next paper. Where none is well the first is asked all the same: it says itself why it prints nothing. */
export function pickPrinter(printers: PrinterView, avoid: readonly string[]): string {
  return otherPrinter(printers, avoid) ?? printers.each.find(({ isWell }) => isWell)?.id ?? printers.each[0]?.id ?? '';
}
