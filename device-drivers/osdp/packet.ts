import { concatBytes } from '#core/base/bytes.ts';
import { assert } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';

/** One packet as it is on the line, its data possibly encrypted (SIA OSDP 2.2, clause 5.9). */
export interface Packet {
  /** 0 to 7E. */
  readonly address: number;
  readonly isReply: boolean;
  /** 0 at the start of a connection, then 1, 2, 3, 1, … */
  readonly sequence: number;
  readonly check: 'crc' | 'checksum';
  readonly security: { readonly type: number; readonly data: Uint8Array } | undefined;
  readonly code: number;
  readonly data: Uint8Array;
}

/** A packet that was read, with what its MAC is about. */
export interface ReceivedPacket extends Packet {
  readonly mac: Uint8Array | undefined;
  /** Everything before the MAC. */
  readonly covered: Uint8Array;
}

const SOM = 0x53;
/** Sent before every packet, so that a receiver's first edge is not the start byte's (clause 5.7). */
const MARK = 0xff;
const REPLY_BIT = 0x80;
const CONTROL_CRC = 0x04;
const CONTROL_SECURITY = 0x08;
const MAC_BYTES = 4;
/** Security blocks that come with a MAC (Annex D): from SCS_15. */
const FIRST_WITH_MAC = 0x15;

const CRC_OF_BYTE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000) === 0 ? (crc << 1) & 0xffff : ((crc << 1) ^ 0x1021) & 0xffff;
  return crc;
});

/** CRC-16, polynomial 1021h, from 1D0Fh, not reflected; sent low byte first (Annex C). */
export function crc16(bytes: Uint8Array): number {
  let crc = 0x1d0f;
  for (const byte of bytes) crc = ((crc << 8) ^ (CRC_OF_BYTE[((crc >> 8) ^ byte) & 0xff] ?? 0)) & 0xffff;
  return crc;
}

/** The two's complement of the sum. */
export const checksum = (bytes: Uint8Array): number => -bytes.reduce((sum, byte) => sum + byte, 0) & 0xff;

/** The packet up to where its MAC would stand; the length in it counts MAC and check. */
export function coveredBytes({ address, isReply, sequence, check, security, code, data }: Packet): Uint8Array {
  assert(address >= 0 && address <= 0x7f && sequence >= 0 && sequence <= 3, 'an address has seven bits, a sequence number two');
  const block = security === undefined ? new Uint8Array() : Uint8Array.of(security.data.length + 2, security.type, ...security.data);
  const macBytes = security !== undefined && security.type >= FIRST_WITH_MAC ? MAC_BYTES : 0;
  const length = 5 + block.length + 1 + data.length + macBytes + (check === 'crc' ? 2 : 1);
  const control = sequence | (check === 'crc' ? CONTROL_CRC : 0) | (security === undefined ? 0 : CONTROL_SECURITY);
  const head = Uint8Array.of(SOM, address | (isReply ? REPLY_BIT : 0), length & 0xff, length >> 8, control);
  return concatBytes(head, block, Uint8Array.of(code), data);
}

/** The whole packet for the line, with its mark. @param mac the first four bytes count; needed from SCS_15 on */
export function encodePacket(packet: Packet, mac?: Uint8Array): Uint8Array {
  const body = concatBytes(coveredBytes(packet), mac === undefined ? new Uint8Array() : mac.subarray(0, MAC_BYTES));
  const crc = crc16(body);
  const check = packet.check === 'crc' ? Uint8Array.of(crc & 0xff, crc >> 8) : Uint8Array.of(checksum(body));
  return concatBytes(Uint8Array.of(MARK), body, check);
}

export type PacketEvent =
  | { readonly kind: 'packet'; readonly packet: ReceivedPacket }
  /** This many bytes belong to no packet. */
  | { readonly kind: 'garbage'; readonly length: number };

/** Finds packets in what a line gives, of both directions. No timer: silence on the line is an input (`idle`). */
export interface PacketDecoder {
  push(chunk: Uint8Array): PacketEvent[];
  /** The line has been silent: what is held will never become a packet. */
  idle(): PacketEvent[];
}

export function createPacketDecoder(): PacketDecoder {
  let held: Uint8Array = new Uint8Array();

  const take = (): PacketEvent[] => {
    const events: PacketEvent[] = [];
    let at = 0;
    let skipped = 0;
    while (at < held.length) {
      const packet = packetAt(held.subarray(at));
      if (packet === 'unknown-yet') break;
      if (packet === 'none') {
        // Marks are no garbage.
        if (held[at] !== MARK) skipped += 1;
        at += 1;
        continue;
      }
      if (skipped > 0) events.push({ kind: 'garbage', length: skipped });
      skipped = 0;
      events.push({ kind: 'packet', packet: packet.packet });
      at += packet.length;
    }
    if (skipped > 0) events.push({ kind: 'garbage', length: skipped });
    held = held.slice(at);
    return events;
  };

  return {
    push: (chunk) => {
      const events: PacketEvent[] = [];
      for (let from = 0; from < chunk.length; from += LIMITS.osdp.packetBytesMax) {
        held = concatBytes(held, chunk.subarray(from, from + LIMITS.osdp.packetBytesMax));
        events.push(...take());
      }
      return events;
    },
    idle: () => {
      const { length } = held;
      held = new Uint8Array();
      return length > 0 ? [{ kind: 'garbage', length }] : [];
    },
  };
}

const HEAD_BYTES = 5;

function packetAt(bytes: Uint8Array): { readonly packet: ReceivedPacket; readonly length: number } | 'unknown-yet' | 'none' {
  if (bytes[0] !== SOM) return 'none';
  const [, address, low, high, control] = bytes;
  if (address === undefined || low === undefined || high === undefined || control === undefined) return 'unknown-yet';
  const length = low | (high << 8);
  const check = (control & CONTROL_CRC) === 0 ? 'checksum' : 'crc';
  const checkBytes = check === 'crc' ? 2 : 1;
  if (length < HEAD_BYTES + 1 + checkBytes || length > LIMITS.osdp.packetBytesMax || (control & 0xf0) !== 0) return 'none';
  if (bytes.length < length) return 'unknown-yet';
  const body = bytes.subarray(0, length - checkBytes);
  const isRight =
    check === 'crc' ? crc16(body) === ((bytes[length - 2] ?? 0) | ((bytes[length - 1] ?? 0) << 8)) : checksum(body) === bytes[length - 1];
  const inside = isRight ? readBody(body, (control & CONTROL_SECURITY) !== 0) : undefined;
  if (inside === undefined) return 'none';
  return { packet: { address: address & 0x7f, isReply: (address & REPLY_BIT) !== 0, sequence: control & 3, check, ...inside }, length };
}

/** What stands between the head and the check; undefined when it does not add up. */
function readBody(body: Uint8Array, hasSecurity: boolean): Pick<ReceivedPacket, 'security' | 'code' | 'data' | 'mac' | 'covered'> | undefined {
  const blockBytes = hasSecurity ? (body[HEAD_BYTES] ?? 0) : 0;
  const type = hasSecurity ? (body[HEAD_BYTES + 1] ?? 0) : 0;
  if (hasSecurity && blockBytes < 2) return undefined;
  const macBytes = hasSecurity && type >= FIRST_WITH_MAC ? MAC_BYTES : 0;
  const codeAt = HEAD_BYTES + blockBytes;
  const end = body.length - macBytes;
  const code = body[codeAt];
  if (code === undefined || codeAt >= end) return undefined;
  return {
    security: hasSecurity ? { type, data: body.slice(HEAD_BYTES + 2, codeAt) } : undefined,
    code,
    data: body.slice(codeAt + 1, end),
    mac: macBytes === 0 ? undefined : body.slice(end),
    covered: body.slice(0, end),
  };
}
