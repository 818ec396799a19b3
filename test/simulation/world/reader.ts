import type { Monotonic } from '#core/base/time.ts';
import type { ScannedCode, Scanner } from '#core/ports/scanner.ts';
import type { Life } from '../kernel/life.ts';

/** The bar code reader of one lane, after its framer: what reaches the program are codes, whole or not. */
export interface Reader {
  portOf(life: Life): Scanner;
  read(code: Uint8Array, at: Monotonic): void;
}

/**
 * So many codes come all at once, as a scanner on USB sends them, for one that comes in pieces, as a serial line carries it. Its first byte has the program
 * rehearse a scan into a transaction that is taken back, which costs as much as a scan.
 */
const AT_ONCE_FOR_ONE_IN_PIECES = 3;

export function createReader(): Reader {
  let reads = 0;
  let listener: { readonly life: Life; readonly code: (code: ScannedCode) => void; firstByte: () => void } | undefined;
  return {
    portOf: (life) => ({
      onCode: (listen) => {
        listener = { life, code: listen, firstByte: listener?.life === life ? listener.firstByte : () => undefined };
      },
      onFirstByte: (listen) => {
        if (listener?.life === life) listener.firstByte = listen;
        else listener = { life, code: () => undefined, firstByte: listen };
      },
    }),
    read: (bytes, at) => {
      if (listener === undefined || listener.life.isOver) return;
      if (reads++ % (AT_ONCE_FOR_ONE_IN_PIECES + 1) === 0) listener.firstByte();
      listener.code({ bytes, at });
    },
  };
}
