/**
 * Every Modbus RTU frame of a relay board with inputs, as `unit function data… crcLow crcHigh`. Sources: MODBUS Application Protocol V1.1b3 (functions 1, 2, 5,
 * exceptions in clause 7), MODBUS over Serial Line V1.02 (frame in 2.5.1, checksum in 6.2.2), and the Waveshare "Modbus RTU Relay" manual for flash-on.
 */

/** What we send. Addresses and counts are those of the protocol, from 0. */
export type ModbusRequest =
  /** `unit 05 relayHi relayLo FF|00 00`: switches a relay and leaves it (V1.1b3, 6.5). We only ever switch off. */
  | { readonly kind: 'write-coil'; readonly relay: number; readonly on: boolean }
  /** `unit 05 02 relay tenthsHi tenthsLo`: on for a time that the board itself keeps, in units of 100 ms, 1 to 7FFFh (Waveshare manual, "flash on"). */
  | { readonly kind: 'flash-on'; readonly relay: number; readonly tenths: number }
  /** `unit 02 firstHi firstLo countHi countLo` (V1.1b3, 6.2). */
  | { readonly kind: 'read-inputs'; readonly first: number; readonly count: number }
  /** `unit 01 firstHi firstLo countHi countLo` (V1.1b3, 6.1). Asked only as a fence, see `rtu-line.ts`. */
  | { readonly kind: 'read-coils'; readonly first: number; readonly count: number };

/** What can arrive. */
export type ModbusReply =
  /** `unit 05 addressHi addressLo valueHi valueLo`: the request itself, given back when the relay has moved. */
  | { readonly kind: 'write-echo'; readonly address: number; readonly value: number }
  /** `unit 02 byteCount bits…`, the first input in the lowest bit of the first byte. */
  | { readonly kind: 'inputs'; readonly bits: Uint8Array }
  /** `unit 01 byteCount bits…` */
  | { readonly kind: 'coils'; readonly bits: Uint8Array }
  /** `unit 80h|function code`: refused, and not done. */
  | { readonly kind: 'exception'; readonly to: number; readonly code: number };

/** Function codes (V1.1b3, clause 6). */
export const READ_COILS = 0x01;
export const READ_INPUTS = 0x02;
export const WRITE_COIL = 0x05;
/** Every request that we and other masters send to such a board (functions 1, 2, 5) is eight bytes long. */
export const REQUEST_BYTES = 8;
/** Set in the function code of an exception (V1.1b3, clause 7). */
export const EXCEPTION = 0x80;

/** The high byte of a coil address that makes a write a flash (Waveshare manual, "flash on"). */
export const FLASH_ON = 0x02;
export const COIL_ON = 0xff00;
export const COIL_OFF = 0x0000;
/** The longest flash: 3276.7 s. */
export const FLASH_TENTHS_MAX = 0x7fff;

/** Exception codes (V1.1b3, clause 7). */
export const EXCEPTION_NAMES: Readonly<Record<number, string>> = {
  1: 'illegal function',
  2: 'illegal data address',
  3: 'illegal data value',
  4: 'the board failed',
  6: 'the board is busy',
};

/** Whether input or coil number `index` is on. Bits beyond what the board sent read as off. */
export function bitAt(bits: Uint8Array, index: number): boolean {
  return (((bits[index >> 3] ?? 0) >> (index & 7)) & 1) === 1;
}
