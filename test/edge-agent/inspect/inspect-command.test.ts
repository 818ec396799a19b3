import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runTicketCommand } from '#agent/inspect/inspect-command.ts';
import { KEY_RING_FILE } from '#agent/inspect/key-ring.ts';
import { type Instant, instant } from '#core/base/time.ts';
import type { SiteId } from '#core/contract/identifiers.ts';
import { stepAt } from '#core/ticket/rotating.ts';
import { rotatingTextAt, signedText, standardPayload, VENUE_SECRET, vectorSigner } from '#test/core/ticket/make-vectors.ts';
import { scratchFolder } from '#test/support/scratch.ts';

const NOW = instant(standardPayload.issuedAt + 120_000);
const paper = signedText(standardPayload);
const phone = rotatingTextAt(paper, stepAt(NOW));
const ring = {
  scope: '36090702',
  keys: [{ id: 7, publicKey: vectorSigner.publicKey, notBefore: '2026-01-01T00:00:00.000Z', notAfter: '2026-12-31T00:00:00.000Z' }],
};

/** A data folder as an agent leaves it. */
function folder({ withSecrets = true } = {}): string {
  const data = scratchFolder();
  writeFileSync(join(data, KEY_RING_FILE), JSON.stringify(ring));
  const secret = Buffer.from(VENUE_SECRET).toString('base64url');
  const rotating = [{ id: 1, secret, notBefore: '2026-01-01T00:00:00.000Z', notAfter: '2026-12-31T00:00:00.000Z' }];
  const body = JSON.stringify({ scope: '36090702', rotating, codeKey: secret });
  if (withSecrets) writeFileSync(join(data, 'gate-secrets.json'), JSON.stringify({ body, signature: 'A'.repeat(86) }));
  return data;
}

const run = (code: string, change: { json?: boolean; keys?: string; data?: string; now?: Instant } = {}) =>
  runTicketCommand({ words: ['inspect', code], json: false, keys: undefined, data: folder(), now: NOW, timeZone: 'Asia/Shanghai', ...change });

describe('foyer ticket inspect', () => {
  test('says every field in words, with times in UTC and local', () => {
    const { exit, text } = run(paper);
    expect(exit).toBe(0);
    expect(text.split('\n')).toEqual([
      'A ticket, format foyer/ticket/v1.',
      '  form         paper: the code that never changes',
      '  signature    good; its key signs from 2026-01-01T00:00:00Z (1 Jan 2026, 08:00:00 Asia/Shanghai) to 2026-12-31T00:00:00Z (31 Dec 2026, 08:00:00 Asia/Shanghai)',
      '  key          7',
      '  site         36090702',
      '  ticket       3609070212345678',
      '  show         20417',
      '  screen       3',
      '  seat         number 87 of the plan, counted from 0',
      '  admits       1 body',
      '  class        standard',
      '  valid from   2026-02-17T10:50:00Z (17 Feb 2026, 18:50:00 Asia/Shanghai)',
      '  valid until  2026-02-17T12:30:00Z (17 Feb 2026, 20:30:00 Asia/Shanghai)',
      '  issued       2026-02-17T10:52:07Z (17 Feb 2026, 18:52:07 Asia/Shanghai)',
      'Nothing in the code itself makes a gate refuse it now.',
      'What a gate knows besides (the record, earlier entries, the hours of the show) is not looked at here.',
    ]);
  });

  test('says the step of a phone, and whether its check value is genuine', () => {
    const { text } = run(phone);
    expect(text).toContain(`  time step    ${stepAt(NOW)}, from 2026-02-17T10:54:00Z (17 Feb 2026, 18:54:00 Asia/Shanghai) to 2026-02-17T10:54:15Z`);
    expect(text).toContain('  check value  good');
    expect(run(phone, { data: folder({ withSecrets: false }) }).text).toContain('not checked: the secret for that time is not here');
    expect(run(rotatingTextAt(paper, stepAt(NOW), new Uint8Array(8))).text).toContain(
      "bad-signature: its check value was not made with the ticket's key",
    );
  });

  test.each<readonly [string, string, Parameters<typeof run>[1], string]>([
    ['a picture', rotatingTextAt(paper, stepAt(NOW) - 2), {}, 'stale-code: its step is'],
    ['a ticket of yesterday', paper, { now: instant(NOW + 86_400_000) }, 'too-late: it is good from'],
    ['another cinema', signedText({ ...standardPayload, siteId: '36090703' as SiteId }), {}, 'other-site: it is for site 36090703'],
    ['an unknown key', signedText({ ...standardPayload, keyId: 9 }), {}, 'unknown-key: key 9'],
    ['a forgery', `${paper.slice(0, -2)}00`, {}, 'BAD: the key of that number did not sign this'],
    ['an old key', signedText({ ...standardPayload, issuedAt: instant(0) }), {}, 'key-out-of-time: it says that it was issued at 1970'],
    ['no ring of keys', paper, { data: '/nonexistent' }, 'not checked: there is no ring of keys'],
    ['a torn ticket', paper.slice(0, 100), {}, 'it was cut or added to'],
    ['an information code', `36090702${'A'.repeat(172)}`, {}, 'of this cinema'],
    ['a link', 'https://example.com/ticket', {}, 'another system may use'],
    ['control characters', 'abc\u001b[2J', {}, 'unreadable'],
    ['Chinese', '影票'.repeat(8), {}, 'unreadable'],
    ['a short word', 'hello', {}, 'too short'],
  ])('explains %s', (_name, code, change, words) => {
    const { exit, text } = run(code, change);
    expect({ exit, text }).toEqual({ exit: 0, text: expect.stringContaining(words) });
  });

  test.each([
    ['134567890123456789', 'WeChat Pay'],
    ['281234567890123456', 'Alipay'],
    ['6212345678901234567', 'UnionPay'],
    ['482917305662', 'pick-up code'],
    ['13800138000', 'phone number'],
  ])('names %s and repeats no digit of it', (code, words) => {
    for (const json of [false, true]) expect(run(code, { json }).text).not.toContain(code.slice(-6));
    expect(run(code).text).toContain(words);
  });

  test('says the same to a program', () => {
    expect(JSON.parse(run(phone, { json: true }).text)).toMatchObject({
      kind: 'ticket',
      form: 'rotating',
      signature: 'good',
      step: stepAt(NOW),
      checkValueIsGenuine: true,
      fields: { ticketId: '3609070212345678', validFrom: '2026-02-17T10:50:00.000Z' },
      refused: [],
    });
    expect(JSON.parse(run(rotatingTextAt(paper, 1), { json: true }).text)).toMatchObject({ refused: [{ reason: 'stale-code' }] });
  });

  test('says how it goes, and what is wrong with a file', () => {
    expect(runTicketCommand({ words: ['look'], json: false, keys: undefined, data: folder(), now: NOW, timeZone: 'UTC' }).exit).toBe(64);
    expect(run(paper, { keys: '/nonexistent' })).toEqual({ exit: 66, text: 'There is no file /nonexistent.' });
    const data = scratchFolder();
    writeFileSync(join(data, KEY_RING_FILE), '{"scope":1}');
    expect(() => run(paper, { data })).toThrow(expect.objectContaining({ fault: expect.objectContaining({ code: 'E-KEY-RING' }) }));
  });
});
