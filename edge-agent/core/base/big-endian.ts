/** Unsigned whole numbers in bytes, the most significant first. A place beyond the end reads as 0; whoever reads has checked the length. */

export function write16(into: Uint8Array, at: number, value: number): void {
  into[at] = value >>> 8;
  into[at + 1] = value;
}

export function write32(into: Uint8Array, at: number, value: number): void {
  into[at] = value >>> 24;
  into[at + 1] = value >>> 16;
  into[at + 2] = value >>> 8;
  into[at + 3] = value;
}

export function write48(into: Uint8Array, at: number, value: number): void {
  write16(into, at, Math.floor(value / 0x1_0000_0000));
  write32(into, at + 2, value % 0x1_0000_0000);
}

export function read16(from: Uint8Array, at: number): number {
  return ((from[at] ?? 0) << 8) | (from[at + 1] ?? 0);
}

export function read32(from: Uint8Array, at: number): number {
  return (from[at] ?? 0) * 0x100_0000 + (((from[at + 1] ?? 0) << 16) | ((from[at + 2] ?? 0) << 8) | (from[at + 3] ?? 0));
}

export function read48(from: Uint8Array, at: number): number {
  return read16(from, at) * 0x1_0000_0000 + read32(from, at + 2);
}
