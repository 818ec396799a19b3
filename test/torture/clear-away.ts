import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';

/** What a torture has started and made goes with it, however it ends. */
const ENDS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * @param scratch the folder in memory; disks that are mounted in it go as well
 * @returns clears away in order, and listens no more
 */
export function clearAwayAfter(scratch: string): () => void {
  const end = (signal: NodeJS.Signals): void => {
    // Before their folders go: an agent without its disk writes pages of complaints.
    for (const child of childrenOf(process.pid)) process.kill(child, 'SIGKILL');
    clear(scratch);
    process.kill(process.pid, signal);
  };
  // An error that nobody has caught ends the process without any word to us.
  const fallen = (): void => clear(scratch);
  for (const signal of ENDS) process.once(signal, end);
  process.once('exit', fallen);
  return () => {
    process.off('exit', fallen);
    for (const signal of ENDS) process.off(signal, end);
    clear(scratch);
  };
}

function clear(scratch: string): void {
  for (const line of readFileSync('/proc/self/mounts', 'utf8').split('\n')) {
    const place = line.split(' ')[1] ?? '';
    if (place.startsWith(`${scratch}/`)) execFileSync('umount', ['--lazy', place]);
  }
  rmSync(scratch, { recursive: true, force: true });
}

/** The living ones that this very process has started (proc(5)). */
function childrenOf(pid: number): readonly number[] {
  const file = `/proc/${pid}/task/${pid}/children`;
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8').trim().split(/\s+/).filter(Boolean).map(Number);
}
