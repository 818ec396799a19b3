/**
 * The part of a printer that sees each byte as it arrives, before it waits in the receive buffer: real-time commands are obeyed at once, wherever they
 * stand, inside a picture or a bar code as well. That is the hardware's way, and the reason why no payload may contain them.
 */
export type RealTimeCommand =
  /** `10 04 n` */
  | { readonly kind: 'status'; readonly n: 1 | 2 | 3 | 4 }
  /** `10 04 14`, of Custom's printers. */
  | { readonly kind: 'full-status' }
  /** `10 14 08 01 03 14 01 06 02 08` */
  | { readonly kind: 'clear-buffers' };

export interface Reception {
  /** Every byte, in its order; also those of real-time commands, which the buffer passes over. */
  buffer(bytes: Uint8Array): void;
  obey(command: RealTimeCommand): void;
}

const CLEAR = [0x10, 0x14, 0x08, 0x01, 0x03, 0x14, 0x01, 0x06, 0x02, 0x08] as const;

/** Takes the host's bytes, in pieces of any size. A command is obeyed after the bytes before it are in the buffer. */
export function createRealTimeWatch({ buffer, obey }: Reception): (bytes: Uint8Array) => void {
  /** The last bytes, as many as the longest command has. */
  let seen: number[] = [];

  const recognise = (byte: number): RealTimeCommand | undefined => {
    seen = [...seen.slice(1 - CLEAR.length), byte];
    const [dle, name, n] = seen.slice(-3);
    if (dle === 0x10 && name === 0x04 && (n === 1 || n === 2 || n === 3 || n === 4)) return { kind: 'status', n };
    if (dle === 0x10 && name === 0x04 && n === 0x14) return { kind: 'full-status' };
    const isClear = seen.length === CLEAR.length && CLEAR.every((expected, i) => seen[i] === expected);
    return isClear ? { kind: 'clear-buffers' } : undefined;
  };

  return (bytes) => {
    let start = 0;
    for (const [index, byte] of bytes.entries()) {
      const command = recognise(byte);
      if (command === undefined) continue;
      buffer(bytes.subarray(start, index + 1));
      start = index + 1;
      obey(command);
    }
    if (start < bytes.length) buffer(bytes.subarray(start));
  };
}
