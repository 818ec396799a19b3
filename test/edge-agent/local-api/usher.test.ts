import { describe, expect, it } from 'vitest';
import { LIMITS } from '#core/base/limits.ts';
import { SearchAnswer, SignInRefusal, UsherRefusal, UsherState } from '#core/contract/local/usher.ts';
import { type LocalApiSetup, setUpLocalApi, USHER_PIN, USHER_TOKEN } from './local-api-setup.ts';

const SCAN = '01J00000000000000000000000';
const TICKET = '3609070200000001';

const post = ({ send, port }: LocalApiSetup, path: string, body: object, cookie?: string) =>
  send({
    method: 'POST',
    path,
    body: JSON.stringify(body),
    headers: { origin: `http://127.0.0.1:${port}`, 'content-type': 'application/json', cookie },
  });

const COMMANDS = [
  ['/api/usher/scans', { code: 'x', via: 'camera' }, 'check x'],
  ['/api/usher/search', { query: 'x' }, 'search x'],
  ['/api/usher/overrides', { of: { scanId: SCAN }, why: 'proof-seen', pin: USHER_PIN }, 'override proof-seen'],
  [`/api/usher/scans/${SCAN}/undo`, {}, `undo ${SCAN}`],
  [`/api/usher/conflicts/${TICKET}/seen`, {}, `seen ${TICKET}`],
] as const;

describe("the usher's rows", () => {
  it('give a session for a PIN, and take it back', async () => {
    const setup = await setUpLocalApi();
    const wrong = await post(setup, '/api/usher/sign-in', { pin: '000000' });
    expect([wrong.status, SignInRefusal.parse(wrong.json())]).toEqual([409, { code: 'wrong-pin', triesLeft: 4 }]);
    expect(wrong.headers['set-cookie']).toBeUndefined();
    const right = await post(setup, '/api/usher/sign-in', { pin: USHER_PIN });
    expect(right.headers['set-cookie']).toEqual([`foyer-usher=${USHER_TOKEN}; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict`]);
    expect(right.json()).toMatchObject({ state: { staff: { name: 'Ann', role: 'usher' } } });
    expect(right.text).not.toContain(USHER_TOKEN);
    const cookie = `foyer-usher=${USHER_TOKEN}`;
    const page = await setup.send({ path: '/api/usher', headers: { cookie } });
    expect(page.json()).toMatchObject({ state: { staff: { name: 'Ann' } } });
    const out = await post(setup, '/api/usher/sign-out', {}, cookie);
    expect(out.headers['set-cookie']).toEqual(['foyer-usher=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict']);
    expect((await setup.send({ path: '/api/usher', headers: { cookie } })).json()).toMatchObject({ state: { staff: null } });
  });

  it.each(COMMANDS)('POST %s is for whoever is signed in', async (path, body, what) => {
    const setup = await setUpLocalApi();
    for (const cookie of [undefined, 'foyer-usher=AAAAAAAAAAAAAAAAAAAAAA', `foyer-usher=${USHER_TOKEN}`]) {
      const refused = await post(setup, path, body, cookie);
      expect([refused.status, UsherRefusal.parse(refused.json())]).toEqual([409, { code: 'not-signed-in' }]);
    }
    await post(setup, '/api/usher/sign-in', { pin: USHER_PIN });
    const answer = await post(setup, path, body, `foyer-usher=${USHER_TOKEN}`);
    expect(answer.status).toBe(200);
    const read = answer.json() as { state?: unknown };
    if (read.state === undefined) expect(SearchAnswer.parse(read).tickets).toEqual([]);
    else expect(UsherState.parse(read.state).staff).toEqual({ name: 'Ann', role: 'usher' });
    expect(setup.done).toEqual(['sign-in', what]);
  });

  it.each([
    ['/api/usher/sign-in', { pin: '12345' }],
    ['/api/usher/sign-in', { pin: '1234567' }],
    ['/api/usher/sign-in', { pin: '１２３４５６' }],
    ['/api/usher/sign-in', { pin: 123456 }],
    ['/api/usher/scans', { code: '', via: 'camera' }],
    ['/api/usher/scans', { code: 'x'.repeat(513), via: 'camera' }],
    ['/api/usher/scans', { code: 'x', via: 'wire' }],
    ['/api/usher/overrides', { of: {}, why: 'proof-seen', pin: USHER_PIN }],
    ['/api/usher/overrides', { of: { scanId: SCAN }, why: 'because', pin: USHER_PIN }],
    ['/api/usher/overrides', { of: { scanId: SCAN }, why: 'proof-seen', pin: USHER_PIN, note: 'x'.repeat(121) }],
    ['/api/usher/scans/nonsense/undo', {}],
    ['/api/usher/conflicts/1/seen', {}],
  ])('POST %s refuses %j without repeating it', async (path, body) => {
    const setup = await setUpLocalApi();
    const answer = await post(setup, path, body);
    expect(answer.status).toBe(400);
    expect(answer.text).not.toContain(USHER_PIN);
    expect(setup.done).toEqual([]);
  });

  it('slow down whoever tries PINs', async () => {
    const setup = await setUpLocalApi();
    const statuses = [];
    for (let i = 0; i <= LIMITS.http.signInsPerMinute; i++) statuses.push((await post(setup, '/api/usher/sign-in', { pin: '000000' })).status);
    expect(statuses.at(-2)).toBe(409);
    expect(statuses.at(-1)).toBe(429);
  });

  it('are not there on a machine that is no gate', async () => {
    const setup = await setUpLocalApi({ usher: undefined });
    expect((await setup.send({ path: '/api/usher' })).status).toBe(404);
    expect((await post(setup, '/api/usher/sign-in', { pin: USHER_PIN })).status).toBe(404);
  });
});

describe('the topic of the usher', () => {
  const staffOf = (message: unknown) => (message as { state: UsherState }).state.staff;

  it('tells each socket what its session may see, at every push', async () => {
    const setup = await setUpLocalApi();
    await post(setup, '/api/usher/sign-in', { pin: USHER_PIN });
    const mine = await setup.live('?topic=usher', { cookie: `foyer-usher=${USHER_TOKEN}` });
    const stranger = await setup.live('?topic=usher');
    if (mine.kind !== 'open' || stranger.kind !== 'open') throw new Error('refused');
    await mine.next();
    await stranger.next();
    expect(staffOf(await mine.next())).toEqual({ name: 'Ann', role: 'usher' });
    expect(staffOf(await stranger.next())).toBeNull();
    await post(setup, '/api/usher/sign-out', {}, `foyer-usher=${USHER_TOKEN}`);
    setup.api.changed('usher');
    await setup.time.advance(LIMITS.live.gather);
    expect(staffOf(await mine.next())).toBeNull();
  });
});

describe('the camera', () => {
  it.each(['/', '/gate', '/technician', '/bench', '/usher/x', '/api/usher', '/assets/main-abc123.js'])('is not for %s', async (path) => {
    const { send } = await setUpLocalApi();
    expect((await send({ path })).headers['permissions-policy']).toMatch(/^camera=\(\), microphone=\(\)/);
  });

  it.each(['/usher', '/usher?x=1'])('is for %s, whose workers are ours alone', async (path) => {
    const { send } = await setUpLocalApi();
    const answer = await send({ path });
    expect(answer.headers['permissions-policy']).toMatch(/^camera=\(self\), microphone=\(\)/);
    expect(answer.headers['content-security-policy']).toContain("worker-src 'self'");
  });

  it.each([
    ['/assets/decode-worker-B_x-9Q.js', "script-src 'self' 'wasm-unsafe-eval'"],
    ['/assets/decode-worker-B_x-9Q.js?x=1', "script-src 'self' 'wasm-unsafe-eval'"],
    ['/assets/main-decode-worker-B.js', undefined],
    ['/assets/decode-worker-B.html', undefined],
    ['/usher', undefined],
    ['/', undefined],
  ])('has WebAssembly in its worker alone: %s', async (path, scripts) => {
    const { send } = await setUpLocalApi();
    const policies = String((await send({ path })).headers['content-security-policy']).split('; ');
    expect(policies.find((each) => each.startsWith('script-src'))).toBe(scripts);
    expect(policies).toContain("default-src 'self'");
  });
});
