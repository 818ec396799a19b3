import { describe, expect, test } from 'vitest';
import { createMemoryBoxOfficeStore } from '#agent/box-office/store/memory/memory-box-office-store.ts';
import { FaultError } from '#core/base/fault.ts';
import { minutes } from '#core/base/time.ts';
import { boxOfficeApi } from '#core/contract/box-office/api.ts';
import { Problem } from '#core/contract/problem.ts';
import { GATE, hold, KIOSK, type OpenBoxOffice, openBoxOffice, seatStates, tokenOf } from './open-box-office.ts';

const ROWS = Object.entries(boxOfficeApi);
const POSTS = ROWS.filter(([, row]) => row.method === 'POST');
const PARAMS: Readonly<Record<string, string>> = {
  ':holdId': 'H1',
  ':orderId': '261031-ABCDEFGH',
  ':attemptKey': 'attempt-00000001',
  ':showId': '100',
};

function addressOf(office: OpenBoxOffice, path: string): string {
  return office.url + path.replace(/:\w+/g, (name) => PARAMS[name] ?? 'x');
}

function ask(
  office: OpenBoxOffice,
  method: string,
  path: string,
  init: { readonly body?: string; readonly type?: string; readonly token?: string } = {},
) {
  const { body = null, type = 'application/json', token = tokenOf(KIOSK) } = init;
  const headers = { ...(token === '' ? {} : { authorization: `Bearer ${token}` }), ...(body === null ? {} : { 'content-type': type }) };
  return fetch(addressOf(office, path), { method, body, headers });
}

async function problemOf(response: Response): Promise<Problem> {
  return Problem.parse(await response.json());
}

describe('malformed questions', () => {
  test.each([
    ['no JSON', '{"holdKey":', 'application/json', 400],
    ['an empty body', '', 'application/json', 400],
    ['another type', 'a=1', 'text/plain', 415],
    ['a prototype', '{"__proto__":{"x":1}}', 'application/json', 400],
    ['too much', `{"x":"${'x'.repeat(70_000)}"}`, 'application/json', 413],
  ])('%s is refused by every endpoint that takes a body, and changes nothing', async (_, body, type, status) => {
    const office = await openBoxOffice();
    await hold(office, '1_1', '1_2');
    let asked = 0;
    for (const [name, row] of POSTS) {
      const response = await ask(office, row.method, row.path, { body, type });
      expect(response.status, name).toBe(status);
      expect((await problemOf(response)).message, name).toContain(row.path);
      asked++;
    }
    expect(asked).toBe(POSTS.length);
    expect(await seatStates(office)).toBe('HHFFFFFFFFFFFFFF');
  });

  test('a body that does not fit is told where', async () => {
    const office = await openBoxOffice();
    const response = await ask(office, 'POST', '/v1/holds', {
      body: JSON.stringify({ holdKey: 'k', showId: '1', seats: ['<'], machine: KIOSK, extra: 1 }),
    });
    expect(response.status).toBe(400);
    const { issues = [] } = await problemOf(response);
    expect(issues.map(({ path }) => path)).toEqual(expect.arrayContaining(['body.holdKey', 'body.seats.0', 'body']));
  });

  test.each(ROWS.filter(([, row]) => 'body' in row))('%s refuses JSON that is no object of its own', async (_, row) => {
    const office = await openBoxOffice();
    for (const body of ['null', '[]', '"x"', '1', '{}', '{"unknown":true}']) {
      expect((await ask(office, row.method, row.path, { body })).status, body).toBe(400);
    }
  });

  test.each([
    '/v1/shows/abc/seats',
    '/v1/shows/0/seats',
    '/v1/orders/x',
    '/v1/payments/short',
    '/v1/validity/deltas',
    '/v1/validity/deltas?epoch=0&after=-1',
    '/v1/received-events?after=x',
  ])('GET %s is a bad question', async (path) => {
    const office = await openBoxOffice();
    expect((await ask(office, 'GET', path)).status).toBe(400);
  });

  test('a code is never quoted back', async () => {
    const office = await openBoxOffice();
    const response = await ask(office, 'POST', '/v1/collections/lookup', { body: JSON.stringify({ code: 482917305662 }) });
    expect(response.status).toBe(400);
    expect(await response.text()).not.toContain('482917');
  });
});

describe('rights', () => {
  test('every row wants a known token', async () => {
    const office = await openBoxOffice();
    let refused = 0;
    for (const [name, row] of ROWS) {
      for (const token of ['', 'unknown', `${tokenOf(KIOSK)}x`, tokenOf(KIOSK).slice(0, -1)]) {
        const response = await ask(office, row.method, row.path, { token, ...(row.method === 'POST' ? { body: '{' } : {}) });
        expect(response.status, name).toBe(401);
        expect((await problemOf(response)).code).toBe('unauthorised');
        refused++;
      }
    }
    expect(refused).toBe(ROWS.length * 4);
  });

  test('a gate may ask too', async () => {
    const office = await openBoxOffice();
    expect((await ask(office, 'GET', '/v1/validity/head', { token: tokenOf(GATE) })).status).toBe(200);
  });
});

describe('addresses', () => {
  test('an unknown one is 404, another method 405 with what is allowed', async () => {
    const office = await openBoxOffice();
    const unknown = await ask(office, 'GET', '/v1/nothing');
    expect([unknown.status, (await problemOf(unknown)).code]).toEqual([404, 'not-found']);
    const method = await ask(office, 'DELETE', '/v1/orders/261031-ABCDEFGH');
    expect([method.status, method.headers.get('allow'), (await problemOf(method)).code]).toEqual([405, 'GET', 'method-not-allowed']);
  });

  test('what is not there is 404', async () => {
    const office = await openBoxOffice();
    for (const path of ['/v1/shows/12345/seats', '/v1/orders/261031-ABCDEFGH', '/v1/payments/attempt-99999999']) {
      const response = await ask(office, 'GET', path);
      expect([response.status, (await problemOf(response)).code], path).toEqual([404, 'not-found']);
    }
    expect((await ask(office, 'POST', '/v1/orders/261031-ABCDEFGH/cancel')).status).toBe(404);
  });

  test('posters and health need no token', async () => {
    const office = await openBoxOffice();
    const poster = await ask(office, 'GET', '/v1/posters/001105972026.svg', { token: '' });
    expect([poster.status, poster.headers.get('content-type')]).toEqual([200, 'image/svg+xml; charset=utf-8']);
    expect(await poster.text()).toContain('<title>The Foyer</title>');
    expect(await (await ask(office, 'GET', '/health', { token: '' })).json()).toEqual({ ok: true });
  });
});

test('the OpenAPI document has every row, with its answers and refusals', async () => {
  const office = await openBoxOffice();
  const document = (await (await ask(office, 'GET', '/v1/openapi.json', { token: '' })).json()) as {
    readonly openapi: string;
    readonly paths: Record<string, Record<string, { operationId: string; responses: Record<string, unknown>; requestBody?: unknown }>>;
  };
  expect(document.openapi).toBe('3.1.0');
  let found = 0;
  for (const [name, row] of ROWS) {
    const operation = document.paths[row.path.replace(/:(\w+)/g, '{$1}')]?.[row.method.toLowerCase()];
    expect(operation?.operationId, name).toBe(name);
    expect(Object.keys(operation?.responses ?? {}), name).toEqual(expect.arrayContaining([...Object.keys(row.answers), '400', '401', '503']));
    expect(operation?.requestBody !== undefined, name).toBe('body' in row);
    found++;
  }
  expect(found).toBe(ROWS.length);
  // Shards are bytes and no row of the table.
  expect(document.paths['/v1/validity/shards/{sha256}']?.get).toBeDefined();
  expect(Object.values(document.paths).flatMap((path) => Object.keys(path))).toHaveLength(ROWS.length + 1);
});

test('a port that is taken is a fault that says so', async () => {
  const office = await openBoxOffice();
  const port = Number(new URL(office.url).port);
  await expect(openBoxOffice({ port })).rejects.toMatchObject({ fault: { code: 'E-BOX-PORT' } });
});

test('a store that cannot write is 503 with what a person can do, and selling goes on once it can', async () => {
  const store = createMemoryBoxOfficeStore();
  const full = new FaultError({ code: 'E-STO-FULL', owner: 'store', message: 'The disk is full.' });
  let isFull = false;
  const office = await openBoxOffice({ store: { ...store, transaction: (work) => (isFull ? Promise.reject(full) : store.transaction(work)) } });
  const sweeps = office.time.pendingTimers();
  isFull = true;
  const response = await ask(office, 'GET', '/v1/programme');
  expect([response.status, await problemOf(response)]).toEqual([503, { code: 'unavailable', message: 'E-STO-FULL: The disk is full.' }]);
  // The sweeps that run meanwhile fail too, say so, and are tried again.
  await office.time.advance(minutes(11));
  isFull = false;
  expect((await ask(office, 'GET', '/v1/programme')).status).toBe(200);
  await office.time.advance(minutes(11));
  expect(office.time.pendingTimers(), 'each sweep waits for its next turn').toBe(sweeps);
});
