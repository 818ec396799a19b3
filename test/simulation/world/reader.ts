import type { Monotonic } from '#core/base/time.ts';
import type { ScannedCode, Scanner } from '#core/ports/scanner.ts';
import type { Life } from '../kernel/life.ts';

/** The bar code reader of one lane, after its framer: what reaches the program are codes, whole or not. */
export interface Reader {
  portOf(life: Life): Scanner;
  read(code: Uint8Array, at: Monotonic): void;
}

export function createReader(): Reader {
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
      listener.firstByte();
      listener.code({ bytes, at });
    },
  };
}
