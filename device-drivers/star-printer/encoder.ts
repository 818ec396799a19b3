import { concatBytes } from '#core/base/bytes.ts';
import { assert, unreachable } from '#core/base/fault.ts';
import { isQrText } from '../ticket-printer/paper/qr-text.ts';
import { PRINT_END_HEAD, type StarCommand } from './frame.ts';

const ERROR_CORRECTION = { L: 0, M: 1, Q: 2, H: 3 } as const;

/** The largest cell that the firmware knows [ESC GS y S 2]. */
export const CELL_DOTS_MAX = 8;

/** The bytes of one command. Every constant is named beside the command in `frame.ts`. */
export function encodeCommand(command: StarCommand): Uint8Array {
  switch (command.kind) {
    case 'initialise':
      return Uint8Array.of(0x1b, 0x40);
    case 'no-automatic-status':
      return Uint8Array.of(0x1b, 0x1e, 0x61, 0);
    case 'code-page':
      return Uint8Array.of(0x1b, 0x1d, 0x74, byteOf(command.number));
    case 'ideogram-spacing':
      return Uint8Array.of(0x1b, 0x73, 0, 0);
    case 'line-spacing':
      return command.mm === 4 ? Uint8Array.of(0x1b, 0x7a, 1) : Uint8Array.of(0x1b, 0x30);
    case 'align':
      return Uint8Array.of(0x1b, 0x1d, 0x61, command.to === 'centre' ? 1 : 0);
    case 'size':
      return Uint8Array.of(0x1b, 0x69, command.height - 1, command.width - 1);
    case 'bold':
      return Uint8Array.of(0x1b, command.on ? 0x45 : 0x46);
    case 'line-feed':
      return Uint8Array.of(0x0a);
    case 'feed-dots':
      assert(command.dots >= 1, 'a feed of no dots is not one');
      return Uint8Array.of(0x1b, 0x49, byteOf(command.dots));
    case 'stripe':
      assert(command.rows.length === command.bytesPerRow * STRIPE_ROWS, 'a stripe has 24 rows');
      return concatBytes(Uint8Array.of(0x1b, 0x6b, byteOf(command.bytesPerRow), 0), command.rows);
    case 'qr':
      return encodeQr(command);
    case 'cut':
      return Uint8Array.of(0x1b, 0x64, command.how === 'full' ? 2 : 3);
    case 'retract':
      return Uint8Array.of(0x1b, 0x16, 0x30, 0);
    case 'print-end-fence':
      assert(Number.isInteger(command.name) && command.name >= 0 && command.name <= 0xffff, 'a fence is named by sixteen bits');
      return Uint8Array.of(...PRINT_END_HEAD, command.name >> 8, command.name & 0xff);
    case 'start-document':
      return Uint8Array.of(0x1b, 0x1d, 0x03, 0x03, 0, 0);
    case 'end-document':
      return Uint8Array.of(0x1b, 0x1d, 0x03, 0x04, 0, 0);
    case 'count-fence':
      return Uint8Array.of(0x17);
    case 'ask-status':
      return Uint8Array.of(0x1b, 0x06, 0x01);
    default:
      return unreachable(command);
  }
}

export const STRIPE_ROWS = 24;

function encodeQr({ data, moduleDots, errorCorrection }: Extract<StarCommand, { kind: 'qr' }>): Uint8Array {
  assert(isQrText(data), 'a bar code carries printable ASCII');
  assert(moduleDots >= 1 && moduleDots <= CELL_DOTS_MAX, 'a cell has 1 to 8 dots');
  return concatBytes(
    Uint8Array.of(0x1b, 0x1d, 0x79, 0x53, 0x30, 2),
    Uint8Array.of(0x1b, 0x1d, 0x79, 0x53, 0x31, ERROR_CORRECTION[errorCorrection]),
    Uint8Array.of(0x1b, 0x1d, 0x79, 0x53, 0x32, moduleDots),
    Uint8Array.of(0x1b, 0x1d, 0x79, 0x44, 0x31, 0, data.length & 0xff, data.length >> 8),
    new TextEncoder().encode(data),
    Uint8Array.of(0x1b, 0x1d, 0x79, 0x50),
  );
}

function byteOf(n: number): number {
  assert(Number.isInteger(n) && n >= 0 && n <= 255, `${n} fits a byte`);
  return n;
}
