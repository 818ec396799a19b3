import type { SimulatedDevice } from './simulated-device.ts';

/** What a guest may hold to a reader: a card of this cinema, somebody's bank card, and plastic that nobody here knows. */
export type ShownCard = 'member' | 'payment' | 'unknown';

/** A card reader on a cable, and a hand with cards. What each card is on the wire is the reader's own affair. */
export interface CardReaderSimulator extends SimulatedDevice {
  readonly class: 'card-reader';
  /** Swipes the card, or holds it there for a moment and takes it away. Nothing happens where no host is connected. */
  show(card: ShownCard): void;
  /** Cards that were shown since the start. */
  reads(): number;
}
