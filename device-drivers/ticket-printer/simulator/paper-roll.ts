import { encode as encodePng } from 'fast-png';
import type { Instant } from '#core/base/time.ts';
import type { PrintedPaper } from '../../simulation/simulated-device.ts';
import type { Strip } from './typesetter.ts';

/** The roll in the printer and the pieces that came out of it, with their dots. */
export interface PaperRoll {
  leftMm(): number;
  /** Takes a strip from the roll onto the piece that hangs in the printer. */
  print(strip: Strip): void;
  /** Height of the piece that hangs in the printer, its blank head included. */
  hangingMm(): number;
  /** From where the paper stands to the place so many dots behind the next black mark (before it when negative). */
  dotsToMark(offsetDots: number): number;
  /** Back into the printer, as far as the piece is long. */
  drawBack(dots: number): void;
  /** Parts the hanging piece, if there is one. */
  cut(): void;
  load(): void;
  runOut(): void;
  papers(): PrintedPaper[];
  png(number: number): Uint8Array | undefined;
}

/** 203 dpi. */
export const DOTS_PER_MM = 8;
/** An 80 mm roll of 80 mm width holds about 80 m; kiosks take a larger one. */
const ROLL_MM = 80_000;
/** The head sits behind the cutter, so each piece begins with this much of blank paper. */
const HEAD_TO_CUTTER_DOTS = 80;
/** Marked paper of this simulator: one every 160 mm, longer than the longest ticket. */
const MARK_DOTS = 1_280;
/** Beside the head on both sides: 80 mm paper under 72 mm of head. */
const MARGIN_DOTS = 32;
/** Pieces remembered. */
const PAPERS_MAX = 20;
/** A piece longer than 2 m is torn off by its own weight; nobody prints one on purpose. */
const PIECE_DOTS_MAX = 16_000;
/** Thermal ink is a very dark grey. */
const INK = 0x1c;

interface Piece {
  readonly number: number;
  readonly at: Instant;
  readonly strips: Strip[];
  height: number;
  cut: boolean;
  png?: Uint8Array;
}

export function createPaperRoll(headDots: number, now: () => Instant): PaperRoll {
  const pieces: Piece[] = [];
  const widthDots = headDots + 2 * MARGIN_DOTS;
  let leftMm = ROLL_MM;
  let count = 0;
  /** Where the piece that hangs in the printer begins, behind a mark. */
  let beginsAt = 0;

  const hanging = (): Piece | undefined => {
    const last = pieces.at(-1);
    return last === undefined || last.cut ? undefined : last;
  };

  const begin = (): Piece => {
    count += 1;
    const blank: Strip = { height: HEAD_TO_CUTTER_DOTS, dots: new Uint8Array(headDots * HEAD_TO_CUTTER_DOTS) };
    const piece: Piece = { number: count, at: now(), strips: [blank], height: HEAD_TO_CUTTER_DOTS, cut: false };
    pieces.push(piece);
    if (pieces.length > PAPERS_MAX) pieces.shift();
    return piece;
  };

  const draw = (piece: Piece): Uint8Array => {
    const data = new Uint8Array(widthDots * piece.height).fill(0xff);
    let y = 0;
    for (const { height, dots } of piece.strips) {
      for (let i = 0; i < dots.length; i += 1) {
        if (dots[i] === 1) data[(y + Math.floor(i / headDots)) * widthDots + MARGIN_DOTS + (i % headDots)] = INK;
      }
      y += height;
    }
    return encodePng({ width: widthDots, height: piece.height, data, channels: 1, depth: 8 });
  };

  return {
    leftMm: () => Math.max(0, Math.floor(leftMm)),
    print: (strip) => {
      if (strip.height === 0) return;
      const piece = hanging() ?? begin();
      piece.strips.push(strip);
      piece.height += strip.height;
      delete piece.png;
      leftMm -= strip.height / DOTS_PER_MM;
      if (piece.height > PIECE_DOTS_MAX) piece.cut = true;
    },
    hangingMm: () => (hanging()?.height ?? 0) / DOTS_PER_MM,
    dotsToMark: (offsetDots) => {
      const standsAt = beginsAt + (hanging()?.height ?? HEAD_TO_CUTTER_DOTS);
      return MARK_DOTS - ((((standsAt - offsetDots) % MARK_DOTS) + MARK_DOTS) % MARK_DOTS);
    },
    drawBack: (dots) => {
      const piece = hanging();
      if (piece === undefined) return;
      let left = dots;
      for (let last = piece.strips.at(-1); left > 0 && last !== undefined && piece.strips.length > 1; last = piece.strips.at(-1)) {
        const taken = Math.min(left, last.height);
        piece.strips.pop();
        const height = last.height - taken;
        if (height > 0) piece.strips.push({ height, dots: last.dots.slice(0, height * headDots) });
        piece.height -= taken;
        left -= taken;
      }
      leftMm += (dots - left) / DOTS_PER_MM;
      delete piece.png;
    },
    cut: () => {
      const piece = hanging();
      if (piece === undefined) return;
      piece.cut = true;
      beginsAt = (beginsAt + piece.height) % MARK_DOTS;
    },
    load: () => {
      beginsAt = 0;
      leftMm = ROLL_MM;
    },
    runOut: () => {
      leftMm = 0;
    },
    papers: () => pieces.map(({ number, at, height, cut }) => ({ number, at, widthDots, heightDots: height, cut })),
    png: (number) => {
      const piece = pieces.find((candidate) => candidate.number === number);
      if (piece === undefined) return undefined;
      piece.png ??= draw(piece);
      return piece.png;
    },
  };
}
