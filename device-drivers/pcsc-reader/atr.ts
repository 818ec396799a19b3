import { equalBytes } from '#core/base/bytes.ts';
import type { CardTechnology } from '#core/ports/card-reader.ts';

/** What an answer to reset says of a contactless card (PC/SC part 3 rev. 2.01.09 §3.1.3.2.3). The reader makes it up: a contactless card has none of its own. */
export interface AtrFacts {
  readonly technology: CardTechnology;
  /** It takes commands; a storage card has only what the reader's pseudo-commands can do. */
  readonly hasCommands: boolean;
}

/** Category `80`, application identifier of twelve bytes, registered identifier of the PC/SC workgroup. */
const STORAGE_CARD = Uint8Array.of(0x80, 0x4f, 0x0c, 0xa0, 0x00, 0x00, 0x03, 0x06);
const HISTORICAL_AT = 4;

/** Supplement to part 3, table of SS: the standard of the storage card. */
function technologyOf(standard: number): CardTechnology {
  if (standard >= 0x01 && standard <= 0x03) return 'iso14443a';
  if (standard >= 0x05 && standard <= 0x07) return 'iso14443b';
  if (standard >= 0x09 && standard <= 0x0c) return 'iso15693';
  return standard === 0x11 ? 'felica' : 'unknown';
}

/** Undefined when it is no answer to reset of a contactless card: a card with contacts, or none that could be read. */
export function readAtr(atr: Uint8Array): AtrFacts | undefined {
  if (atr.length < HISTORICAL_AT || atr[0] !== 0x3b || ((atr[1] ?? 0) & 0xf0) !== 0x80 || atr[2] !== 0x80 || atr[3] !== 0x01) return undefined;
  const historical = (atr[1] ?? 0) & 0x0f;
  // The last byte makes the sum (exclusive or, from the second byte on) zero: ISO/IEC 7816-3 §8.2.5.
  if (atr.length !== HISTORICAL_AT + historical + 1 || atr.subarray(1).reduce((sum, byte) => sum ^ byte, 0) !== 0) return undefined;
  if (!equalBytes(atr.subarray(HISTORICAL_AT, HISTORICAL_AT + STORAGE_CARD.length), STORAGE_CARD))
    return { technology: 'unknown', hasCommands: true };
  return { technology: technologyOf(atr[HISTORICAL_AT + STORAGE_CARD.length] ?? 0), hasCommands: false };
}
