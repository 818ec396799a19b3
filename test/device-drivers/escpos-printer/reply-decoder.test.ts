import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '#core/base/bytes.ts';
import { BLOCK_BYTES_MAX, type PrinterReply } from '#drivers/escpos-printer/frame.ts';
import { createReplyDecoder } from '#drivers/escpos-printer/reply-decoder.ts';
import { fromAutomaticStatus, withAnswer } from '#drivers/escpos-printer/status-reading.ts';
import { ALL_WELL, healthOf, type PrinterStatus } from '#drivers/ticket-printer/printer-status.ts';
import { hex, VECTORS } from './fixtures.ts';
import { EPSON } from './printer-parts.ts';

const healthFrom = (status: PrinterStatus) => healthOf({ status, mayHoldRemainder: false, papersSinceLow: 0 });
const decode = (bytes: Uint8Array): PrinterReply[] => createReplyDecoder(EPSON).push(bytes);

describe('replies of real printers', () => {
  it.each(VECTORS.blocks)('reads $name', ({ bytes, reply }) => {
    expect(decode(hex(bytes))).toEqual([reply]);
  });

  it.each(VECTORS.realTime)('reads the four answers of a printer with: $name', ({ answers, health, reasons }) => {
    const replies = decode(hex(answers));
    expect(replies.map(({ kind }) => kind)).toEqual(['status', 'status', 'status', 'status']);
    const status = replies.reduce(
      (sum, reply, i) => (reply.kind === 'status' ? withAnswer(sum, ([1, 2, 3, 4] as const)[i] ?? 1, reply.byte) : sum),
      ALL_WELL,
    );
    expect(healthFrom(status)).toEqual({ kind: health, reasons });
  });

  it.each(VECTORS.automatic)('reads the automatic status of a printer with: $name', ({ bytes, health, reasons }) => {
    const [reply, ...rest] = decode(hex(bytes));
    expect(rest).toEqual([]);
    expect(reply?.kind === 'automatic-status' && healthFrom(fromAutomaticStatus(reply.bytes))).toEqual({ kind: health, reasons });
  });
});

const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc
    .array(fc.constantFrom('12', '1A 32 12 72', '18 00 0F 0F', '37 22 50 30 30 31 00', '37 25 00', '37 22 50', '10 00', 'FF', '11', '5F 41', '00'), {
      maxLength: 30,
    })
    .map((parts) => concatBytes(...parts.map(hex))),
);

/** Runs of garbage are told when they end, so how they are cut says nothing. */
function told(decoder: ReturnType<typeof createReplyDecoder>, chunks: readonly Uint8Array[]): PrinterReply[] {
  return [...chunks.flatMap((chunk) => decoder.push(chunk)), ...decoder.idle()];
}

describe('the decoder', () => {
  it('says the same whether fed whole or byte by byte', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const byByte = told(
          createReplyDecoder(EPSON),
          [...bytes].map((byte) => Uint8Array.of(byte)),
        );
        expect(byByte).toEqual(told(createReplyDecoder(EPSON), [bytes]));
      }),
      { numRuns: 500 },
    );
  });

  it('understands what comes after any garbage and a silence', () => {
    fc.assert(
      fc.property(anyBytes, (garbage) => {
        const decoder = createReplyDecoder(EPSON);
        decoder.push(garbage);
        decoder.idle();
        expect(decoder.push(hex('37 22 50 30 30 31 00 12 18 00 0F 0F'))).toEqual([
          { kind: 'process-id', token: 'P001' },
          { kind: 'status', byte: 0x12 },
          { kind: 'automatic-status', bytes: [0x18, 0, 0x0f, 0x0f] },
        ]);
      }),
    );
  });

  it('accounts for every byte', () => {
    const size = (reply: PrinterReply): number => {
      switch (reply.kind) {
        case 'status':
        case 'flow':
          return 1;
        case 'automatic-status':
          return 4;
        case 'process-id':
          return 7;
        case 'cleared':
        case 'power':
          return 3;
        case 'other-block':
        case 'garbage':
          return reply.length;
        case 'offline':
        case 'full-status':
        case 'paper-status':
        case 'overflow':
          // An Epson's reports have no fixed length, the others are not sent by one; the 00 that ends an overflow is not counted.
          return Number.NaN;
      }
    };
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const replies = told(createReplyDecoder(EPSON), [bytes]);
        const sum = replies.reduce((total, reply) => total + size(reply), 0);
        expect(Number.isNaN(sum) || sum === bytes.length).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('drops a block without an end, and says so', () => {
    const endless = Uint8Array.from({ length: BLOCK_BYTES_MAX * 3 }, (_, i) => (i === 0 ? 0x5f : 0x41));
    expect(decode(concatBytes(endless, hex('00 12')))).toEqual([
      { kind: 'overflow', length: BLOCK_BYTES_MAX * 3 },
      { kind: 'status', byte: 0x12 },
    ]);
  });

  it('finds a status that interrupts an automatic status or a block', () => {
    expect(decode(hex('18 00 12'))).toEqual([
      { kind: 'garbage', length: 2 },
      { kind: 'status', byte: 0x12 },
    ]);
    expect(decode(hex('37 22 50 12'))).toEqual([
      { kind: 'garbage', length: 3 },
      { kind: 'status', byte: 0x12 },
    ]);
  });
});
