import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

/**
 * pcscd's virtual reader listens on every address, and its socket lies in /run: both are the program's own, and so are its processes, which end with it. A service
 * that a program left behind kept the next one from starting its own.
 */
const INSIDE = 'ip link set lo up && mkdir -p /run/pcscd && mount -t tmpfs tmpfs /run/pcscd && exec "$@"';

const OF_ITS_OWN = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];

/** Runs a TypeScript program in a network of its own, and gives back the lines of JSON that it told. */
export async function runInOwnNetwork(programUrl: URL): Promise<readonly unknown[]> {
  const program = spawn('unshare', [...OF_ITS_OWN, 'sh', '-c', INSIDE, 'sh', process.execPath, '--import', 'tsx', fileURLToPath(programUrl)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
  });
  const said = { out: '', err: '' };
  program.stdout.on('data', (text) => {
    said.out += String(text);
  });
  program.stderr.on('data', (text) => {
    said.err += String(text);
  });
  const [status] = await once(program, 'close');
  expect(status, said.err).toBe(0);
  return said.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}
