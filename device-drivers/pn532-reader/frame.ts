/**
 * What travels between a host and a PN532 on its serial line (NXP UM0701-02). Every frame begins with `00 00 FF`, the first zero being padding that may be missing
 * or longer; lengths and checksums complement to zero.
 *
 * | frame | bytes | manual |
 * | --- | --- | --- |
 * | information | `00 00 FF LEN LCS TFI … DCS 00`, `LEN` counts from `TFI` (`D4` to the chip, `D5` from it) | §6.2.1.1 |
 * | extended | `00 00 FF FF FF LENhi LENlo LCS TFI … DCS 00`, for more than 255 bytes | §6.2.1.2 |
 * | acknowledgement | `00 00 FF 00 FF 00`; sent by the host it ends the running command | §6.2.1.3 |
 * | not acknowledged | `00 00 FF FF 00 00` | §6.2.1.4 |
 * | refused | `00 00 FF 01 FF 7F 81 00`: the chip does not know the command, or not so | §6.2.1.5 |
 */
export type Pn532Event =
  | { readonly kind: 'ack' }
  | { readonly kind: 'nack' }
  | { readonly kind: 'refused' }
  /** `code` is the command's own, plus one. */
  | { readonly kind: 'answer'; readonly code: number; readonly data: Uint8Array }
  /** A run of bytes that is no frame, or a frame that is longer than any that is asked for. */
  | { readonly kind: 'garbage'; readonly bytes: number };

export const TO_CHIP = 0xd4;
export const FROM_CHIP = 0xd5;
export const REFUSED = 0x7f;

/** §7.1: what this driver asks, each answered by its number plus one. */
export const COMMAND = {
  /** §7.2.2: which chip, which firmware: `32` is the PN532. */
  getFirmwareVersion: 0x02,
  /** §7.2.10: `01` normal mode, no companion chip; time-out 1 s; no use of the interrupt line. */
  samConfiguration: 0x14,
  /** §7.3.1: item `05`, how often a card is looked for before the answer is "none". */
  rfConfiguration: 0x32,
  /** §7.3.5: one card of type A (`00`). Its answer: how many, then number, SENS_RES, SEL_RES, length and number of the chip, ATS. */
  inListPassiveTarget: 0x4a,
  /** §7.3.8: bytes to the card and its answer. */
  inDataExchange: 0x40,
  /** §7.3.11: the card is let go. */
  inRelease: 0x52,
} as const;

/** §7.1: an answer's first byte of the commands to a card; the error code is in the six low bits. */
export const STATUS_ERROR = 0x3f;

/** ISO/IEC 14443-3 §6.4.3.4: bit 6 of SEL_RES says that the card speaks ISO/IEC 14443-4. */
export const SEL_RES_COMMANDS = 0x20;

/** §7.2.11: on a serial line a chip that sleeps is woken by `55`, and needs zeros until its clock runs. */
export const WAKE_UP: Uint8Array = Uint8Array.from([0x55, 0x55, ...new Array<number>(14).fill(0)]);

/** Ends whatever the chip is doing. */
export const ACK: Uint8Array = Uint8Array.of(0x00, 0x00, 0xff, 0x00, 0xff, 0x00);
