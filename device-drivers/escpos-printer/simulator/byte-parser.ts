import type { Parsed, ReceivedCommand } from '../../ticket-printer/simulator/received-command.ts';

/**
 * The simulated printer's reading of ESC/POS: bytes to commands, in the order in which a printer takes them out of its receive buffer. Written from the
 * manual's point of view (what may arrive), not from our encoder's (what we send), so that the two can disagree.
 */
const ESC = 0x1b;
const GS = 0x1d;
const FS = 0x1c;
const DLE = 0x10;

/** The command that begins at `at`, or `incomplete` when its end has not arrived. */
export function parseCommand(bytes: Uint8Array, at: number): Parsed {
  const first = bytes[at];
  if (first === undefined) return 'incomplete';
  if (first >= 0x20) return { command: { kind: 'character', byte: first }, length: 1 };
  switch (first) {
    case 0x0a:
      return { command: { kind: 'line-feed' }, length: 1 };
    case ESC:
      return parseEsc(bytes, at);
    case GS:
      return parseGs(bytes, at);
    case FS:
      return parseFs(bytes, at);
    case DLE:
      return parseDle(bytes, at);
    default:
      return { command: { kind: 'ignored', bytes: 1 }, length: 1 };
  }
}

/** A command of fixed length: `length` bytes with the two that name it. */
function fixed(bytes: Uint8Array, at: number, length: number, make: (a: number, b: number) => ReceivedCommand): Parsed {
  if (bytes.length < at + length) return 'incomplete';
  return { command: make(bytes[at + 2] ?? 0, bytes[at + 3] ?? 0), length };
}

function ignored(bytes: Uint8Array, at: number, length: number): Parsed {
  return fixed(bytes, at, length, () => ({ kind: 'ignored', bytes: length }));
}

function parseEsc(bytes: Uint8Array, at: number): Parsed {
  const name = bytes[at + 1];
  if (name === undefined) return 'incomplete';
  switch (name) {
    case 0x40:
      return fixed(bytes, at, 2, () => ({ kind: 'initialise' }));
    case 0x21:
      return fixed(bytes, at, 3, (n) => ({ kind: 'print-mode', n }));
    case 0x32:
      return fixed(bytes, at, 2, () => ({ kind: 'line-spacing', dots: undefined }));
    case 0x33:
      return fixed(bytes, at, 3, (dots) => ({ kind: 'line-spacing', dots }));
    case 0x45:
    case 0x47:
      return fixed(bytes, at, 3, (n) => ({ kind: 'bold', on: (n & 1) === 1 }));
    case 0x74:
      return fixed(bytes, at, 3, (number) => ({ kind: 'code-page', number }));
    case 0x61:
      return fixed(bytes, at, 3, (n) => ({ kind: 'align', n: n >= 0x30 ? n - 0x30 : n }));
    case 0x4a:
      return fixed(bytes, at, 3, (dots) => ({ kind: 'feed-dots', dots }));
    case 0x64:
      return fixed(bytes, at, 3, (lines) => ({ kind: 'feed-lines', lines }));
    // Legacy cuts.
    case 0x69:
      return fixed(bytes, at, 2, () => ({ kind: 'cut', full: true, feedDots: 0 }));
    case 0x6d:
      return fixed(bytes, at, 2, () => ({ kind: 'cut', full: false, feedDots: 0 }));
    // Drawer pulse; absolute and relative position.
    case 0x70:
      return ignored(bytes, at, 5);
    case 0x24:
    case 0x5c:
      return ignored(bytes, at, 4);
    // One-parameter settings that change nothing here: font, character set, underline, spacing, upside down, rotation, and others.
    default:
      return ignored(bytes, at, 3);
  }
}

function parseGs(bytes: Uint8Array, at: number): Parsed {
  const name = bytes[at + 1];
  if (name === undefined) return 'incomplete';
  switch (name) {
    case 0x21:
      return fixed(bytes, at, 3, (n) => ({ kind: 'size', n }));
    case 0x62:
      return fixed(bytes, at, 3, (n) => ({ kind: 'smoothing', on: (n & 1) === 1 }));
    case 0x61:
      return fixed(bytes, at, 3, (classes) => ({ kind: 'automatic-status', classes }));
    case 0x72:
      return fixed(bytes, at, 3, (n) => ({ kind: 'paper-status', n }));
    case 0x49:
      return fixed(bytes, at, 3, (n) => ({ kind: 'identity', n }));
    case 0x56:
      return parseCut(bytes, at);
    case 0x28:
      return parseBlock(bytes, at);
    case 0x38:
      return parseLongBlock(bytes, at);
    // To the black mark, Epson's and Custom's way.
    case 0x0c:
    case 0xf8:
      return fixed(bytes, at, 2, () => ({ kind: 'feed-to-mark' }));
    case 0x65:
      return parsePresenter(bytes, at);
    case 0x76:
      return parseRaster(bytes, at);
    // Left margin, width, units, relative vertical position.
    case 0x4c:
    case 0x57:
    case 0x50:
      return ignored(bytes, at, 4);
    default:
      return ignored(bytes, at, 3);
  }
}

/** `GS V m` cuts where the paper stands, `GS V m n` with m from 65 on feeds to the cutter and n dots more first. */
function parseCut(bytes: Uint8Array, at: number): Parsed {
  const m = bytes[at + 2];
  if (m === undefined) return 'incomplete';
  if (m < 0x41) return fixed(bytes, at, 3, () => ({ kind: 'cut', full: m === 0 || m === 0x30, feedDots: 0 }));
  return fixed(bytes, at, 4, (_, feedDots) => ({ kind: 'cut', full: m === 0x41, feedDots }));
}

/** `GS e 3 m` presents, `GS e 2` and `GS e 4` draw back; the others ask. */
function parsePresenter(bytes: Uint8Array, at: number): Parsed {
  const n = bytes[at + 2];
  if (n === undefined) return 'incomplete';
  if (n === 3) return fixed(bytes, at, 4, () => ({ kind: 'presenter', what: 'present' }));
  return n === 2 || n === 4 ? fixed(bytes, at, 3, () => ({ kind: 'presenter', what: 'retract' })) : ignored(bytes, at, 3);
}

/** `GS ( x pL pH …` */
function parseBlock(bytes: Uint8Array, at: number): Parsed {
  const [, , group, low, high] = bytes.subarray(at, at + 5);
  if (group === undefined || low === undefined || high === undefined) return 'incomplete';
  const length = 5 + low + high * 256;
  if (bytes.length < at + length) return 'incomplete';
  return { command: { kind: 'block', group: String.fromCharCode(group), data: bytes.slice(at + 5, at + length) }, length };
}

/** `GS 8 L p1 p2 p3 p4 …`: graphics that are too long for `GS ( L`. */
function parseLongBlock(bytes: Uint8Array, at: number): Parsed {
  const [, , group, p1, p2, p3, p4] = bytes.subarray(at, at + 7);
  if (group === undefined || p1 === undefined || p2 === undefined || p3 === undefined || p4 === undefined) return 'incomplete';
  const length = 7 + p1 + p2 * 256 + p3 * 65_536 + p4 * 16_777_216;
  if (bytes.length < at + length) return 'incomplete';
  return { command: { kind: 'block', group: String.fromCharCode(group), data: bytes.slice(at + 7, at + length) }, length };
}

/** `GS v 0 m xL xH yL yH …` */
function parseRaster(bytes: Uint8Array, at: number): Parsed {
  const [, , zero, mode, xLow, xHigh, yLow, yHigh] = bytes.subarray(at, at + 8);
  if (zero === undefined || mode === undefined || xLow === undefined || xHigh === undefined || yLow === undefined || yHigh === undefined) {
    return 'incomplete';
  }
  const bytesPerRow = xLow + xHigh * 256;
  const length = 8 + bytesPerRow * (yLow + yHigh * 256);
  if (bytes.length < at + length) return 'incomplete';
  const rows = bytes.slice(at + 8, at + length);
  return { command: { kind: 'raster', bytesPerRow, rows, scaleX: mode & 1 ? 2 : 1, scaleY: mode & 2 ? 2 : 1 }, length };
}

function parseFs(bytes: Uint8Array, at: number): Parsed {
  const name = bytes[at + 1];
  if (name === undefined) return 'incomplete';
  switch (name) {
    case 0x26:
    case 0x2e:
      return fixed(bytes, at, 2, () => ({ kind: 'ideograms', on: name === 0x26 }));
    case 0x53:
      return fixed(bytes, at, 4, (left, right) => ({ kind: 'ideogram-spacing', left, right }));
    case 0x28:
      return parseBlock(bytes, at);
    default:
      return ignored(bytes, at, 3);
  }
}

/** Real-time commands were carried out when they arrived; in the buffer they are passed over. */
function parseDle(bytes: Uint8Array, at: number): Parsed {
  const name = bytes[at + 1];
  if (name === undefined) return 'incomplete';
  if (name === 0x04 || name === 0x05) return ignored(bytes, at, 3);
  if (name !== 0x14) return ignored(bytes, at, 1);
  const fn = bytes[at + 2];
  if (fn === undefined) return 'incomplete';
  return ignored(bytes, at, fn === 0x08 ? 10 : 5);
}
