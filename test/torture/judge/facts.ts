import type { OrderStatus } from '#core/contract/box-office/sales.ts';
import type { OutboxLane } from '#core/contract/wire/events.ts';

/**
 * What the outside has been told, and whoever was told may rely on. Each is one store's to keep; a fact that a recovered store does not hold is lost. Facts are
 * read from the bytes that left the process (`outgoing-bytes.ts`) and from what people did (`flows.ts`), never from the agent's own word about itself.
 */
export type Fact =
  /** An event of this number left for the box office: after a restart the number must not be anybody else's. */
  | { readonly store: 'ledger'; readonly kind: 'event'; readonly lane: OutboxLane; readonly seq: number; readonly id: string }
  /** The barrier was released for the ticket. */
  | { readonly store: 'ledger'; readonly kind: 'released'; readonly ticketId: string }
  /** A verdict about a scan was shown. */
  | { readonly store: 'ledger'; readonly kind: 'verdict'; readonly scanId: string }
  /** The screen said that the guest has passed. */
  | { readonly store: 'ledger'; readonly kind: 'passed'; readonly scanId: string }
  /** Bytes of the ticket left for the printer. */
  | { readonly store: 'ledger'; readonly kind: 'print-begun'; readonly ticketId: string }
  /** The screen said that so many tickets of the order are printed. */
  | { readonly store: 'ledger'; readonly kind: 'printed'; readonly orderId: string; readonly count: number }
  /** The machine told the box office which validity data it has: it never takes older ones. */
  | { readonly store: 'ledger'; readonly kind: 'validity-held'; readonly epoch: string; readonly version: number }
  | { readonly store: 'box-office'; readonly kind: 'hold'; readonly id: string }
  | { readonly store: 'box-office'; readonly kind: 'order'; readonly id: string; readonly status: OrderStatus }
  | { readonly store: 'box-office'; readonly kind: 'attempt'; readonly key: string }
  | { readonly store: 'box-office'; readonly kind: 'claim'; readonly leaseId: string }
  /** Events up to this number were acknowledged: the machine forgets them. */
  | { readonly store: 'box-office'; readonly kind: 'received'; readonly epoch: string; readonly lane: OutboxLane; readonly through: number }
  | { readonly store: 'box-office'; readonly kind: 'validity'; readonly epoch: string; readonly version: number }
  /** The provider told the guest's phone that the money is taken. */
  | { readonly store: 'payments'; readonly kind: 'paid'; readonly token: string }
  /** The lobby said that it is ready: tokens and keys may be carried to other machines from now on, and PINs were shown for the only time. */
  | { readonly store: 'files'; readonly kind: 'ready' };

export type StoreName = Fact['store'];

/** A fact and the number of the operation from which on it holds. */
export interface DatedFact {
  readonly from: number;
  readonly fact: Fact;
}
