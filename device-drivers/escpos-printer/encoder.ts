import { concatBytes } from '#core/base/bytes.ts';
import { assert, unreachable } from '#core/base/fault.ts';
import { isQrText } from '../ticket-printer/paper/qr-text.ts';
import type { PrinterCommand } from './frame.ts';

/** The bytes of one command. Every constant is named beside the command in `frame.ts`. */
export function encodeCommand(command: PrinterCommand): Uint8Array {
  switch (command.kind) {
    case 'initialise':
      return Uint8Array.of(0x1b, 0x40);
    case 'automatic-status':
      return Uint8Array.of(0x1d, 0x61, 0x0e);
    case 'ideograms':
      return Uint8Array.of(0x1c, command.on ? 0x26 : 0x2e);
    case 'ideogram-spacing':
      return Uint8Array.of(0x1c, 0x53, 0, 0);
    case 'code-page':
      return Uint8Array.of(0x1b, 0x74, byteOf(command.number));
    case 'line-spacing':
      return Uint8Array.of(0x1b, 0x33, byteOf(command.dots));
    case 'smoothing':
      return Uint8Array.of(0x1d, 0x62, 1);
    case 'align':
      return Uint8Array.of(0x1b, 0x61, command.to === 'centre' ? 1 : 0);
    case 'size':
      return Uint8Array.of(0x1d, 0x21, ((command.width - 1) << 4) | (command.height - 1));
    case 'bold':
      return Uint8Array.of(0x1b, 0x45, command.on ? 1 : 0);
    case 'line-feed':
      return Uint8Array.of(0x0a);
    case 'feed-dots':
      return Uint8Array.of(0x1b, 0x4a, byteOf(command.dots));
    case 'raster': {
      const height = command.rows.length / command.bytesPerRow;
      assert(Number.isInteger(height), 'a picture has whole rows');
      return concatBytes(Uint8Array.of(0x1d, 0x76, 0x30, 0, ...low16(command.bytesPerRow), ...low16(height)), command.rows);
    }
    case 'feed-to-mark':
      return command.how === 'custom-notch' ? Uint8Array.of(0x1d, 0xf8) : Uint8Array.of(0x1d, 0x0c);
    case 'mark-offset':
      return Uint8Array.of(0x1d, 0x28, 0x46, 4, 0, command.of === 'start' ? 1 : 2, command.units < 0 ? 1 : 0, ...low16(Math.abs(command.units)));
    case 'qr':
      return encodeQr(command);
    case 'cut':
      return Uint8Array.of(0x1d, 0x56, command.how === 'full' ? 0x41 : 0x42, 0);
    case 'cut-and-present':
      return Uint8Array.of(0x1b, 0x69, 0x1d, 0x65, 0x03, 0x0c);
    case 'retract':
      return Uint8Array.of(0x1d, 0x65, 0x02);
    case 'ask-paper':
      return Uint8Array.of(0x1d, 0x72, 0x01);
    case 'offline-response':
      return Uint8Array.of(0x1d, 0x28, 0x48, 3, 0, 0x31, 0x30, 2);
    case 'process-id':
      assert(/^[\x20-\x7e]{4}$/.test(command.token), 'a token is four printable ASCII characters');
      return Uint8Array.of(0x1d, 0x28, 0x48, 6, 0, 0x30, 0x30, ...characterCodes(command.token));
    case 'ask-status':
      return Uint8Array.of(0x10, 0x04, command.about === 'full' ? 0x14 : command.about);
    case 'clear-buffers':
      return Uint8Array.of(0x10, 0x14, 0x08, 0x01, 0x03, 0x14, 0x01, 0x06, 0x02, 0x08);
    default:
      return unreachable(command);
  }
}

const ERROR_CORRECTION = { L: 0x30, M: 0x31, Q: 0x32, H: 0x33 } as const;

function encodeQr({ data, moduleDots, errorCorrection }: Extract<PrinterCommand, { kind: 'qr' }>): Uint8Array {
  assert(isQrText(data), 'a bar code carries printable ASCII');
  assert(moduleDots >= 1 && moduleDots <= 16, 'a module has 1 to 16 dots');
  return Uint8Array.of(
    ...[0x1d, 0x28, 0x6b, 4, 0, 0x31, 0x41, 0x32, 0],
    ...[0x1d, 0x28, 0x6b, 3, 0, 0x31, 0x43, moduleDots],
    ...[0x1d, 0x28, 0x6b, 3, 0, 0x31, 0x45, ERROR_CORRECTION[errorCorrection]],
    ...[0x1d, 0x28, 0x6b, ...low16(data.length + 3), 0x31, 0x50, 0x30, ...characterCodes(data)],
    ...[0x1d, 0x28, 0x6b, 3, 0, 0x31, 0x51, 0x30],
  );
}

function characterCodes(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}

function byteOf(n: number): number {
  assert(Number.isInteger(n) && n >= 0 && n <= 255, `${n} fits a byte`);
  return n;
}

/** Low byte first, as everywhere in ESC/POS. */
function low16(n: number): [number, number] {
  assert(Number.isInteger(n) && n >= 0 && n <= 0xffff, `${n} fits two bytes`);
  return [n & 0xff, n >> 8];
}
