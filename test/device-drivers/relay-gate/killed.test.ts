import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock as clock } from '#agent/runtime/clock.ts';
import { LIMITS } from '#core/base/limits.ts';
import { milliseconds, plus } from '#core/base/time.ts';
import { serveOverPty } from '#drivers/simulation/serve-over-pty.ts';
import type { SimulatedGate } from '#drivers/simulation/simulated-gate.ts';
import { serialTransport } from '#drivers/transport/serial.ts';
import { eventually } from '#test/support/eventually.ts';
import { connectAgain, runUntilKilled } from '#test/support/killed-program.ts';
import { patientWith } from '#test/support/patient-timers.ts';
import { type KilledGate, killedGate } from './killed-gates.ts';

/**
 * The program that releases is killed in another process, over a real serial line, around each frame that it sends and when it has heard each answer. The barrier
 * is closed when the next program has it, and nothing of the old program opens it any more.
 */
const PROGRAM = fileURLToPath(new URL('./releasing-program.ts', import.meta.url));
const timers = patientWith(LIMITS.lcus.replyTimeout, LIMITS.modbus.replyTimeout);

/** How often the barrier opened. */
function openings(simulator: SimulatedGate): () => number {
  let count = 0;
  let last = simulator.state().barrier;
  simulator.onChange(() => {
    const { barrier } = simulator.state();
    if (barrier === 'released' && last === 'closed') count += 1;
    last = barrier;
  });
  return () => count;
}

async function killedAt(name: string, point: string, pulse: number) {
  const gate = killedGate(name);
  const simulator = gate.simulate();
  simulator.setPerson('walks-away');
  const opened = openings(simulator);
  const served = await serveOverPty(simulator);
  if (!served.ok) throw new Error(served.error.message);
  onTestFinished(() => served.value.close());
  const { path } = served.value;
  await runUntilKilled(PROGRAM, [name, path, String(pulse), point]);
  await served.value.hostGone();
  return { simulator, opened, next: () => connectNext(gate, path) };
}

async function connectNext(gate: KilledGate, path: string) {
  const context = { device: 'gate', transport: serialTransport({ path, baudRate: 9_600 }), clock, timers, onHealth: () => undefined };
  const session = await connectAgain(() => gate.connect(context));
  onTestFinished(() => session.stop());
  return (within: number) =>
    session.port.release({
      reason: { kind: 'admission', id: 'next' },
      pulse: milliseconds(200),
      deadline: plus(clock.monotonic(), milliseconds(within)),
    });
}

/** Longer than this test waits for anything: a pulse that only the next program can end. */
const ENDLESS = 60_000;
const ON = { 'lcus-relay': 'a00101a2', 'modbus-gate': '01050200' };
const OFF = { 'lcus-relay': 'a00100a1', 'modbus-gate': '010500000000' };
const LOOK = { 'lcus-relay': 'ff', 'modbus-gate': '0102' };

describe.each(['lcus-relay', 'modbus-gate'] as const)('the driver of a %s', (name) => {
  it.each([
    ['before it made the barrier safe', `before ${OFF[name]}`, 0],
    ['when it had made it safe', `after ${OFF[name]}`, 0],
    ['when it had asked how things stand', `after ${LOOK[name]}`, 0],
    ['when it was ready', 'ready', 0],
    ['before it released', `before ${ON[name]}`, 0],
    ['when it had released', `after ${ON[name]}`, 1],
    ['when it had heard that it was released', 'answered', 1],
  ] as const)('is killed %s', { timeout: 60_000 }, async (_, point, times) => {
    const { simulator, opened, next } = await killedAt(name, point, ENDLESS);
    const release = await next();
    // The next program makes the barrier safe before it is ready, in the middle of whatever pulse.
    expect([simulator.state().barrier, opened()]).toEqual(['closed', times]);
    // What was meant for a guest who is gone is not done later.
    expect(await release(0)).toEqual({ kind: 'expired' });
    expect(await release(2_000)).toEqual({ kind: 'released' });
    await eventually('the pulse of the next program ends', () => simulator.state().barrier === 'closed');
    expect(opened()).toBe(times + 1);
  });
});

describe('a pulse whose program is dead', { timeout: 60_000 }, () => {
  it('is ended by a board that times pulses', async () => {
    const { simulator, opened } = await killedAt('modbus-gate', 'answered', 300);
    await eventually('the board ends the pulse', () => simulator.state().barrier === 'closed');
    expect(opened()).toBe(1);
  });

  it.each([
    ['before it was to end', `before ${OFF['lcus-relay']} #2`, 'released'],
    ['when it had ended', `after ${OFF['lcus-relay']} #2`, 'closed'],
  ] as const)('%s at a module that times none is what the next program ends', async (_, point, barrier) => {
    const { simulator, opened, next } = await killedAt('lcus-relay', point, 300);
    await eventually('the module has done what it was told', () => simulator.state().barrier === barrier);
    await next();
    expect([simulator.state().barrier, opened()]).toEqual(['closed', 1]);
  });
});
