import type { Clock } from '#core/ports/clock.ts';
import type { ProcessToken } from './printer-language.ts';

/**
 * Names for the two echoes of a job: `P` and `C`, then three characters that are not used again within a day. They are counted by the wall clock, not from
 * zero: a printer keeps an echo that it could not deliver and hands it to the next connection [GS ( H: untransmitted responses], where a counter that began
 * anew would take it for its own. The last number is remembered beyond restarts, so that a clock that was set back repeats none either.
 */
export interface ProcessTokens {
  next(): TokenPair;
}

export interface TokenPair {
  /** Counts up, never back. */
  readonly number: number;
  readonly printToken: ProcessToken;
  readonly cutToken: ProcessToken;
}

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const COUNT = ALPHABET.length ** 3;
/** 238,328 numbers of 363 ms are 24 h and 2 min. No printer prints a ticket in 363 ms. */
const TICK_MS = 363;

/** How a family of printers names its fences: four letters, or sixteen bits, written as four hexadecimal digits. */
export type TokenNames = 'letters' | 'sixteen-bits';

/** The highest bit tells the cut from the print; the others come back after 3 h 18 min. A printer that names so keeps no echo for anybody else. */
const CUT_BIT = 0x8000;

/** @param after the last number that was ever used at this printer; 0 when there is none */
export function createProcessTokens(clock: Clock, after: number, names: TokenNames = 'letters'): ProcessTokens {
  let last = after;
  return {
    next: () => {
      last = Math.max(last + 1, Math.floor(clock.wall() / TICK_MS));
      if (names === 'sixteen-bits') {
        const n = last % CUT_BIT;
        return { number: last, printToken: hex16(n), cutToken: hex16(n | CUT_BIT) };
      }
      const n = last % COUNT;
      const digit = (place: number): string => ALPHABET.charAt(Math.floor(n / ALPHABET.length ** place) % ALPHABET.length);
      const name = digit(2) + digit(1) + digit(0);
      return { number: last, printToken: `P${name}`, cutToken: `C${name}` };
    },
  };
}

const hex16 = (n: number): ProcessToken => n.toString(16).toUpperCase().padStart(4, '0');
