import type { PaymentMethod, PaymentMethods, ProviderId } from '../contract/box-office/sales.ts';

/** The ways to pay that a guest is offered: what the site takes, less what this machine's devices cannot do at the moment. */

export type PaymentOffer = PaymentMethods['methods'][number];

export interface PaymentChoice {
  readonly method: PaymentMethod;
  readonly provider: ProviderId | undefined;
}

/** What a machine has to take money with, besides its screen. */
export interface PaymentDevices {
  readonly scanner: boolean;
  /** A card terminal that answers and has nothing open. */
  readonly terminal: boolean;
}

export function offersHere(offers: readonly PaymentOffer[], devices: PaymentDevices): readonly PaymentOffer[] {
  return offers.filter(({ method }) => NEEDS[method](devices));
}

/** A member's number can be typed; the code of a phone cannot. */
const NEEDS: Readonly<Record<PaymentMethod, (devices: PaymentDevices) => boolean>> = {
  qr: () => true,
  'payment-code': ({ scanner }) => scanner,
  member: () => true,
  'card-terminal': ({ terminal }) => terminal,
};

/** What a payment screen asks the scanner for. */
export type WantedScan = 'payment-code' | 'member-card';

export const isOffered = (offers: readonly PaymentOffer[], choice: PaymentChoice): boolean =>
  offers.some(({ method, provider }) => method === choice.method && provider === choice.provider);

export const choiceOf = ({ method, provider }: PaymentOffer): PaymentChoice => ({ method, provider });
