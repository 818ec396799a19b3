import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { systemClock, systemTimers } from '#agent/runtime/clock.ts';
import { ascii, concatBytes } from '#core/base/bytes.ts';
import { type Duration, milliseconds, plus, seconds } from '#core/base/time.ts';
import type { GateInput } from '#core/ports/gate-controller.ts';
import type { HealthState } from '#core/ports/health.ts';
import { createLineCutter, encodeGpioCommand, encodeGpioReport, parseGpioCommand, parseGpioReport } from '#drivers/gpio-gate/codec.ts';
import { gpioGateDriver } from '#drivers/gpio-gate/gpio-gate-driver.ts';
import { createGpioSimulator } from '#drivers/gpio-gate/gpio-simulator.ts';
import { gpioTransport } from '#drivers/transport/gpio.ts';
import { memoryTransport } from '#drivers/transport/memory.ts';
import tools from '#test/fixtures/gpio-gate/tools.json' with { type: 'json' };
import { eventually } from '#test/support/eventually.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';

const OPTIONS = { releaseLine: 17, inputs: { entryPassage: 5, exitPassage: 6, jam: 13, fireAlarm: 19 } };

describe('lines about GPIO lines', () => {
  it('come back as they were meant, however they are cut', () => {
    const line = fc.integer({ min: 0, max: 500 });
    const command = fc.oneof(
      fc.record({ kind: fc.constant('watch' as const), lines: fc.array(line, { minLength: 1, maxLength: 6 }) }),
      fc.record({ kind: fc.constant('pulse' as const), line, ms: fc.integer({ min: 1, max: 9_999 }) }),
      fc.record({ kind: fc.constant('off' as const), line }),
    );
    fc.assert(
      fc.property(fc.array(command, { maxLength: 5 }), (commands) => {
        const cutter = createLineCutter();
        const texts = [...concatBytes(...commands.map(encodeGpioCommand))].flatMap((byte) => cutter.push(Uint8Array.of(byte)));
        expect(texts.map(parseGpioCommand)).toEqual(commands);
      }),
    );
    for (const report of [
      { kind: 'level', line: 5, on: true },
      { kind: 'done', line: 17 },
      { kind: 'refused', line: 17 },
    ] as const) {
      expect(createLineCutter().push(encodeGpioReport(report)).map(parseGpioReport)).toEqual([report]);
    }
  });

  it('that are none are nothing, and are not kept', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        const cutter = createLineCutter();
        for (const text of cutter.push(noise)) parseGpioReport(text);
        cutter.push(ascii('\n'));
        expect(cutter.push(ascii('done 3\n'))).toEqual(['done 3']);
      }),
    );
  });
});

async function simulated(prepare: (simulator: ReturnType<typeof createGpioSimulator>) => void = () => undefined) {
  const time = createVirtualTime();
  const simulator = createGpioSimulator({ timers: time.timers, ...OPTIONS });
  prepare(simulator);
  const health: HealthState[] = [];
  const context = { device: 'g1', transport: memoryTransport(simulator), ...time, onHealth: (state: HealthState) => health.push(state) };
  const connecting = gpioGateDriver.connect(context, OPTIONS);
  await time.advance(seconds(3));
  const connected = await connecting;
  const inputs: GateInput[] = [];
  if (connected.ok) connected.value.port.onInput((input) => inputs.push(input));
  const release = async (within: Duration = seconds(2)) => {
    if (!connected.ok) throw new Error(connected.error.message);
    const outcome = connected.value.port.release({
      reason: { kind: 'admission', id: 's' },
      pulse: milliseconds(700),
      deadline: plus(time.clock.monotonic(), within),
    });
    await time.advance(seconds(3));
    return outcome;
  };
  return { time, simulator, connected, health, inputs, release };
}

describe('a barrier on GPIO lines', () => {
  it('is released for its time, and tells who went through', async () => {
    const { release, simulator, inputs, health } = await simulated();
    expect(health.at(-1)).toEqual({ kind: 'ready', reasons: [] });
    expect(await release()).toEqual({ kind: 'released' });
    expect(simulator.state()).toMatchObject({ barrier: 'closed', passed: 1 });
    expect(inputs).toContainEqual({ kind: 'passed', direction: 'entry' });
  });

  it('is never released too late, nor called released when it was refused or nobody says so', async () => {
    const { release, simulator } = await simulated();
    expect(await release(milliseconds(0))).toEqual({ kind: 'expired' });
    simulator.setFault('line-taken', true);
    expect(await release()).toMatchObject({ kind: 'not-released', fault: { code: 'E-GAT-REFUSED' } });
    simulator.setFault('line-taken', false);
    simulator.setFault('no-answer', true);
    expect(await release()).toMatchObject({ kind: 'uncertain', fault: { code: 'E-GAT-NO-ANSWER' } });
    expect(simulator.state().passed).toBe(0);
  });

  it('tells a jam, a stuck sensor and the alarm, garbage or not', async () => {
    const { simulator, time, health, inputs } = await simulated();
    simulator.setFault('garbage', true);
    simulator.setFault('jam', true);
    await time.advance(seconds(1));
    expect(health.at(-1)).toEqual({ kind: 'blocked', reasons: ['gate-jammed'] });
    simulator.setFault('jam', false);
    simulator.setFault('sensor-stuck', true);
    await time.advance(seconds(11));
    expect(health.at(-1)).toEqual({ kind: 'degraded', reasons: ['passage-sensor-stuck'] });
    simulator.setFault('fire-alarm', true);
    await time.advance(seconds(1));
    expect(inputs).toContainEqual({ kind: 'fire-alarm', on: true });
    expect(simulator.state().barrier).toBe('released');
  });

  it('that cannot be used does not connect, and a lost one leaves nothing behind', async () => {
    expect((await simulated((simulator) => simulator.setFault('line-taken', true))).connected).toMatchObject({ ok: false });
    const { simulator, connected, time } = await simulated();
    simulator.setFault('unplugged', true);
    await time.settle();
    expect(connected.ok && (await connected.value.ended)).toMatchObject({ code: 'E-LNK-LOST' });
    expect(time.pendingTimers()).toBe(0);
  });
});

describe('the tools of libgpiod', () => {
  it.each(tools)('take what we ask of them, and miss the chip alone: $command', ({ command, status, says }) => {
    const [tool = '', ...args] = command.split(' ').map((arg) => arg.replace('_', ' '));
    const ran = spawnSync(tool, args, { encoding: 'utf8' });
    expect(ran.error, 'gpiod is a package of Debian, and npm test installs it').toBeUndefined();
    expect(ran.status).toBe(status);
    expect(ran.stderr).toContain(says);
    expect(ran.stderr).not.toContain('option');
  });
});

/** A chip of files, and tools that speak the command line of libgpiod's. */
function fakeChip() {
  const folder = mkdtempSync(join(tmpdir(), 'foyer-gpio-'));
  const [chip, bin] = [join(folder, 'gpiochip0'), join(folder, 'bin')];
  for (const made of [chip, bin]) mkdirSync(made);
  const script = fileURLToPath(new URL('./fake-gpio-tool.sh', import.meta.url));
  for (const tool of ['gpioinfo', 'gpioget', 'gpioset', 'gpiomon']) symlinkSync(script, join(bin, tool));
  const set = (line: number, level: 0 | 1): void => writeFileSync(join(chip, String(line)), String(level));
  for (const line of [17, ...Object.values(OPTIONS.inputs)]) set(line, 0);
  const driven = (): string[] => readFileSync(join(chip, 'driven'), 'utf8').trim().split('\n');
  vi.stubEnv('PATH', `${bin}:${process.env.PATH}`);
  vi.stubEnv('FAKE_GPIO', folder);
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    set,
    hold: (line: number) => mkdirSync(join(chip, `${line}.held`)),
    driven,
    pulses: () => driven().filter((line) => line === '17=1').length,
  };
}

async function overTools(chip: string) {
  const inputs: GateInput[] = [];
  const transport = gpioTransport({ chip, activeLow: false, bias: 'as-is' }, systemTimers);
  const connected = await gpioGateDriver.connect(
    { device: 'g1', transport, clock: systemClock, timers: systemTimers, onHealth: () => undefined },
    OPTIONS,
  );
  if (!connected.ok) return { connected, inputs };
  const session = connected.value;
  onTestFinished(() => session.stop());
  session.port.onInput((input) => inputs.push(input));
  const release = (ms: number) =>
    session.port.release({ reason: { kind: 'service-test', id: 't' }, pulse: milliseconds(ms), deadline: plus(systemClock.monotonic(), seconds(2)) });
  return { connected, session, inputs, release };
}

describe('a barrier through the tools of libgpiod', { timeout: 180_000 }, () => {
  it('is switched off first, released for its time and off again, also when a pulse comes into a pulse', async () => {
    const chip = fakeChip();
    const { release } = await overTools('gpiochip0');
    expect(chip.driven()).toEqual(['17=0']);
    for (const pulse of [1, 2]) {
      expect(await release?.(300)).toEqual({ kind: 'released' });
      // The tool is taken at its word before it has done it: on a busy machine it begins later.
      await eventually(`pulse ${pulse} is begun`, () => chip.pulses() === pulse);
    }
    await eventually('the pulse is over', () => chip.driven().at(-1) === '17=0');
    expect(chip.pulses()).toBe(2);
  });

  it('tells edges, and the levels that were there before', async () => {
    const chip = fakeChip();
    chip.set(19, 1);
    const { inputs } = await overTools('gpiochip0');
    await eventually('the alarm that was on already', () => inputs.some((input) => input.kind === 'fire-alarm' && input.on));
    // Nobody says when the monitor is up: bodies come until one is told.
    let looks = 0;
    await eventually('a body', () => {
      if (looks++ % 40 === 0) chip.set(5, looks % 80 === 1 ? 1 : 0);
      return inputs.some(({ kind }) => kind === 'passed');
    });
    expect(inputs).toContainEqual({ kind: 'passed', direction: 'entry' });
  });

  it('ends a pulse at once when it is told to', async () => {
    const chip = fakeChip();
    const { release, session } = await overTools('gpiochip0');
    await release?.(20_000);
    await eventually('the pulse is begun', () => chip.pulses() === 1);
    expect(await session?.port.secure()).toEqual({ ok: true, value: undefined });
    expect(chip.driven()).toEqual(['17=0', '17=1', '17=0']);
  });

  it('says what cannot be used', async () => {
    const chip = fakeChip();
    expect((await overTools('gpiochip7')).connected).toMatchObject({ ok: false, error: { code: 'E-LNK-ABSENT' } });
    chip.hold(17);
    expect((await overTools('gpiochip0')).connected).toMatchObject({ ok: false, error: { code: 'E-GAT-REFUSED' } });
  });
});
