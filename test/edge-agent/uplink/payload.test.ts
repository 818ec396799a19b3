import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodePayload, encodePayload } from '#agent/uplink/payload.ts';

const MAX = 65_536;

async function reasonOf(bytes: Uint8Array): Promise<string> {
  const decoded = await decodePayload(bytes, MAX);
  return decoded.ok ? 'accepted' : decoded.error.reason;
}

describe('payload', () => {
  test('any JSON comes back as it was, and only what is large is compressed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.nat({ max: 20_000 }), async (value, padding) => {
        const message = { value, padding: 'x'.repeat(padding) };
        const text = JSON.stringify(message);
        const bytes = await encodePayload(text);
        expect(bytes[0] === 0x1f).toBe(Buffer.byteLength(text) >= 1_024);
        expect(await decodePayload(bytes, MAX)).toEqual({ ok: true, value: JSON.parse(text) });
      }),
    );
  });

  test('any bytes are either JSON or refused with a reason', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.boolean(), async (bytes, asGzip) => {
        const decoded = await decodePayload(asGzip ? Uint8Array.from([0x1f, 0x8b, ...bytes]) : bytes, MAX);
        if (!decoded.ok) expect(decoded.error.detail).not.toBe('');
        else expect(JSON.stringify(decoded.value)).toBeDefined();
      }),
      { numRuns: 500 },
    );
  });

  test('each way of being unreadable has its name', async () => {
    expect(await reasonOf(Buffer.alloc(MAX + 1, 0x20))).toBe('too-large');
    expect(await reasonOf(gzipSync(Buffer.alloc(50_000_000, 0x20)))).toBe('too-large');
    expect(await reasonOf(gzipSync('{}').subarray(0, 12))).toBe('not-gzip');
    expect(await reasonOf(Buffer.from([0x22, 0xff, 0x22]))).toBe('not-utf8');
    expect(await reasonOf(Buffer.from('{"a":'))).toBe('not-json');
    expect(await reasonOf(new Uint8Array(0))).toBe('not-json');
  });

  test('a message deeper than any stack is an ordinary one', async () => {
    expect(await reasonOf(Buffer.from('['.repeat(60_000)))).toBe('not-json');
  });

  test('what was in a malformed message stays out of the reason', async () => {
    const decoded = await decodePayload(Buffer.from('{"card": 4111111111111111'), MAX);
    expect(JSON.stringify(decoded)).not.toContain('4111');
  });
});
