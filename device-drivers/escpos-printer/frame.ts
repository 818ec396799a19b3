import type { ProcessToken, StatusQuestion } from '../ticket-printer/printer-language.ts';

/**
 * Everything that is said on the line, both ways. Sources: Epson ESC/POS command reference (the page of each command is named in brackets, as in
 * `GS ( H fn 48`), Epson TM-T88III programming guide 10.01 p. 318–320 (automatic status) and 425–431 (process identifiers), Bematech MP-4200 programmer's
 * manual appendix III (how to tell replies apart), Custom VKP80II user manual (full status, presenter). `README.md` lists what is quirk and what is unproven.
 */

export type PrinterCommand =
  /** `1B 40` Modes as after power-on; the receive buffer stays [ESC @]. */
  | { readonly kind: 'initialise' }
  /** `1D 61 0E` Tell on your own about online, error and paper (bits 1–3); the present state is told at once [GS a]. */
  | { readonly kind: 'automatic-status' }
  /** `1C 26` or `1C 2E` Two-byte characters, or one byte each [FS &, FS .]. */
  | { readonly kind: 'ideograms'; readonly on: boolean }
  /** `1B 74 n` The table of the characters 80h–FFh; its number is the model's own [ESC t]. */
  | { readonly kind: 'code-page'; readonly number: number }
  /** `1C 53 00 00` No space beside an ideogram, so that it takes exactly two columns [FS S]. */
  | { readonly kind: 'ideogram-spacing' }
  /** `1B 33 n` Dots from line to line [ESC 3]. */
  | { readonly kind: 'line-spacing'; readonly dots: number }
  /** `1D 62 01` Smooth the stairs of enlarged characters [GS b]. */
  | { readonly kind: 'smoothing' }
  /** `1B 61 n` [ESC a] */
  | { readonly kind: 'align'; readonly to: 'left' | 'centre' }
  /** `1D 21 n` Width in the high, height in the low half, both less one; Chinese and Latin alike [GS !]. */
  | { readonly kind: 'size'; readonly width: 1 | 2; readonly height: 1 | 2 }
  /** `1B 45 n` Bold, Chinese and Latin alike [ESC E]. */
  | { readonly kind: 'bold'; readonly on: boolean }
  /** `0A` Print and feed a line [LF]. */
  | { readonly kind: 'line-feed' }
  /** `1B 4A n` Print and feed n dots [ESC J]. */
  | { readonly kind: 'feed-dots'; readonly dots: number }
  /** `1D 76 30 00 xL xH yL yH …` A picture: rules, and what the model has no letters or no bar codes for [GS v 0]. */
  | { readonly kind: 'raster'; readonly bytesPerRow: number; readonly rows: Uint8Array }
  /** `1D 28 6B …` model 2, module size, error correction, store, print [GS ( k fn 165, 167, 169, 180, 181]. */
  | { readonly kind: 'qr'; readonly data: string; readonly moduleDots: number; readonly errorCorrection: 'L' | 'M' | 'Q' | 'H' }
  /** `1D 0C` To the next black mark [GS FF]; Custom: `1D F8`, the cutter to the mark. */
  | { readonly kind: 'feed-to-mark'; readonly how: 'none' | 'gs-ff' | 'custom-notch' }
  /**
   * `1D 28 46 04 00 a m nL nH` How far from the black mark a ticket begins (a = 1) or is cut (a = 2), forward (m = 0) or back (m = 1), in the model's units
   * [GS ( F: Bematech LR2000 programming manual 1.2, p. 74; Kashino CSN-A1K user manual, p. 54].
   */
  | { readonly kind: 'mark-offset'; readonly of: 'start' | 'cut'; readonly units: number }
  /** `1D 56 42 00` or `1D 56 41 00` Feed to the cutter and cut, leaving one point or none [GS V]. */
  | { readonly kind: 'cut'; readonly how: 'partial' | 'full' }
  /** `1B 69`, then `1D 65 03 0C` Cut off, and push twelve steps out of the output: enough for a hand, too little to fall [Custom, ESC i and GS e 3]. */
  | { readonly kind: 'cut-and-present' }
  /** `1D 65 02` Draw back what nobody took [Custom, GS e 2]. */
  | { readonly kind: 'retract' }
  /** `1D 72 01` Answer with the state of the paper when everything before it is done [GS r]. */
  | { readonly kind: 'ask-paper' }
  /** `1D 28 48 03 00 31 30 02` Tell when printing stops in the middle, with the cause [GS ( H fn 49]. */
  | { readonly kind: 'offline-response' }
  /** `1D 28 48 06 00 30 30 d1 d2 d3 d4` Answer with this token when everything before it is done, on paper [GS ( H fn 48]. */
  | { readonly kind: 'process-id'; readonly token: ProcessToken }
  /** `10 04 n` Answer at once with one byte (1: the printer, 2: why it is offline, 3: which error, 4: the paper sensors), whatever waits in the buffer [DLE EOT];
   * `10 04 14` with six [Custom]. */
  | { readonly kind: 'ask-status'; readonly about: StatusQuestion }
  /** `10 14 08 01 03 14 01 06 02 08` Forget everything received and not printed, at once, also while offline [DLE DC4 fn 8]. */
  | { readonly kind: 'clear-buffers' };

export type PrinterReply =
  /** One byte `0xx1xx10`; which question it answers is known only by the order of asking [DLE EOT]. */
  | { readonly kind: 'status'; readonly byte: number }
  /** Four bytes, the first `0xx1xx00`, the others `0xx0xxxx` [GS a]. */
  | { readonly kind: 'automatic-status'; readonly bytes: readonly [number, number, number, number] }
  /** `37 22 d1 d2 d3 d4 00` [GS ( H fn 48] */
  | { readonly kind: 'process-id'; readonly token: ProcessToken }
  /** `37 25 00` [DLE DC4 fn 8] */
  | { readonly kind: 'cleared' }
  /** `37 23 … 00` Printing stopped in the middle. Its causes are asked for by the status questions, which every model answers alike [GS ( H fn 49]. */
  | { readonly kind: 'offline' }
  /** `10 0F`, then paper, user, recoverable and unrecoverable errors [Custom, full status]. */
  | { readonly kind: 'full-status'; readonly bytes: FullStatus }
  /** One byte: 00 well, 03 near end, 0C and 0F end [GS r 1]. Only of printers that do not send `automatic-status`. */
  | { readonly kind: 'paper-status'; readonly byte: number }
  /** `3B 31 00` after power-on, `3B 30 00` before power-off [power notices; the second byte differs between firmwares, only these two are believed]. */
  | { readonly kind: 'power'; readonly on: boolean }
  /** `11` and `13` of a serial line with software flow control. */
  | { readonly kind: 'flow'; readonly go: boolean }
  /** Another block `35|37|3B|3D|5F … 00`: well formed and never asked for. */
  | { readonly kind: 'other-block'; readonly header: number; readonly length: number }
  /** A run of bytes that is none of these, or a block that broke off. */
  | { readonly kind: 'garbage'; readonly length: number }
  /** A block that did not end within the limit; its bytes are dropped. */
  | { readonly kind: 'overflow'; readonly length: number };

/** Paper, user, recoverable errors, unrecoverable errors. */
export type FullStatus = readonly [number, number, number, number];

/** The two shapes of status byte [Bematech MP-4200 appendix III]. */
export const isStatusByte = (byte: number): boolean => (byte & 0b1001_0011) === 0b0001_0010;
export const isAutomaticStatusFirst = (byte: number): boolean => (byte & 0b1001_0011) === 0b0001_0000;
export const isAutomaticStatusRest = (byte: number): boolean => (byte & 0b1001_0000) === 0;

/** First bytes of block data: `35`, `37`, `3B`, `3D`, `5F` [Wincor TH230 and Bematech MP-4200]. */
export const isBlockHeader = (byte: number): boolean => byte === 0x35 || byte === 0x37 || byte === 0x3b || byte === 0x3d || byte === 0x5f;

/** Second bytes of the blocks `37`. */
export const PROCESS_ID_BLOCK = 0x22;
export const CLEARED_BLOCK = 0x25;
export const OFFLINE_BLOCK = 0x23;

/** The two bytes before a full status. */
export const FULL_STATUS_HEAD = [0x10, 0x0f] as const;
export const isPaperStatus = (byte: number): boolean => byte === 0x00 || byte === 0x03 || byte === 0x0c || byte === 0x0f;

/** The longest block is an identity (`5F`, up to 80 characters [GS I]). */
export const BLOCK_BYTES_MAX = 96;
