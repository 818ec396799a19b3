import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createLocalApi } from '#agent/local-api/local-api.ts';
import { FaultError } from '#core/base/fault.ts';
import type { EndpointShape } from '#core/contract/endpoint.ts';
import { localApi } from '#core/contract/local/api.ts';
import { Problem } from '#core/contract/problem.ts';
import { type LocalApiSetup, type SendOptions, setUpLocalApi } from './local-api-setup.ts';

const PARAMS: Readonly<Record<string, string>> = {
  showId: '4711',
  device: 'ticket-printer',
  scanId: '01J00000000000000000000000',
  ticketId: '3609070200000001',
  orderId: '261031-ABCDEFGH',
};
const fill = (path: string): string => path.replace(/:(\w+)/g, (_, name: string) => PARAMS[name] ?? '');
const ROWS = Object.entries(localApi).map(([name, shape]: [string, EndpointShape]) => ({ name, method: shape.method, path: fill(shape.path) }));
const POSTS = ROWS.filter((row) => row.method === 'POST');

const post = ({ send, port }: LocalApiSetup, path: string, body: string, headers: SendOptions['headers'] = {}) =>
  send({ method: 'POST', path, body, headers: { origin: `http://127.0.0.1:${port}`, 'content-type': 'application/json', ...headers } });

describe('the table', () => {
  it.each(ROWS)('$name is served', async ({ method, path }) => {
    const setup = await setUpLocalApi();
    const answer = method === 'GET' ? await setup.send({ path }) : await post(setup, path, '{}');
    expect([200, 400, 404, 409]).toContain(answer.status);
    if (answer.status >= 400 && answer.status !== 409) expect(Problem.parse(answer.json()).message).not.toMatch(/nothing at/);
  });

  it.each(POSTS)('$name refuses what is no JSON, and changes nothing', async ({ path }) => {
    const setup = await setUpLocalApi();
    for (const body of ['{', '{"a":}', '', 'null]', '\u0000', '{"a":1}{"b":2}', "{'a':1}", `"${'x'.repeat(100)}`]) {
      const answer = await post(setup, path, body);
      expect(answer.status, body).toBe(400);
      expect(Problem.parse(answer.json()).code).toMatch(/^bad-/);
    }
    expect(setup.done).toEqual([]);
  });

  it.each(POSTS)('$name refuses what is JSON of another shape, naming where', async ({ path }) => {
    const setup = await setUpLocalApi();
    for (const body of ['[]', '"text"', '7', '{"surprise":true}', '{"__proto__":{"admin":true}}', '{"constructor":{"prototype":{}}}']) {
      const answer = await post(setup, path, body);
      expect(answer.status, body).toBe(400);
      const problem = Problem.parse(answer.json());
      if (problem.issues !== undefined) expect(problem.issues.every((issue) => /^(body|params)/.test(issue.path))).toBe(true);
    }
    expect(setup.done).toEqual([]);
  });

  it('refuses a body that is too large', async () => {
    const setup = await setUpLocalApi();
    const answer = await post(setup, '/api/kiosk/collect', JSON.stringify({ code: 'x'.repeat(70_000) }));
    expect(answer.status).toBe(413);
    expect(setup.done).toEqual([]);
  });

  it('does not repeat in its refusal what it was given', async () => {
    const setup = await setUpLocalApi();
    const answer = await post(setup, '/api/kiosk/collect', JSON.stringify({ code: `134567890123456789${'0'.repeat(300)}` }));
    expect(answer.status).toBe(400);
    expect(answer.text).not.toContain('1345678');
  });

  it('names the parameter that is wrong', async () => {
    const { send } = await setUpLocalApi();
    const answer = await send({ path: '/api/shows/..%2f..%2fetc/seats' });
    expect(answer.status).toBe(400);
    expect(Problem.parse(answer.json()).issues?.[0]?.path).toBe('params.showId');
  });
});

describe('a command', () => {
  it('reaches the kiosk parsed', async () => {
    const setup = await setUpLocalApi();
    const seats = [{ seatId: '5-08', ticketType: 'adult' }];
    const chosen = JSON.stringify({ showId: '4711', seats, submitTotal: { minor: 4_800, currency: 'CNY' } });
    for (const [path, body] of [
      ['/api/kiosk/seats', chosen],
      ['/api/kiosk/pay', '{}'],
      ['/api/kiosk/print', '{"ticketIds":["3609070200000001"]}'],
      ['/api/kiosk/print', '{}'],
      ['/api/kiosk/leave', '{}'],
    ] as const) {
      const answer = await post(setup, path, body);
      expect(answer.json()).toEqual({ session: { phase: 'idle' } });
    }
    expect(setup.done).toEqual(['seats 1', 'pay', 'print 1', 'print all', 'leave']);
  });

  it('that is refused answers 409 with its own union', async () => {
    const away = { reply: { kind: 'unavailable', lost: 'box-office' }, session: { phase: 'idle' } } as const;
    const notNow = { reply: { kind: 'not-now' }, session: { phase: 'idle' } } as const;
    const refused = { reply: { kind: 'refused', refusal: { code: 'not-found' } }, session: { phase: 'idle' } } as const;
    const setup = await setUpLocalApi({
      kiosk: {
        session: () => ({ phase: 'idle' }),
        confirmSeats: async () => away,
        pay: async () => notNow,
        choosePayment: async () => notNow,
        back: async () => notNow,
        memberCard: async () => notNow,
        memberPin: async () => notNow,
        memberConfirm: async () => notNow,
        cancel: async () => notNow,
        lookUp: async () => refused,
        print: async () => notNow,
        claimSlip: async () => notNow,
        receipt: async () => notNow,
        resume: async () => notNow,
        leave: async () => notNow,
      },
    });
    const looked = await post(setup, '/api/kiosk/collect', '{"code":"482917305662"}');
    expect([looked.status, looked.json()]).toEqual([409, { code: 'not-found' }]);
    const paid = await post(setup, '/api/kiosk/pay', '{}');
    expect([paid.status, paid.json()]).toEqual([409, { code: 'not-now', session: { phase: 'idle' } }]);
    const left = await post(setup, '/api/kiosk/leave', '{}');
    expect(left.status).toBe(200);
  });

  it('to try codes is slowed down', async () => {
    const setup = await setUpLocalApi();
    const statuses: number[] = [];
    for (let i = 0; i < 31; i++) statuses.push((await post(setup, '/api/kiosk/collect', '{"code":"482917305662"}')).status);
    expect(statuses.slice(0, 30)).toEqual(Array(30).fill(200));
    expect(statuses[30]).toBe(429);
    expect((await post(setup, '/api/kiosk/pay', '{}')).status).toBe(200);
  });

  it('to a bench device that is not there answers 404 and moves nothing', async () => {
    const setup = await setUpLocalApi();
    const answer = await post(setup, '/api/bench/printers/kiosk-scanner/refill', '{}');
    expect(answer.status).toBe(404);
    expect(Problem.parse(answer.json()).message).toContain('kiosk-scanner');
    expect(setup.done).toEqual([]);
  });

  it('says which thing a device is, and reads its line', async () => {
    const setup = await setUpLocalApi();
    const assign = (body: string) => post(setup, '/api/technician/devices/kiosk-scanner/assign', body);
    expect((await assign('{"path":"/dev/ttyUSB0"}')).json()).toMatchObject({ outcome: 'passed' });
    expect((await assign('{"path":null}')).status).toBe(200);
    expect((await assign('{}')).status).toBe(400);
    expect(setup.done).toEqual(['assign kiosk-scanner /dev/ttyUSB0', 'assign kiosk-scanner nothing']);
    expect((await setup.send({ path: '/api/technician/devices/ticket-printer/trace' })).json()).toMatchObject({ entries: [{ hex: '100401' }] });
    expect((await setup.send({ path: '/api/technician/devices/nobody/trace' })).status).toBe(404);
  });

  it('presents exactly the bytes that were given', async () => {
    const setup = await setUpLocalApi();
    await post(setup, '/api/bench/scanners/kiosk-scanner/present', '{"hex":"00 ff 0d"}');
    await post(setup, '/api/bench/scanners/kiosk-scanner/present', '{"text":"票"}');
    expect((await post(setup, '/api/bench/scanners/kiosk-scanner/present', '{"hex":"xyz"}')).status).toBe(400);
    expect(setup.done).toEqual(['present 00ff0d', 'present e7a5a8']);
  });

  it('exists only where its part exists', async () => {
    const setup = await setUpLocalApi();
    const gateOnly = await setUpLocalApi({ kiosk: undefined, bench: undefined });
    expect((await setup.send({ path: '/api/bench' })).status).toBe(200);
    expect((await gateOnly.send({ path: '/api/bench' })).status).toBe(404);
    expect((await post(gateOnly, '/api/kiosk/pay', '{}')).status).toBe(404);
  });
});

describe('an answer against the contract', () => {
  it('is never sent: the page gets a problem, the log the reason', async () => {
    const setup = await setUpLocalApi({
      technician: {
        state: () => {
          throw new Error('the secret of the house');
        },
        test: () => undefined,
        assign: () => ({ outcome: 'passed', detail: { zh: '', en: '' } }),
        trace: () => undefined,
      },
    });
    const answer = await setup.send({ path: '/api/technician' });
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain('secret');
    expect(setup.errors).toHaveLength(1);
  });
});

describe('pages and pictures', () => {
  it.each(['/', '/gate', '/gate/lane-1', '/technician', '/bench'])('%s is the one document', async (path) => {
    const { send } = await setUpLocalApi();
    const answer = await send({ path });
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.text).toContain('<title>Foyer</title>');
  });

  it('lets a browser keep what never changes', async () => {
    const { send } = await setUpLocalApi();
    const answer = await send({ path: '/assets/main-abc123.js' });
    expect([answer.status, answer.headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable']);
  });

  it.each([
    '/../package.json',
    '/%2e%2e/package.json',
    '/assets/..%2f..%2fpackage.json',
    '/.secret',
    '/assets/',
    '/index.php',
    '/api/nothing',
    '/a/b/c',
  ])('%s is not there', async (path) => {
    const { send } = await setUpLocalApi();
    const answer = await send({ path });
    expect([400, 403, 404]).toContain(answer.status);
    expect(answer.text).not.toContain('"name": "foyer"');
  });

  it('shows posters as pictures that can do nothing', async () => {
    const { send } = await setUpLocalApi();
    const answer = await send({ path: '/api/posters/001105972026.svg' });
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'image/svg+xml']);
    expect(answer.headers['content-security-policy']).toContain('sandbox');
    expect((await send({ path: '/api/posters/..%2fx.svg' })).status).toBe(404);
    expect((await send({ path: '/api/posters/001105972026.png' })).status).toBe(404);
  });

  it('says that the box office is away when a poster cannot be had', async () => {
    const { send } = await setUpLocalApi({ poster: async () => ({ kind: 'away' }) });
    expect((await send({ path: '/api/posters/001105972026.svg' })).status).toBe(503);
  });

  it('shows paper', async () => {
    const { send } = await setUpLocalApi();
    expect((await send({ path: '/api/bench/printers/ticket-printer/papers/1.png' })).headers['content-type']).toBe('image/png');
    for (const file of ['2.png', '0.png', '1.svg', '-1.png', '1e9.png']) {
      expect((await send({ path: `/api/bench/printers/ticket-printer/papers/${file}` })).status, file).toBe(404);
    }
  });

  it('tells its numbers', async () => {
    const { send } = await setUpLocalApi();
    const answer = await send({ path: '/metrics' });
    expect(answer.text).toContain('foyer_outbox_waiting{lane="p0"} 7');
  });

  it('says that the screens have not been built', async () => {
    const { send } = await setUpLocalApi({ uiFolder: '/nowhere/at/all' });
    const answer = await send({ path: '/' });
    expect([answer.status, Problem.parse(answer.json()).code]).toEqual([503, 'no-screens']);
  });
});

describe('a port that is taken', () => {
  it('is a fault with a remedy', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    const error = await setUpLocalApi({ port }).then(
      () => undefined,
      (cause: unknown) => cause,
    );
    other.close();
    expect(error).toBeInstanceOf(FaultError);
    expect(error instanceof FaultError && error.fault).toMatchObject({ code: 'E-API-PORT', message: expect.stringContaining('another program') });
    expect(createLocalApi).toBeTypeOf('function');
  });
});
