/**
 * HID relay modules (16C0:05DF, product "USBRelay1" to "USBRelay8"), as the program `usbrelay` and the sellers' sheets have them. Nothing but feature reports of eight
 * bytes, without numbers; byte 0 here is the number 0 that stands before them.
 *
 *     00  FF  channel  00 × 6        contact of that channel closes
 *     00  FD  channel  00 × 6        it opens
 *
 * Asked for report 0:
 *
 *     00  serial number (5 letters)  00 00  levels
 *
 * - levels: bit 0 is channel 1. The serial number is burnt in and cannot tell two modules apart for the kernel: USB has none of its own.
 */
export const REPORT_BYTES = 9;

const CLOSE = 0xff;
const OPEN = 0xfd;
const LEVELS_AT = 8;

export function encodeSwitch(channel: number, on: boolean): Uint8Array {
  const report = new Uint8Array(REPORT_BYTES);
  report.set([on ? CLOSE : OPEN, channel], 1);
  return report;
}

/** What the module does on a report; undefined for one that it does not know. */
export function parseSwitch(report: Uint8Array): { readonly channel: number; readonly on: boolean } | undefined {
  const [number, command, channel = 0] = report;
  if (report.length !== REPORT_BYTES || number !== 0 || (command !== CLOSE && command !== OPEN) || channel < 1 || channel > 8) return undefined;
  return { channel, on: command === CLOSE };
}

export function encodeLevels(serial: string, closed: ReadonlySet<number>): Uint8Array {
  const report = new Uint8Array(REPORT_BYTES);
  report.set(
    Array.from(serial.slice(0, 5), (letter) => letter.charCodeAt(0)),
    1,
  );
  report[LEVELS_AT] = [...closed].reduce((bits, channel) => bits | (1 << (channel - 1)), 0);
  return report;
}

/** Whether a channel's contact is closed; undefined when this is no such report. */
export function levelOf(report: Uint8Array, channel: number): boolean | undefined {
  const levels = report.length === REPORT_BYTES ? report[LEVELS_AT] : undefined;
  return levels === undefined ? undefined : (levels & (1 << (channel - 1))) !== 0;
}
