import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock as clock, systemTimers } from '#agent/runtime/clock.ts';
import { LIMITS } from '#core/base/limits.ts';
import { milliseconds, plus, seconds } from '#core/base/time.ts';
import type { GateInput } from '#core/ports/gate-controller.ts';
import { createGateSimulator } from '#drivers/modbus-gate/gate-simulator.ts';
import { modbusGateDriver } from '#drivers/modbus-gate/modbus-gate-driver.ts';
import { modbusTowerDriver } from '#drivers/modbus-gate/modbus-tower-driver.ts';
import { createModbusWires } from '#drivers/modbus-gate/wire-turns.ts';
import { serveOverPty } from '#drivers/simulation/serve-over-pty.ts';
import { serialTransport } from '#drivers/transport/serial.ts';
import { eventually, eventuallyAnswers } from '#test/support/eventually.ts';
import { connectAgain } from '#test/support/killed-program.ts';
import { patientWith } from '#test/support/patient-timers.ts';
import { foreignBoard } from './foreign-board.ts';
import { GATE_OPTIONS } from './gate-bench.ts';

const count = (text: string, part: string): number => text.split(part).length - 1;

interface Ran {
  readonly stdout: string;
  readonly stderr: string;
}

const timers = patientWith(LIMITS.modbus.replyTimeout);

const connect = (path: string, options = GATE_OPTIONS, waits = timers) =>
  modbusGateDriver.connect(
    { device: 'gate-1', transport: serialTransport({ path, baudRate: 9_600 }), clock, timers: waits, onHealth: () => undefined },
    options,
  );

describe('our driver and a board by pymodbus', { timeout: 180_000 }, () => {
  it('agree about the relay, its pulse and the inputs', async () => {
    const board = await foreignBoard();
    const connected = await connect(board.path);
    if (!connected.ok) throw new Error(connected.error.message);
    const session = connected.value;
    onTestFinished(() => session.stop());
    await eventually('the relay was switched off', () => board.said().includes('coil 0 0'));
    const inputs: GateInput[] = [];
    session.port.onInput((input) => inputs.push(input));
    const outcome = await session.port.release({
      reason: { kind: 'service-test', id: 't' },
      pulse: milliseconds(300),
      deadline: plus(clock.monotonic(), seconds(20)),
    });
    expect(outcome).toEqual({ kind: 'released' });
    await eventually('the board has ended the pulse by itself', () => /coil 0 1\ncoil 0 0/.test(board.said()));
    board.setInput(0, true);
    await eventually('a body is counted', () => inputs.some(({ kind }) => kind === 'passed'));
    board.setInput(3, true);
    await eventually('the alarm is told', () => inputs.some(({ kind }) => kind === 'fire-alarm'));
  });

  it('agree that the board is gone', async () => {
    const board = await foreignBoard();
    const session = await connectAgain(() => connect(board.path, GATE_OPTIONS, systemTimers));
    onTestFinished(() => session.stop());
    await board.kill();
    expect(await session.ended).toMatchObject({ code: 'E-GAT-NO-ANSWER' });
  });

  it('share the line with a tower by pymodbus, each in its turn; the tower’s lamps are the board’s coils, and go dark with a new connection', async () => {
    const board = await foreignBoard();
    const wires = createModbusWires({ transport: serialTransport({ path: board.path, baudRate: 9_600 }), clock, timers });
    const [first, second] = [wires.unit(1), wires.unit(2)];
    const of = (device: string, { transport }: typeof first) => ({ device, transport, clock, timers, onHealth: () => undefined });
    const lamps = { red: 0, green: 2 };
    const connectTower = () => modbusTowerDriver.connect(of('light-1', second), { unit: 2, turn: second.turn, lamps });
    const [gate, tower] = await Promise.all([modbusGateDriver.connect(of('gate-1', first), { ...GATE_OPTIONS, turn: first.turn }), connectTower()]);
    if (!gate.ok || !tower.ok) throw new Error('both connect');
    onTestFinished(() => gate.value.stop());
    await eventually('the tower is dark', () => board.said().includes('lamp 0 0'));
    for (let guest = 1; guest <= 5; guest++) {
      tower.value.port.show({ light: { colour: 'green', rhythm: 'steady' }, beeps: 'none', words: '' });
      const outcome = await gate.value.port.release({
        reason: { kind: 'service-test', id: 't' },
        pulse: milliseconds(100),
        deadline: plus(clock.monotonic(), seconds(20)),
      });
      expect(outcome).toEqual({ kind: 'released' });
      tower.value.port.show({ light: { colour: 'red', rhythm: 'steady' }, beeps: 'none', words: '' });
      await eventually(
        `pulse ${guest} is over and the light is red`,
        () => count(board.said(), 'coil 0 0') > guest && count(board.said(), 'lamp 0 1') >= guest,
      );
    }
    expect(count(board.said(), 'coil 0 1')).toBe(5);
    await tower.value.stop();
    const before = board.said().length;
    const again = await connectTower();
    if (!again.ok) throw new Error(again.error.message);
    onTestFinished(() => again.value.stop());
    await eventually('the tower is dark again', () => board.said().slice(before).includes('lamp 0 0'));
    expect(gate.value.counters()).toMatchObject({ timeouts: 0 });
    expect(again.value.counters()).toMatchObject({ timeouts: 0 });
  });

  it('are a turnstile and lamps on one and the same board', async () => {
    const board = await foreignBoard();
    const wires = createModbusWires({ transport: serialTransport({ path: board.path, baudRate: 9_600 }), clock, timers });
    const of = (device: string, { transport }: ReturnType<typeof wires.unit>) => ({ device, transport, clock, timers, onHealth: () => undefined });
    const [first, second] = [wires.unit(1), wires.unit(1)];
    const [gate, tower] = await Promise.all([
      modbusGateDriver.connect(of('gate-1', first), { ...GATE_OPTIONS, turn: first.turn }),
      modbusTowerDriver.connect(of('light-1', second), { unit: 1, turn: second.turn, lamps: { red: 4, green: 5 } }),
    ]);
    if (!gate.ok || !tower.ok) throw new Error('both connect');
    onTestFinished(() => gate.value.stop());
    onTestFinished(() => tower.value.stop());
    for (let guest = 1; guest <= 5; guest++) {
      const outcome = await gate.value.port.release({
        reason: { kind: 'service-test', id: 't' },
        pulse: milliseconds(100),
        deadline: plus(clock.monotonic(), seconds(20)),
      });
      expect(outcome).toEqual({ kind: 'released' });
      tower.value.port.show({ light: { colour: guest % 2 === 0 ? 'red' : 'green', rhythm: 'steady' }, beeps: 'none', words: '' });
      await eventually(`light ${guest} is on`, () => count(board.said(), 'coil 4 1') + count(board.said(), 'coil 5 1') >= guest);
      await eventually(`pulse ${guest} is over`, () => count(board.said(), 'coil 0 0') > guest);
    }
    expect(count(board.said(), 'coil 0 1')).toBe(5);
  });

  it('agree that the board has no such relay', async () => {
    const board = await foreignBoard();
    expect(await connect(board.path, { ...GATE_OPTIONS, releaseRelay: 20 })).toMatchObject({ ok: false, error: { code: 'E-GAT-REFUSED' } });
  });

  it('agree that there is nobody at another address', async () => {
    const board = await foreignBoard();
    expect(await connect(board.path, { ...GATE_OPTIONS, unit: 7 }, systemTimers)).toMatchObject({ ok: false, error: { code: 'E-GAT-NO-ANSWER' } });
  });
});

describe('our simulated board and mbpoll', { timeout: 180_000 }, () => {
  it('agree about coils, inputs and what is refused', async () => {
    const simulator = createGateSimulator({ timers: systemTimers });
    const served = await serveOverPty(simulator);
    if (!served.ok) throw new Error(served.error.message);
    onTestFinished(served.value.close);
    simulator.setFault('jam', true);
    /** References of mbpoll are counted from 1. The port goes away with every master and comes back for the next. */
    const mbpoll = (...args: readonly string[]): Promise<string> =>
      eventuallyAnswers('mbpoll has found the port', async () => {
        const all = ['-m', 'rtu', '-a', '1', '-b', '9600', '-P', 'none', '-1', '-o', '0.5', ...args];
        const { stdout, stderr } = await promisify(execFile)('mbpoll', all, { timeout: 10_000 }).catch((failure: Ran) => failure);
        return /Connection failed|Input\/output error/.test(stdout + stderr) ? undefined : stdout + stderr;
      });
    const inputs = await mbpoll('-t', '1', '-r', '1', '-c', '8', served.value.path);
    expect([...inputs.matchAll(/^\[(\d)\]:\s+(\d)$/gm)].map(([, number, level]) => [Number(number), Number(level)])).toEqual(
      [0, 0, 1, 0, 0, 0, 0, 0].map((level, i) => [i + 1, level]),
    );
    simulator.setFault('jam', false);
    expect(await mbpoll('-t', '0', '-r', '1', served.value.path, '1')).toContain('Written 1 references');
    expect(simulator.state().barrier).toBe('released');
    expect(await mbpoll('-t', '0', '-r', '1', '-c', '2', served.value.path)).toMatch(/\[1\]:\s+1\n\[2\]:\s+0/);
    expect(await mbpoll('-t', '0', '-r', '1', served.value.path, '0')).toContain('Written 1 references');
    expect(simulator.state().barrier).toBe('closed');
    expect(await mbpoll('-t', '0', '-r', '9', served.value.path, '1')).toContain('Illegal data address');
  });
});
