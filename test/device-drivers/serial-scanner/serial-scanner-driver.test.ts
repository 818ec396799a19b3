import { beforeEach, describe, expect, it } from 'vitest';
import { ascii } from '#core/base/bytes.ts';
import { assert } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { milliseconds, seconds } from '#core/base/time.ts';
import type { DeviceSession } from '#core/ports/driver.ts';
import type { HealthState } from '#core/ports/health.ts';
import type { ScannedCode, Scanner } from '#core/ports/scanner.ts';
import { createScannerSimulator } from '#drivers/serial-scanner/scanner-simulator.ts';
import { type SerialScannerOptions, serialScannerDriver } from '#drivers/serial-scanner/serial-scanner-driver.ts';
import type { ScannerSimulator } from '#drivers/simulation/scanner-simulator.ts';
import { memoryTransport } from '#drivers/transport/memory.ts';
import { createVirtualTime, type VirtualTime } from '#test/support/virtual-time.ts';

interface Bench {
  readonly time: VirtualTime;
  readonly simulator: ScannerSimulator;
  readonly session: DeviceSession<Scanner>;
  readonly codes: ScannedCode[];
  readonly health: HealthState[];
  texts(): string[];
  show(text: string): Promise<void>;
}

const text = ({ bytes }: ScannedCode): string => new TextDecoder().decode(bytes);

async function connect(options: Partial<SerialScannerOptions> = {}, symbology?: string): Promise<Bench> {
  const time = createVirtualTime();
  const { suffix = 'cr', aimPrefix = false, prefix = '' } = options;
  const simulator = createScannerSimulator({ timers: time.timers, suffix, prefix, ...(symbology !== undefined && { symbology }) });
  const health: HealthState[] = [];
  const codes: ScannedCode[] = [];
  const connected = await serialScannerDriver.connect(
    { device: 'scanner-1', transport: memoryTransport(simulator), clock: time.clock, timers: time.timers, onHealth: (state) => health.push(state) },
    { ...options, suffix, aimPrefix },
  );
  assert(connected.ok, 'a plugged scanner connects');
  connected.value.port.onCode((code) => codes.push(code));
  const show = async (code: string): Promise<void> => {
    simulator.present(ascii(code));
    await time.settle();
  };
  return { time, simulator, session: connected.value, codes, health, texts: () => codes.map(text), show };
}

describe('serial scanner', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await connect();
  });

  it('is ready as soon as its line is open', () => {
    expect(bench.health).toEqual([{ kind: 'ready', reasons: [] }]);
  });

  it('gives exactly the bytes of the code, and the time of its end', async () => {
    await bench.show('FOY1.abc');
    expect(bench.codes).toEqual([{ bytes: ascii('FOY1.abc'), at: bench.time.clock.monotonic() }]);
  });

  it('warms up at the first byte, before the code is complete', async () => {
    const order: string[] = [];
    bench.session.port.onFirstByte(() => order.push('first byte'));
    bench.session.port.onCode(() => order.push('code'));
    bench.simulator.setFault('split-frame', true);
    await bench.show('SPLIT');
    expect(order).toEqual(['first byte']);
    await bench.time.advance(milliseconds(20));
    expect(order).toEqual(['first byte', 'code']);
  });

  it('takes one code that stays in view as one scan, and counts the rest', async () => {
    for (let shown = 0; shown < 10; shown++) {
      await bench.show('HELD');
      await bench.time.advance(milliseconds(2_000));
    }
    expect(bench.texts()).toEqual(['HELD']);
    expect(bench.session.counters()).toMatchObject({ framesIn: 10, suppressed: 9 });
  });

  it('reads the same code again when it was out of view for the debounce', async () => {
    await bench.show('AGAIN');
    await bench.time.advance(LIMITS.scanner.debounce);
    await bench.show('AGAIN');
    expect(bench.texts()).toEqual(['AGAIN', 'AGAIN']);
  });

  it('does not hold a second ticket back while the first is held', async () => {
    await bench.show('A');
    await bench.show('B');
    await bench.show('A');
    expect(bench.texts()).toEqual(['A', 'B']);
  });

  it('drops the hardware reader that reads everything twice', async () => {
    bench.simulator.setFault('double-read', true);
    await bench.show('TWICE');
    await bench.time.advance(seconds(1));
    expect(bench.texts()).toEqual(['TWICE']);
    expect(bench.session.counters().suppressed).toBe(1);
  });

  it('debounces as long as its options say', async () => {
    const quick = await connect({ debounce: milliseconds(100) });
    await quick.show('X');
    await quick.time.advance(milliseconds(100));
    await quick.show('X');
    expect(quick.texts()).toEqual(['X', 'X']);
  });

  it('counts the reads that nobody listens to', async () => {
    const time = createVirtualTime();
    const simulator = createScannerSimulator({ timers: time.timers });
    const context = { device: 's', transport: memoryTransport(simulator), clock: time.clock, timers: time.timers, onHealth: () => undefined };
    const connected = await serialScannerDriver.connect(context, { suffix: 'cr', aimPrefix: false });
    simulator.present(ascii('UNHEARD'));
    await time.settle();
    expect(connected.ok && connected.value.counters()).toMatchObject({ framesIn: 1, suppressed: 1 });
  });

  it('splits off the AIM identifier when it is set to', async () => {
    const aim = await connect({ aimPrefix: true }, 'Q1');
    await aim.show('FOY');
    expect(aim.codes).toEqual([{ bytes: ascii('FOY'), symbology: 'Q1', at: aim.time.clock.monotonic() }]);
  });

  it('ends a code by silence when the scanner sends no suffix', async () => {
    const bare = await connect({ suffix: 'none' });
    bare.simulator.setFault('split-frame', true);
    await bare.show('NO-SUFFIX');
    await bare.time.advance(milliseconds(60));
    expect(bare.texts()).toEqual([]);
    await bare.time.advance(milliseconds(20));
    expect(bare.texts()).toEqual(['NO-SUFFIX']);
  });

  it('does not let a code that lost its suffix spoil the next one', async () => {
    bench.simulator.setFault('no-suffix', true);
    await bench.show('LOST');
    await bench.time.advance(seconds(1));
    bench.simulator.setFault('no-suffix', false);
    await bench.show('NEXT');
    expect(bench.texts()).toEqual(['NEXT']);
    expect(bench.session.counters().garbage).toBe(1);
  });

  it('still answers a guest whose code has control characters or is endless: the lane refuses it', async () => {
    await bench.show('\x1b[2J');
    await bench.show('9'.repeat(900));
    expect(bench.texts()).toEqual(['\x1b[2J', '9'.repeat(LIMITS.scanner.frameBytesMax)]);
    expect(bench.session.counters().garbage).toBe(2);
  });

  it('reads a good code right behind a burst of garbage', async () => {
    bench.simulator.setFault('garbage', true);
    await bench.show('GOOD');
    expect(bench.texts().at(-1)).toBe('GOOD');
    expect(bench.session.counters().garbage).toBeGreaterThan(0);
    expect(bench.simulator.isOn('garbage')).toBe(false);
  });

  it('says that it babbles, gives no noise away meanwhile, still reads, and is ready again after a quiet window', async () => {
    bench.simulator.setFault('babble', true);
    await bench.time.advance(seconds(2));
    expect(bench.health.at(-1)).toEqual({ kind: 'degraded', reasons: ['babbling'] });
    const before = bench.codes.length;
    await bench.time.advance(seconds(20));
    expect(bench.codes).toHaveLength(before);
    await bench.show('STILL');
    expect(bench.texts().at(-1)).toBe('STILL');
    bench.simulator.setFault('babble', false);
    await bench.time.advance(LIMITS.scanner.babble.window);
    expect(bench.health.map(({ kind }) => kind)).toEqual(['ready', 'degraded', 'ready']);
  });

  it('ends with the fault when its cable is pulled, and leaves no timer behind', async () => {
    bench.simulator.setFault('split-frame', true);
    bench.simulator.present(ascii('HALF A CODE'));
    bench.simulator.setFault('unplugged', true);
    expect((await bench.session.ended)?.code).toBe('E-LNK-LOST');
    expect(bench.time.pendingTimers()).toBe(0);
    expect(bench.simulator.present(ascii('NOBODY'))).toBe(false);
  });

  it('says nothing more once it is stopped', async () => {
    bench.simulator.setFault('babble', true);
    await bench.session.stop();
    const told = bench.health.length;
    bench.simulator.setFault('babble', false);
    await bench.time.advance(seconds(30));
    expect(await bench.session.ended).toBeUndefined();
    expect(bench.health).toHaveLength(told);
    expect(bench.time.pendingTimers()).toBe(0);
  });

  it('does not connect to a scanner that is not there', async () => {
    const time = createVirtualTime();
    const simulator = createScannerSimulator({ timers: time.timers });
    simulator.setFault('unplugged', true);
    const context = { device: 's', transport: memoryTransport(simulator), clock: time.clock, timers: time.timers, onHealth: () => undefined };
    const connected = await serialScannerDriver.connect(context, { suffix: 'cr', aimPrefix: false });
    expect(connected.ok ? 'connected' : connected.error.code).toBe('E-LNK-ABSENT');
  });

  it('says that it is stuck when it reads one code for ever, still reads others, and is ready again when the code is gone', async () => {
    await bench.show('LABEL');
    bench.simulator.setFault('stuck', true);
    await bench.time.advance(milliseconds(LIMITS.scanner.stuckAfter - 1_000));
    expect(bench.health.at(-1)?.kind).toBe('ready');
    await bench.time.advance(seconds(2));
    expect(bench.health.at(-1)).toEqual({ kind: 'degraded', reasons: ['scanner-stuck'] });
    bench.simulator.setFault('stuck', false);
    await bench.show('TICKET');
    expect(bench.texts()).toEqual(['LABEL', 'TICKET']);
    expect(bench.session.counters().suppressed).toBeGreaterThan(190);
    await bench.time.advance(LIMITS.scanner.debounce);
    expect(bench.health.map(({ kind }) => kind)).toEqual(['ready', 'degraded', 'ready']);
  });

  it('is both: stuck and babbling are told together and end one by one', async () => {
    await bench.show('LABEL');
    bench.simulator.setFault('stuck', true);
    bench.simulator.setFault('babble', true);
    await bench.time.advance(milliseconds(LIMITS.scanner.stuckAfter + 1_000));
    expect(bench.health.at(-1)).toEqual({ kind: 'degraded', reasons: ['babbling', 'scanner-stuck'] });
    bench.simulator.setFault('stuck', false);
    await bench.time.advance(LIMITS.scanner.debounce);
    expect(bench.health.at(-1)).toEqual({ kind: 'degraded', reasons: ['babbling'] });
  });
});

describe('serial scanner with a prefix', () => {
  it('takes the prefix off, and the AIM identifier behind it', async () => {
    const bench = await connect({ prefix: '#G1#', aimPrefix: true }, 'Q1');
    await bench.show('FOY');
    expect(bench.codes).toEqual([{ bytes: ascii('FOY'), symbology: 'Q1', at: bench.time.clock.monotonic() }]);
    expect(bench.session.counters().garbage).toBe(0);
  });

  it('answers a guest whose code lost its head with what there is, and counts it', async () => {
    const bench = await connect({ prefix: '#G1#' });
    const bare = createScannerSimulator({ timers: bench.time.timers });
    const health: HealthState[] = [];
    const codes: ScannedCode[] = [];
    const context = { device: 's', transport: memoryTransport(bare), clock: bench.time.clock, timers: bench.time.timers };
    const connected = await serialScannerDriver.connect(
      { ...context, onHealth: (state) => health.push(state) },
      { suffix: 'cr', aimPrefix: false, prefix: '#G1#' },
    );
    assert(connected.ok, 'it connects');
    connected.value.port.onCode((code) => codes.push(code));
    bare.present(ascii('FOY'));
    await bench.time.settle();
    expect(codes.map(text)).toEqual(['FOY']);
    expect(connected.value.counters()).toMatchObject({ framesIn: 0, garbage: 1 });
  });
});

describe('serial scanner that encloses its codes', () => {
  it('reads a code with CR and LF in it', async () => {
    const bench = await connect({ suffix: 'stx-etx' });
    bench.simulator.setFault('split-frame', true);
    await bench.show('TWO\r\nLINES');
    await bench.time.advance(milliseconds(20));
    expect(bench.texts()).toEqual(['TWO\r\nLINES']);
  });
});

describe('serial scanner that wants an acknowledgement', () => {
  it('gets ACK for a whole code and NAK for a broken one, which it sends again', async () => {
    const bench = await connect({ acknowledge: true });
    await bench.show('WHOLE');
    expect(bench.session.counters()).toMatchObject({ framesOut: 1, bytesOut: 1 });
    bench.simulator.setFault('no-suffix', true);
    await bench.show('BROKEN');
    bench.simulator.setFault('no-suffix', false);
    await bench.time.advance(LIMITS.scanner.unterminatedAfter);
    await bench.time.advance(milliseconds(10));
    expect(bench.texts()).toEqual(['WHOLE', 'BROKEN']);
    // ACK, NAK, and ACK for what came again.
    expect(bench.session.counters().framesOut).toBe(3);
  });

  it('is not asked for a code that stays broken for ever', async () => {
    const bench = await connect({ acknowledge: true });
    bench.simulator.setFault('no-suffix', true);
    await bench.show('BROKEN');
    await bench.time.advance(seconds(10));
    expect(bench.texts()).toEqual([]);
    expect(bench.session.counters()).toMatchObject({ garbage: 4, framesOut: 4 });
  });
});

describe('serial scanner that is asked whether it lives', () => {
  it('is ready once it has answered, and its answers are no codes', async () => {
    const bench = await connectAsked();
    expect(bench.health).toEqual([{ kind: 'ready', reasons: [] }]);
    await bench.time.advance(seconds(35));
    await bench.show('FOY');
    expect(bench.texts()).toEqual(['FOY']);
    expect(bench.session.counters()).toMatchObject({ framesOut: 4, timeouts: 0, garbage: 0 });
  });

  it('is lost when it does not answer any more on a living port', async () => {
    const bench = await connectAsked();
    bench.simulator.setFault('asleep', true);
    await bench.time.advance(seconds(9));
    expect(bench.session.counters().timeouts).toBe(0);
    await bench.time.advance(seconds(5));
    expect((await bench.session.ended)?.code).toBe('E-SCN-SILENT');
    expect(bench.time.pendingTimers()).toBe(0);
  });

  it('does not connect when nobody answers', async () => {
    const time = createVirtualTime();
    const simulator = createScannerSimulator({ timers: time.timers });
    simulator.setFault('asleep', true);
    const context = { device: 's', transport: memoryTransport(simulator), clock: time.clock, timers: time.timers, onHealth: () => undefined };
    const connecting = serialScannerDriver.connect(context, { suffix: 'cr', aimPrefix: false, heartbeat: 'honeywell' });
    await time.advance(seconds(4));
    const connected = await connecting;
    expect(connected.ok ? 'connected' : connected.error.code).toBe('E-SCN-SILENT');
    expect(time.pendingTimers()).toBe(0);
  });
});

const connectAsked = (): Promise<Bench> => connect({ heartbeat: 'honeywell' });
