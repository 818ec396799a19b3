import { describe, expect, test } from 'vitest';
import { type ConnectionSupervisor, createConnectionSupervisor } from '#agent/uplink/connection-supervisor.ts';
import { ConnectionFault, type ConnectionHandlers, type Granted, type MqttConnection } from '#agent/uplink/mqtt-connection.ts';
import { judgeEnd } from '#agent/uplink/retry-policy.ts';
import { type Duration, minutes, seconds } from '#core/base/time.ts';
import { createVirtualTime, type VirtualTime } from '#test/support/virtual-time.ts';

interface Bench {
  readonly time: VirtualTime;
  readonly supervisor: ConnectionSupervisor;
  /** One for every attempt. */
  readonly attempts: ConnectionHandlers[];
  readonly closed: string[];
  readonly downs: () => number;
  /** Advances second by second to the next attempt and returns how long that took. */
  untilAttempt(): Promise<Duration>;
  last(): ConnectionHandlers;
}

const GRANTED: Granted = { receiveMaximum: 10, maximumPacketSize: undefined, maximumQos: 1, retainAvailable: true };

function bench(uniform: () => number = () => 0.999): Bench {
  const time = createVirtualTime();
  const attempts: ConnectionHandlers[] = [];
  const closed: string[] = [];
  let downs = 0;
  const connection: MqttConnection = {
    publish: () => Promise.resolve(),
    close: async () => {
      closed.push('close');
    },
    abandon: () => {
      closed.push('abandon');
    },
  };
  const supervisor = createConnectionSupervisor({
    clock: time.clock,
    timers: time.timers,
    random: { uniform, bytes: (count) => new Uint8Array(count) },
    connect: (handlers) => {
      attempts.push(handlers);
      return connection;
    },
    onUp: () => undefined,
    onMessage: () => undefined,
    onDown: () => {
      downs += 1;
    },
    onStatus: () => undefined,
  });
  const last = (): ConnectionHandlers => {
    const handlers = attempts.at(-1);
    if (handlers === undefined) throw new Error('nothing was tried');
    return handlers;
  };
  return {
    time,
    supervisor,
    attempts,
    closed,
    downs: () => downs,
    last,
    untilAttempt: async () => {
      const before = attempts.length;
      const start = time.clock.monotonic();
      while (attempts.length === before) await time.advance(seconds(1));
      return (time.clock.monotonic() - start) as Duration;
    },
  };
}

const lost = new ConnectionFault('ECONNREFUSED');

describe('waiting', () => {
  test('grows to five minutes and never ends, while no connection proves stable', async () => {
    const b = bench();
    b.supervisor.start();
    const waits: number[] = [];
    for (let i = 0; i < 12; i++) {
      b.last().onDown(lost);
      expect(b.supervisor.status()).toMatchObject({ state: 'waiting', lastFault: { code: 'E-NET-LINK' } });
      waits.push((await b.untilAttempt()) / 1_000);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
  });

  test('is not begun anew by connections that are cut at once', async () => {
    const b = bench();
    b.supervisor.start();
    const waits: number[] = [];
    for (let i = 0; i < 5; i++) {
      b.last().onUp(GRANTED);
      await b.time.advance(seconds(1));
      b.last().onDown(lost);
      waits.push((await b.untilAttempt()) / 1_000);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16]);
  });

  test('begins anew after a minute of connection', async () => {
    const b = bench();
    b.supervisor.start();
    for (let i = 0; i < 5; i++) {
      b.last().onDown(lost);
      await b.untilAttempt();
    }
    b.last().onUp(GRANTED);
    await b.time.advance(seconds(60));
    b.last().onDown(lost);
    expect(await b.untilAttempt()).toBeLessThanOrEqual(1_000);
  });

  test('is spread over the whole time, so that machines do not come back together', async () => {
    const early = bench(() => 0);
    early.supervisor.start();
    for (let i = 0; i < 8; i++) {
      early.last().onDown(lost);
      expect(await early.untilAttempt()).toBe(1_000);
    }
  });

  test.each([
    { name: 'server busy', code: 0x89, fault: 'E-NET-BUSY', atLeast: seconds(30) },
    { name: 'quota exceeded', code: 0x97, fault: 'E-NET-BUSY', atLeast: seconds(30) },
    { name: 'connection rate exceeded', code: 0x9f, fault: 'E-NET-BUSY', atLeast: seconds(30) },
    { name: 'server unavailable', code: 0x88, fault: 'E-NET-BUSY', atLeast: seconds(30) },
    { name: 'bad user name or password', code: 0x86, fault: 'E-NET-DENIED', atLeast: seconds(60) },
    { name: 'not authorized', code: 0x87, fault: 'E-NET-DENIED', atLeast: seconds(60) },
    { name: 'session taken over', code: 0x8e, fault: 'E-NET-TWICE', atLeast: seconds(30) },
    { name: 'unsupported protocol version', code: 0x84, fault: 'E-NET-VERSION', atLeast: seconds(60) },
  ])('after "$name" is at least as long as the reason demands', async ({ code, fault, atLeast }) => {
    const b = bench(() => 0);
    b.supervisor.start();
    b.last().onDown(new ConnectionFault('refused', code));
    expect(b.supervisor.status().lastFault?.code).toBe(fault);
    expect(await b.untilAttempt()).toBe(atLeast);
  });

  test('every policy leaves room to spread a fleet from the first time on', () => {
    for (const code of [undefined, 0x89, 0x87, 0x8e, 0x84]) {
      const { backoff } = judgeEnd('', code);
      expect(backoff.base).toBeGreaterThanOrEqual(backoff.floor * 2);
    }
  });
});

describe('a person or a program', () => {
  test('may nudge a waiting connection, and only that', async () => {
    const b = bench();
    b.supervisor.nudge();
    expect(b.attempts).toHaveLength(0);
    b.supervisor.start();
    b.supervisor.nudge();
    b.supervisor.start();
    expect(b.attempts).toHaveLength(1);
    b.last().onDown(lost);
    b.supervisor.nudge();
    expect(b.attempts).toHaveLength(2);
    await b.time.advance(minutes(10));
    expect(b.attempts).toHaveLength(2);
  });

  test('may stop it in every state, and start it again', async () => {
    const b = bench();
    b.supervisor.start();
    await b.supervisor.stop();
    b.supervisor.start();
    b.last().onUp(GRANTED);
    const said: string[] = [];
    await b.supervisor.stop(async () => {
      said.push('farewell');
    });
    expect(said).toEqual(['farewell']);
    expect(b.downs()).toBe(1);
    b.supervisor.start();
    b.last().onDown(lost);
    await b.supervisor.stop();
    await b.time.advance(minutes(10));
    expect(b.attempts).toHaveLength(3);
    expect(b.closed).toEqual(['close', 'close']);
    expect(b.time.pendingTimers()).toBe(0);
    expect(b.supervisor.status().state).toBe('stopped');
  });
});

test('news of a connection that is over means nothing', async () => {
  const b = bench();
  b.supervisor.start();
  const first = b.last();
  first.onDown(lost);
  await b.untilAttempt();
  first.onUp(GRANTED);
  expect(b.supervisor.status().state).toBe('connecting');
  b.last().onUp(GRANTED);
  first.onDown(lost);
  expect(b.supervisor.status()).toMatchObject({ state: 'connected', lastFault: undefined });
});

test('an attempt that cannot even begin is one that failed', async () => {
  const time = createVirtualTime();
  let attempts = 0;
  const supervisor = createConnectionSupervisor({
    clock: time.clock,
    timers: time.timers,
    random: { uniform: () => 0, bytes: (count) => new Uint8Array(count) },
    connect: () => {
      attempts += 1;
      throw new Error('ENOENT: no such file, client.pem');
    },
    onUp: () => undefined,
    onMessage: () => undefined,
    onDown: () => undefined,
    onStatus: () => undefined,
  });
  supervisor.start();
  expect(supervisor.status().lastFault?.message).toContain('client.pem');
  await time.advance(seconds(1));
  expect(attempts).toBeGreaterThan(1);
  await supervisor.stop();
});
