import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endedSessionCookie, sessionCookie, sessionToken } from '#agent/local-api/session-cookie.ts';

const TOKEN = 'AbCdEfGhIjKlMnOpQrStU_';

describe('the cookie of a session', () => {
  it.each([
    [`foyer-usher=${TOKEN}`, TOKEN],
    [`a=b; foyer-usher=${TOKEN}; c=d`, TOKEN],
    [`a=b;foyer-usher=${TOKEN};c`, TOKEN],
    [undefined, undefined],
    ['', undefined],
    ['foyer-usher=', undefined],
    ['foyer-usher', undefined],
    [`foyer-usher=${TOKEN}x`, undefined],
    [`foyer-usher=${TOKEN.slice(1)}`, undefined],
    [`foyer-usher="${TOKEN}"`, undefined],
    [`foyer-usher=${TOKEN.slice(1)}%`, undefined],
    [`Foyer-Usher=${TOKEN}`, undefined],
    [`xfoyer-usher=${TOKEN}`, undefined],
    [`foyer-usher=${TOKEN}, a=b`, undefined],
    // One of the two was planted by another program of this machine: cookies do not know ports.
    [`foyer-usher=${TOKEN}; foyer-usher=${TOKEN}`, undefined],
    [`${'a=b; '.repeat(1_000)}foyer-usher=${TOKEN}`, undefined],
  ])('in %j is %j', (header, token) => {
    expect(sessionToken(header)).toBe(token);
  });

  it('is a token or nothing, whatever the header', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(sessionToken(`foyer-usher=${Buffer.from(bytes).toString('latin1')}`) ?? TOKEN).toMatch(/^[A-Za-z0-9_-]{22}$/);
      }),
    );
  });

  it('cannot be read by scripts, and is sent by no other site', () => {
    expect(sessionCookie(TOKEN, 43_200, false)).toBe(`foyer-usher=${TOKEN}; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict`);
    expect(sessionCookie(TOKEN, 43_200, true)).toMatch(/; Secure$/);
    expect(endedSessionCookie(false)).toBe('foyer-usher=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict');
  });
});
