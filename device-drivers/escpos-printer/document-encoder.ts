import { concatBytes } from '#core/base/bytes.ts';
import { type Fault, unreachable } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import type { PaperBlock, PaperDocument, PaperRun, PaperText } from '#core/ports/paper-document.ts';
import { encodeCommand, isQrText } from './encoder.ts';
import type { PrinterCommand } from './frame.ts';
import { printerFault } from './printer-faults.ts';
import type { PrinterProfile } from './printer-profile.ts';

/** One paper in the printer's language. `body` ends with a feed that puts its last dot on paper; the cut is sent on its own, after that is proven. */
export interface EncodedDocument {
  readonly body: Uint8Array;
  readonly cut: Uint8Array;
}

/** A letter of Font A, and 8 dots of air: Chinese text set tighter is hard to read. */
const LETTER_DOTS = 24;
const AIR_DOTS = 8;
/** A rule is 2 dots of ink within 16 rows of paper. */
const RULE_ROWS = 16;
const RULE_INK_ROWS = [7, 8];
/** Dots of Font A, and so of a column. */
const COLUMN_DOTS = 12;
/** The quiet zone of a bar code: 4 modules on every side (ISO/IEC 18004, 6.3.8). */
const QUIET_MODULES = 4;
/** Between the last line and the cut. */
const FOOT_DOTS = 40;

/**
 * @returns the bytes, or `E-PRN-DOCUMENT` when the document holds what no paper of ours may: a bar code of other than printable ASCII, or more bytes than a
 *   job may have
 */
export function encodeDocument(
  document: PaperDocument,
  device: string,
  profile: Pick<PrinterProfile, 'automaticStatus' | 'offlineResponse' | 'presenter'>,
): Result<EncodedDocument, Fault> {
  for (const block of document.blocks) {
    if (block.kind === 'qr' && !isQrText(block.data))
      return err(printerFault('E-PRN-DOCUMENT', device, 'a bar code holds other than printable ASCII'));
  }
  const commands: PrinterCommand[] = [
    ...modeCommands(profile),
    { kind: 'ideograms' },
    { kind: 'ideogram-spacing' },
    { kind: 'smoothing' },
    { kind: 'line-spacing', dots: LETTER_DOTS + AIR_DOTS },
    ...document.blocks.flatMap((block) => blockCommands(block, document.columns)),
    { kind: 'feed-dots', dots: FOOT_DOTS },
  ];
  const body = concatBytes(...commands.map(encodeCommand));
  if (body.length > LIMITS.printer.jobBytesMax) return err(printerFault('E-PRN-DOCUMENT', device, `the document takes ${body.length} bytes`));
  const cut: PrinterCommand = profile.presenter === 'custom' ? { kind: 'cut-and-present' } : { kind: 'cut', how: document.cut };
  return ok({ body, cut: encodeCommand(cut) });
}

/** What a printer is told at each connection and before each paper, because `ESC @` takes it back. */
export function modeCommands({ automaticStatus, offlineResponse }: Pick<PrinterProfile, 'automaticStatus' | 'offlineResponse'>): PrinterCommand[] {
  return [
    { kind: 'initialise' },
    ...(automaticStatus ? [{ kind: 'automatic-status' } as const] : []),
    ...(offlineResponse ? [{ kind: 'offline-response' } as const] : []),
  ];
}

function blockCommands(block: PaperBlock, columns: number): PrinterCommand[] {
  switch (block.kind) {
    case 'text':
      return textCommands(block);
    case 'rule':
      return [{ kind: 'align', to: 'left' }, ruleCommand(block.style, columns)];
    case 'feed':
      return Array.from({ length: block.lines }, () => ({ kind: 'line-feed' }));
    case 'qr': {
      const quiet: PrinterCommand = { kind: 'feed-dots', dots: QUIET_MODULES * block.moduleDots };
      const { data, moduleDots, errorCorrection } = block;
      return [{ kind: 'align', to: 'centre' }, quiet, { kind: 'qr', data, moduleDots, errorCorrection }, quiet];
    }
    default:
      return unreachable(block);
  }
}

function textCommands({ align, runs }: PaperText): PrinterCommand[] {
  const commands: PrinterCommand[] = [{ kind: 'align', to: align }, ...runs.filter(({ text }) => text !== '').flatMap(runCommands)];
  if (!runs.some(({ height }) => height === 2)) return [...commands, { kind: 'line-feed' }];
  return [...commands, { kind: 'feed-dots', dots: 2 * LETTER_DOTS + AIR_DOTS }];
}

function runCommands({ text, width, height, bold }: PaperRun): PrinterCommand[] {
  return [
    { kind: 'size', width, height },
    { kind: 'bold', on: bold },
    { kind: 'text', text },
  ];
}

/** Whole bytes only: FF inks, 00 leaves out, F0 gives a dash of four dots. None of them can begin a real-time command (10h). */
function ruleCommand(style: 'solid' | 'dashed', columns: number): PrinterCommand {
  const bytesPerRow = Math.floor((columns * COLUMN_DOTS) / 8);
  const rows = new Uint8Array(bytesPerRow * RULE_ROWS);
  for (const row of RULE_INK_ROWS) rows.fill(style === 'solid' ? 0xff : 0xf0, row * bytesPerRow, (row + 1) * bytesPerRow);
  return { kind: 'raster', bytesPerRow, rows };
}
