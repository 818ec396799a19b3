import { describe, expect, it } from 'vitest';
import { createLiveHub, type LiveSocket } from '#agent/local-api/live-hub.ts';
import { LIMITS } from '#core/base/limits.ts';
import { seconds } from '#core/base/time.ts';
import { FlowName } from '#core/contract/local/kiosk.ts';
import type { LiveMessage } from '#core/contract/local/live.ts';
import { createVirtualTime } from '../../support/virtual-time.ts';
import { GATE_VIEW, setUpLocalApi } from './local-api-setup.ts';

describe('a screen that joins over its socket', () => {
  it('is welcomed and told everything, then what changes', async () => {
    const { api, live, time } = await setUpLocalApi();
    const screen = await live('?topic=kiosk');
    if (screen.kind !== 'open') throw new Error('refused');
    expect(await screen.next()).toMatchObject({ kind: 'welcome', boot: 'boot-1' });
    expect(await screen.next()).toEqual({ kind: 'session', session: { phase: 'idle' } });
    expect(await screen.next()).toEqual({ kind: 'flows', flows: [] });
    api.publish({ kind: 'session', session: { phase: 'hold-expired', money: 'not-charged' } });
    expect(await screen.next()).toMatchObject({ kind: 'session', session: { phase: 'hold-expired' } });
    await time.advance(seconds(2));
    expect(await screen.next()).toMatchObject({ kind: 'tick' });
  });

  it('is told all the ways of a guest that there are', async () => {
    const flows = FlowName.options.map((name) => ({ name, available: true, lost: [] }));
    const { api, live } = await setUpLocalApi();
    const screen = await live('?topic=kiosk');
    if (screen.kind !== 'open') throw new Error('refused');
    for (let welcome = 0; welcome < 3; welcome += 1) await screen.next();
    api.publish({ kind: 'flows', flows });
    expect(await screen.next()).toEqual({ kind: 'flows', flows });
  });

  it('is let go when what it should be told cannot be read, and that is in the log', async () => {
    const { live, errors } = await setUpLocalApi({
      gates: () => {
        throw new Error('planted');
      },
    });
    const screen = await live('?topic=gate');
    if (screen.kind !== 'open') throw new Error('refused');
    await screen.closed;
    expect(errors).toMatchObject([{ err: { message: 'planted' }, route: '/api/live' }]);
  });

  it('of one lane hears of that lane alone', async () => {
    const { api, live } = await setUpLocalApi();
    const screen = await live('?topic=gate&lane=lane-1');
    if (screen.kind !== 'open') throw new Error('refused');
    await screen.next();
    expect(await screen.next()).toMatchObject({ kind: 'gate', gate: { lane: 'lane-1' } });
    api.publish({ kind: 'gate', gate: { ...GATE_VIEW, lane: 'lane-2' as typeof GATE_VIEW.lane } });
    api.publish({ kind: 'gate', gate: { ...GATE_VIEW, online: false } });
    expect(await screen.next()).toMatchObject({ gate: { lane: 'lane-1', online: false } });
  });

  it('that speaks is let go', async () => {
    const { live } = await setUpLocalApi();
    const screen = await live('?topic=kiosk');
    if (screen.kind !== 'open') throw new Error('refused');
    screen.socket.send('{"kind":"session"}');
    expect(await screen.closed).toEqual({ code: 1_008 });
  });

  it('that shouts is let go', async () => {
    const { live } = await setUpLocalApi();
    const screen = await live('?topic=kiosk');
    if (screen.kind !== 'open') throw new Error('refused');
    screen.socket.send('x'.repeat(5_000));
    expect((await screen.closed).code).toBe(1_009);
  });

  it('is told that the agent stops', async () => {
    const { api, live } = await setUpLocalApi();
    const screen = await live('?topic=bench');
    if (screen.kind !== 'open') throw new Error('refused');
    await api.stop();
    expect([1_001, 1_005, 1_006]).toContain((await screen.closed).code);
  });
});

describe('the hub', () => {
  const setUpHub = () => {
    const time = createVirtualTime();
    let reads = 0;
    const hub = createLiveHub({
      boot: 'b',
      clock: time.clock,
      timers: time.timers,
      stateOf: (topic) => {
        reads++;
        return topic === 'bench' ? [{ kind: 'bench', state: { devices: [], network: { broker: true, boxOffice: reads > 1, site: null } } }] : [];
      },
    });
    const join = (topic: 'kiosk' | 'bench' | 'usher', bufferedAmount = 0) => {
      const told: LiveMessage[] = [];
      const ends: string[] = [];
      const listeners = new Map<string, () => void>();
      const socket: LiveSocket = {
        bufferedAmount,
        send: (text) => told.push(JSON.parse(text)),
        close: (code) => ends.push(`close ${code}`),
        terminate: () => ends.push('terminate'),
        on: (event: string, listen: (error: Error) => void) => listeners.set(event, () => listen(new Error('the line broke'))),
      };
      hub.join(socket, { topic, lane: undefined, token: undefined });
      return { told, ends, hang: () => listeners.get('close')?.() };
    };
    return { hub, time, join, reads: () => reads };
  };

  it('ticks every two seconds while somebody watches, and then no more', async () => {
    const { time, join } = setUpHub();
    const { told, hang } = join('kiosk');
    await time.advance(seconds(6));
    expect(told.map((message) => message.kind)).toEqual(['welcome', 'tick', 'tick', 'tick']);
    hang();
    await time.advance(seconds(2));
    expect(time.pendingTimers()).toBe(0);
  });

  it('gathers changes, and reads nothing when nobody watches', async () => {
    const { hub, time, join, reads } = setUpHub();
    hub.changed('bench');
    expect(reads()).toBe(0);
    const { told } = join('bench');
    for (let i = 0; i < 50; i++) hub.changed('bench');
    await time.advance(LIMITS.live.gather);
    expect(told.map((message) => message.kind)).toEqual(['welcome', 'bench', 'bench']);
    expect(reads()).toBe(2);
  });

  it('gives phones places of their own: they take no screen its place, and the oldest goes for the newest', () => {
    const { join } = setUpHub();
    const phones = Array.from({ length: LIMITS.live.phonesMax + 2 }, () => join('usher'));
    expect(phones.filter(({ ends }) => ends.length > 0)).toEqual(phones.slice(0, 2));
    expect(phones[0]?.ends).toEqual(['close 1013']);
    const screens = Array.from({ length: LIMITS.live.watchersMax + 1 }, () => join('kiosk'));
    expect(screens.map(({ ends }) => ends.length)).toEqual([...Array(LIMITS.live.watchersMax).fill(0), 1]);
    expect(phones.at(-1)?.ends).toEqual([]);
  });

  it('lets go of a screen that does not take what it is sent', () => {
    const { hub, join } = setUpHub();
    const slow = join('kiosk', LIMITS.live.bufferedBytesMax + 1);
    const quick = join('kiosk');
    hub.publish({ kind: 'flows', flows: [] });
    expect(slow.ends).toEqual(['terminate']);
    expect(slow.told).toEqual([]);
    expect(quick.told.map((message) => message.kind)).toEqual(['welcome', 'flows']);
    expect(hub.watchers('kiosk')).toBe(1);
  });

  it('has room for so many screens', () => {
    const { join } = setUpHub();
    for (let i = 0; i < LIMITS.live.watchersMax; i++) expect(join('kiosk').ends).toEqual([]);
    expect(join('kiosk').ends).toEqual(['close 1013']);
  });
});
