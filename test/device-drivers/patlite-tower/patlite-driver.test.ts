import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '#core/base/bytes.ts';
import { assert } from '#core/base/fault.ts';
import { milliseconds, seconds } from '#core/base/time.ts';
import { DARK } from '#core/ports/indicator.ts';
import type { Lamp } from '#drivers/light-signals/tower-levels.ts';
import { encodeLevels, LEDS, levelsAfter } from '#drivers/patlite-tower/frame.ts';
import { patliteTowerDriver } from '#drivers/patlite-tower/patlite-driver.ts';
import { createPatliteSimulator } from '#drivers/patlite-tower/patlite-simulator.ts';
import { memoryTransport } from '#drivers/transport/memory.ts';
import fixtures from '#test/fixtures/patlite-tower/reports.json' with { type: 'json' };
import { createVirtualTime } from '#test/support/virtual-time.ts';

const anyLevels = fc.subarray<Lamp>([...LEDS, 'buzzer']).map((lamps) => new Set(lamps));

describe('reports to a Patlite tower', () => {
  it.each(fixtures)('$name', ({ report, on }) => {
    const bytes = fromHex(report) ?? new Uint8Array();
    expect(toHex(encodeLevels(new Set(on as Lamp[])))).toBe(toHex(bytes));
    expect([...(levelsAfter(bytes, new Set()) ?? [])].sort()).toEqual([...on].sort());
  });

  it('say all of the tower, whatever was on before', () => {
    fc.assert(
      fc.property(anyLevels, anyLevels, (before, on) => {
        expect(levelsAfter(encodeLevels(on), before)).toEqual(on);
      }),
    );
  });

  it('leave a lamp as it is where its nibble says so', () => {
    const report = fromHex('00000000fff0000000') ?? new Uint8Array();
    expect(levelsAfter(report, new Set(['red', 'green']))).toEqual(new Set(['red']));
  });
});

describe('Patlite tower', () => {
  const connect = async () => {
    const time = createVirtualTime();
    const simulator = createPatliteSimulator();
    const context = { device: 'tower-1', transport: memoryTransport(simulator), clock: time.clock, timers: time.timers, onHealth: () => undefined };
    const connected = await patliteTowerDriver.connect(context, {});
    assert(connected.ok, 'it connects');
    const lit = (): string[] => simulator.lamps().flatMap(({ colour, isOn }) => (isOn ? [colour] : []));
    return { time, simulator, session: connected.value, lit };
  };

  it('shows a colour, blinks it, beeps once, and goes dark', async () => {
    const { time, simulator, session, lit } = await connect();
    session.port.show({ light: { colour: 'green', rhythm: 'steady' }, beeps: 'one-short', words: '' });
    await time.settle();
    expect([lit(), simulator.isSounding()]).toEqual([['green'], true]);
    await time.advance(milliseconds(150));
    expect([lit(), simulator.isSounding()]).toEqual([['green'], false]);
    session.port.show({ light: { colour: 'red', rhythm: 'fast' }, beeps: 'none', words: '' });
    await time.settle();
    expect(lit()).toEqual(['red']);
    await time.advance(milliseconds(250));
    expect(lit()).toEqual([]);
    session.port.show(DARK);
    await time.advance(seconds(1));
    expect(lit()).toEqual([]);
    await session.stop();
    expect(time.pendingTimers()).toBe(0);
  });

  it('begins every connection in the dark', async () => {
    const { time, simulator, session, lit } = await connect();
    session.port.show({ light: { colour: 'blue', rhythm: 'steady' }, beeps: 'none', words: '' });
    await time.settle();
    await session.stop();
    expect(lit()).toEqual(['blue']);
    const context = { device: 'tower-1', transport: memoryTransport(simulator), clock: time.clock, timers: time.timers, onHealth: () => undefined };
    expect((await patliteTowerDriver.connect(context, {})).ok).toBe(true);
    await time.settle();
    expect(lit()).toEqual([]);
  });

  it('ends with the fault when its cable is pulled while it blinks, and leaves no timer', async () => {
    const { time, simulator, session } = await connect();
    session.port.show({ light: { colour: 'red', rhythm: 'slow' }, beeps: 'alarm', words: '' });
    await time.settle();
    simulator.setFault('unplugged', true);
    expect((await session.ended)?.code).toBe('E-LNK-LOST');
    expect(time.pendingTimers()).toBe(0);
  });
});
