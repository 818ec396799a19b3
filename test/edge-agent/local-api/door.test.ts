import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalApiSetup, setUpLocalApi } from './local-api-setup.ts';

/** `@` stands for the port that is listened on. Undefined leaves the header out. */
interface Attempt {
  readonly method: 'GET' | 'POST' | 'HEAD' | 'PUT' | 'DELETE' | 'OPTIONS' | 'PATCH';
  readonly path?: string;
  readonly host?: string | undefined;
  readonly origin?: string | undefined;
  readonly site?: string;
  readonly passes: boolean;
}

const OWN_HOSTS = ['127.0.0.1:@', 'localhost:@', '[::1]:@'];
const FOREIGN_HOSTS = [
  undefined,
  '',
  'evil.example',
  'evil.example:@',
  '127.0.0.1',
  'localhost',
  '127.0.0.1:1',
  '127.0.0.2:@',
  '0.0.0.0:@',
  '127.0.0.1.evil.example:@',
  'localhost.:@',
  'LOCALHOST:@',
  '[::1]:@.evil.example',
  '127.0.0.1:@@evil.example',
  '192.168.1.20:@',
];
const FOREIGN_ORIGINS = [
  'null',
  '',
  'http://evil.example',
  'https://127.0.0.1:@',
  'http://127.0.0.1',
  'http://127.0.0.1:1',
  'http://127.0.0.1:@.evil.example',
  'http://127.0.0.1:@/',
  'http://evil.example@127.0.0.1:@',
  'file://',
  'http://localhost:@',
  'HTTP://127.0.0.1:@',
  'http://127.0.0.1:@, http://evil.example',
];

const ATTEMPTS: readonly Attempt[] = [
  ...OWN_HOSTS.flatMap((host): Attempt[] => [
    { method: 'GET', host, passes: true },
    { method: 'HEAD', host, passes: true },
    { method: 'GET', host, origin: `http://${host}`, passes: true },
    { method: 'POST', host, origin: `http://${host}`, passes: true },
    { method: 'POST', host, passes: false },
    { method: 'GET', host, origin: 'http://evil.example', passes: false },
  ]),
  ...FOREIGN_HOSTS.flatMap((host): Attempt[] => [
    { method: 'GET', host, passes: false },
    { method: 'POST', host, origin: host === undefined ? 'http://127.0.0.1:@' : `http://${host}`, passes: false },
  ]),
  ...FOREIGN_ORIGINS.flatMap((origin): Attempt[] => [
    { method: 'POST', host: '127.0.0.1:@', origin, passes: false },
    { method: 'GET', host: '127.0.0.1:@', origin, passes: false },
  ]),
  { method: 'GET', host: '127.0.0.1:@', site: 'cross-site', passes: false },
  { method: 'GET', host: '127.0.0.1:@', site: 'same-origin', passes: true },
  { method: 'GET', path: '/', host: '127.0.0.1:@', site: 'cross-site', passes: true },
  { method: 'GET', path: '/', host: 'evil.example:@', passes: false },
  { method: 'GET', path: '/metrics', host: 'evil.example:@', passes: false },
  { method: 'GET', path: '/assets/main-abc123.js', host: 'evil.example:@', passes: false },
  { method: 'GET', path: '/nowhere', host: 'evil.example:@', passes: false },
];

describe('who may ask the local API', () => {
  let setup: LocalApiSetup;
  const ends: (() => Promise<void>)[] = [];
  // One server for the whole table: nothing in it changes anything that a later row could see, which the rows themselves check.
  beforeAll(async () => {
    setup = await setUpLocalApi({}, (end) => ends.unshift(end));
  });
  afterAll(async () => {
    for (const end of ends) await end();
  });

  it('is asked in more than 40 ways', () => {
    expect(ATTEMPTS.length).toBeGreaterThan(40);
  });

  it.each(ATTEMPTS)('$method $path from host $host, origin $origin, site $site: passes is $passes', async (attempt) => {
    const at = (text: string | undefined) => text?.replace('@', String(setup.port));
    const before = setup.done.length;
    const path = attempt.path ?? (attempt.method === 'POST' ? '/api/kiosk/pay' : '/api/kiosk/session');
    const answer = await setup.send({
      method: attempt.method,
      path,
      headers: {
        host: at(attempt.host),
        origin: at(attempt.origin),
        'sec-fetch-site': attempt.site,
        ...(attempt.method === 'POST' ? { 'content-type': 'application/json' } : {}),
      },
      ...(attempt.method === 'POST' ? { body: '{}' } : {}),
    });
    if (attempt.passes) {
      expect(answer.status).toBe(200);
      expect(setup.done.length).toBe(before + (attempt.method === 'POST' ? 1 : 0));
    } else {
      // Without a Host header Node's own parser refuses before we do.
      expect([400, 403]).toContain(answer.status);
      expect(setup.done.length).toBe(before);
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  it.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s is no method of any row', async (method) => {
    const answer = await setup.send({ method, path: '/api/kiosk/pay', headers: { origin: `http://127.0.0.1:${setup.port}` } });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('gives no other page leave to ask (CORS preflight)', async () => {
    const headers = { origin: 'http://evil.example', 'access-control-request-method': 'POST' };
    const answer = await setup.send({ method: 'OPTIONS', path: '/api/kiosk/pay', headers });
    expect(answer.status).toBe(403);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain; application/json', undefined])(
    'takes no body of type %s',
    async (type) => {
      const before = setup.done.length;
      const headers = { origin: `http://127.0.0.1:${setup.port}`, 'content-type': type };
      const answer = await setup.send({ method: 'POST', path: '/api/kiosk/pay', headers, body: '{}' });
      expect(answer.status).toBe(415);
      expect(setup.done.length).toBe(before);
    },
  );
});

describe('who may listen', () => {
  it.each(['null', '', 'http://evil.example', 'http://localhost:1', 'file://'])('a page of origin %s may not', async (origin) => {
    const { live } = await setUpLocalApi();
    expect(await live('?topic=kiosk', { origin })).toEqual({ kind: 'refused', status: 403 });
  });

  it('a name that was rebound to this address may not', async () => {
    const { live, port } = await setUpLocalApi();
    expect(await live('?topic=kiosk', { host: `evil.example:${port}`, origin: `http://evil.example:${port}` })).toEqual({
      kind: 'refused',
      status: 403,
    });
  });

  it.each(['', '?topic=everything', '?topic=kiosk&topic=gate'])('nobody may listen to %s', async (query) => {
    const { live } = await setUpLocalApi();
    expect(await live(query)).toEqual({ kind: 'refused', status: 400 });
  });
});

describe('every answer', () => {
  it.each(['/', '/api/kiosk/session', '/nowhere.txt', '/metrics', '/api/posters/001105972026.svg'])(
    '%s carries the headers that keep a page in',
    async (path) => {
      const { send } = await setUpLocalApi();
      const { headers } = await send({ path });
      expect(headers['content-security-policy']).toMatch(/default-src '(self|none)'/);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['x-frame-options']).toBe('DENY');
      expect(headers['referrer-policy']).toBe('no-referrer');
      expect(headers.server).toBeUndefined();
    },
  );
});
