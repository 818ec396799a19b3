import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createTicketVerifier } from '#agent/runtime/ticket-crypto.ts';
import { fromHex } from '#core/base/bytes.ts';
import { assert } from '#core/base/fault.ts';
import { parseTicketText, ticketText } from '#core/ticket/ticket-text.ts';
import { makeVectors } from './make-vectors.ts';

interface PublishedVectors {
  readonly key: { readonly publicKey: string };
  readonly good: readonly {
    readonly name: string;
    readonly payload: string;
    readonly signature: string;
    readonly text: string;
    readonly fields: { readonly ticketId: string };
  }[];
  readonly bad: readonly { readonly name: string; readonly problem: string; readonly text: string }[];
}

const published = JSON.parse(readFileSync(new URL('../../fixtures/tickets/vectors.json', import.meta.url), 'utf8')) as PublishedVectors;
const verify = createTicketVerifier(() => Buffer.from(published.key.publicKey, 'hex').toString('base64url'));

describe('published ticket vectors', () => {
  it('are what the code makes', () => {
    expect(JSON.parse(JSON.stringify(makeVectors()))).toEqual(published);
  });

  it.each(published.good)('good: $name', ({ payload, signature, text, fields }) => {
    const bytes = fromHex(payload);
    const signed = fromHex(signature);
    assert(bytes !== undefined && signed !== undefined, 'the file is hexadecimal');
    expect(ticketText(bytes, signed)).toBe(text);
    expect(text).toHaveLength(153);
    const parsed = parseTicketText(text);
    assert(parsed.ok, 'a good vector parses');
    expect(parsed.value.payload.ticketId).toBe(fields.ticketId);
    expect(verify(parsed.value.payload.keyId, parsed.value.message, parsed.value.signature)).toBe(true);
  });

  it.each(published.bad)('bad: $name is $problem', ({ problem, text }) => {
    const parsed = parseTicketText(text);
    if (problem === 'bad-signature') {
      assert(parsed.ok, 'the form is right, the signature is not');
      expect(verify(parsed.value.payload.keyId, parsed.value.message, parsed.value.signature)).toBe(false);
    } else {
      expect(parsed).toEqual({ ok: false, error: problem });
    }
  });

  it('have a bad one for every way of being wrong', () => {
    expect(new Set(published.bad.map(({ problem }) => problem))).toEqual(
      new Set(['not-ours', 'wrong-length', 'not-base45', 'not-canonical', 'unknown-version', 'bad-field', 'bad-signature']),
    );
  });
});
