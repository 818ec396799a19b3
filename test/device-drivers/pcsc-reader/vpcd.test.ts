import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { toHex } from '#core/base/bytes.ts';
import { uidOfShown } from '#drivers/smart-card/card-simulator.ts';

const PROGRAM = fileURLToPath(new URL('./vpcd-program.ts', import.meta.url));
/** pcscd's virtual reader listens on every address, and its socket lies in /run: both are the program's own. */
const INSIDE = 'ip link set lo up && mkdir -p /run/pcscd && mount -t tmpfs tmpfs /run/pcscd && exec "$@"';

it('cards of a real smart card service are read, before and after its restart', { timeout: 90_000 }, async () => {
  const program = spawn('unshare', ['--net', '--mount', 'sh', '-c', INSIDE, 'sh', process.execPath, '--import', 'tsx', PROGRAM], {
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
  const [status] = await once(program, 'exit');
  expect(status, said.err).toBe(0);
  const member = `${toHex(uidOfShown('member'))} unknown challenge`;
  expect(
    said.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual([
    { 'before the service runs': 'absent port-missing' },
    { reads: [member, 'payment-card-refused', `${toHex(uidOfShown('unknown'))} iso14443a none`] },
    { 'the service is gone': 'absent link-lost' },
    { 'after its restart': [member] },
    { end: 'in order' },
  ]);
});
