import { toHex } from '../base/bytes.ts';
import type { OwnFrames, TraceMask } from '../ports/driver.ts';

/**
 * What of a line's bytes may be kept to look at. Tickets, phones that pay and cards are read by whoever reads their bytes, so those are hidden before they are
 * kept: nothing has to be hidden later. The driver says what its line can carry ({@link TraceMask}); of one that says nothing, nothing is kept.
 */
export interface TraceMasker {
  /**
   * Two characters a byte: hexadecimal, or two dots for what is hidden.
   * @param isInputReport came from a HID device unasked. That is how keyboards, scanners and stripe readers speak, in positions of keys (HID Usage Tables, page
   * 07) in which characters are not seen as such; nothing of it is kept, whichever driver was pointed at the device
   */
  text(bytes: Uint8Array, isInputReport: boolean): string;
}

const HIDDEN = '..';

/** A pick-up code has eight characters, a ticket's code 153, a card's number at least 12; ESC/POS commands with printable parameters stay below. */
const SHORTEST_WORD: Readonly<Record<Exclude<TraceMask, OwnFrames>, number>> = { 'no-words': 6, 'no-characters': 1 };

/** Of one way of one line: a number that comes in pieces is as long as all of them together. */
export function createTraceMasker(mask: TraceMask | undefined): TraceMasker {
  /** Characters in a row up to here, over the pieces in which they came. */
  let run = 0;
  return {
    text: (bytes, isInputReport) => {
      if (mask === undefined || isInputReport) return HIDDEN.repeat(bytes.length);
      if (typeof mask === 'object') return framesAlone(bytes, mask);
      const { text, ending } = withoutRuns(bytes, SHORTEST_WORD[mask], run);
      run = ending;
      return text;
    },
  };
}

function framesAlone(bytes: Uint8Array, { frameLength }: OwnFrames): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const length = frameLength(bytes.subarray(at));
    text += length === 0 ? HIDDEN : toHex(bytes.subarray(at, at + length));
    at += Math.max(1, length);
  }
  return text;
}

/** With the eighth bit or without: a line at the wrong parity has the same characters in it. */
function isCharacter(byte: number): boolean {
  const seven = byte & 0x7f;
  return (seven >= 0x30 && seven <= 0x39) || (seven >= 0x41 && seven <= 0x5a) || (seven >= 0x61 && seven <= 0x7a);
}

function withoutRuns(bytes: Uint8Array, shortest: number, before: number): { readonly text: string; readonly ending: number } {
  let text = '';
  let run = before;
  for (let at = 0; at < bytes.length; ) {
    let end = at;
    while (end < bytes.length && isCharacter(bytes[end] ?? 0)) end += 1;
    run += end - at;
    text += run >= shortest ? HIDDEN.repeat(end - at) : toHex(bytes.subarray(at, end));
    if (end < bytes.length) {
      text += toHex(bytes.subarray(end, end + 1));
      run = 0;
    }
    at = end + 1;
  }
  return { text, ending: run };
}
