import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { fromHex } from '#core/base/bytes.ts';
import { assert } from '#core/base/fault.ts';
import type { PrinterReply } from '#drivers/escpos-printer/frame.ts';

const Health = { health: z.enum(['ready', 'degraded', 'blocked']), reasons: z.array(z.string()) };
const Vectors = z.object({
  realTime: z.array(z.object({ name: z.string(), answers: z.string(), ...Health })),
  automatic: z.array(z.object({ name: z.string(), bytes: z.string(), ...Health })),
  blocks: z.array(z.object({ name: z.string(), bytes: z.string(), reply: z.custom<PrinterReply>() })),
  characters: z.array(z.object({ text: z.string(), bytes: z.string() })),
});

/** Bytes that real printers and their manuals say, with where each comes from. */
export const VECTORS = Vectors.parse(JSON.parse(readFileSync(new URL('../../fixtures/escpos-printer/status-vectors.json', import.meta.url), 'utf8')));

export function hex(text: string): Uint8Array {
  const bytes = fromHex(text);
  assert(bytes !== undefined, `${text} is hexadecimal`);
  return bytes;
}
