import { describe, expect, it } from 'vitest';
import { ascii } from '#core/base/bytes.ts';
import { LIMITS } from '#core/base/limits.ts';
import { milliseconds, seconds } from '#core/base/time.ts';
import { hidPosScannerDriver } from '#drivers/hid-pos-scanner/hid-pos-scanner-driver.ts';
import { createHidPosSimulator } from '#drivers/hid-pos-scanner/hid-pos-simulator.ts';
import { HID_POS_PROFILES, type HidPosProfileName } from '#drivers/hid-pos-scanner/profiles.ts';
import { memoryTransport } from '#drivers/transport/memory.ts';
import { connectScanner, type ScannerBench, TICKET } from '#test/device-drivers/scanning/report-scanner-bench.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';

const connect = (profile: HidPosProfileName = 'generic'): Promise<ScannerBench> =>
  connectScanner(hidPosScannerDriver, { profile }, ({ timers }) => createHidPosSimulator({ timers, profile }));

describe('HID-POS scanner', () => {
  it('reads a ticket of several parts, with its symbology, and warms up at the first', async () => {
    const bench = await connect();
    const order: string[] = [];
    bench.session.port.onFirstByte(() => order.push('first byte'));
    await bench.show(TICKET);
    expect(bench.codes).toEqual([{ bytes: ascii(TICKET), symbology: 'Q1', at: bench.time.clock.monotonic() }]);
    expect(order).toEqual(['first byte']);
    expect(bench.session.counters()).toMatchObject({ framesIn: 1, bytesIn: 3 * 64, garbage: 0 });
  });

  it.each(Object.keys(HID_POS_PROFILES) as HidPosProfileName[])(
    'reads a model of profile %s, told its mode first where it needs that',
    async (profile) => {
      const bench = await connect(profile);
      await bench.show('FOY');
      expect(bench.texts()).toEqual(['FOY']);
      expect(bench.health).toEqual([{ kind: 'ready', reasons: [] }]);
      expect(bench.session.counters().framesOut).toBe('activation' in HID_POS_PROFILES[profile] ? 1 : 0);
    },
  );

  it('does not connect to a model that refuses the mode, and says what it was', async () => {
    const time = createVirtualTime();
    const simulator = createHidPosSimulator({ timers: time.timers, profile: 'honeywell' });
    simulator.setFault('refuses-mode', true);
    const context = { device: 's', transport: memoryTransport(simulator), clock: time.clock, timers: time.timers, onHealth: () => undefined };
    const connected = await hidPosScannerDriver.connect(context, { profile: 'honeywell' });
    expect(connected.ok ? 'connected' : connected.error.code).toBe('E-LNK-REFUSED');
    expect(time.pendingTimers()).toBe(0);
  });

  it('throws a code away whose last part never came, before it can become the head of the next', async () => {
    const bench = await connect();
    bench.simulator.setFault('lost-part', true);
    await bench.show(TICKET);
    bench.simulator.setFault('lost-part', false);
    await bench.time.advance(milliseconds(LIMITS.scanner.partsWithin));
    await bench.show('NEXT');
    expect(bench.texts()).toEqual(['NEXT']);
    expect(bench.session.counters().garbage).toBe(1);
  });

  it('reads a firmware that has its identifier one byte late', async () => {
    const bench = await connect();
    bench.simulator.setFault('aim-shifted', true);
    await bench.show('SHIFTED');
    expect(bench.codes).toMatchObject([{ bytes: ascii('SHIFTED'), symbology: 'Q1' }]);
  });

  it('debounces, and tells a scanner that is stuck or babbles, as every scanner does', async () => {
    const bench = await connect();
    bench.simulator.setFault('double-read', true);
    await bench.show('TWICE');
    await bench.time.advance(seconds(1));
    expect([bench.texts(), bench.session.counters().suppressed]).toEqual([['TWICE'], 1]);
    bench.simulator.setFault('double-read', false);
    bench.simulator.setFault('stuck', true);
    await bench.time.advance(milliseconds(LIMITS.scanner.stuckAfter + 1_000));
    expect(bench.health.at(-1)).toEqual({ kind: 'degraded', reasons: ['scanner-stuck'] });
    bench.simulator.setFault('stuck', false);
    await bench.time.advance(LIMITS.scanner.debounce);
    bench.simulator.setFault('babble', true);
    await bench.time.advance(seconds(2));
    expect(bench.health.at(-1)).toEqual({ kind: 'degraded', reasons: ['babbling'] });
  });

  it('gives a guest with an endless code an answer', async () => {
    const bench = await connect();
    await bench.show('9'.repeat(900));
    expect(bench.texts()).toEqual(['9'.repeat(LIMITS.scanner.frameBytesMax)]);
  });

  it('ends with the fault when its cable is pulled in the middle of a code, and leaves no timer', async () => {
    const bench = await connect();
    bench.simulator.setFault('lost-part', true);
    await bench.show(TICKET);
    bench.simulator.setFault('unplugged', true);
    expect((await bench.session.ended)?.code).toBe('E-LNK-LOST');
    expect(bench.time.pendingTimers()).toBe(0);
  });

  it('says nothing more once it is stopped', async () => {
    const bench = await connect();
    bench.simulator.setFault('lost-part', true);
    await bench.show(TICKET);
    await bench.session.stop();
    expect(await bench.session.ended).toBeUndefined();
    expect(bench.time.pendingTimers()).toBe(0);
  });
});
