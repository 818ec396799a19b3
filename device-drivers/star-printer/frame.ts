/**
 * Everything that is said on the line to a Star printer in line mode, both ways. Source: Star Micronics, "Line Thermal Printer, STAR Line Mode Command
 * Specifications" (the edition for TSP600, TSP700, TSP800, TUP900, TSP1000, TSP700II and TSP650); the command's page or appendix is named in brackets.
 */

export type StarCommand =
  /** `1B 40` Modes as after power-on; the receive buffer stays [ESC @, 3-60]. */
  | { readonly kind: 'initialise' }
  /** `1B 1E 61 00` Tell nothing unasked: a status that comes by itself may not be mixed with `ask-status` [ESC RS a; appendix 2, note]. */
  | { readonly kind: 'no-automatic-status' }
  /** `1B 1D 74 n` The table of the characters 80h–FFh [ESC GS t]. */
  | { readonly kind: 'code-page'; readonly number: number }
  /** `1B 73 00 00` No space beside an ideogram, so that it takes exactly two columns [ESC s]. */
  | { readonly kind: 'ideogram-spacing' }
  /** `1B 7A 01` Four millimetres from line to line; `1B 30` three, which is the height of a letter and of a stripe of a picture [ESC z, ESC 0]. */
  | { readonly kind: 'line-spacing'; readonly mm: 3 | 4 }
  /** `1B 1D 61 n` [ESC GS a] */
  | { readonly kind: 'align'; readonly to: 'left' | 'centre' }
  /** `1B 69 n1 n2` Height and width, both less one [ESC i]. */
  | { readonly kind: 'size'; readonly width: 1 | 2; readonly height: 1 | 2 }
  /** `1B 45` or `1B 46` [ESC E, ESC F] */
  | { readonly kind: 'bold'; readonly on: boolean }
  /** `0A` [LF] */
  | { readonly kind: 'line-feed' }
  /** `1B 49 n` Print and feed n/8 mm, which are n dots [ESC I]. */
  | { readonly kind: 'feed-dots'; readonly dots: number }
  /** `1B 6B n 00 …` A stripe of a picture, 24 rows of n bytes, in the line buffer like a letter [ESC k, 3-35]. */
  | { readonly kind: 'stripe'; readonly bytesPerRow: number; readonly rows: Uint8Array }
  /** `1B 1D 79 …` model 2, error correction, cell size, data, print [ESC GS y S 0, S 1, S 2, D 1, P; 3-119 to 3-122]. */
  | { readonly kind: 'qr'; readonly data: string; readonly moduleDots: number; readonly errorCorrection: 'L' | 'M' | 'Q' | 'H' }
  /** `1B 64 02` or `1B 64 03` Feed to the cutter and cut, fully or leaving a point [ESC d]. */
  | { readonly kind: 'cut'; readonly how: 'partial' | 'full' }
  /** `1B 16 30 00` Draw back what nobody took [ESC SYN 0, 3-93]. */
  | { readonly kind: 'retract' }
  /**
   * `1B 1D 03 01 n1 n2` Answer with this name when everything before it is printed and the motor stands [ESC GS ETX, s = 1]. Sources of ESC GS ETX: Star
   * Micronics, "ESC/POS Mode Command Specifications" Rev. 2.52, p. 189, and the same page of the line mode specifications that know it.
   */
  | { readonly kind: 'print-end-fence'; readonly name: number }
  /** `1B 1D 03 03 00 00` A document begins: modes as after power-on, and what of it cannot be printed is taken in and not kept for later [ESC GS ETX, s = 3]. */
  | { readonly kind: 'start-document' }
  /** `1B 1D 03 04 00 00` It ends here [ESC GS ETX, s = 4]. */
  | { readonly kind: 'end-document' }
  /** `17` Add one to the counter when everything before is on paper [ETB, 3-54]. */
  | { readonly kind: 'count-fence' }
  /** `1B 06 01` Answer at once with the whole status, whatever waits in the buffer [ESC ACK SOH]. */
  | { readonly kind: 'ask-status' };

/** The printer's status bytes from the third of a report on [appendix 2]. At least five of them come; the counter is the sixth, the presenter's place the seventh. */
export type StatusBytes = readonly number[];

export type StarReply =
  /** Header 1 (how many bytes), header 2 (version), then the status bytes [appendix 2, automatic status]. */
  | { readonly kind: 'report'; readonly bytes: StatusBytes }
  /** `1B 1D 03 s n1 n2 counter 00` The name of the fence, and how many the printer has passed in all [ESC GS ETX, returned data formats]. */
  | { readonly kind: 'print-end'; readonly name: number; readonly counter: number }
  /** `11` and `13` of a serial line with software flow control. */
  | { readonly kind: 'flow'; readonly go: boolean }
  /** A run of bytes that is none of these, or a report that broke off. */
  | { readonly kind: 'garbage'; readonly length: number };

/** `0**0***1` [appendix 2, status identification]. */
export const isHeader = (byte: number): boolean => (byte & 0b1001_0001) === 0b0000_0001;
/** `0**0***0`; the second header alone may have its highest bit set. */
export const isReportRest = (byte: number, index: number): boolean => (byte & (index === 1 ? 0b0001_0001 : 0b1001_0001)) === 0;

/** Of a whole report: bits 1 to 3, then 5 and 6 [appendix 2, header 1]. 0F is seven bytes, 23 is nine. */
export const reportLength = (header: number): number => ((header >> 1) & 0x07) | ((header >> 2) & 0x18);

/** Over Ethernet the length of further data follows, in two bytes, when the highest bit of header 2 is set. We ask for nothing that has any [appendix 2, 5-15]. */
export const EXTENDED_HEADER = 0x80;
export const EXTENSION_BYTES = 2;

/** What the answer to a fence begins with; its other bytes may be anything but the last, which is 00 [ESC GS ETX, returned data formats]. */
export const PRINT_END_HEAD = [0x1b, 0x1d, 0x03, 0x01] as const;
export const PRINT_END_BYTES = 8;

/** Two headers and five status bytes: the version that every printer of the manual sends at least. */
export const REPORT_BYTES_MIN = 7;
