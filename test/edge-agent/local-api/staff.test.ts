import { describe, expect, it } from 'vitest';
import { LIMITS } from '#core/base/limits.ts';
import { STAFF_TOKEN, setUpLocalApi, USHER_TOKEN } from './local-api-setup.ts';

const ORDER = '/api/staff/orders/261031-ABCDEFGH';

async function setUp() {
  const setup = await setUpLocalApi();
  const post = (path: string, body: object, cookie?: string) =>
    setup.send({
      method: 'POST',
      path,
      body: JSON.stringify(body),
      headers: { origin: `http://127.0.0.1:${setup.port}`, 'content-type': 'application/json', ...(cookie === undefined ? {} : { cookie }) },
    });
  return { ...setup, post };
}

const ACTIONS: readonly (readonly [path: string, body: object, done: string])[] = [
  ['/api/staff/tickets/3609070200000001/resolve', { why: 'destroyed' }, 'resolve 3609070200000001 destroyed'],
  [`${ORDER}/resume`, {}, 'resume 261031-ABCDEFGH'],
  [`${ORDER}/reprint`, { ticketId: '3609070200000001', reason: 'damaged' }, 'reprint 261031-ABCDEFGH damaged'],
  [`${ORDER}/refund`, { refundKey: 'refund-00000001', reason: 'wrong-show' }, 'refund 261031-ABCDEFGH wrong-show'],
  ['/api/staff/printers/ticket-printer/power-cycled', {}, 'power-cycled ticket-printer'],
  ['/api/staff/orders/scan', {}, 'await scan'],
  ['/api/staff/closed', { closed: true, why: 'repair' }, 'closed true'],
  ['/api/staff/machines/kiosk-2/pin-locks/release', { key: 'release-00000001' }, 'release locks kiosk-2 release-00000001'],
];

describe("the staff's page", () => {
  it('gives a session of its own for the right PIN, in a cookie that no script can read and no other row gets', async () => {
    const { post } = await setUp();
    expect((await post('/api/staff/sign-in', { pin: '111111' })).json()).toEqual({ code: 'wrong-pin', triesLeft: 4 });
    const answer = await post('/api/staff/sign-in', { pin: '222222' });
    expect(answer.json()).toMatchObject({ state: { staff: { name: 'Mei' } } });
    expect(answer.headers['set-cookie']).toEqual([
      expect.stringMatching(`^foyer-staff=${STAFF_TOKEN}; Path=/api/staff; .*HttpOnly; SameSite=Strict$`),
    ]);
  });

  it.each(ACTIONS)('%s is done for whoever is signed in, and for nobody else', async (path, body, done) => {
    const setup = await setUp();
    expect((await setup.post(path, body)).json()).toEqual({ code: 'not-signed-in' });
    // An usher's session, which lasts a shift, is none here.
    expect((await setup.post(path, body, `foyer-usher=${STAFF_TOKEN}; foyer-staff=${USHER_TOKEN}`)).json()).toEqual({ code: 'not-signed-in' });
    expect(setup.done).not.toContain(done);
    const answer = await setup.post(path, body, `foyer-staff=${STAFF_TOKEN}`);
    expect([answer.status, setup.done]).toEqual([200, expect.arrayContaining([done, 'staff touch true'])]);
  });

  it('prolongs a session by what somebody does, and by no reading', async () => {
    const setup = await setUp();
    await setup.send({ path: '/api/staff', headers: { cookie: `foyer-staff=${STAFF_TOKEN}` } });
    expect(setup.done).toEqual([]);
    await setup.post('/api/staff/stay', {}, `foyer-staff=${STAFF_TOKEN}`);
    expect(setup.done).toEqual(['staff touch true']);
  });

  it('finds an order for whoever is signed in, so often in a minute', async () => {
    const { post } = await setUp();
    const find = (cookie?: string) => post('/api/staff/orders/find', { code: '482917305662' }, cookie);
    expect((await find()).json()).toEqual({ code: 'not-signed-in' });
    expect((await find(`foyer-staff=${STAFF_TOKEN}`)).json()).toEqual({ code: 'no-such-order' });
    for (let tries = 2; tries < LIMITS.http.lookupsPerMinute; tries++) await find(`foyer-staff=${STAFF_TOKEN}`);
    expect((await find(`foyer-staff=${STAFF_TOKEN}`)).status).toBe(429);
  });

  it('takes no refund for a reason that only machines give', async () => {
    const { post } = await setUp();
    const answer = await post(`${ORDER}/refund`, { refundKey: 'refund-00000001', reason: 'could-not-deliver' }, `foyer-staff=${STAFF_TOKEN}`);
    expect(answer.status).toBe(400);
  });
});
