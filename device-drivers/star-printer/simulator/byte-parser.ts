import type { Parsed, ReceivedCommand } from '../../ticket-printer/simulator/received-command.ts';

/**
 * The simulated printer's reading of Star's line mode: bytes to commands, in the order in which a printer takes them out of its receive buffer. Written from
 * the manual's point of view (what may arrive), not from our encoder's (what we send), so that the two can disagree.
 */
const ESC = 0x1b;
const GS = 0x1d;
const RS = 0x1e;
const STRIPE_ROWS = 24;

/** The command that begins at `at`, or `incomplete` when its end has not arrived. */
export function parseCommand(bytes: Uint8Array, at: number): Parsed {
  const first = bytes[at];
  if (first === undefined) return 'incomplete';
  if (first >= 0x20) return { command: { kind: 'character', byte: first }, length: 1 };
  switch (first) {
    case 0x0a:
      return { command: { kind: 'line-feed' }, length: 1 };
    case 0x17:
      return { command: { kind: 'count-fence' }, length: 1 };
    case ESC:
      return parseEsc(bytes, at);
    default:
      return { command: { kind: 'ignored', bytes: 1 }, length: 1 };
  }
}

/** A command of fixed length; `make` is given its parameters from `skip` on. */
function fixed(bytes: Uint8Array, at: number, length: number, make: (a: number, b: number) => ReceivedCommand, skip = 2): Parsed {
  if (bytes.length < at + length) return 'incomplete';
  return { command: make(bytes[at + skip] ?? 0, bytes[at + skip + 1] ?? 0), length };
}

function ignored(bytes: Uint8Array, at: number, length: number): Parsed {
  return fixed(bytes, at, length, () => ({ kind: 'ignored', bytes: length }));
}

/** A digit may be sent as a number or as its character. */
const digit = (byte: number): number => (byte >= 0x30 ? byte - 0x30 : byte);

function parseEsc(bytes: Uint8Array, at: number): Parsed {
  const name = bytes[at + 1];
  if (name === undefined) return 'incomplete';
  switch (name) {
    case 0x40:
      return fixed(bytes, at, 2, () => ({ kind: 'initialise' }));
    case 0x45:
    case 0x46:
      return fixed(bytes, at, 2, () => ({ kind: 'bold', on: name === 0x45 }));
    case 0x69:
      return fixed(bytes, at, 4, (height, width) => ({ kind: 'size', n: (digit(width) << 4) | digit(height) }));
    // Three or four millimetres from line to line.
    case 0x30:
      return fixed(bytes, at, 2, () => ({ kind: 'line-spacing', dots: 24 }));
    case 0x7a:
      return fixed(bytes, at, 3, (n) => ({ kind: 'line-spacing', dots: digit(n) === 0 ? 24 : 32 }));
    // Feeds by quarters and eighths of a millimetre; eight dots are one.
    case 0x4a:
      return fixed(bytes, at, 3, (n) => ({ kind: 'feed-dots', dots: 2 * n }));
    case 0x49:
      return fixed(bytes, at, 3, (n) => ({ kind: 'feed-dots', dots: n }));
    case 0x61:
      return fixed(bytes, at, 3, (lines) => ({ kind: 'feed-lines', lines }));
    case 0x64:
      // Two and three feed to the cutter first.
      return fixed(bytes, at, 3, (n) => ({ kind: 'cut', full: digit(n) % 2 === 0, feedDots: digit(n) >= 2 ? 24 : 0 }));
    case 0x73:
      return fixed(bytes, at, 4, (left, right) => ({ kind: 'ideogram-spacing', left: digit(left), right: digit(right) }));
    case 0x6b:
      return parseStripe(bytes, at);
    case 0x16:
      return fixed(bytes, at, 4, (fn) => (fn === 0x30 ? { kind: 'presenter', what: 'retract' } : { kind: 'ignored', bytes: 4 }));
    case RS:
      return parseRs(bytes, at);
    case GS:
      return parseGs(bytes, at);
    // Commands of two bytes that change nothing here: slip stations, double width and upside down by their old names.
    case 0x0e:
    case 0x14:
    case 0x34:
    case 0x35:
    case 0x4d:
    case 0x50:
    case 0x70:
    case 0x71:
      return ignored(bytes, at, 2);
    // `ESC ACK …` was carried out when it arrived. The others have one parameter and change nothing here.
    default:
      return ignored(bytes, at, 3);
  }
}

/** `ESC k n1 n2 …` */
function parseStripe(bytes: Uint8Array, at: number): Parsed {
  const [, , low, high] = bytes.subarray(at, at + 4);
  if (low === undefined || high === undefined) return 'incomplete';
  const bytesPerRow = low + high * 256;
  const length = 4 + bytesPerRow * STRIPE_ROWS;
  if (bytes.length < at + length) return 'incomplete';
  return { command: { kind: 'line-picture', bytesPerRow, rows: bytes.slice(at + 4, at + length) }, length };
}

/** `ESC RS …` */
function parseRs(bytes: Uint8Array, at: number): Parsed {
  const name = bytes[at + 2];
  if (name === undefined) return 'incomplete';
  switch (name) {
    case 0x61:
      return fixed(bytes, at, 4, (classes) => ({ kind: 'automatic-status', classes: digit(classes) }), 3);
    case 0x45:
      return fixed(bytes, at, 4, () => ({ kind: 'reset-fences' }), 3);
    default:
      return ignored(bytes, at, 4);
  }
}

/** `ESC GS …` */
function parseGs(bytes: Uint8Array, at: number): Parsed {
  const name = bytes[at + 2];
  if (name === undefined) return 'incomplete';
  switch (name) {
    case 0x61:
      return fixed(bytes, at, 4, (n) => ({ kind: 'align', n: digit(n) }), 3);
    case 0x74:
      return fixed(bytes, at, 4, (number) => ({ kind: 'code-page', number }), 3);
    case 0x79:
      return parseQr(bytes, at);
    case 0x53:
      return parseRaster(bytes, at);
    case 0x03: {
      if (bytes.length < at + 6) return 'incomplete';
      const [fn = 0, n1 = 0, n2 = 0] = bytes.subarray(at + 3, at + 6);
      return { command: { kind: 'print-end', fn, n1, n2 }, length: 6 };
    }
    case 0x41:
    case 0x52:
      return ignored(bytes, at, 5);
    default:
      return ignored(bytes, at, 4);
  }
}

/** `ESC GS S m xL xH yL yH n …`, of later firmwares. */
function parseRaster(bytes: Uint8Array, at: number): Parsed {
  const [, , , mode, xLow, xHigh, yLow, yHigh, colour] = bytes.subarray(at, at + 9);
  if (mode === undefined || xLow === undefined || xHigh === undefined || yLow === undefined || yHigh === undefined || colour === undefined) {
    return 'incomplete';
  }
  const bytesPerRow = xLow + xHigh * 256;
  const length = 9 + bytesPerRow * (yLow + yHigh * 256);
  if (bytes.length < at + length) return 'incomplete';
  return { command: { kind: 'raster', bytesPerRow, rows: bytes.slice(at + 9, at + length), scaleX: 1, scaleY: 1 }, length };
}

/** `ESC GS y …`, in the words of the store that all families share: error correction, module size, data, print. */
function parseQr(bytes: Uint8Array, at: number): Parsed {
  const [, , , group, fn, first, low, high] = bytes.subarray(at, at + 8);
  const store = (...data: number[]): ReceivedCommand => ({ kind: 'block', group: 'k', data: Uint8Array.from([0x31, ...data]) });
  if (group === undefined) return 'incomplete';
  if (group === 0x50) return { command: store(0x51, 0x30), length: 4 };
  if (group === 0x49) return { command: { kind: 'ignored', bytes: 4 }, length: 4 };
  if (fn === undefined || first === undefined) return 'incomplete';
  if (group === 0x53) {
    if (fn === 0x31) return { command: store(0x45, 0x30 + first), length: 6 };
    if (fn === 0x32) return { command: store(0x43, first), length: 6 };
    return { command: { kind: 'ignored', bytes: 6 }, length: 6 };
  }
  if (low === undefined || high === undefined) return 'incomplete';
  const length = 8 + low + high * 256;
  if (bytes.length < at + length) return 'incomplete';
  return { command: store(0x50, 0x30, ...bytes.subarray(at + 8, at + length)), length };
}
