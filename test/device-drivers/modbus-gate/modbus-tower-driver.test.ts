import { describe, expect, it } from 'vitest';
import { milliseconds, seconds } from '#core/base/time.ts';
import type { DriverContext } from '#core/ports/driver.ts';
import type { HealthState } from '#core/ports/health.ts';
import type { LampColour, Signal } from '#core/ports/indicator.ts';
import type { Lamp } from '#drivers/light-signals/tower-levels.ts';
import { modbusTowerDriver } from '#drivers/modbus-gate/modbus-tower-driver.ts';
import { createModbusTowerSimulator } from '#drivers/modbus-gate/tower-simulator.ts';
import { memoryTransport } from '#drivers/transport/memory.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';
import { overheard } from './gate-bench.ts';

const LAMPS: Partial<Record<Lamp, number>> = { red: 0, green: 2, buzzer: 3 };
const steady = (colour: LampColour, beeps: Signal['beeps'] = 'none'): Signal => ({ light: { colour, rhythm: 'steady' }, beeps, words: '' });

async function tower({ size = 8, lamps = LAMPS, fault }: { size?: number; lamps?: typeof LAMPS; fault?: string } = {}) {
  const time = createVirtualTime();
  const simulator = createModbusTowerSimulator({ unit: 1, lamps, size });
  if (fault !== undefined) simulator.setFault(fault, true);
  const written: string[] = [];
  const health: HealthState[] = [];
  const context: DriverContext = {
    device: 'light-1',
    transport: overheard(memoryTransport(simulator), written),
    clock: time.clock,
    timers: time.timers,
    onHealth: (state) => health.push(state),
  };
  const connecting = modbusTowerDriver.connect(context, { unit: 1, lamps });
  await time.advance(seconds(4));
  const connected = await connecting;
  const show = async (signal: Signal): Promise<void> => {
    if (!connected.ok) throw new Error(connected.error.message);
    connected.value.port.show(signal);
    await time.settle();
  };
  const lit = (): string[] => [
    ...simulator.lamps().flatMap(({ colour, isOn }) => (isOn ? [colour] : [])),
    ...(simulator.isSounding() ? ['buzzer'] : []),
  ];
  return { time, simulator, written, health, connected, show, lit };
}

describe('a light tower on a Modbus board', () => {
  it('is dark before anything else, in frames of the fixtures', async () => {
    const { written, health, lit } = await tower();
    expect(written.slice(0, 1)).toEqual(['010500000000cdca']);
    expect(health.at(-1)).toEqual({ kind: 'ready', reasons: [] });
    expect(lit()).toEqual([]);
  });

  it('shows what it is told, with its beep', async () => {
    const { show, lit, time, written } = await tower();
    await show(steady('red', 'one-short'));
    expect(written).toContain('01050000ff008c3a');
    expect(lit()).toEqual(['red', 'buzzer']);
    await time.advance(milliseconds(200));
    expect(lit()).toEqual(['red']);
    await show(steady('green'));
    expect(lit()).toEqual(['green']);
  });

  it('blinks by itself', async () => {
    const { show, lit, time } = await tower();
    await show({ ...steady('green'), light: { colour: 'green', rhythm: 'slow' } });
    expect(lit()).toEqual(['green']);
    await time.advance(milliseconds(500));
    expect(lit()).toEqual([]);
    await time.advance(milliseconds(500));
    expect(lit()).toEqual(['green']);
  });

  it('is right again after its board was without power', async () => {
    const { simulator, show, lit, time } = await tower();
    await show(steady('red'));
    simulator.setFault('restart', true);
    expect(lit()).toEqual([]);
    await time.advance(seconds(3));
    expect(lit()).toEqual(['red']);
  });

  it('says that its board does not answer, and ends when it stays so', async () => {
    const { simulator, connected, time, health } = await tower();
    if (!connected.ok) throw new Error(connected.error.message);
    simulator.setFault('no-answer', true);
    await time.advance(seconds(1));
    expect(health.at(-1)).toEqual({ kind: 'degraded', reasons: ['no-answer'] });
    await time.advance(seconds(4));
    expect(await connected.value.ended).toMatchObject({ code: 'E-GAT-NO-ANSWER', device: 'light-1' });
    expect(time.pendingTimers()).toBe(0);
  });

  it.each(['no-answer', 'crc-errors'])('does not begin with a board with %s', async (fault) => {
    const { connected, time } = await tower({ fault });
    expect(connected).toMatchObject({ ok: false, error: { code: 'E-GAT-NO-ANSWER' } });
    expect(time.pendingTimers()).toBe(0);
  });

  it('says that a lamp is on a relay that the board does not have', async () => {
    const { connected, time } = await tower({ size: 2 });
    expect(connected).toMatchObject({ ok: false, error: { code: 'E-GAT-REFUSED', owner: 'configuration' } });
    expect(time.pendingTimers()).toBe(0);
  });

  it('does not begin unplugged, ends when it is pulled, and leaves no timer when it is stopped', async () => {
    expect((await tower({ fault: 'unplugged' })).connected).toMatchObject({ ok: false, error: { code: 'E-LNK-ABSENT' } });
    const pulled = await tower();
    pulled.simulator.setFault('unplugged', true);
    await pulled.time.settle();
    if (!pulled.connected.ok) throw new Error(pulled.connected.error.message);
    expect(await pulled.connected.value.ended).toMatchObject({ code: 'E-LNK-LOST' });
    expect(pulled.time.pendingTimers()).toBe(0);
    const stopped = await tower();
    if (!stopped.connected.ok) throw new Error(stopped.connected.error.message);
    await stopped.show({ ...steady('red'), light: { colour: 'red', rhythm: 'fast' } });
    await stopped.connected.value.stop();
    expect(await stopped.connected.value.ended).toBeUndefined();
    expect(stopped.time.pendingTimers()).toBe(0);
  });
});
