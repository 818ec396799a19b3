import { describe, expect, it } from 'vitest';
import { LIMITS } from '#core/base/limits.ts';
import { milliseconds, seconds } from '#core/base/time.ts';
import { keyboardScannerDriver } from '#drivers/keyboard-scanner/keyboard-scanner-driver.ts';
import { createKeyboardSimulator } from '#drivers/keyboard-scanner/keyboard-simulator.ts';
import { connectScanner, type ScannerBench, TICKET } from '#test/device-drivers/scanning/report-scanner-bench.ts';

const connect = (): Promise<ScannerBench> => connectScanner(keyboardScannerDriver, {}, ({ timers }) => createKeyboardSimulator({ timers }));

describe('scanner in keyboard mode', () => {
  it('reads a ticket with both cases, digits, hyphen and underscore', async () => {
    const bench = await connect();
    await bench.show(TICKET);
    expect(bench.texts()).toEqual([TICKET]);
    expect(bench.health).toEqual([{ kind: 'ready', reasons: [] }]);
  });

  it('reads one that types numbers, whatever its layout', async () => {
    const bench = await connect();
    bench.simulator.setFault('alt-mode', true);
    await bench.show(TICKET);
    expect(bench.texts()).toEqual([TICKET]);
  });

  it('throws a code away whose Enter never came, before it can become the head of the next', async () => {
    const bench = await connect();
    bench.simulator.setFault('no-suffix', true);
    await bench.show('LOST');
    bench.simulator.setFault('no-suffix', false);
    await bench.time.advance(LIMITS.scanner.unterminatedAfter);
    await bench.show('NEXT');
    expect(bench.texts()).toEqual(['NEXT']);
    expect(bench.session.counters().garbage).toBe(1);
  });

  it('debounces, and tells a scanner that is stuck or babbles, as every scanner does', async () => {
    const bench = await connect();
    await bench.show('HELD');
    bench.simulator.setFault('stuck', true);
    await bench.time.advance(milliseconds(LIMITS.scanner.stuckAfter + 1_000));
    expect([bench.texts(), bench.health.at(-1)]).toEqual([['HELD'], { kind: 'degraded', reasons: ['scanner-stuck'] }]);
    bench.simulator.setFault('stuck', false);
    await bench.time.advance(LIMITS.scanner.debounce);
    bench.simulator.setFault('babble', true);
    await bench.time.advance(seconds(2));
    expect(bench.health.at(-1)).toEqual({ kind: 'degraded', reasons: ['babbling'] });
  });

  it('ends with the fault when its cable is pulled in the middle of a code, and leaves no timer', async () => {
    const bench = await connect();
    bench.simulator.setFault('no-suffix', true);
    await bench.show('HALF');
    bench.simulator.setFault('unplugged', true);
    expect((await bench.session.ended)?.code).toBe('E-LNK-LOST');
    expect(bench.time.pendingTimers()).toBe(0);
  });
});
