import { delay, HttpResponse, http } from 'msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createBoxOfficeClient } from '#agent/box-office-client/box-office-client.ts';
import { seconds } from '#core/base/time.ts';
import { boxOfficeApi } from '#core/contract/box-office/api.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';

const URL_OF_OFFICE = 'http://box-office.example/base';
const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const time = createVirtualTime();
const client = createBoxOfficeClient({ url: `${URL_OF_OFFICE}/`, token: 'secret', timeout: seconds(5), timers: time.timers });

const HOLD = { holdKey: 'hold-00000001', showId: '100', seats: ['1_1'], machine: 'kiosk-1' };
const KEPT = { id: 'H1', token: 1, showId: '100', seats: ['1_1'], until: '2026-10-31T11:10:00.000Z' };

function answer(make: () => Response | Promise<Response>): void {
  server.use(http.all(`${URL_OF_OFFICE}/*`, make));
}

describe('a call', () => {
  test('puts every part where the table says, with the token', async () => {
    const seen: Request[] = [];
    server.use(
      http.all(`${URL_OF_OFFICE}/*`, ({ request }) => {
        seen.push(request.clone());
        return HttpResponse.json({}, { status: 503 });
      }),
    );
    await client.releaseHold({ params: { holdId: 'a/b?c' }, body: { token: 3 } });
    await client.readValidityDeltas({ query: { epoch: '0011', after: 7 } });
    await client.readReceivedEvents({ query: {} });
    await client.readSite();
    expect(seen.map(({ method, url }) => `${method} ${url.slice(URL_OF_OFFICE.length)}`)).toEqual([
      'POST /v1/holds/a%2Fb%3Fc/release',
      'GET /v1/validity/deltas?epoch=0011&after=7',
      'GET /v1/received-events',
      'GET /v1/site',
    ]);
    expect(await seen[0]?.json()).toEqual({ token: 3 });
    expect(seen.every(({ headers }) => headers.get('authorization') === 'Bearer secret')).toBe(true);
  });

  test('has one method for each row of the table', () => {
    expect(Object.keys(client).toSorted()).toEqual(Object.keys(boxOfficeApi).toSorted());
  });

  test('answers the parsed value', async () => {
    answer(() => HttpResponse.json(KEPT));
    expect(await client.holdSeats({ body: HOLD })).toEqual({ ok: true, value: KEPT });
  });

  test('answers a refusal of the row’s own union', async () => {
    answer(() => HttpResponse.json({ code: 'sale-ended' }, { status: 409 }));
    expect(await client.holdSeats({ body: HOLD })).toEqual({ ok: false, error: { kind: 'refused', refusal: { code: 'sale-ended' } } });
  });
});

describe('what goes wrong', () => {
  const json = (body: unknown, status: number) => () => HttpResponse.json(body as object, { status });
  const problem = { code: 'x', message: 'because' };
  test.each([
    ['no connection', () => HttpResponse.error(), 'unreachable', 'E-BOX-UNREACHABLE'],
    ['a server error', json(problem, 500), 'unreachable', 'E-BOX-UNAVAILABLE'],
    ['a proxy without an answer', () => new HttpResponse('<html>', { status: 502 }), 'unreachable', 'E-BOX-UNAVAILABLE'],
    ['a store that cannot write', json(problem, 503), 'unreachable', 'E-BOX-UNAVAILABLE'],
    [
      'a redirect',
      () => new HttpResponse(null, { status: 302, headers: { location: 'http://elsewhere.example' } }),
      'unreachable',
      'E-BOX-UNREACHABLE',
    ],
    ['an unknown token', json(problem, 401), 'unauthorised', 'E-BOX-TOKEN'],
    ['a token of another machine', json(problem, 403), 'unauthorised', 'E-BOX-TOKEN'],
    ['a malformed question', json(problem, 400), 'bad-answer', 'E-BOX-QUESTION'],
    ['nothing there', json(problem, 404), 'bad-answer', 'E-BOX-MISSING'],
    ['too many questions', json(problem, 429), 'bad-answer', 'E-BOX-BUSY'],
    ['an answer of another form', json({ hello: 1 }, 200), 'bad-answer', 'E-BOX-ANSWER'],
    ['an answer with something extra', json({ ...KEPT, extra: 1 }, 200), 'bad-answer', 'E-BOX-ANSWER'],
    ['a refusal that is not in the union', json({ code: 'because' }, 409), 'bad-answer', 'E-BOX-ANSWER'],
    ['half an answer', () => new HttpResponse('{"id":"H1"'), 'bad-answer', 'E-BOX-ANSWER'],
  ])('%s', async (_, make, kind, code) => {
    answer(make);
    expect(await client.holdSeats({ body: HOLD })).toMatchObject({ ok: false, error: { kind, fault: { code } } });
    expect(time.pendingTimers()).toBe(0);
  });

  test('a 409 on a row without refusals is a broken contract', async () => {
    answer(json({ code: 'sale-ended' }, 409));
    expect(await client.readSite()).toMatchObject({ ok: false, error: { kind: 'bad-answer' } });
  });

  test('no answer in time leaves open whether it had an effect', async () => {
    let arrived = (): void => undefined;
    const asked = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    answer(async () => {
      arrived();
      await delay('infinite');
      return HttpResponse.json(KEPT);
    });
    const outcome = client.holdSeats({ body: HOLD });
    await asked;
    await time.advance(seconds(5));
    expect(await outcome).toMatchObject({ ok: false, error: { kind: 'unreachable', fault: { code: 'E-BOX-TIMEOUT' } } });
    expect(time.pendingTimers()).toBe(0);
  });
});
