import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from './free-port.ts';

/** Debian's Mosquitto in a process of its own, on a free port, with nothing on disk: it forgets everything when it dies. */
export interface Mosquitto {
  readonly url: string;
  start(): Promise<void>;
  /** SIGKILL, as a power cut would. */
  kill(): Promise<void>;
}

/**
 * @param folder for its configuration; the caller takes it away
 * @param extra lines of mosquitto.conf(5)
 */
export async function startMosquitto(folder: string, extra: readonly string[] = []): Promise<Mosquitto> {
  const port = await freePort();
  const configuration = join(folder, 'mosquitto.conf');
  const access = extra.some((line) => line.startsWith('allow_anonymous')) ? [] : ['allow_anonymous true'];
  // Started by root, it would become another user, who may not read a test's files.
  writeFileSync(
    configuration,
    [`user ${userInfo().username}`, `listener ${port} 127.0.0.1`, 'persistence false', 'set_tcp_nodelay true', ...access, ...extra, ''].join('\n'),
  );
  let child: ChildProcess | undefined;

  const kill = async (): Promise<void> => {
    const victim = child;
    child = undefined;
    if (victim === undefined || victim.exitCode !== null) return;
    const gone = once(victim, 'exit');
    victim.kill('SIGKILL');
    await gone;
  };
  const start = async (): Promise<void> => {
    const program = ['/usr/sbin/mosquitto', '/usr/bin/mosquitto'].find((path) => existsSync(path)) ?? 'mosquitto';
    child = spawn(program, ['-v', '-c', configuration], { stdio: ['ignore', 'ignore', 'pipe'] });
    await running(child);
  };
  await start();
  return { url: `mqtt://127.0.0.1:${port}`, start, kill };
}

/** Resolves with the line that says it is ready, and fails with everything it said when it ends instead. */
async function running(child: ChildProcess): Promise<void> {
  if (child.stderr === null) throw new Error('mosquitto has no standard error');
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stderr })) {
    said.push(line);
    if (line.includes(' running')) {
      child.stderr.resume();
      return;
    }
  }
  throw new Error(`mosquitto did not start: ${said.join('\n')}`);
}
