import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A system call that fails in the child, in strace's own words: `fsync:error=EIO`. */
type Injection = `${string}:error=${string}`;

/** Opens the ledger at `path` in a process of its own and tries `commits` commits while `injection` makes a system call fail. */
export async function runStoreInChild(path: string, commits: number, injection?: Injection): Promise<unknown[]> {
  const child = join(import.meta.dirname, 'store-in-child.ts');
  const program = [process.execPath, '--import', 'tsx', child, path, String(commits)];
  const tracer = injection === undefined ? [] : ['strace', '-f', '-qq', '-o', '/dev/null', '-e', `inject=${injection}`];
  const [command = process.execPath, ...parameters] = [...tracer, ...program];
  const { stdout } = await run(command, parameters, { timeout: 60_000 });
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));
}
