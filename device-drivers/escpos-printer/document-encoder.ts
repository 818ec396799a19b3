import { concatBytes } from '#core/base/bytes.ts';
import { type Fault, unreachable } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import type { PaperBlock, PaperDocument, PaperText } from '#core/ports/paper-document.ts';
import type { CharacterRom } from '../ticket-printer/paper/character-rom.ts';
import { characterEncoder, type EncodeCharacters } from '../ticket-printer/paper/characters.ts';
import { drawCode128 } from '../ticket-printer/paper/code-128.ts';
import type { Bitmap } from '../ticket-printer/paper/dots.ts';
import {
  AIR_DOTS,
  COLUMN_DOTS,
  drawQr,
  drawText,
  LETTER_DOTS,
  packRows,
  QUIET_MODULES,
  RULE_INK_ROWS,
  RULE_ROWS,
} from '../ticket-printer/paper/paper-picture.ts';
import { isQrText } from '../ticket-printer/paper/qr-text.ts';
import { printerFault } from '../ticket-printer/printer-faults.ts';
import type { EncodedDocument } from '../ticket-printer/printer-language.ts';
import { encodeCommand } from './encoder.ts';
import type { PrinterCommand } from './frame.ts';
import type { PrinterProfile } from './printer-profile.ts';

/** Between the last line and the cut. */
const FOOT_DOTS = 40;
/** Rows of one picture command: some models take no more, and none has to buffer a whole bar code. */
const BAND_ROWS_MAX = 255;

export interface EscposPaper {
  readonly profile: PrinterProfile;
  /** Black marks on the back part one ticket from the next, and the cutter is brought to them. */
  readonly isMarked: boolean;
  /** Our own letters, for what the model has none for; read at the first need. */
  readonly letters: () => CharacterRom;
}

export type EncodeDocument = (document: PaperDocument, device: string) => Result<EncodedDocument, Fault>;

/**
 * For papers of one printer. A document becomes bytes, or `E-PRN-DOCUMENT` when it holds what no paper of ours may: a bar code of other than printable ASCII,
 * or more bytes than a job may have.
 */
export function documentEncoder({ profile, isMarked, letters }: EscposPaper): EncodeDocument {
  const characters = characterEncoder(profile.characters);
  const marks = isMarked ? markCommands(profile) : [];
  const head = concatBytes(...[...modeCommands(profile), ...marks, ...textModes(profile), ...PAPER_MODES].map(encodeCommand));
  const foot = encodeCommand(isMarked ? { kind: 'feed-to-mark', how: profile.blackMark } : { kind: 'feed-dots', dots: FOOT_DOTS });
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
    return ok({ body, cut: encodeCommand(cutCommand(profile, document.cut)) });
  };
}

export const cutCommand = ({ presenter }: PrinterProfile, how: PaperDocument['cut']): PrinterCommand =>
  presenter === 'custom' ? { kind: 'cut-and-present' } : { kind: 'cut', how };

/** What a printer is told at each connection and before each paper, because `ESC @` takes it back. */
export function modeCommands({ automaticStatus, offlineResponse }: Pick<PrinterProfile, 'automaticStatus' | 'offlineResponse'>): PrinterCommand[] {
  return [
    { kind: 'initialise' },
    ...(automaticStatus ? [{ kind: 'automatic-status' } as const] : []),
    ...(offlineResponse ? [{ kind: 'offline-response' } as const] : []),
  ];
}

/** With each paper: `ESC @` takes them back, and a printer that was switched off has forgotten them. */
function markCommands({ markOffsets }: PrinterProfile): PrinterCommand[] {
  if (markOffsets === 'none') return [];
  const { startMm, cutMm, unitMm } = markOffsets;
  return [
    { kind: 'mark-offset', of: 'start', units: Math.round(startMm / unitMm) },
    { kind: 'mark-offset', of: 'cut', units: Math.round(cutMm / unitMm) },
  ];
}

const PAPER_MODES: readonly PrinterCommand[] = [{ kind: 'smoothing' }, { kind: 'line-spacing', dots: LETTER_DOTS + AIR_DOTS }];

function textModes({ characters }: PrinterProfile): PrinterCommand[] {
  switch (characters.set) {
    case 'gb18030':
      return [{ kind: 'ideograms', on: true }, { kind: 'ideogram-spacing' }];
    case 'code-page':
      // A model with a Chinese font begins in ideogram mode, where two letters with marks would be one character.
      return [
        { kind: 'ideograms', on: false },
        { kind: 'code-page', number: characters.number },
      ];
    case 'none':
      return [];
  }
}

interface Means {
  readonly profile: PrinterProfile;
  readonly characters: EncodeCharacters;
  readonly letters: () => CharacterRom;
}

function encodeBlock(block: PaperBlock, columns: number, means: Means, out: Uint8Array[]): void {
  switch (block.kind) {
    case 'text':
      encodeText(block, means, out);
      return;
    case 'rule':
      out.push(LEFT, rule(block.style, columns));
      return;
    case 'feed':
      for (let line = 0; line < block.lines; line += 1) out.push(LINE_FEED);
      return;
    case 'qr': {
      const quiet = encodeCommand({ kind: 'feed-dots', dots: QUIET_MODULES * block.moduleDots });
      const { data, moduleDots, errorCorrection } = block;
      out.push(CENTRE, quiet);
      if (means.profile.qr === 'firmware') out.push(encodeCommand({ kind: 'qr', data, moduleDots, errorCorrection }));
      else pushPicture(drawQr(block), out);
      out.push(quiet);
      return;
    }
    case 'barcode':
      out.push(CENTRE);
      pushPicture(drawCode128(block.data), out);
      return;
    default:
      unreachable(block);
  }
}

const LEFT = encodeCommand({ kind: 'align', to: 'left' });
const CENTRE = encodeCommand({ kind: 'align', to: 'centre' });
const LINE_FEED = encodeCommand({ kind: 'line-feed' });
const TALL_LINE_FEED = encodeCommand({ kind: 'feed-dots', dots: 2 * LETTER_DOTS + AIR_DOTS });
const AIR = encodeCommand({ kind: 'feed-dots', dots: AIR_DOTS });
const BOLD = [encodeCommand({ kind: 'bold', on: false }), encodeCommand({ kind: 'bold', on: true })] as const;
const SIZES = ([1, 2] as const).map((width) => ([1, 2] as const).map((height) => encodeCommand({ kind: 'size', width, height })));

/** In the printer's own letters, or drawn when it lacks one of them. */
function encodeText(text: PaperText, { characters, letters }: Means, out: Uint8Array[]): void {
  out.push(text.align === 'centre' ? CENTRE : LEFT);
  const before = out.length;
  let isTall = false;
  for (const run of text.runs) {
    isTall ||= run.height === 2;
    if (run.text === '') continue;
    const bytes = characters(run.text);
    if (bytes === undefined) {
      out.length = before;
      pushPicture(drawText(text, letters(), 0), out);
      out.push(AIR);
      return;
    }
    const size = SIZES[run.width - 1]?.[run.height - 1];
    if (size !== undefined) out.push(size);
    out.push(BOLD[run.bold ? 1 : 0], bytes);
  }
  out.push(isTall ? TALL_LINE_FEED : LINE_FEED);
}

/** In bands, so that no model has to hold a whole bar code in its picture buffer. */
function pushPicture(bitmap: Bitmap, out: Uint8Array[]): void {
  const { bytesPerRow, rows } = packRows(bitmap);
  withoutRealTimeCommands(rows);
  for (let row = 0; row < bitmap.height; row += BAND_ROWS_MAX) {
    const band = rows.subarray(row * bytesPerRow, Math.min(row + BAND_ROWS_MAX, bitmap.height) * bytesPerRow);
    if (band.length > 0) out.push(encodeCommand({ kind: 'raster', bytesPerRow, rows: band }));
  }
}

/**
 * Real-time commands are obeyed inside pictures as well [DLE EOT, notes], and `GS ( D` switches only some of them off on some models. They all begin with
 * 10h, one dot alone in its byte: with the dot beside it inked too, the picture is an eighth of a millimetre of ink richer and no command.
 */
function withoutRealTimeCommands(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length - 1; at += 1) {
    const next = bytes[at + 1];
    if (bytes[at] === 0x10 && (next === 0x04 || next === 0x05 || next === 0x14)) bytes[at] = 0x18;
  }
}

/** Whole bytes only: FF inks, 00 leaves out, F0 gives a dash of four dots. None of them can begin a real-time command (10h). */
function rule(style: 'solid' | 'dashed', columns: number): Uint8Array {
  const bytesPerRow = Math.floor((columns * COLUMN_DOTS) / 8);
  const rows = new Uint8Array(bytesPerRow * RULE_ROWS);
  for (const row of RULE_INK_ROWS) rows.fill(style === 'solid' ? 0xff : 0xf0, row * bytesPerRow, (row + 1) * bytesPerRow);
  return encodeCommand({ kind: 'raster', bytesPerRow, rows });
}
