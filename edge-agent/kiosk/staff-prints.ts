import type { ReprintReason } from '#core/contract/box-office/sales.ts';
import type { OrderId, TicketId } from '#core/contract/identifiers.ts';
import type { ReprintResult } from '#core/kiosk/delivery.ts';
import type { CommandReply, KioskCommand } from '#core/kiosk/kiosk.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { KioskPrinter } from './kiosk.ts';

export interface ReprintOrder {
  readonly orderId: OrderId;
  readonly ticketId: TicketId;
  /** Who asks, for the record; whether he may is decided before. */
  readonly by: string;
  readonly reason: ReprintReason;
}

/** What staff do with the printers of this kiosk. Each is in the audit before anything moves; when that fails nothing does. */
export interface StaffPrints {
  reprint(order: ReprintOrder): Promise<ReprintResult | { readonly kind: 'not-now' }>;
  /** False when there is no such printer. */
  powerCycled(printer: string, by: string): boolean;
  /** A reprint came to its end. */
  ended(deliveryId: string, result: ReprintResult): void;
}

interface StaffParts {
  readonly ledger: Pick<Ledger, 'transaction' | 'append'>;
  readonly printers: readonly KioskPrinter[];
  readonly freshId: () => string;
  readonly ask: (command: KioskCommand) => Promise<CommandReply>;
}

export function createStaffPrints({ ledger, printers, freshId, ask }: StaffParts): StaffPrints {
  /** Reprints under way, each with whoever waits for its end. */
  const waiting = new Map<string, (result: ReprintResult) => void>();
  const audit = (action: 'reprint-asked' | 'printer-power-cycled', by: string, detail: string): void => {
    ledger.transaction(() => ledger.append({ t: 'audit', d: { action, by, detail } }));
  };
  return {
    reprint: async ({ orderId, ticketId, by, reason }) => {
      audit('reprint-asked', by, `${ticketId} ${reason}`);
      const deliveryId = freshId();
      const ended = new Promise<ReprintResult>((resolve) => waiting.set(deliveryId, resolve));
      const reply = await ask({ kind: 'reprint', deliveryId, wish: { orderId, ticketId, by, reason } });
      if (reply.kind === 'session') return ended;
      waiting.delete(deliveryId);
      return { kind: 'not-now' };
    },
    powerCycled: (id, by) => {
      const printer = printers.find((each) => each.id === id);
      if (printer === undefined) return false;
      audit('printer-power-cycled', by, id);
      printer.port.powerCycled();
      return true;
    },
    ended: (deliveryId, result) => {
      waiting.get(deliveryId)?.(result);
      waiting.delete(deliveryId);
    },
  };
}
