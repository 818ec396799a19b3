import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { ascii, concatBytes } from '#core/base/bytes.ts';
import { createReplyDecoder as createEscposDecoder } from '#drivers/escpos-printer/reply-decoder.ts';
import { createLineCutter } from '#drivers/gpio-gate/codec.ts';
import { createCodeAssembler } from '#drivers/hid-pos-scanner/codec.ts';
import { createKeyDecoder } from '#drivers/keyboard-scanner/key-decoder.ts';
import { createReplyDecoder as createLcusDecoder } from '#drivers/lcus-relay/codec.ts';
import { createStructureFramer } from '#drivers/magnetic-stripe/codec.ts';
import { createReplyDecoder as createModbusDecoder } from '#drivers/modbus-gate/reply-decoder.ts';
import { createPacketDecoder } from '#drivers/osdp/packet.ts';
import { createMessageDecoder } from '#drivers/pcsc-reader/codec.ts';
import { createPn532Decoder } from '#drivers/pn532-reader/codec.ts';
import { createScanFramer } from '#drivers/serial-scanner/scan-framer.ts';
import { createReplyDecoder as createStarDecoder } from '#drivers/star-printer/reply-decoder.ts';
import { createApduStream } from '#drivers/zvt-terminal/apdu.ts';
import { createSerialFramer } from '#drivers/zvt-terminal/serial-framing.ts';

/**
 * Every decoder of a driver under a device that never stops: what it keeps does not grow. What it says is of no matter here; each has its own tests for that.
 * Measured in this process, after collecting what nobody holds.
 */
interface Decoder {
  push(bytes: Uint8Array): unknown;
}

/** With the bytes that begin its longest frame, in hexadecimal: what an endless stream would be taken for. */
const DECODERS: Readonly<Record<string, readonly [create: () => Decoder, head: string]>> = {
  'escpos-printer': [() => createEscposDecoder({ status: 'real-time', fence: 'process-id' }), '37'],
  'star-printer': [createStarDecoder, '2f'],
  'serial-scanner, CR': [() => createScanFramer({ maxFrameBytes: 4_096, suffix: 'cr' }), '41'],
  'serial-scanner, STX ETX': [() => createScanFramer({ maxFrameBytes: 4_096, suffix: 'stx-etx' }), '02'],
  'keyboard-scanner': [() => createKeyDecoder(4_096), '0000040000000000'],
  'hid-pos-scanner': [() => createCodeAssembler(4_096), '02ff'],
  'magnetic-stripe': [() => createStructureFramer(512), '02ffff'],
  'lcus-relay': [createLcusDecoder, '4348'],
  'modbus-gate': [() => createModbusDecoder({ unit: 1, maxFrameBytes: 16 }), '0102ff'],
  'gpio-gate': [createLineCutter, '65'],
  osdp: [createPacketDecoder, '5380ffff'],
  'pn532-reader': [() => createPn532Decoder({ bodyBytesMax: 512 }), '0000ffffff01ff00'],
  'pcsc-reader': [() => createMessageDecoder(0x400), '040003'],
  'zvt-terminal, TCP': [createApduStream, '04d3ffff3f'],
  'zvt-terminal, serial': [createSerialFramer, '100204d3ffff'],
};

const nextTurn = (): Promise<void> => new Promise((turn) => setImmediate(turn));

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');
/** Buffers are given back beside the program: what the first collection finds, a later one has freed. */
async function heldBytes(): Promise<number> {
  for (let round = 0; round < 4; round += 1) {
    collect();
    await nextTurn();
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const STREAM_BYTES = 1 << 19;
const CHUNK_BYTES = 512;
/** The longest unit that is believed (16 KB of a terminal), and what a process breathes. */
const MAY_GROW_BYTES = STREAM_BYTES / 2;

function feed(decoder: Decoder, head: Uint8Array, filler: Uint8Array): void {
  const body = concatBytes(...Array.from({ length: Math.ceil(CHUNK_BYTES / filler.length) }, () => filler));
  decoder.push(head);
  // A chunk of its own each time: whoever keeps one keeps its bytes.
  for (let fed = 0; fed < STREAM_BYTES; fed += CHUNK_BYTES) decoder.push(body.slice(0, CHUNK_BYTES));
}

async function growth(create: () => Decoder, head: Uint8Array): Promise<number> {
  const fillers = [ascii('A'), Uint8Array.of(0xff), Uint8Array.of(0), head];
  const kept = fillers.map(create);
  const before = await heldBytes();
  for (const [index, decoder] of kept.entries()) feed(decoder, head, fillers[index] ?? head);
  const after = await heldBytes();
  expect(kept).toHaveLength(fillers.length);
  return after - before;
}

/** What the process does beside comes once; what a decoder keeps comes each time. */
async function leastGrowth(create: () => Decoder, head: Uint8Array): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5 && least >= MAY_GROW_BYTES; round += 1) least = Math.min(least, await growth(create, head));
  return least;
}

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

describe('memory under an endless stream', { timeout: 180_000 }, () => {
  it.each(Object.entries(DECODERS))('of %s does not grow', async (_, [create, head]) => {
    await growth(create, bytesOf(head));
    expect(await leastGrowth(create, bytesOf(head))).toBeLessThan(MAY_GROW_BYTES);
  });

  it('of a decoder that keeps everything would be noticed', async () => {
    const hoard = (): Decoder => {
      const held: Uint8Array[] = [];
      return { push: (bytes) => held.push(bytes) };
    };
    expect(await leastGrowth(hoard, bytesOf('02'))).toBeGreaterThan(MAY_GROW_BYTES);
  });
});
