import { delay, HttpResponse, http } from 'msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createBoxOfficeClient } from '#agent/box-office-client/box-office-client.ts';
import { seconds } from '#core/base/time.ts';
import { boxOfficeApi } from '#core/contract/box-office/api.ts';
import { Programme } from '#core/contract/box-office/programme.ts';
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

const both = { zh: '大厅', en: 'The Foyer' };
const PROGRAMME = Programme.parse({
  days: ['2026-10-31'],
  films: [
    {
      ...{ id: '051300412026', title: both, tagline: both, runningTime: 90, genre: both, poster: '/v1/posters/1.svg' },
      rating: { label: '12', advice: both },
    },
  ],
  shows: ['100', '101'].map((id) => ({
    ...{ id, filmId: '051300412026', screenId: '3', screenName: both, businessDay: '2026-10-31', language: both, format: ['2D'] },
    ...{ startsAt: '2026-10-31T11:30:00.000Z', endsAt: '2026-10-31T13:00:00.000Z', saleEndsAt: '2026-10-31T11:45:00.000Z' },
    prices: [{ zone: 'A', ticketType: 'adult', price: { minor: 4_500, currency: 'CNY' }, fee: { minor: 300, currency: 'CNY' } }],
    ...{ seatsTotal: 80, seatsLeft: 12, status: 'on-sale' },
  })),
});

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

describe('a box office of a newer build', () => {
  test('may say more than this one knows, anywhere, and is understood', async () => {
    const { shows, films, days } = PROGRAMME;
    const newer = shows.map((show, index) => ({
      ...show,
      dolbyPulse: { on: true },
      prices: show.prices.map((price) => ({ ...price, price: { ...price.price, was: index } })),
    }));
    answer(() => HttpResponse.json({ days, films, shows: newer, edition: 3 }));
    expect(await client.readProgramme()).toEqual({ ok: true, value: PROGRAMME });
  });

  test('may say more with a refusal, and with what went wrong', async () => {
    answer(() => HttpResponse.json({ code: 'sale-ended', endedAt: '11:00' }, { status: 409 }));
    expect(await client.holdSeats({ body: HOLD })).toEqual({ ok: false, error: { kind: 'refused', refusal: { code: 'sale-ended' } } });
    answer(() => HttpResponse.json({ code: 'x', message: 'because', trace: 'abc' }, { status: 503 }));
    expect(await client.holdSeats({ body: HOLD })).toMatchObject({ error: { fault: { message: expect.stringContaining('because') } } });
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
    ['an answer with something extra and something wrong', json({ ...KEPT, extra: 1, token: 'T' }, 200), 'bad-answer', 'E-BOX-ANSWER'],
    ['a refusal that is new', json({ code: 'because', extra: 1 }, 409), 'bad-answer', 'E-BOX-ANSWER'],
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
