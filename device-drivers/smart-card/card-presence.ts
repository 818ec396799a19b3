import { toHex } from '#core/base/bytes.ts';

/** One read for a card that stays: it has to be away for some looks before it counts again. */
export interface CardPresence {
  /** What a look at the field found. True when this is a card that has just come. */
  found(uid: Uint8Array | undefined): boolean;
}

/** @param looksAway how many looks in a row must find nothing; a card at the edge of the field comes and goes */
export function createCardPresence(looksAway: number): CardPresence {
  let here: string | undefined;
  let missed = 0;
  return {
    found: (uid) => {
      if (uid === undefined) {
        missed += 1;
        if (missed >= looksAway) here = undefined;
        return false;
      }
      missed = 0;
      // A made-up number (ISO/IEC 14443-3 §6.4.4) may be another one at every look: the same phone is still there.
      const name = uid.length === 4 && uid[0] === 0x08 ? 'made-up' : toHex(uid);
      if (name === here) return false;
      here = name;
      return true;
    },
  };
}
