import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Duration, milliseconds, plus, seconds } from '#core/base/time.ts';
import type { DriverContext } from '#core/ports/driver.ts';
import type { GateInput } from '#core/ports/gate-controller.ts';
import type { HealthState } from '#core/ports/health.ts';
import { DARK } from '#core/ports/indicator.ts';
import type { Transport } from '#core/ports/link.ts';
import { lcusGateDriver } from '#drivers/lcus-relay/lcus-gate-driver.ts';
import { createLcusGateSimulator, createLcusTowerSimulator } from '#drivers/lcus-relay/lcus-simulators.ts';
import { lcusTowerDriver } from '#drivers/lcus-relay/lcus-tower-driver.ts';
import type { SimulatedDevice } from '#drivers/simulation/simulated-device.ts';
import { memoryTransport } from '#drivers/transport/memory.ts';
import { createVirtualTime, type VirtualTime } from '#test/support/virtual-time.ts';
import { overheard } from '../modbus-gate/gate-bench.ts';

function surroundings(simulator: SimulatedDevice, time = createVirtualTime()) {
  const written: string[] = [];
  const health: HealthState[] = [];
  const context: DriverContext = {
    device: 'relay-1',
    transport: overheard(memoryTransport(simulator), written),
    clock: time.clock,
    timers: time.timers,
    onHealth: (state) => health.push(state),
  };
  return { time, written, health, context };
}

async function gate(feedback: 'none' | 'levels', prepare: (simulator: ReturnType<typeof createLcusGateSimulator>) => void = () => undefined) {
  const time = createVirtualTime();
  const simulator = createLcusGateSimulator({ timers: time.timers, channel: 1, answers: feedback === 'levels' });
  prepare(simulator);
  const bench = surroundings(simulator, time);
  let delay = milliseconds(0);
  const transport = answeredLater(bench.context.transport, time, () => delay);
  const connecting = lcusGateDriver.connect({ ...bench.context, transport }, { channel: 1, feedback });
  await time.advance(seconds(2));
  const connected = await connecting;
  const release = (pulse: Duration = milliseconds(700), within: Duration = seconds(2)) => {
    if (!connected.ok) throw new Error(connected.error.message);
    return connected.value.port.release({ reason: { kind: 'admission', id: 's' }, pulse, deadline: plus(time.clock.monotonic(), within) });
  };
  const setDelay = (span: Duration): void => {
    delay = span;
  };
  return { ...bench, simulator, connected, release, setDelay };
}

/** What the device says is heard only after a while. */
function answeredLater(transport: Transport, time: VirtualTime, delay: () => Duration): Transport {
  return {
    place: transport.place,
    open: (events) =>
      transport.open({
        ...events,
        bytes: (bytes) => {
          if (delay() === 0) events.bytes(bytes);
          else time.timers.after(delay(), () => events.bytes(bytes));
        },
      }),
  };
}

const ON = 'a00101a2';
const OFF = 'a00100a1';

describe('a barrier behind a relay module', () => {
  it('is switched off before anything else, and says that nothing counts who goes through', async () => {
    const { connected, written, health } = await gate('none');
    expect(written).toEqual([OFF]);
    expect(health.at(-1)).toEqual({ kind: 'ready', reasons: [] });
    const inputs: GateInput[] = [];
    if (connected.ok) connected.value.port.onInput((input) => inputs.push(input));
    expect(inputs).toEqual([{ kind: 'blind', on: true }]);
  });

  it('is released for the pulse; without feedback nobody says that it was', async () => {
    const { release, simulator, time, written } = await gate('none');
    expect(await release()).toMatchObject({ kind: 'uncertain', fault: { code: 'E-GAT-NO-FEEDBACK' } });
    await time.advance(milliseconds(699));
    expect(simulator.state().barrier).toBe('released');
    await time.advance(milliseconds(1));
    expect(simulator.state()).toMatchObject({ barrier: 'closed', passed: 1 });
    expect(written).toEqual([OFF, ON, OFF]);
  });

  it('with feedback says what the relay says', async () => {
    const { release, simulator, time } = await gate('levels');
    const answered = release();
    await time.settle();
    expect(await answered).toEqual({ kind: 'released' });
    await time.advance(seconds(1));
    simulator.setFault('relay-stuck', true);
    const refused = release();
    await time.settle();
    expect(await refused).toMatchObject({ kind: 'not-released', fault: { code: 'E-GAT-RELAY' } });
    simulator.setFault('relay-stuck', false);
    simulator.setFault('no-answer', true);
    const unknown = release();
    await time.advance(milliseconds(600));
    expect(await unknown).toMatchObject({ kind: 'uncertain', fault: { code: 'E-GAT-NO-ANSWER' } });
  });

  it.each([
    ['while the answer to its own look is under way', 490, 40],
    ['just before it looks by itself', 490, 20],
    ['when it answers later than it is waited for', 100, 310],
  ])('is released %s, and that is what is said', async (_, after, answersIn) => {
    const { release, time, setDelay } = await gate('levels');
    setDelay(milliseconds(answersIn));
    await time.advance(milliseconds(after));
    const answered = release();
    await time.advance(milliseconds(650));
    expect(await answered).toEqual({ kind: 'released' });
  });

  it('whose answer comes when the pulse is over denies nothing', async () => {
    const { release, time, simulator } = await gate('levels');
    simulator.setFault('no-answer', true);
    const answered = release(milliseconds(150));
    await time.advance(milliseconds(299));
    simulator.setFault('no-answer', false);
    await time.advance(milliseconds(1));
    expect(await answered).toMatchObject({ kind: 'uncertain', fault: { message: expect.stringContaining('when the pulse was over') } });
  });

  it('whose contact hangs at the end of a pulse is told again until it obeys, and says so meanwhile', async () => {
    const { release, simulator, time, health } = await gate('levels');
    const answered = release();
    await time.settle();
    expect(await answered).toEqual({ kind: 'released' });
    simulator.setFault('relay-stuck', true);
    await time.advance(seconds(3));
    expect(simulator.state().barrier).toBe('released');
    expect(health.at(-1)).toEqual({ kind: 'degraded', reasons: ['gate-jammed'] });
    simulator.setFault('relay-stuck', false);
    await time.advance(seconds(3));
    expect(simulator.state().barrier).toBe('closed');
    expect(health.at(-1)).toEqual({ kind: 'ready', reasons: [] });
  });

  it('is never told to open when it is too late, and no pulse is shorter than a relay hears', async () => {
    const { release, written, simulator, time } = await gate('none');
    expect(await release(milliseconds(700), milliseconds(0))).toEqual({ kind: 'expired' });
    expect(written).toEqual([OFF]);
    await release(milliseconds(1));
    await time.advance(milliseconds(149));
    expect(simulator.state().barrier).toBe('released');
    await time.advance(milliseconds(1));
    expect(simulator.state().barrier).toBe('closed');
  });

  it('stays open for the later of two pulses', async () => {
    const { release, simulator, time, written } = await gate('none');
    await release();
    await time.advance(milliseconds(400));
    await release();
    await time.advance(milliseconds(699));
    expect(simulator.state().barrier).toBe('released');
    await time.advance(milliseconds(1));
    expect(simulator.state().barrier).toBe('closed');
    expect(written).toEqual([OFF, ON, ON, OFF]);
  });

  it('is closed at the end of a session, and at once when asked', async () => {
    const first = await gate('none');
    await first.release();
    if (first.connected.ok) await first.connected.value.port.secure();
    await first.time.settle();
    expect(first.simulator.state().barrier).toBe('closed');
    const second = await gate('none');
    await second.release();
    if (second.connected.ok) await second.connected.value.stop();
    await second.time.settle();
    expect(second.simulator.state().barrier).toBe('closed');
    expect(second.time.pendingTimers()).toBe(0);
  });

  it('whose module falls silent is limited at once and lost within two seconds', async () => {
    const { connected, simulator, time, health } = await gate('levels');
    simulator.setFault('no-answer', true);
    await time.advance(milliseconds(900));
    expect(health.at(-1)).toEqual({ kind: 'degraded', reasons: ['no-answer'] });
    await time.advance(seconds(2));
    expect(connected.ok && (await connected.value.ended)).toMatchObject({ code: 'E-GAT-NO-ANSWER' });
  });

  it('that cannot answer, or whose relay is stuck on, does not connect', async () => {
    expect((await gate('levels', (simulator) => simulator.setFault('no-answer', true))).connected).toMatchObject({
      ok: false,
      error: { code: 'E-GAT-NO-ANSWER' },
    });
  });

  it('survives garbage, and ends when the cable is pulled', async () => {
    const { connected, simulator, time, release } = await gate('levels');
    simulator.setFault('garbage', true);
    const answered = release();
    await time.settle();
    expect(await answered).toEqual({ kind: 'released' });
    simulator.setFault('unplugged', true);
    await time.settle();
    expect(connected.ok && (await connected.value.ended)).toMatchObject({ code: 'E-LNK-LOST' });
    expect(simulator.state().barrier).toBe('closed');
    expect(await release()).toMatchObject({ kind: 'not-released' });
    expect(time.pendingTimers()).toBeLessThanOrEqual(2);
  });

  it('never opens after a deadline, whatever was asked when', async () => {
    const step = fc.record({ wait: fc.integer({ min: 0, max: 900 }), within: fc.integer({ min: -50, max: 50 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const { release, time, written } = await gate('none');
        let due = 0;
        for (const { wait, within } of steps) {
          await release(milliseconds(200), milliseconds(within));
          if (within > 0) due++;
          await time.advance(milliseconds(wait));
        }
        expect(written.filter((frame) => frame === ON)).toHaveLength(due);
      }),
      { numRuns: 25 },
    );
  });
});

async function tower() {
  const lamps = { red: 1, amber: 2, green: 3, buzzer: 4 };
  const simulator = createLcusTowerSimulator({ lamps });
  const bench = surroundings(simulator);
  const connected = await lcusTowerDriver.connect(bench.context, { lamps });
  await bench.time.settle();
  if (!connected.ok) throw new Error(connected.error.message);
  const lit = () => simulator.lamps().flatMap(({ colour, isOn }) => (isOn ? [colour] : []));
  return { ...bench, simulator, session: connected.value, lit };
}

describe('a light tower behind a relay module', () => {
  it('begins in the dark', async () => {
    const { written, lit, health } = await tower();
    expect(written).toEqual(['a00100a1', 'a00200a2', 'a00300a3', 'a00400a4']);
    expect(lit()).toEqual([]);
    expect(health.at(-1)?.kind).toBe('ready');
  });

  it('shows what it is told, beeps once, and blinks by itself', async () => {
    const { session, lit, simulator, time } = await tower();
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
    await time.advance(milliseconds(250));
    expect(lit()).toEqual(['red']);
  });

  it('shows blue as red and amber, and sends nothing while nothing changes', async () => {
    const { session, lit, time, written } = await tower();
    session.port.show({ light: { colour: 'blue', rhythm: 'steady' }, beeps: 'none', words: '' });
    await time.settle();
    expect(lit()).toEqual(['red', 'amber']);
    const before = written.length;
    await time.advance(seconds(60));
    expect(written).toHaveLength(before);
  });

  it('leaves nothing behind after its end, whoever ends it', async () => {
    const stopped = await tower();
    stopped.session.port.show({ light: { colour: 'red', rhythm: 'slow' }, beeps: 'alarm', words: '' });
    await stopped.session.stop();
    expect(stopped.time.pendingTimers()).toBe(0);
    const pulled = await tower();
    pulled.session.port.show({ light: { colour: 'red', rhythm: 'slow' }, beeps: 'none', words: '' });
    pulled.simulator.setFault('unplugged', true);
    await pulled.time.settle();
    expect(await pulled.session.ended).toMatchObject({ code: 'E-LNK-LOST' });
    expect([pulled.lit(), pulled.time.pendingTimers()]).toEqual([[], 0]);
    pulled.session.port.show(DARK);
    await pulled.time.settle();
    expect(pulled.lit()).toEqual([]);
  });
});
