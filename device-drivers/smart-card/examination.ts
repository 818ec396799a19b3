import type { CardRead } from '#core/ports/card-reader.ts';
import { parseAnswer, SELECT_PAYMENT_DIRECTORY } from './apdu.ts';
import { type CardDialogue, type ProofKey, proveCard } from './desfire.ts';

/** What a chip turned out to be, without the time of the reading. */
export type ChipVerdict =
  | { readonly kind: 'payment-card-refused' }
  | { readonly kind: 'unreadable' }
  | Omit<Extract<CardRead, { kind: 'contactless' }>, 'at'>;

export interface Chip {
  readonly uid: Uint8Array;
  readonly technology: Extract<CardRead, { kind: 'contactless' }>['technology'];
  /** It speaks ISO/IEC 14443-4, so that commands can be sent; a plain memory card does not. */
  readonly hasCommands: boolean;
}

/** What is needed to ask a chip for proof. */
export interface ProofQuestion {
  readonly key: ProofKey;
  /** Sixteen fresh random bytes. */
  readonly challenge: Uint8Array;
}

const WELL = 0x9000;
const WELL_WITH_MORE = 0x61;

/**
 * Everything that is asked of a chip, in order. A payment card first: of its answer nothing but the two last bytes is looked at, nothing more is asked, and even
 * its number is forgotten. Then the proof, where this reader has a key.
 */
export function* examineChip({ uid, technology, hasCommands }: Chip, proof: ProofQuestion | undefined): CardDialogue<ChipVerdict> {
  const named = { kind: 'contactless', uid, technology, proof: { kind: 'none' } } as const;
  if (!hasCommands) return named;
  const status = parseAnswer(yield SELECT_PAYMENT_DIRECTORY)?.status;
  if (status === undefined) return { kind: 'unreadable' };
  if (status === WELL || status >> 8 === WELL_WITH_MORE) return { kind: 'payment-card-refused' };
  if (proof === undefined) return named;
  const { key, challenge } = proof;
  const outcome = yield* proveCard(uid, key, challenge);
  switch (outcome) {
    case 'proven':
      return { ...named, proof: { kind: 'challenge', keyId: key.keyId } };
    case 'no-such-application':
      return named;
    case 'false':
      return { kind: 'unreadable' };
  }
}
