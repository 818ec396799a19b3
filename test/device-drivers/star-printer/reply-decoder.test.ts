import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { concatBytes } from '#core/base/bytes.ts';
import type { StarReply } from '#drivers/star-printer/frame.ts';
import { createReplyDecoder } from '#drivers/star-printer/reply-decoder.ts';
import { readFences, readStatus } from '#drivers/star-printer/status-reading.ts';
import { healthOf } from '#drivers/ticket-printer/printer-status.ts';
import { hex } from '#test/device-drivers/escpos-printer/fixtures.ts';

const Reports = z.object({
  reports: z.array(
    z.object({
      name: z.string(),
      bytes: z.string(),
      health: z.enum(['ready', 'degraded', 'blocked']),
      reasons: z.array(z.string()),
      fences: z.number().optional(),
    }),
  ),
});
const { reports } = Reports.parse(JSON.parse(readFileSync(new URL('../../fixtures/star-printer/reports.json', import.meta.url), 'utf8')));

const { printEnds } = z
  .object({ printEnds: z.array(z.object({ bytes: z.string(), name: z.number(), counter: z.number() })) })
  .parse(JSON.parse(readFileSync(new URL('../../fixtures/star-printer/print-ends.json', import.meta.url), 'utf8')));

const decode = (bytes: Uint8Array): StarReply[] => createReplyDecoder().push(bytes);

describe('the reports of Star’s manual', () => {
  it.each(reports)('$name', ({ bytes, health, reasons, fences }) => {
    const [reply, ...rest] = decode(hex(bytes));
    expect(rest).toEqual([]);
    if (reply?.kind !== 'report') throw new Error('no report was read');
    expect(healthOf({ status: readStatus(reply.bytes), mayHoldRemainder: false, papersSinceLow: 0 })).toEqual({ kind: health, reasons });
    expect(readFences(reply.bytes)).toBe(fences);
  });
});

it.each(printEnds)('the answer to a fence $bytes is read', ({ bytes, name, counter }) => {
  expect(decode(hex(bytes))).toEqual([{ kind: 'print-end', name, counter }]);
  // And behind one that broke off.
  expect(decode(concatBytes(hex('1B 1D 03'), hex(bytes))).at(-1)).toEqual({ kind: 'print-end', name, counter });
});

const WELL = hex('23 06 00 00 00 00 00 00 00');
const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 120 }),
  fc
    .array(
      fc.constantFrom(
        ...[...reports, ...printEnds].map(({ bytes }) => bytes),
        '1B',
        '1B 1D 03 01 07',
        '11',
        '13',
        '05',
        '23',
        '23 86 00',
        '0F 02 00 00 00 00 00 FF',
        '7F 00',
      ),
      {
        maxLength: 20,
      },
    )
    .map((parts) => concatBytes(...parts.map(hex))),
);

const told = (chunks: readonly Uint8Array[]): StarReply[] => {
  const decoder = createReplyDecoder();
  return [...chunks.flatMap((chunk) => decoder.push(chunk)), ...decoder.idle()];
};

describe('the decoder', () => {
  it('says the same whether fed whole or byte by byte', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        expect(told([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(told([bytes]));
      }),
      { numRuns: 500 },
    );
  });

  it('understands what comes after any garbage and a silence', () => {
    fc.assert(
      fc.property(anyBytes, (garbage) => {
        const decoder = createReplyDecoder();
        decoder.push(garbage);
        decoder.idle();
        expect(decoder.push(WELL)).toEqual([{ kind: 'report', bytes: [0, 0, 0, 0, 0, 0, 0] }]);
      }),
    );
  });

  it('finds a report behind one that broke off', () => {
    expect(decode(concatBytes(hex('23 06 00 00'), WELL)).at(-1)).toMatchObject({ kind: 'report' });
  });

  it('accounts for every byte', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const counted = told([bytes]).reduce((sum, reply) => sum + (reply.kind === 'garbage' ? reply.length : reply.kind === 'flow' ? 1 : 0), 0);
        expect(counted).toBeLessThanOrEqual(bytes.length);
        if (told([bytes]).every(({ kind }) => kind !== 'report' && kind !== 'print-end')) expect(counted).toBe(bytes.length);
      }),
    );
  });
});
