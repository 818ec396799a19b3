import { describe, expect, it } from 'vitest';
import { LIMITS } from '#core/base/limits.ts';
import { between, type Duration, milliseconds, plus, seconds } from '#core/base/time.ts';
import type { DeviceSession, Driver } from '#core/ports/driver.ts';
import type { HealthState } from '#core/ports/health.ts';
import { createGateSimulator } from '#drivers/modbus-gate/gate-simulator.ts';
import { modbusGateDriver } from '#drivers/modbus-gate/modbus-gate-driver.ts';
import { modbusTowerDriver } from '#drivers/modbus-gate/modbus-tower-driver.ts';
import { createModbusTowerSimulator } from '#drivers/modbus-gate/tower-simulator.ts';
import { createModbusWires, type WireTurn } from '#drivers/modbus-gate/wire-turns.ts';
import { createSimulatedWires } from '#drivers/simulation/simulated-wires.ts';
import { memoryTransport } from '#drivers/transport/memory.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';
import { GATE_OPTIONS, overheard } from './gate-bench.ts';

const LAMPS = { red: 0, green: 2 };

/** Two turnstiles and a tower behind one adapter, units 1 to 3, on a clock of their own. */
function layLine() {
  const time = createVirtualTime();
  const { clock, timers } = time;
  const gates = [createGateSimulator({ timers, unit: 1 }), createGateSimulator({ timers, unit: 2 })] as const;
  const tower = createModbusTowerSimulator({ unit: 3, lamps: LAMPS });
  const adapter = createSimulatedWires();
  for (const device of [...gates, tower]) adapter.add(device);
  /** The units that were asked, and when. */
  const asked: { readonly unit: number; readonly frame: string; readonly at: ReturnType<typeof clock.monotonic> }[] = [];
  const frames: string[] = [];
  frames.push = (...added) => {
    for (const frame of added) asked.push({ unit: Number.parseInt(frame.slice(0, 2), 16), frame, at: clock.monotonic() });
    return asked.length;
  };
  const wires = createModbusWires({ transport: overheard(memoryTransport(adapter), frames), clock, timers });
  const places = [1, 2, 3].map((unit) => wires.unit(unit));

  const placeOf = (unit: number) => {
    const place = places[unit - 1];
    if (place === undefined) throw new Error(`there is no unit ${unit}`);
    return place;
  };
  const connect = async <Port, Options extends object>(
    place: ReturnType<typeof wires.unit>,
    device: string,
    driver: Driver<Port, Options>,
    options: (turn: WireTurn) => Options,
  ) => {
    const health: HealthState[] = [];
    const context = { device, transport: place.transport, clock, timers, onHealth: (state: HealthState) => void health.push(state) };
    const connecting = driver.connect(context, options(place.turn));
    await time.advance(seconds(3));
    return { connected: await connecting, health };
  };
  const connectGate = (unit: 1 | 2) => connect(placeOf(unit), `unit-${unit}`, modbusGateDriver, (turn) => ({ ...GATE_OPTIONS, unit, turn }));
  /** The lamps on relays that the board of a turnstile has left. */
  const connectLampsOf = (unit: number) =>
    connect(wires.unit(unit), `lamps-of-${unit}`, modbusTowerDriver, (turn) => ({ unit, turn, lamps: { red: 3, green: 5 } }));
  const connectTower = () => connect(placeOf(3), 'unit-3', modbusTowerDriver, (turn) => ({ unit: 3, turn, lamps: LAMPS }));
  const command = (within: Duration = seconds(2)) =>
    ({ reason: { kind: 'admission', id: 'scan-1' }, pulse: milliseconds(700), deadline: plus(clock.monotonic(), within) }) as const;
  return { time, gates, tower, adapter, asked, connectGate, connectTower, connectLampsOf, command };
}

function sessionOf<Port>({ connected }: { readonly connected: { readonly ok: true; readonly value: DeviceSession<Port> } | { readonly ok: false } }) {
  if (!connected.ok) throw new Error('it connects');
  return connected.value;
}

describe('Modbus boards behind one adapter', () => {
  it('take turns, each as often as it asks', async () => {
    const { time, gates, tower, asked, connectGate, connectTower, command } = layLine();
    const [one, two, light] = [sessionOf(await connectGate(1)), sessionOf(await connectGate(2)), sessionOf(await connectTower())];
    const before = asked.length;
    await time.advance(seconds(10));
    const count = (unit: number): number => asked.slice(before).filter((each) => each.unit === unit).length;
    expect(Math.abs(count(1) - count(2))).toBeLessThanOrEqual(1);
    expect(count(1)).toBeGreaterThan(70);
    expect(count(3)).toBeGreaterThan(18);
    light.port.show({ light: { colour: 'green', rhythm: 'steady' }, beeps: 'none', words: '' });
    const outcomes = [one.port.release(command()), two.port.release(command())];
    await time.advance(milliseconds(50));
    expect(await Promise.all(outcomes)).toEqual([{ kind: 'released' }, { kind: 'released' }]);
    expect(gates.map((gate) => gate.state().barrier)).toEqual(['released', 'released']);
    expect(tower.lamps().filter(({ isOn }) => isOn)).toEqual([{ colour: 'green', isOn: true }]);
    for (const session of [one, two, light]) await session.stop();
    // What the turnstiles still do by themselves.
    await time.advance(seconds(2));
    expect(time.pendingTimers()).toBe(0);
  });

  it('keep a pause between two frames, and never speak into an answer that is late', async () => {
    const { time, gates, asked, connectGate, connectTower } = layLine();
    await connectGate(1);
    await connectGate(2);
    await connectTower();
    gates[0].setFault('late-reply', true);
    const before = asked.length;
    await time.advance(seconds(2));
    gates[0].setFault('late-reply', false);
    const after = asked.slice(before);
    for (const [i, { unit, frame, at }] of after.entries()) {
      const next = after[i + 1];
      if (next === undefined) continue;
      const pause = between(at, next.at);
      expect(pause).toBeGreaterThanOrEqual(LIMITS.modbus.betweenFrames);
      // Its answers are 450 ms late: the line is left alone for the reply's time and until it was silent. (A second fence may be answered by what the first one asked.)
      if (unit === 1 && frame.slice(2, 4) === '02') expect(pause).toBeGreaterThanOrEqual(LIMITS.modbus.replyTimeout + LIMITS.modbus.turnaround);
    }
    expect(after.filter(({ unit }) => unit === 2).length).toBeGreaterThan(2);
  });

  it('a late answer counts neither for another unit nor for the next question of its own', async () => {
    const { time, gates, connectGate, command } = layLine();
    const [one, two] = [sessionOf(await connectGate(1)), sessionOf(await connectGate(2))];
    gates[0].setFault('late-reply', true);
    const first = one.port.release(command());
    await time.settle();
    const other = two.port.release(command());
    await time.advance(milliseconds(310));
    gates[0].setFault('no-answer', true);
    // The echo of the first is what the second one's would be.
    const second = one.port.release(command(seconds(1)));
    await time.advance(seconds(2));
    expect((await first).kind).toBe('uncertain');
    expect((await second).kind).not.toBe('released');
    expect(await other).toEqual({ kind: 'released' });
  });

  it('a board without power costs the others a tenth of a second each time it is tried, and is found at the next one', async () => {
    const { time, tower, gates, asked, connectGate, connectTower, command } = layLine();
    const gate = sessionOf(await connectGate(1));
    const light = sessionOf(await connectTower());
    tower.setFault('no-answer', true);
    await time.advance(seconds(4));
    expect(await light.ended).toMatchObject({ code: 'E-GAT-NO-ANSWER' });
    const before = asked.length;
    for (let attempt = 1; attempt <= 16; attempt++) expect((await connectTower()).connected.ok).toBe(false);
    const after = asked.slice(before);
    expect(after.filter(({ unit }) => unit === 3)).toHaveLength(16);
    // How long the line was the silent board's, each time.
    const waits = after.flatMap(({ unit, at }, i) => (unit === 3 ? [between(at, after[i + 1]?.at ?? at)] : []));
    const short = LIMITS.modbus.absentReplyTimeout + LIMITS.modbus.pollWhenClearEvery;
    expect(waits.filter((wait) => wait <= short)).toHaveLength(14);
    expect(waits.filter((wait) => wait >= LIMITS.modbus.replyTimeout)).toHaveLength(2);
    expect(Math.max(...waits)).toBeLessThan(500);
    const releasing = gate.port.release(command());
    await time.advance(milliseconds(500));
    expect(await releasing).toEqual({ kind: 'released' });
    expect(gates[0].state().passed + Number(gates[0].state().barrier === 'released')).toBeGreaterThan(0);
    tower.setFault('no-answer', false);
    expect((await connectTower()).connected.ok).toBe(true);
  });

  it('a board that needs longer than the short wait is found, too', async () => {
    const { gates, connectGate } = layLine();
    await connectGate(1);
    gates[1].setFault('no-answer', true);
    for (let attempt = 0; attempt < 2; attempt++) expect((await connectGate(2)).connected.ok).toBe(false);
    gates[1].setFault('no-answer', false);
    gates[1].setFault('slow-reply', true);
    let tries = 1;
    for (; !(await connectGate(2)).connected.ok; tries++) expect(tries).toBeLessThanOrEqual(LIMITS.modbus.absentPatientEvery);
    expect(tries).toBeGreaterThan(1);
  });

  it('one board with a barrier and lamps: neither use takes a late answer to the other for its own', async () => {
    const { time, gates, asked, connectGate, connectLampsOf, command } = layLine();
    const gate = sessionOf(await connectGate(1));
    const light = sessionOf(await connectLampsOf(1));
    light.port.show({ light: { colour: 'green', rhythm: 'steady' }, beeps: 'none', words: '' });
    const released = gate.port.release(command());
    await time.advance(milliseconds(50));
    expect(await released).toEqual({ kind: 'released' });
    expect(gates[0].state().barrier).toBe('released');
    const FENCES = { barrier: '01010000', lamps: '01010003' };
    const useOf = (frame: string): keyof typeof FENCES => (/^01(01|05)000[345]/.test(frame) ? 'lamps' : 'barrier');
    for (const silent of ['late-reply', 'no-answer'] as const) {
      await time.advance(seconds(3));
      const before = asked.length;
      gates[0].setFault(silent, true);
      await time.advance(milliseconds(350));
      gates[0].setFault(silent, false);
      await time.advance(seconds(3));
      const frames = asked.slice(before).map(({ frame }) => frame);
      // The last question that was answered in time was the one before the first fence's predecessor; from there on both begin with a fence.
      const missed = frames.findIndex((frame) => Object.values(FENCES).some((fence) => frame.startsWith(fence))) - 1;
      const behind = frames.slice(missed + 1);
      for (const use of ['barrier', 'lamps'] as const) expect(behind.find((frame) => useOf(frame) === use)).toMatch(new RegExp(`^${FENCES[use]}`));
    }
    const again = gate.port.release(command());
    await time.advance(milliseconds(50));
    expect(await again).toEqual({ kind: 'released' });
    // One use that ends behind its question leaves the answer to the other.
    await time.advance(seconds(3));
    gates[0].setFault('late-reply', true);
    light.port.show({ light: { colour: 'red', rhythm: 'steady' }, beeps: 'none', words: '' });
    while (!asked.at(-1)?.frame.startsWith('01050003')) await time.advance(milliseconds(1));
    const told = asked.length;
    await light.stop();
    await time.advance(seconds(1));
    expect(asked[told]?.frame).toMatch(new RegExp(`^${FENCES.barrier}`));
    await gate.stop();
  });

  it('all lose their line with the adapter, and have it back with it', async () => {
    const { time, adapter, connectGate, connectTower } = layLine();
    const sessions = [sessionOf(await connectGate(1)), sessionOf(await connectGate(2)), sessionOf(await connectTower())];
    adapter.setFault('unplugged', true);
    for (const session of sessions) expect(await session.ended).toMatchObject({ code: 'E-LNK-LOST' });
    expect(time.pendingTimers()).toBe(0);
    expect((await connectGate(1)).connected).toMatchObject({ ok: false, error: { code: 'E-LNK-ABSENT' } });
    adapter.setFault('unplugged', false);
    expect((await connectGate(1)).connected.ok).toBe(true);
    expect((await connectTower()).connected.ok).toBe(true);
  });

  it('a release that waits for the line is never written after its deadline', async () => {
    const { time, tower, gates, connectGate, connectTower, command } = layLine();
    const gate = sessionOf(await connectGate(1));
    await connectTower();
    tower.setFault('no-answer', true);
    await time.advance(milliseconds(520));
    const releasing = gate.port.release(command(milliseconds(30)));
    await time.advance(seconds(1));
    expect(await releasing).toEqual({ kind: 'expired' });
    expect(gates[0].state().barrier).toBe('closed');
  });
});
