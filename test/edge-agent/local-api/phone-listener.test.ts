import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import type { PhoneListenerPlan } from '#agent/local-api/phone-listener.ts';
import { FaultError } from '#core/base/fault.ts';
import { selfSigned } from '#test/support/self-signed.ts';
import { type LocalApiSetup, setUpLocalApi, USHER_PIN, USHER_TOKEN } from './local-api-setup.ts';

/** The listener for phones, over TLS. `@` stands for its port. */
const NAMES = ['usher.cinema.example', 'gate-a'];
const COOKIE = `foyer-usher=${USHER_TOKEN}`;

interface Attempt {
  readonly method: 'GET' | 'POST' | 'HEAD' | 'PUT' | 'DELETE' | 'OPTIONS';
  readonly path?: string;
  readonly host: string | undefined;
  readonly origin?: string;
  readonly site?: string;
  readonly cookie?: string;
  readonly type?: string;
  readonly status: number;
}

const HOSTS = ['usher.cinema.example:@', 'gate-a:@', '127.0.0.1:@'];
const FOREIGN_HOSTS = [
  'evil.example:@',
  'usher.cinema.example',
  'usher.cinema.example:443',
  'usher.cinema.example.evil.example:@',
  'USHER.cinema.example:@',
  'usher.cinema.example.:@',
  'localhost:@',
  '[::1]:@',
  '10.0.0.9:@',
];
const FOREIGN_ORIGINS = [
  'null',
  'http://gate-a:@',
  'https://gate-a',
  'https://gate-a:1',
  'https://usher.cinema.example:@',
  'https://evil.example',
  'https://gate-a:@/',
  'file://',
];

const ATTEMPTS: readonly Attempt[] = [
  ...HOSTS.flatMap((host): Attempt[] => [
    { method: 'GET', host, status: 200 },
    { method: 'GET', host, cookie: COOKIE, status: 200 },
    { method: 'HEAD', host, path: '/usher', status: 200 },
    { method: 'POST', host, origin: `https://${host}`, cookie: COOKIE, status: 200 },
    { method: 'POST', host, origin: `https://${host}`, status: 409 },
    { method: 'POST', host, cookie: COOKIE, status: 403 },
    { method: 'GET', host, origin: 'https://evil.example', cookie: COOKIE, status: 403 },
  ]),
  ...FOREIGN_HOSTS.flatMap((host): Attempt[] => [
    { method: 'GET', host, cookie: COOKIE, status: 403 },
    { method: 'POST', host, origin: `https://${host}`, cookie: COOKIE, status: 403 },
  ]),
  { method: 'GET', host: undefined, status: 400 },
  ...FOREIGN_ORIGINS.map((origin): Attempt => ({ method: 'POST', host: 'gate-a:@', origin, cookie: COOKIE, status: 403 })),
  { method: 'POST', host: 'gate-a:@', origin: 'https://gate-a:@', site: 'cross-site', cookie: COOKIE, status: 403 },
  { method: 'GET', host: 'gate-a:@', site: 'cross-site', cookie: COOKIE, status: 403 },
  { method: 'GET', host: 'gate-a:@', site: 'cross-site', path: '/usher', status: 200 },
  { method: 'POST', host: 'gate-a:@', origin: 'https://gate-a:@', type: 'text/plain', cookie: COOKIE, status: 415 },
  { method: 'POST', host: 'gate-a:@', origin: 'https://gate-a:@', cookie: `${COOKIE}; ${COOKIE}`, status: 409 },
  { method: 'POST', host: 'gate-a:@', origin: 'https://gate-a:@', cookie: 'foyer-usher=AAAAAAAAAAAAAAAAAAAAAA', status: 409 },
  ...(['PUT', 'DELETE', 'OPTIONS'] as const).map(
    (method): Attempt => ({ method, host: 'gate-a:@', origin: 'https://gate-a:@', cookie: COOKIE, status: 404 }),
  ),
  // Nothing of the lobby is there: neither its pages nor its rows.
  ...['/', '/gate', '/technician', '/bench', '/metrics', '/api/lobby', '/api/technician', '/api/bench', '/api/kiosk/session', '/api/programme'].map(
    (path): Attempt => ({ method: 'GET', path, host: 'gate-a:@', cookie: COOKIE, status: 404 }),
  ),
  ...['/api/kiosk/pay', '/api/technician/devices/gate-controller/test', '/api/bench/network'].map(
    (path): Attempt => ({ method: 'POST', path, host: 'gate-a:@', origin: 'https://gate-a:@', cookie: COOKIE, status: 404 }),
  ),
  { method: 'GET', path: '/assets/main-abc123.js', host: 'gate-a:@', status: 200 },
  { method: 'GET', path: '/.secret', host: 'gate-a:@', status: 404 },
  { method: 'GET', path: '/assets/../../secret', host: 'gate-a:@', status: 404 },
];

interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

describe('the listener for phones', () => {
  const ends: (() => Promise<void>)[] = [];
  let setup: LocalApiSetup;
  let port = 0;

  const ask = (method: string, path: string, headers: Readonly<Record<string, string | undefined>>, body?: string): Promise<Answered> => {
    const given = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const options = {
      host: '127.0.0.1',
      port,
      method,
      path,
      headers: Object.fromEntries(given),
      setHost: false,
      agent: false,
      rejectUnauthorized: false,
    };
    return new Promise((resolve, reject) => {
      const asked = request(options, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: Buffer.concat(chunks).toString('utf8') }));
      });
      asked.on('error', reject);
      asked.end(body);
    });
  };
  const signIn = () =>
    ask(
      'POST',
      '/api/usher/sign-in',
      { host: `gate-a:${port}`, origin: `https://gate-a:${port}`, 'content-type': 'application/json' },
      `{"pin":"${USHER_PIN}"}`,
    );

  beforeAll(async () => {
    const plan = writePlan(ends);
    setup = await setUpLocalApi({ phones: plan }, (end) => ends.unshift(end));
    port = Number(new URL(setup.phonesUrl ?? 'none:').port);
    await signIn();
  });
  afterAll(async () => {
    for (const end of ends) await end();
  });

  it('is asked in more than 40 ways', () => {
    expect(ATTEMPTS.length).toBeGreaterThan(60);
    expect(setup.phonesUrl).toBe(`https://usher.cinema.example:${port}/usher`);
  });

  it.each(ATTEMPTS)(
    '$method $path for $host from $origin, site $site, cookie $cookie: $status',
    async ({ method, path, host, origin, site, cookie, type, status }) => {
      const at = (text: string | undefined) => text?.replace('@', String(port));
      const before = setup.done.length;
      const isPost = method === 'POST';
      const answer = await ask(
        method,
        path ?? (isPost ? '/api/usher/scans' : '/api/usher'),
        { host: at(host), origin: at(origin), 'sec-fetch-site': site, cookie, ...(isPost ? { 'content-type': type ?? 'application/json' } : {}) },
        isPost ? '{"code":"x","via":"typed"}' : undefined,
      );
      expect(answer.status).toBe(status);
      expect(setup.done.length).toBe(before + (isPost && status === 200 ? 1 : 0));
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    },
  );

  it('gives a cookie that travels over TLS alone', async () => {
    const { headers } = await signIn();
    expect(headers['set-cookie']).toEqual([`foyer-usher=${USHER_TOKEN}; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict; Secure`]);
  });

  it('guards its page as the other listener does, and allows it the camera', async () => {
    const { headers } = await ask('GET', '/usher', { host: `gate-a:${port}` });
    expect(headers['permissions-policy']).toMatch(/^camera=\(self\), microphone=\(\)/);
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toBe('no-referrer');
  });

  it.each([
    ['usher', `https://gate-a:@`, 101],
    ['usher', undefined, 403],
    ['usher', 'https://evil.example', 403],
    ['gate', 'https://gate-a:@', 404],
    ['technician', 'https://gate-a:@', 404],
    ['bench', 'https://gate-a:@', 404],
    ['nonsense', 'https://gate-a:@', 400],
  ])('opens the topic %s for origin %s with %i', async (topic, origin, status) => {
    const socket = new WebSocket(`wss://127.0.0.1:${port}/api/live?topic=${topic}`, {
      rejectUnauthorized: false,
      headers: { host: `gate-a:${port}`, cookie: COOKIE },
      ...(origin === undefined ? {} : { origin: origin.replace('@', String(port)) }),
    });
    const answered = new Promise<number>((resolve) => {
      socket.once('open', () => resolve(101));
      socket.once('unexpected-response', (_request, answer) => resolve(answer.statusCode ?? 0));
      socket.on('error', () => {});
    });
    expect(await answered).toBe(status);
    socket.terminate();
  });

  it('speaks no HTTP and no old TLS', async () => {
    const plain = await setup.sendTo(port, { path: '/usher', headers: { host: `gate-a:${port}` } }).catch(() => 'hung up');
    expect(plain).toBe('hung up');
    const old = new Promise((resolve) => {
      const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, maxVersion: 'TLSv1.1', minVersion: 'TLSv1' });
      socket.once('secureConnect', () => resolve('open'));
      socket.once('error', () => resolve('refused'));
    });
    expect(await old).toBe('refused');
  });
});

describe('the certificate of the listener for phones', () => {
  const started = async (change: (plan: PhoneListenerPlan) => void) => {
    const ends: (() => Promise<void>)[] = [];
    const plan = writePlan(ends);
    change(plan);
    try {
      await setUpLocalApi({ phones: plan }, (end) => ends.unshift(end));
      return undefined;
    } catch (cause) {
      return cause instanceof FaultError ? cause.fault : cause;
    } finally {
      for (const end of ends) await end();
    }
  };

  it.each([
    ['is not there', (plan: PhoneListenerPlan) => rmSync(plan.certificateFile)],
    ['is none', (plan: PhoneListenerPlan) => writeFileSync(plan.certificateFile, 'not a certificate')],
    ['has another key', (plan: PhoneListenerPlan) => writeFileSync(plan.keyFile, selfSigned(['other']).key)],
  ])('stops the start when it %s, and says what to do', async (_, change) => {
    const fault = await started(change);
    expect(fault).toMatchObject({ code: 'E-API-CERT', owner: 'configuration', remedy: expect.stringContaining('PEM') });
    expect(JSON.stringify(fault)).not.toContain('PRIVATE KEY');
  });
});

function writePlan(ends: (() => Promise<void>)[]): PhoneListenerPlan {
  const folder = mkdtempSync(join(tmpdir(), 'foyer-tls-'));
  ends.push(async () => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(folder, { recursive: true });
  const { certificate, key } = selfSigned(NAMES);
  const plan = { host: '127.0.0.1', port: 0, certificateFile: join(folder, 'certificate.pem'), keyFile: join(folder, 'key.pem'), names: NAMES };
  writeFileSync(plan.certificateFile, certificate);
  writeFileSync(plan.keyFile, key);
  return plan;
}
