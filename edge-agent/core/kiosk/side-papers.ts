import { type Instant, toIso } from '../base/time.ts';
import type { Order } from '../contract/box-office/sales.ts';
import type { BothLanguages } from '../contract/values.ts';
import type { ClaimSlip } from '../paper/claim-slip.ts';
import type { Receipt } from '../paper/receipt.ts';
import { canResume, type Delivery, type DeliveryContext, type DeliveryStep, owedTickets, type PrintStopReason, ticketsIn } from './delivery.ts';
import { otherPrinter, type PrinterView } from './printers.ts';

/** The papers beside the tickets. They are printed after them, open no gate, and their end changes nothing about the order. */

/**
 * A guest who has paid and does not hold every ticket gets the slip as soon as printing has stopped and a printer is able to; later only when there is nothing
 * to go on with by a touch. After a restart nothing is printed by itself: somebody else may stand there.
 */
export function withSlip(before: Delivery, step: DeliveryStep, at: Instant, { printer: printers }: DeliveryContext): DeliveryStep {
  const { delivery } = step;
  const { stage, order, papers } = delivery;
  if (stage.kind !== 'stopped' || !delivery.attended || order === undefined || papers.slip !== 'none' || before.stage.kind === 'restoring')
    return step;
  const isFresh = before.stage.kind !== 'stopped';
  if (!isFresh && canResume(delivery, printers)) return step;
  const next = printSlip(delivery, at, printers);
  return { delivery: next.delivery, effects: [...step.effects, ...next.effects] };
}

/** By itself or on the guest's wish: proof of what is owed, on any printer that is well. */
export function printSlip(delivery: Delivery, at: Instant, printers: PrinterView): DeliveryStep {
  const { stage, order, papers } = delivery;
  const printer = otherPrinter(printers, delivery.avoid) ?? otherPrinter(printers, []);
  if (stage.kind !== 'stopped' || order === undefined || printer === undefined || !mayHaveSlip(delivery, printers)) return { delivery, effects: [] };
  const slip = slipOf(delivery, order, stage.stop, at);
  const asked: Delivery = { ...delivery, papers: { ...papers, slip: 'printing' } };
  return { delivery: asked, effects: [{ kind: 'print-paper', printer, paper: { kind: 'slip', slip } }] };
}

/** It did not come by itself, or failed, and a printer is able to: after a restart, or once the paper is back. */
export function mayHaveSlip(delivery: Delivery, printers: PrinterView): boolean {
  const { stage, papers } = delivery;
  const isOwed = owedTickets(delivery).length > 0;
  return stage.kind === 'stopped' && isOwed && (papers.slip === 'none' || papers.slip === 'failed') && otherPrinter(printers, []) !== undefined;
}

/** Where the house prints one with every purchase: as soon as its last ticket is out. */
export function withReceipt(before: Delivery, step: DeliveryStep, at: Instant, context: DeliveryContext): DeliveryStep {
  const { delivery } = step;
  const isJustDone = before.stage.kind !== 'done' && delivery.stage.kind === 'done';
  if (!isJustDone || context.receipts === 'asked' || delivery.journey !== 'buy') return step;
  const next = printReceipt(delivery, at, context);
  return { delivery: next.delivery, effects: [...step.effects, ...next.effects] };
}

/** On the guest's wish, when everything else is printed. A printer that is away prints none, and she may ask again. */
export function printReceipt(delivery: Delivery, at: Instant, { printer: printers }: DeliveryContext): DeliveryStep {
  const printer = otherPrinter(printers, []);
  if (!mayHaveReceipt(delivery) || delivery.order === undefined || printer === undefined) return { delivery, effects: [] };
  const receipt = receiptOf(delivery, delivery.order, at);
  const asked: Delivery = { ...delivery, papers: { ...delivery.papers, receipt: 'printing' } };
  return { delivery: asked, effects: [{ kind: 'print-paper', printer, paper: { kind: 'receipt', receipt } }] };
}

/** One for each purchase. One that failed may be asked for again, and says so where the first may be on paper. */
export function mayHaveReceipt({ stage, order, papers }: Delivery): boolean {
  return stage.kind === 'done' && order !== undefined && (papers.receipt === 'none' || papers.receipt === 'failed');
}

export function slipOf(delivery: Delivery, order: Order, stop: PrintStopReason, at: Instant): ClaimSlip {
  const owedIds = new Set(owedTickets(delivery).map(({ id }) => id));
  const face = order.tickets[0]?.face;
  return {
    orderId: order.id,
    siteName: face?.siteName ?? NAMELESS,
    channel: face?.channel ?? NAMELESS,
    paid: order.total,
    paymentMethod: face?.paymentMethod ?? NAMELESS,
    printedCount: ticketsIn(delivery, 'printed').length,
    owed: order.tickets.filter(({ id }) => owedIds.has(id)).map((ticket) => ticket.face),
    reason: REASON[stop],
    faultCode: delivery.faultCode ?? 'E-PRN-STOPPED',
    pickUpCode: order.pickUpCode,
    at: toIso(at),
    timeZone: face?.timeZone ?? 'UTC',
    machine: delivery.machine,
  };
}

const NAMELESS: BothLanguages = { zh: '', en: '' };

export function receiptOf({ machine }: Pick<Delivery, 'machine'>, order: Order, at: Instant): Receipt {
  const face = order.tickets[0]?.face;
  return {
    orderId: order.id,
    machine,
    at: toIso(at),
    timeZone: face?.timeZone ?? 'UTC',
    siteName: face?.siteName ?? NAMELESS,
    filmTitle: face?.filmTitle ?? NAMELESS,
    screenName: face?.screenName ?? NAMELESS,
    startsAt: face?.startsAt ?? order.createdAt,
    channel: face?.channel ?? NAMELESS,
    lines: order.lines.map(({ seatId, row, number, price, fee }) => {
      const ticketType = order.tickets.find((ticket) => ticket.seatId === seatId)?.face.ticketTypeName ?? NAMELESS;
      return { row, number, ticketType, price, fee };
    }),
    total: order.total,
    paymentMethod: face?.paymentMethod ?? NAMELESS,
    ...(order.payment === undefined ? {} : { merchantOrder: order.payment.key }),
    ...(order.payment?.providerNumber === undefined ? {} : { providerNumber: order.payment.providerNumber }),
    ...(order.payment?.member === undefined ? {} : { member: order.payment.member }),
    ...(order.payment?.receipt === undefined ? {} : { cardTerminal: order.payment.receipt }),
    mayBeElsewhere: order.tickets.some(({ printedBy }) => printedBy !== undefined && printedBy !== machine),
  };
}

const REASON: Readonly<Record<PrintStopReason, BothLanguages>> = {
  'paper-out': { zh: '票纸用完', en: 'out of paper' },
  'cover-open': { zh: '打印机盖打开', en: 'cover open' },
  'cutter-jam': { zh: '打印机切刀卡纸', en: 'cutter jam' },
  'paper-jam': { zh: '出票口卡纸', en: 'paper jam' },
  'not-taken': { zh: '票未取走, 已收回', en: 'not taken, drawn back' },
  'printer-gone': { zh: '打印机无应答', en: 'no answer from the printer' },
  'printer-error': { zh: '打印机故障', en: 'printer fault' },
  'needs-staff': { zh: '待工作人员确认', en: 'staff have to look' },
  elsewhere: { zh: '另一台机器处理中', en: 'another machine has it' },
};
