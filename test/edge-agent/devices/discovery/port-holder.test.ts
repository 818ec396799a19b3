import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { holderOf } from '#agent/devices/discovery/port-holder.ts';
import { scratchFolder } from '#test/support/scratch.ts';

it('names the program that has a port, and nobody when nobody has it', async () => {
  const port = join(scratchFolder(), 'port');
  writeFileSync(port, '');
  expect(holderOf(port)).toBeUndefined();
  const holder = spawn('sh', ['-c', 'exec 3<"$0"; exec sleep 60', port], { stdio: 'ignore' });
  onTestFinished(() => void holder.kill());
  await vi.waitFor(() => expect(holderOf(port)).toBe(`sleep (${holder.pid})`), { timeout: 20_000, interval: 10 });
});
