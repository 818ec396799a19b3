/**
 * Watches the lengths that MQTT packets announce for themselves, without keeping a byte of them. The broker library collects a packet whole before it looks
 * at it, up to 256 MB; a guard in front of it ends the connection at the first header that announces too much.
 */
export interface PacketGuard {
  /** False as soon as a packet is longer than allowed, or its length is malformed; the connection must end then. */
  accepts(chunk: Uint8Array): boolean;
}

/** Remaining Length: seven bits a byte, the lowest first, at most four bytes (MQTT 3.1.1, 2.2.3; MQTT 5.0, 1.5.5). */
const CONTINUES = 0x80;
const LENGTH_BYTES_MAX = 4;

type Position =
  | { readonly kind: 'type' }
  | { readonly kind: 'length'; readonly value: number; readonly bytes: number }
  | { readonly kind: 'body'; readonly left: number };

export function createPacketGuard(packetBytesMax: number): PacketGuard {
  let position: Position = { kind: 'type' };

  return {
    accepts: (chunk) => {
      let at = 0;
      while (at < chunk.length) {
        if (position.kind === 'body') {
          const taken = Math.min(position.left, chunk.length - at);
          at += taken;
          position = position.left === taken ? { kind: 'type' } : { kind: 'body', left: position.left - taken };
          continue;
        }
        const byte = chunk[at] ?? 0;
        at += 1;
        if (position.kind === 'type') {
          position = { kind: 'length', value: 0, bytes: 0 };
          continue;
        }
        const value: number = position.value + (byte & ~CONTINUES) * 2 ** (7 * position.bytes);
        const bytes: number = position.bytes + 1;
        if (value > packetBytesMax) return false;
        if ((byte & CONTINUES) !== 0) {
          if (bytes === LENGTH_BYTES_MAX) return false;
          position = { kind: 'length', value, bytes };
        } else {
          position = value === 0 ? { kind: 'type' } : { kind: 'body', left: value };
        }
      }
      return true;
    },
  };
}
