import { ascii } from '#core/base/bytes.ts';
import type { CardRead } from '#core/ports/card-reader.ts';
import { codeOfCard } from '../devices/card-code.ts';

/** Of no form that a lobby knows: a guest who shows it is told that it is no ticket. */
const NO_TICKET = ascii('card');

/**
 * A card at a gate, as the code that it stands for: a member's number, which is never a ticket, or none. So a number that a chip says of itself can by its
 * form not be admitted, and the guest is told what to show instead.
 */
export function scanOfCard(read: CardRead): Uint8Array | undefined {
  const code = codeOfCard(read);
  if (code === undefined) return undefined;
  return code.kind === 'member-card' ? ascii(code.card) : NO_TICKET;
}
