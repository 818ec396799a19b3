import type { Charge, OfficeBooks } from './observation.ts';
import type { ProviderWorld } from './provider-world.ts';
import { chargesOf, type TerminalDevice } from './terminal-device.ts';

/** All money of a lobby, whoever took it: the provider, the card terminals, and the box office itself from the balance of a member. */
export interface Money {
  charges(): readonly Charge[];
  charge(merchantOrder: string): Charge | undefined;
}

export function createMoney(provider: ProviderWorld, terminals: readonly TerminalDevice[], books: OfficeBooks): Money {
  const others = (): readonly Charge[] => [...chargesOf(terminals, (key) => books.attempts.get(key)?.merchantOrder), ...chargesOfMembers(books)];
  return {
    charges: () => [...provider.charges(), ...others()],
    charge: (merchantOrder) => provider.charge(merchantOrder) ?? others().find((charge) => charge.merchantOrder === merchantOrder),
  };
}

function chargesOfMembers({ memberEntries, attempts }: OfficeBooks): readonly Charge[] {
  return memberEntries.flatMap(({ kind, reference, minor, at }) => {
    const merchantOrder = kind === 'payment' ? attempts.get(reference)?.merchantOrder : undefined;
    if (merchantOrder === undefined) return [];
    const back = memberEntries.filter((entry) => entry.kind === 'refund' && entry.reference === `${reference}-R`);
    const returned = back.reduce((sum, entry) => sum + entry.minor, 0);
    return [{ merchantOrder, amount: -minor, state: 'paid' as const, paidAt: at, returned, isKnown: true }];
  });
}
