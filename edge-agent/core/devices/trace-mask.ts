import { toHex } from '../base/bytes.ts';
import type { DeviceClass } from '../ports/health.ts';

/**
 * What of a line's bytes may be kept to look at. Tickets, phones that pay and cards are read by whoever reads their bytes, so those are hidden before they are
 * kept: nothing has to be hidden later.
 */

/**
 * - `all`: nothing of it is a secret.
 * - `no-words`: runs of letters and digits as long as a ticket's code are hidden, commands and states are not.
 * - `no-characters`: every letter and digit is hidden; what frames them is what a wrong setting of a scanner shows in.
 * - `nothing`: only how many bytes there were. Card data are packed, and a part of a number is still one.
 */
type Mask = 'all' | 'no-words' | 'no-characters' | 'nothing';

const MASKS: Readonly<Record<DeviceClass, Mask>> = {
  'gate-controller': 'all',
  indicator: 'all',
  'ticket-printer': 'no-words',
  scanner: 'no-characters',
  'payment-terminal': 'nothing',
  'card-reader': 'nothing',
};

/** A pick-up code has eight characters, a ticket's code 153; ESC/POS commands with printable parameters stay below. */
const WORD = 6;
const HIDDEN = '..';

/**
 * Two characters a byte: hexadecimal, or two dots for what is hidden.
 * @param isReport from or to a HID device: a keyboard says positions of keys (HID Usage Tables, page 07), in which characters are not seen as such
 */
export function traceText(kind: DeviceClass, bytes: Uint8Array, isReport: boolean): string {
  const mask = MASKS[kind];
  switch (mask === 'no-characters' && isReport ? 'nothing' : mask) {
    case 'all':
      return toHex(bytes);
    case 'no-words':
      return withoutRuns(bytes, WORD);
    case 'no-characters':
      return withoutRuns(bytes, 1);
    case 'nothing':
      return HIDDEN.repeat(bytes.length);
  }
}

const isCharacter = (byte: number): boolean => (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);

function withoutRuns(bytes: Uint8Array, shortest: number): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    let end = at;
    while (end < bytes.length && isCharacter(bytes[end] ?? 0)) end += 1;
    text += end - at >= shortest ? HIDDEN.repeat(end - at) : toHex(bytes.subarray(at, end));
    if (end < bytes.length) text += toHex(bytes.subarray(end, end + 1));
    at = end + 1;
  }
  return text;
}
