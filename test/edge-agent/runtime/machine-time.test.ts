import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { linuxMachineTime } from '#agent/runtime/machine-time.ts';
import { scratchFolder } from '#test/support/scratch.ts';

const BOOT = '8f6b329f-c8b5-492c-be27-f1de9ad6ee13';

function proc(boot: string, uptime: string): string {
  const root = scratchFolder();
  mkdirSync(join(root, 'sys/kernel/random'), { recursive: true });
  writeFileSync(join(root, 'sys/kernel/random/boot_id'), boot);
  writeFileSync(join(root, 'uptime'), uptime);
  return root;
}

it.each([
  ['as Linux tells it', `${BOOT}\n`, '13675.56 14526.37\n', { boot: BOOT, uptime: 13_675_560 }],
  ['with another form of uptime', `${BOOT}\n`, 'up 3 days\n', undefined],
  ['with another form of boot', '\n', '13675.56 14526.37\n', undefined],
])('the time of a machine, %s', (_name, boot, uptime, read) => {
  expect(linuxMachineTime(proc(boot, uptime)).read()).toEqual(read);
});

it('a machine without it cannot tell', () => {
  expect(linuxMachineTime(scratchFolder()).read()).toBeUndefined();
});
