import { EXTENDED_HEADER, EXTENSION_BYTES, isHeader, isReportRest, REPORT_BYTES_MIN, reportLength, type StarReply } from './frame.ts';

/** Cuts the printer's bytes into replies. No I/O, no clock: an idle line is told by `idle()`. Fed byte by byte it says the same as fed whole. */
export interface StarReplyDecoder {
  push(bytes: Uint8Array): StarReply[];
  /** The line was silent for longer than any reply takes: what is half received will not be completed. */
  idle(): StarReply[];
}

const XON = 0x11;
const XOFF = 0x13;

export function createReplyDecoder(): StarReplyDecoder {
  /** Of a report that has begun; its extension included. */
  let report: number[] = [];
  let garbage = 0;

  const endGarbage = (out: StarReply[]): void => {
    if (garbage > 0) out.push({ kind: 'garbage', length: garbage });
    garbage = 0;
  };

  const begin = (byte: number, out: StarReply[]): void => {
    if (byte === XON || byte === XOFF) {
      endGarbage(out);
      out.push({ kind: 'flow', go: byte === XON });
    } else if (isHeader(byte) && reportLength(byte) >= REPORT_BYTES_MIN) {
      endGarbage(out);
      report = [byte];
    } else {
      garbage += 1;
    }
  };

  const take = (byte: number, out: StarReply[]): void => {
    const [header = 0, version = 0] = report;
    if (report.length === 0) {
      begin(byte, out);
      return;
    }
    const length = reportLength(header);
    // The extension's two bytes say how much follows. We ask for nothing that has any: anything but 0000 is no report of ours.
    const isWellFormed = report.length < length ? isReportRest(byte, report.length) : byte === 0;
    if (!isWellFormed) {
      garbage += report.length;
      report = [];
      begin(byte, out);
      return;
    }
    report.push(byte);
    const isExtended = report.length > 1 && ((report[1] ?? version) & EXTENDED_HEADER) !== 0;
    if (report.length < length + (isExtended ? EXTENSION_BYTES : 0)) return;
    out.push({ kind: 'report', bytes: report.slice(2, length) });
    report = [];
  };

  return {
    push: (bytes) => {
      const out: StarReply[] = [];
      for (const byte of bytes) take(byte, out);
      return out;
    },
    idle: () => {
      const out: StarReply[] = [];
      garbage += report.length;
      report = [];
      endGarbage(out);
      return out;
    },
  };
}
