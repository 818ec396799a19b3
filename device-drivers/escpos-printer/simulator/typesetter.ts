import type { ReceivedCommand } from './byte-parser.ts';
import type { CharacterRom } from './character-rom.ts';
import { type Bitmap, bitmapOf, embolden, enlarge } from './dots.ts';

/** A stretch of paper as wide as the head, one byte a dot, 1 for ink. */
export interface Strip {
  readonly height: number;
  readonly dots: Uint8Array;
}

/** Collects one line in the print buffer and sets it, with the modes that commands have chosen. Knows no paper and no time. */
export interface Typesetter {
  /** A byte of text; the strip of the line before it when the line was full. */
  character(byte: number): Strip | undefined;
  /** Takes a mode; false when `command` is none. */
  mode(command: ReceivedCommand): boolean;
  /** Ends the line: at least `feedDots` high, or one line when missing. */
  endLine(feedDots?: number): Strip;
  hasText(): boolean;
  /** A picture between two lines. */
  picture(bitmap: Bitmap): Strip;
  /** Forgets the line, keeps the modes. */
  clear(): void;
}

interface Modes {
  scaleX: number;
  scaleY: number;
  bold: boolean;
  align: number;
  lineSpacing: number;
  smoothing: boolean;
  ideograms: boolean;
  gapLeft: number;
  gapRight: number;
}

/** 3.75 mm at 203 dpi [ESC 2]. */
const LINE_SPACING_DOTS = 30;
/** Chinese models begin in ideogram mode [FS &]. */
const initialModes = (): Modes => ({
  scaleX: 1,
  scaleY: 1,
  bold: false,
  align: 0,
  lineSpacing: LINE_SPACING_DOTS,
  smoothing: false,
  ideograms: true,
  gapLeft: 0,
  gapRight: 0,
});

export function createTypesetter(widthDots: number, rom: CharacterRom): Typesetter {
  let modes = initialModes();
  let line: { readonly x: number; readonly bitmap: Bitmap }[] = [];
  let lineWidth = 0;
  let lead: number | undefined;

  const clear = (): void => {
    line = [];
    lineWidth = 0;
    lead = undefined;
  };

  const offset = (width: number): number => {
    if (modes.align === 1) return Math.max(0, Math.floor((widthDots - width) / 2));
    return modes.align === 2 ? Math.max(0, widthDots - width) : 0;
  };

  const endLine = (feedDots = modes.lineSpacing): Strip => {
    const tallest = Math.max(0, ...line.map(({ bitmap }) => bitmap.height));
    const height = Math.max(feedDots, tallest);
    const dots = new Uint8Array(widthDots * height);
    const left = offset(lineWidth);
    // Letters of different height stand on one base line.
    for (const { x, bitmap } of line) draw(dots, widthDots, bitmap, left + x, tallest - bitmap.height);
    clear();
    return { height, dots };
  };

  const place = (glyph: Bitmap, gapLeft = 0, gapRight = 0): Strip | undefined => {
    const inked = modes.bold ? embolden(glyph) : glyph;
    const bitmap = enlarge(inked, modes.scaleX, modes.scaleY, modes.smoothing);
    const width = bitmap.width + (gapLeft + gapRight) * modes.scaleX;
    const full = lineWidth + width > widthDots ? endLine() : undefined;
    line.push({ x: lineWidth + gapLeft * modes.scaleX, bitmap });
    lineWidth += width;
    return full;
  };

  return {
    character: (byte) => {
      if (lead !== undefined) {
        const first = lead;
        lead = undefined;
        return place(bitmapOf(rom.wide(first, byte)), modes.gapLeft, modes.gapRight);
      }
      if (modes.ideograms && byte >= 0x81 && byte <= 0xfe) {
        lead = byte;
        return undefined;
      }
      return place(bitmapOf(rom.narrow(byte)));
    },
    mode: (command) => {
      // Half a character before a command is lost, as in the printer.
      lead = undefined;
      return applyMode(modes, command, (fresh) => {
        modes = fresh;
        clear();
      });
    },
    endLine,
    hasText: () => line.length > 0,
    picture: (bitmap) => {
      const dots = new Uint8Array(widthDots * bitmap.height);
      draw(dots, widthDots, bitmap, offset(bitmap.width), 0);
      return { height: bitmap.height, dots };
    },
    clear,
  };
}

function applyMode(modes: Modes, command: ReceivedCommand, restart: (fresh: Modes) => void): boolean {
  switch (command.kind) {
    case 'initialise':
      restart(initialModes());
      return true;
    case 'print-mode':
      modes.bold = (command.n & 0x08) !== 0;
      modes.scaleY = command.n & 0x10 ? 2 : 1;
      modes.scaleX = command.n & 0x20 ? 2 : 1;
      return true;
    case 'size':
      modes.scaleX = ((command.n >> 4) & 7) + 1;
      modes.scaleY = (command.n & 7) + 1;
      return true;
    case 'bold':
      modes.bold = command.on;
      return true;
    case 'align':
      modes.align = command.n;
      return true;
    case 'line-spacing':
      modes.lineSpacing = command.dots ?? LINE_SPACING_DOTS;
      return true;
    case 'smoothing':
      modes.smoothing = command.on;
      return true;
    case 'ideograms':
      modes.ideograms = command.on;
      return true;
    case 'ideogram-spacing':
      modes.gapLeft = command.left;
      modes.gapRight = command.right;
      return true;
    default:
      return false;
  }
}

/** Ink only ever adds; what would fall beside the head is lost. */
function draw(target: Uint8Array, targetWidth: number, { width, height, dots }: Bitmap, left: number, top: number): void {
  const visible = Math.min(width, targetWidth - left);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < visible; x += 1) {
      if (dots[y * width + x] === 1) target[(top + y) * targetWidth + left + x] = 1;
    }
  }
}
