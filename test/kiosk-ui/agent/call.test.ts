import { expect, test } from 'vitest';
import { DeviceId, ShowId } from '#core/contract/identifiers.ts';
import { localApi, paperPicturePath, posterPath } from '#core/contract/local/api.ts';
import { createCall, pathOf } from '../../../kiosk-ui/agent/call.ts';
import { paperPicturePath as pagePaperPath, posterPath as pagePosterPath, ROUTES } from '../../../kiosk-ui/agent/routes.ts';

function answering(status: number, body: string) {
  const seen: { path: string; init: RequestInit | undefined }[] = [];
  const fetch: typeof globalThis.fetch = async (path, init) => {
    seen.push({ path: String(path), init });
    return new Response(body, { status });
  };
  return { seen, call: createCall(fetch) };
}

test('the page knows every row of the contract and no other', () => {
  const rows = Object.entries(localApi).map(([name, row]) => [name, [row.method, row.path]]);
  expect(rows.length).toBeGreaterThan(15);
  expect(ROUTES).toEqual(Object.fromEntries(rows));
});

test('the paths of pictures are those of the contract', () => {
  const printer = DeviceId.parse('printer-1');
  expect(pagePosterPath('001105972014')).toBe(posterPath('001105972014'));
  expect(pagePaperPath(printer, 3)).toBe(paperPicturePath(printer, 3));
});

test('parameters are put into the path and cannot leave their place in it', () => {
  expect(pathOf('/api/shows/:showId/seats', { showId: '../x?y' })).toBe('/api/shows/..%2Fx%3Fy/seats');
});

test('a wanted answer is done, and is asked for with the method and path of the contract', async () => {
  const { call, seen } = answering(200, '{"show":1}');
  const answer = await call('readShowSeats', { params: { showId: ShowId.parse('42') } });
  expect(answer).toEqual({ kind: 'done', value: { show: 1 } });
  expect(seen[0]).toMatchObject({ path: '/api/shows/42/seats', init: { method: 'GET', cache: 'no-store' } });
});

test('a command carries its body as JSON', async () => {
  const { call, seen } = answering(200, '{}');
  await call('lookUp', { body: { code: '482917305662' } });
  expect(seen[0]?.init).toMatchObject({ method: 'POST', body: '{"code":"482917305662"}', headers: { 'content-type': 'application/json' } });
});

test('an expected refusal is told apart from every other answer', async () => {
  expect(await answering(409, '{"code":"not-found"}').call('lookUp', { body: { code: '1' } })).toEqual({
    kind: 'refused',
    refusal: { code: 'not-found' },
  });
  expect(await answering(503, '{"code":"unavailable","message":"x"}').call('pay')).toEqual({
    kind: 'problem',
    status: 503,
    problem: { code: 'unavailable', message: 'x' },
  });
});

test('no answer and an answer that is no JSON are both "unreachable", never an exception', async () => {
  expect(await answering(200, '<html>').call('pay')).toEqual({ kind: 'unreachable' });
  const broken = createCall(() => Promise.reject(new TypeError('failed to fetch')));
  expect(await broken('pay')).toEqual({ kind: 'unreachable' });
});
