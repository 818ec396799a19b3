import { ascii, concatBytes } from '#core/base/bytes.ts';

/** The commands that a card reader sends to a chip (ISO/IEC 7816-4), and the two bytes that every answer ends with. */

/** A chip's answer: what it says, and how it went. */
export interface CardAnswer {
  readonly data: Uint8Array;
  /** `9000` is well; `61xx` is well with more to fetch; of the native commands `9100` is well and `91AF` asks for more. */
  readonly status: number;
}

/** Undefined when it is too short to be an answer. */
export function parseAnswer(bytes: Uint8Array): CardAnswer | undefined {
  if (bytes.length < 2) return undefined;
  const [high = 0, low = 0] = bytes.subarray(-2);
  return { data: bytes.slice(0, -2), status: (high << 8) | low };
}

const LC_MAX = 255;

/** A command with data, and an answer of any length wanted (ISO/IEC 7816-4 §5.1, case 4; case 2 without data). */
function command(header: readonly [number, number, number, number], data: Uint8Array): Uint8Array {
  const body = data.length === 0 ? data : concatBytes(Uint8Array.of(Math.min(data.length, LC_MAX)), data);
  return concatBytes(Uint8Array.from(header), body, Uint8Array.of(0));
}

/** EMV Contactless Book B §3.3.2: the directory that every contactless payment card answers for. */
const PAYMENT_DIRECTORY = ascii('2PAY.SYS.DDF01');

/** SELECT by name (ISO/IEC 7816-4 §11.2.2: `00 A4 04 00`). */
export const SELECT_PAYMENT_DIRECTORY = command([0x00, 0xa4, 0x04, 0x00], PAYMENT_DIRECTORY);

/** PC/SC part 3 §3.2.2.1.3: the reader, not the card, answers with the number that the card says of itself. */
export const GET_UID = Uint8Array.of(0xff, 0xca, 0x00, 0x00, 0x00);

/** Native commands of a DESFire in ISO/IEC 7816-4 clothing: `90 <command> 00 00 <length> <data> 00`. */
export const native = (instruction: number, data: Uint8Array = new Uint8Array()): Uint8Array => command([0x90, instruction, 0x00, 0x00], data);
