import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.ts';

/** Two serial ports with a cable between them, for two programs. Ending it is pulling the cable at both ends. */
export interface SerialPair {
  readonly ours: string;
  readonly theirs: string;
  close(): Promise<void>;
}

export async function laySerialPair(): Promise<SerialPair> {
  const folder = await mkdtemp(join(tmpdir(), 'foyer-pair-'));
  const [ours, theirs] = [join(folder, 'ours'), join(folder, 'theirs')];
  const socat = spawn('socat', [`pty,raw,echo=0,link=${ours}`, `pty,raw,echo=0,link=${theirs}`], { stdio: 'ignore' });
  const gone = once(socat, 'exit');
  await eventually('socat has made both ports', () => existsSync(ours) && existsSync(theirs));
  return {
    ours,
    theirs,
    close: async () => {
      socat.kill();
      await gone;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
