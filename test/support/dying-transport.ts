import { toHex } from '#core/base/bytes.ts';
import type { Transport } from '#core/ports/link.ts';

/** A point in the life of a program: it dies there when it was told to. */
export const dieAt = (here: string, point: string): void => {
  if (here === point) process.kill(process.pid, 'SIGKILL');
};

/**
 * Passes everything through, and kills its own process at one write.
 * @param point `after <hex>` or `before <hex>`: around the first write that has these bytes; ` #4` behind it for the fourth one
 */
export function dyingTransport(line: Transport, point: string): Transport {
  const [, side, frame = '', nth = '1'] = /^(after|before) ([0-9a-f]+)(?: #(\d+))?$/.exec(point) ?? [];
  let toCome = Number(nth);
  // A write is over when the line has drained, and an answer may be faster: whoever dies after the write has not heard it.
  let isDeaf = false;
  return {
    place: line.place,
    open: async (events) => {
      const opened = await line.open({
        closed: (fault) => events.closed(fault),
        bytes: (bytes) => {
          if (!isDeaf) events.bytes(bytes);
        },
      });
      if (!opened.ok) return opened;
      const { value: link } = opened;
      return {
        ok: true,
        value: {
          get isOpen() {
            return link.isOpen;
          },
          close: () => link.close(),
          write: async (bytes) => {
            const isPoint = side !== undefined && toHex(bytes).includes(frame) && --toCome === 0;
            if (isPoint) dieAt(side, 'before');
            isDeaf ||= isPoint;
            const written = await link.write(bytes);
            if (isPoint) dieAt(side, 'after');
            return written;
          },
        },
      };
    },
  };
}
