import type { Film } from '#core/contract/box-office/programme.ts';
import { estimatedWidth, fitLines, fitText } from './fit-text.ts';
import { FONTS } from './fonts.ts';
import { HEIGHT, WIDTH } from './scene.ts';
import { escapeText, shape, short } from './svg.ts';

/** The words of a poster: the title in both languages, the line under it, and the small print. */

export interface Lettering {
  /** Where the words stand: above the picture, below it, or the Chinese title in a column on one side and the rest below. */
  readonly place: 'top' | 'bottom' | 'column-left' | 'column-right';
  readonly align: 'start' | 'middle';
  readonly family: keyof typeof FONTS;
  readonly weight: 400 | 700 | 900;
  /** Largest size of the Chinese title. */
  readonly size: number;
  /** Between its characters, in ems. */
  readonly tracking: number;
  readonly englishSize: number;
  readonly english: 'capitals' | 'as written';
  readonly title: string;
  /** Colour of everything else. */
  readonly words: string;
  /** Where a person would break the Chinese title; used only while these lines are the title. */
  readonly breaks?: readonly string[];
  /** Most of the poster's height that the title may take. */
  readonly heightMax?: number;
}

const MARGIN = 28;
const SMALL_PRINT_Y = 580;
/** A longer title would hide the picture, and goes below it. */
const COLUMN_MAX = 8;

interface Block {
  readonly lines: readonly string[];
  readonly size: number;
  readonly leading: number;
  readonly tracking: number;
  readonly family: keyof typeof FONTS;
  readonly weight: number;
  readonly fill: string;
  readonly opacity: number;
  /** Room above it. */
  readonly before: number;
}

export function drawLettering(film: Film, lettering: Lettering): string {
  const inColumn = (lettering.place === 'column-left' || lettering.place === 'column-right') && [...film.title.zh].length <= COLUMN_MAX;
  return (inColumn ? columnTitle(film, lettering) : stackedTitle(film, lettering)) + smallPrint(film, lettering);
}

function stackedTitle(film: Film, lettering: Lettering): string {
  const heightMax = lettering.heightMax ?? 190;
  const blocks = [chineseTitle(film, lettering, heightMax * 0.6), englishTitle(film, lettering, heightMax * 0.4), tagline(film, lettering)];
  const height = blocks.reduce((sum, block, index) => sum + heightOf(block) + (index === 0 ? 0 : block.before), 0);
  return drawStack(blocks, lettering, lettering.place === 'top' ? 42 : SMALL_PRINT_Y - 30 - height);
}

/** The Chinese title from top to bottom on one side; the other words below. */
function columnTitle(film: Film, lettering: Lettering): string {
  const characters = [...film.title.zh];
  const size = Math.min(lettering.size, (HEIGHT * 0.62) / (characters.length * (1 + lettering.tracking)));
  const x = lettering.place === 'column-right' ? WIDTH - MARGIN - size / 2 : MARGIN + size / 2;
  const drawn = characters.map((character, index) =>
    shape('tspan', { x, y: 40 + size * (0.88 + index * (1 + lettering.tracking)) }, escapeText(character)),
  );
  const title = shape(
    'text',
    {
      'font-family': FONTS[lettering.family],
      'font-weight': String(lettering.weight),
      'font-size': size,
      'text-anchor': 'middle',
      fill: lettering.title,
    },
    ...drawn,
  );
  const below = [englishTitle(film, lettering, 60), tagline(film, lettering)];
  const height = below.reduce((sum, block, index) => sum + heightOf(block) + (index === 0 ? 0 : block.before), 0);
  return title + drawStack(below, lettering, SMALL_PRINT_Y - 30 - height);
}

function chineseTitle(film: Film, lettering: Lettering, height: number): Block {
  const leading = 1.18;
  const box = {
    width: WIDTH - 2 * MARGIN,
    height,
    largest: lettering.size,
    leading,
    tracking: lettering.tracking,
  };
  const broken = lettering.breaks?.join('') === film.title.zh ? lettering.breaks : undefined;
  const { lines, size } = broken === undefined ? fitText(film.title.zh, box) : fitLines(broken, box);
  return { ...lettering, lines, size, leading, fill: lettering.title, opacity: 1, before: 0 };
}

function englishTitle(film: Film, lettering: Lettering, height: number): Block {
  const text = lettering.english === 'capitals' ? film.title.en.toUpperCase() : film.title.en;
  const leading = 1.2;
  // Wide letter-spacing suits a short line; a long title needs its room.
  const tracking = lettering.english === 'capitals' && film.title.en.length <= 40 ? 0.14 : 0;
  const { lines, size } = fitText(text, { width: WIDTH - 2 * MARGIN, height, largest: lettering.englishSize, leading, tracking });
  return { lines, size, leading, tracking, family: lettering.family, weight: 700, fill: lettering.words, opacity: 1, before: 12 };
}

function tagline(film: Film, lettering: Lettering): Block {
  const { lines, size } = fitText(film.tagline.zh, { width: WIDTH - 2 * MARGIN, height: 40, largest: 13, leading: 1.3, tracking: 0.1 });
  return { lines, size, leading: 1.3, tracking: 0.1, family: lettering.family, weight: 400, fill: lettering.words, opacity: 0.86, before: 12 };
}

function heightOf(block: Block): number {
  return block.size * (1 + (block.lines.length - 1) * block.leading);
}

function drawStack(blocks: readonly Block[], { align }: Lettering, top: number): string {
  let y = top;
  return blocks
    .map((block, index) => {
      if (index > 0) y += block.before;
      const drawn = drawBlock(block, align, y);
      y += heightOf(block);
      return drawn;
    })
    .join('');
}

function drawBlock(block: Block, align: Lettering['align'], top: number): string {
  const x = align === 'middle' ? WIDTH / 2 : MARGIN;
  const lines = block.lines.map((text, index) => {
    // Letter-spacing also follows the last letter, which would pull a centred line to the left.
    const dx = align === 'middle' ? x + (block.tracking * block.size) / 2 : x;
    return shape('tspan', { x: dx, y: top + block.size * (0.86 + index * block.leading) }, escapeText(text));
  });
  return shape(
    'text',
    {
      'font-family': FONTS[block.family],
      'font-weight': String(block.weight),
      'font-size': block.size,
      'letter-spacing': block.tracking === 0 ? undefined : short(block.tracking * block.size),
      'text-anchor': align,
      fill: block.fill,
      opacity: block.opacity === 1 ? undefined : String(block.opacity),
    },
    ...lines,
  );
}

function smallPrint(film: Film, { align, words }: Lettering): string {
  const text = `${film.genre.zh}  ·  ${film.genre.en.toUpperCase()}  ·  ${film.runningTime} MIN`;
  const size = Math.min(8.5, (WIDTH - 2 * MARGIN) / estimatedWidth(text, 0.12));
  return shape(
    'text',
    {
      x: align === 'middle' ? WIDTH / 2 : MARGIN,
      y: SMALL_PRINT_Y,
      'font-family': FONTS.sans,
      'font-size': size,
      'letter-spacing': short(size * 0.12),
      'text-anchor': align,
      fill: words,
      opacity: '0.7',
    },
    escapeText(text),
  );
}
