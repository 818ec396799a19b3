import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { eventually } from '#test/support/eventually.ts';
import { laySerialPair } from '#test/support/serial-pair.ts';

const BOARD = fileURLToPath(new URL('./pymodbus-board.py', import.meta.url));

/** Two boards of pymodbus' making (units 1 and 2) at the other end of a serial cable; they end with the test. */
export async function foreignBoard() {
  const pair = await laySerialPair();
  onTestFinished(pair.close);
  const python = spawn('/usr/bin/python3', [BOARD, pair.theirs], { stdio: ['pipe', 'pipe', 'pipe'] });
  const gone = once(python, 'exit');
  let said = '';
  let complained = '';
  python.stdout.on('data', (text) => {
    said += String(text);
  });
  python.stderr.on('data', (text) => {
    complained += String(text);
  });
  const kill = async (): Promise<void> => {
    python.kill('SIGKILL');
    await gone;
  };
  onTestFinished(kill);
  await eventually(`pymodbus is ready: ${complained}`, () => said.includes('ready'));
  return {
    path: pair.ours,
    said: () => said,
    setInput: (input: number, on: boolean) => python.stdin.write(`input ${input} ${on ? 1 : 0}\n`),
    kill,
  };
}
