import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock as clock } from '#agent/runtime/clock.ts';
import { LIMITS } from '#core/base/limits.ts';
import type { HealthState } from '#core/ports/health.ts';
import { modbusTowerDriver } from '#drivers/modbus-gate/modbus-tower-driver.ts';
import { serialTransport } from '#drivers/transport/serial.ts';
import { eventually } from '#test/support/eventually.ts';
import { connectAgain, runUntilKilled } from '#test/support/killed-program.ts';
import { patientWith } from '#test/support/patient-timers.ts';
import { foreignBoard } from './foreign-board.ts';

/** The program that shows green is killed in another process, around each frame that it sends; the board is pymodbus', and keeps its lamps as they are. */
const PROGRAM = fileURLToPath(new URL('./lighting-program.ts', import.meta.url));
const DARK = '020500000000';
const GREEN = '02050002ff00';

/** What pymodbus has said of its lamps last. */
const lit = (said: string): string[] => {
  const on = new Map([...said.matchAll(/^lamp (\d) (\d)$/gm)].map(([, lamp = '', level]) => [lamp, level === '1']));
  return [...on].flatMap(([lamp, isOn]) => (isOn ? [lamp] : [])).sort();
};

it.each([
  ['before it made the tower dark', `before ${DARK}`, []],
  ['when it had made the first lamp dark', `after ${DARK}`, []],
  ['when it was ready', 'ready', []],
  ['before it lit the lamp', `before ${GREEN}`, []],
  ['when it had lit it', `after ${GREEN}`, ['2']],
  ['when it told it again', `after ${GREEN} #2`, ['2']],
])('the driver of a tower on a board by pymodbus is killed %s', { timeout: 180_000 }, async (_, point, left) => {
  const board = await foreignBoard();
  await runUntilKilled(PROGRAM, [board.path, point]);
  await eventually(`the dead program has left ${left.join()}`, () => lit(board.said()).join() === left.join());
  const health: HealthState[] = [];
  const context = {
    device: 'light',
    transport: serialTransport({ path: board.path, baudRate: 9_600 }),
    clock,
    timers: patientWith(LIMITS.modbus.replyTimeout),
    onHealth: (state: HealthState) => void health.push(state),
  };
  const before = board.said().length;
  const session = await connectAgain(() => modbusTowerDriver.connect(context, { unit: 2, lamps: { red: 0, green: 2 } }));
  onTestFinished(() => session.stop());
  // Every connection begins in the dark. What the board says of it comes another way than its answers.
  await eventually('both lamps were told', () => /lamp 0 0[\s\S]*lamp 2 0/.test(board.said().slice(before)));
  expect(lit(board.said())).toEqual([]);
  expect(health.at(-1)?.kind).toBe('ready');
  session.port.show({ light: { colour: 'red', rhythm: 'steady' }, beeps: 'none', words: '' });
  await eventually('the next program lights red', () => lit(board.said()).join() === '0');
});
