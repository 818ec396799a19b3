import iconv from 'iconv-lite';
import { bareLetterOf } from '#core/ports/paper-columns.ts';
import type { CharacterRom } from '../paper/character-rom.ts';
import type { CodePage } from '../paper/characters.ts';
import { type Bitmap, bitmapOf, draw, embolden, enlarge } from '../paper/dots.ts';
import type { PrinterFamily } from './printer-family.ts';
import type { ReceivedCommand } from './received-command.ts';

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
  /** A picture within the line. */
  linePicture(bitmap: Bitmap): void;
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
  table: CodePage | undefined;
  gapLeft: number;
  gapRight: number;
}

/** 3.75 mm at 203 dpi [ESC 2]. */
const LINE_SPACING_DOTS = 30;
/** Chinese models begin in ideogram mode [FS &]. */
const initialModes = ({ chinese, tableOf }: Firmware): Modes => ({
  scaleX: 1,
  scaleY: 1,
  bold: false,
  align: 0,
  lineSpacing: LINE_SPACING_DOTS,
  smoothing: false,
  ideograms: chinese,
  table: tableOf(0),
  gapLeft: 0,
  gapRight: 0,
});

type Firmware = Pick<PrinterFamily, 'chinese' | 'tableOf'>;

export function createTypesetter(widthDots: number, rom: CharacterRom, firmware: Firmware): Typesetter {
  let modes = initialModes(firmware);
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
    for (const { x, bitmap } of line) draw({ width: widthDots, height, dots }, bitmap, left + x, tallest - bitmap.height);
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
      return place(byte < 0x80 ? bitmapOf(rom.narrow(byte)) : fromTable(rom, byte, modes.table));
    },
    mode: (command) => {
      // Half a character before a command is lost, as in the printer.
      lead = undefined;
      return applyMode(modes, command, firmware, (fresh) => {
        modes = fresh;
        clear();
      });
    },
    linePicture: (bitmap) => {
      line.push({ x: lineWidth, bitmap });
      lineWidth += bitmap.width;
    },
    endLine,
    hasText: () => line.length > 0,
    picture: (bitmap) => {
      const dots = new Uint8Array(widthDots * bitmap.height);
      draw({ width: widthDots, height: bitmap.height, dots }, bitmap, offset(bitmap.width), 0);
      return { height: bitmap.height, dots };
    },
    clear,
  };
}

/** A letter beyond ASCII: its bare form with a mark above, which is as much of it as our letters have; a box for whatever is none. */
function fromTable(rom: CharacterRom, byte: number, table: CodePage | undefined): Bitmap {
  const point = table === undefined ? 0 : (iconv.decode(Buffer.from([byte]), table).codePointAt(0) ?? 0);
  const bare = bareLetterOf(point);
  if (bare === undefined) return bitmapOf(rom.narrow(0));
  const letter = bitmapOf(rom.narrow(bare));
  for (let x = 4; x < 8; x += 1) for (const y of [0, 1]) letter.dots[y * letter.width + x] = 1;
  return letter;
}

function applyMode(modes: Modes, command: ReceivedCommand, firmware: Firmware, restart: (fresh: Modes) => void): boolean {
  switch (command.kind) {
    case 'initialise':
      restart(initialModes(firmware));
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
      modes.ideograms = command.on && firmware.chinese;
      return true;
    case 'code-page':
      modes.table = firmware.tableOf(command.number);
      return true;
    case 'ideogram-spacing':
      modes.gapLeft = command.left;
      modes.gapRight = command.right;
      return true;
    default:
      return false;
  }
}
