import { concatBytes } from '#core/base/bytes.ts';
import { type Fault, unreachable } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import type { PaperBlock, PaperDocument, PaperText } from '#core/ports/paper-document.ts';
import type { CharacterRom } from '../ticket-printer/paper/character-rom.ts';
import { characterEncoder, type EncodeCharacters } from '../ticket-printer/paper/characters.ts';
import { drawCode128 } from '../ticket-printer/paper/code-128.ts';
import { type Bitmap, blank, draw } from '../ticket-printer/paper/dots.ts';
import {
  AIR_DOTS,
  COLUMN_DOTS,
  drawQr,
  drawText,
  LETTER_DOTS,
  packRows,
  QUIET_MODULES,
  RULE_INK_ROWS,
} from '../ticket-printer/paper/paper-picture.ts';
import { isQrText } from '../ticket-printer/paper/qr-text.ts';
import { printerFault } from '../ticket-printer/printer-faults.ts';
import type { EncodedDocument } from '../ticket-printer/printer-language.ts';
import { CELL_DOTS_MAX, encodeCommand, STRIPE_ROWS } from './encoder.ts';
import type { StarCommand } from './frame.ts';
import type { StarProfile } from './star-profile.ts';

/** Between the last line and the cutter's own feed. */
const FOOT_DOTS = 16;

export interface StarPaper {
  readonly profile: StarProfile;
  /** Our own letters, for what the model has none for; read at the first need. */
  readonly letters: () => CharacterRom;
}

export type EncodeDocument = (document: PaperDocument, device: string) => Result<EncodedDocument, Fault>;

/** For papers of one printer; see the encoder of ESC/POS, whose contract this one has. */
export function documentEncoder({ profile, letters }: StarPaper): EncodeDocument {
  const characters = characterEncoder(profile.characters);
  const isDocument = profile.fence === 'print-end';
  const start: readonly StarCommand[] = isDocument ? [{ kind: 'start-document' }] : [];
  const head = concatBytes(...[...start, ...MODES, ...textModes(profile), LINES].map(encodeCommand));
  const end = isDocument ? encodeCommand({ kind: 'end-document' }) : new Uint8Array(0);
  const foot = encodeCommand({ kind: 'feed-dots', dots: FOOT_DOTS });
  return (document, device) => {
    const pieces: Uint8Array[] = [head];
    for (const block of document.blocks) {
      if ((block.kind === 'qr' || block.kind === 'barcode') && !isQrText(block.data))
        return err(printerFault('E-PRN-DOCUMENT', device, 'a bar code holds other than printable ASCII'));
      encodeBlock(block, document.columns, { profile, characters, letters }, pieces);
    }
    pieces.push(foot);
    const body = concatBytes(...pieces);
    if (body.length > LIMITS.printer.jobBytesMax) return err(printerFault('E-PRN-DOCUMENT', device, `the document takes ${body.length} bytes`));
    return ok({ body, cut: concatBytes(encodeCommand({ kind: 'cut', how: document.cut }), end) });
  };
}

/** What a printer is told at each connection and before each paper, because `ESC @` takes it back. */
export const MODES: readonly StarCommand[] = [{ kind: 'initialise' }, { kind: 'no-automatic-status' }];
const LINES: StarCommand = { kind: 'line-spacing', mm: 4 };

function textModes({ characters }: StarProfile): StarCommand[] {
  switch (characters.set) {
    case 'gb18030':
      return [{ kind: 'ideogram-spacing' }];
    case 'code-page':
      return [{ kind: 'code-page', number: characters.number }];
    case 'none':
      return [];
  }
}

interface Means {
  readonly profile: StarProfile;
  readonly characters: EncodeCharacters;
  readonly letters: () => CharacterRom;
}

function encodeBlock(block: PaperBlock, columns: number, means: Means, out: Uint8Array[]): void {
  switch (block.kind) {
    case 'text':
      encodeText(block, means, out);
      return;
    case 'rule':
      out.push(ALIGN.left);
      pushPicture(rule(block.style, columns), out);
      return;
    case 'feed':
      for (let line = 0; line < block.lines; line += 1) out.push(LINE_FEED);
      return;
    case 'qr': {
      const quiet = encodeCommand({ kind: 'feed-dots', dots: QUIET_MODULES * block.moduleDots });
      const { data, moduleDots, errorCorrection } = block;
      out.push(ALIGN.centre, quiet);
      if (means.profile.qr === 'firmware' && moduleDots <= CELL_DOTS_MAX) out.push(encodeCommand({ kind: 'qr', data, moduleDots, errorCorrection }));
      else pushPicture(drawQr(block), out);
      out.push(quiet);
      return;
    }
    case 'barcode':
      out.push(ALIGN.centre);
      pushPicture(drawCode128(block.data), out);
      return;
    default:
      unreachable(block);
  }
}

const ALIGN = { left: encodeCommand({ kind: 'align', to: 'left' }), centre: encodeCommand({ kind: 'align', to: 'centre' }) };
const LINE_FEED = encodeCommand({ kind: 'line-feed' });
const TALL_LINE_FEED = encodeCommand({ kind: 'feed-dots', dots: 2 * LETTER_DOTS + AIR_DOTS });
const BOLD = [encodeCommand({ kind: 'bold', on: false }), encodeCommand({ kind: 'bold', on: true })] as const;
const SIZES = ([1, 2] as const).map((width) => ([1, 2] as const).map((height) => encodeCommand({ kind: 'size', width, height })));
const STRIPE_LINES = encodeCommand({ kind: 'line-spacing', mm: 3 });
const TEXT_LINES = encodeCommand(LINES);

/** In the printer's own letters, or drawn when it lacks one of them. */
function encodeText(text: PaperText, { characters, letters }: Means, out: Uint8Array[]): void {
  out.push(ALIGN[text.align]);
  const before = out.length;
  let isTall = false;
  for (const run of text.runs) {
    isTall ||= run.height === 2;
    if (run.text === '') continue;
    const bytes = characters(run.text);
    if (bytes === undefined) {
      out.length = before;
      pushPicture(drawText(text, letters(), 0), out, TEXT_LINES);
      return;
    }
    const size = SIZES[run.width - 1]?.[run.height - 1];
    if (size !== undefined) out.push(size);
    out.push(BOLD[run.bold ? 1 : 0], bytes);
  }
  out.push(isTall ? TALL_LINE_FEED : LINE_FEED);
}

/** In stripes of three millimetres, each a line of its own; the last is fed as far as `lastLine` says. */
function pushPicture(bitmap: Bitmap, out: Uint8Array[], lastLine = STRIPE_LINES): void {
  if (bitmap.width === 0) {
    out.push(LINE_FEED);
    return;
  }
  const full = blank(bitmap.width, Math.ceil(bitmap.height / STRIPE_ROWS) * STRIPE_ROWS);
  draw(full, bitmap, 0, 0);
  const { bytesPerRow, rows } = packRows(full);
  withoutRealTimeCommands(rows);
  out.push(STRIPE_LINES);
  for (let row = 0; row < full.height; row += STRIPE_ROWS) {
    if (row + STRIPE_ROWS === full.height) out.push(lastLine);
    out.push(encodeCommand({ kind: 'stripe', bytesPerRow, rows: rows.subarray(row * bytesPerRow, (row + STRIPE_ROWS) * bytesPerRow) }), LINE_FEED);
  }
  out.push(TEXT_LINES);
}

/**
 * The questions of this language are obeyed as they arrive, inside pictures as well: `04`, `05` [EOT, ENQ] and `1B 06 …` [ESC ACK]. One more dot of ink beside
 * another makes other bytes of them.
 */
function withoutRealTimeCommands(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; at += 1) {
    if (bytes[at] === 0x04) bytes[at] = 0x0c;
    else if (bytes[at] === 0x05) bytes[at] = 0x0d;
    else if (bytes[at] === 0x1b && bytes[at + 1] === 0x06) bytes[at] = 0x1f;
  }
}

function rule(style: 'solid' | 'dashed', columns: number): Bitmap {
  const { width, height, dots } = blank(columns * COLUMN_DOTS, STRIPE_ROWS);
  for (const y of RULE_INK_ROWS) for (let x = 0; x < width; x += 1) dots[y * width + x] = style === 'solid' || x % 8 < 4 ? 1 : 0;
  return { width, height, dots };
}
