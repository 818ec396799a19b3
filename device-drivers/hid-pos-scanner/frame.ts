/**
 * What a scanner says in HID-POS mode (HID Point of Sale Usage Tables 1.02, usage page 8C, usage 02): one input report for each part of a code, with the layout
 * that scanners of this kind have in common (Access-IS LSR118 and ATR110 manuals; Honeywell, Zebra, Datalogic and Youjie as read by WebHidBarcodeScanner):
 *
 *     02  length  ] code modifier  data × 56  symbology  reserved  more
 *      0       1  2             4  5      60         61        62    63
 *
 * - length: of the data in this part, 0 to 56;
 * - `] code modifier`: the AIM identifier, in every part. Some firmware has it one byte later, and the data as well;
 * - more: 1 when another part follows, 0 in the last.
 *
 * And the one thing that some of them are told: feature report FE with the value 01, which takes them into this mode.
 */
export const SCANNED_DATA_REPORT = 0x02;
export const PART_BYTES = 56;
export const REPORT_BYTES = 64;

/** Offsets with the report's number at 0. */
export const AT = { length: 1, aim: 2, data: 5, more: 63 } as const;

export type CodePart =
  | { readonly kind: 'part'; readonly symbology: string; readonly data: Uint8Array; readonly isLast: boolean }
  /** Another report of the same device: its settings, its trigger. */
  | { readonly kind: 'other' }
  | { readonly kind: 'malformed' };
