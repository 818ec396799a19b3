import {
  EXTENDED_HEADER,
  EXTENSION_BYTES,
  isHeader,
  isReportRest,
  PRINT_END_BYTES,
  PRINT_END_HEAD,
  REPORT_BYTES_MIN,
  reportLength,
  type StarReply,
} from './frame.ts';

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
  /** Of the answer to a fence that has begun. */
  let printEnd: number[] = [];
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
    } else if (byte === PRINT_END_HEAD[0]) {
      printEnd = [byte];
    } else {
      garbage += 1;
    }
  };

  const takePrintEnd = (byte: number, out: StarReply[]): void => {
    const at = printEnd.length;
    const isExpected = at < PRINT_END_HEAD.length ? byte === PRINT_END_HEAD[at] : at < PRINT_END_BYTES - 1 || byte === 0;
    if (!isExpected) {
      garbage += at;
      printEnd = [];
      begin(byte, out);
      return;
    }
    printEnd.push(byte);
    if (printEnd.length < PRINT_END_BYTES) return;
    const [high = 0, low = 0, counter = 0] = printEnd.slice(PRINT_END_HEAD.length);
    endGarbage(out);
    out.push({ kind: 'print-end', name: high * 256 + low, counter });
    printEnd = [];
  };

  const take = (byte: number, out: StarReply[]): void => {
    if (printEnd.length > 0) {
      takePrintEnd(byte, out);
      return;
    }
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
      garbage += report.length + printEnd.length;
      report = [];
      printEnd = [];
      endGarbage(out);
      return out;
    },
  };
}
