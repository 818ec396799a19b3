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

/** @param after the last number that was ever used at this printer; 0 when there is none */
export function createProcessTokens(clock: Clock, after: number): ProcessTokens {
  let last = after;
  return {
    next: () => {
      last = Math.max(last + 1, Math.floor(clock.wall() / TICK_MS));
      const n = last % COUNT;
      const digit = (place: number): string => ALPHABET.charAt(Math.floor(n / ALPHABET.length ** place) % ALPHABET.length);
      const name = digit(2) + digit(1) + digit(0);
      return { number: last, printToken: `P${name}`, cutToken: `C${name}` };
    },
  };
}
