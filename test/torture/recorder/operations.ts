import { appendFileSync } from 'node:fs';

/** What `recorder.c` writes down, one record after another. Paths are relative to the data folder. */
export type Operation =
  | { readonly kind: 'process'; readonly id: number }
  | { readonly kind: 'open'; readonly file: number; readonly path: string; readonly created: boolean; readonly emptied: boolean }
  | { readonly kind: 'write'; readonly file: number; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly kind: 'truncate'; readonly file: number; readonly size: number }
  | { readonly kind: 'sync'; readonly file: number }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string }
  | { readonly kind: 'unlink' | 'make-folder' | 'remove-folder'; readonly path: string }
  | { readonly kind: 'sync-folder' }
  /** Bytes that leave the process through a socket, written down before they leave. */
  | { readonly kind: 'out'; readonly socket: number; readonly bytes: Uint8Array }
  /** The driver's own note. */
  | { readonly kind: 'mark'; readonly text: string }
  /** A call that was made to fail. */
  | { readonly kind: 'failed' };

/** `struct header` of recorder.c. */
const HEADER_BYTES = 32;
const MARK = 11;

export function decodeOperations(log: Uint8Array): Operation[] {
  const view = new DataView(log.buffer, log.byteOffset, log.byteLength);
  const operations: Operation[] = [];
  for (let at = 0; at + HEADER_BYTES <= log.length; ) {
    const total = view.getUint32(at, true);
    // The process was killed while it wrote its last record.
    if (at + total > log.length) break;
    operations.push(decodeOne(view, log.subarray(at + HEADER_BYTES, at + total), at));
    at += total;
  }
  return operations;
}

function decodeOne(view: DataView, payload: Uint8Array, at: number): Operation {
  const [kind, file, flags] = [view.getUint32(at + 4, true), view.getUint32(at + 8, true), view.getUint32(at + 12, true)];
  const [offset, size] = [Number(view.getBigUint64(at + 16, true)), Number(view.getBigUint64(at + 24, true))];
  switch (kind) {
    case 1:
      return { kind: 'open', file, path: textOf(payload), created: (flags & 1) !== 0, emptied: (flags & 2) !== 0 };
    case 2:
      return { kind: 'write', file, offset, bytes: payload };
    case 3:
      return { kind: 'truncate', file, size };
    case 4:
      return { kind: 'sync', file };
    case 5: {
      const [from = '', to = ''] = textOf(payload).split('\0');
      return { kind: 'rename', from, to };
    }
    case 6:
      return { kind: 'unlink', path: textOf(payload) };
    case 7:
      return { kind: 'make-folder', path: textOf(payload) };
    case 8:
      return { kind: 'remove-folder', path: textOf(payload) };
    case 9:
      return { kind: 'sync-folder' };
    case 10:
      return { kind: 'out', socket: file, bytes: payload };
    case MARK:
      return { kind: 'mark', text: textOf(payload) };
    case 12:
      return { kind: 'failed' };
    case 13:
      return { kind: 'process', id: size };
    default:
      throw new Error(`the recorder wrote a record of kind ${kind}, which nobody knows`);
  }
}

/** The driver's note, in the order of everything else: one write to a file that is appended to. */
export function appendMark(log: string, text: string): void {
  const payload = Buffer.from(text);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32LE(HEADER_BYTES + payload.length, 0);
  header.writeUInt32LE(MARK, 4);
  appendFileSync(log, Buffer.concat([header, payload]));
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
