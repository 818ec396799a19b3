import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Fault } from '#core/base/fault.ts';
import type { Result } from '#core/base/result.ts';
import { eventuallyAnswers } from './eventually.ts';

/** Runs a TypeScript program in a process of its own, which kills itself at the point that it was told, as by a power cut. */
export async function runUntilKilled(program: string, args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, ['--import', 'tsx', program, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (text) => {
    said += String(text);
  });
  const [, signal] = await once(child, 'exit');
  if (signal !== 'SIGKILL') throw new Error(`the program was to die at its point and ended by itself: ${args.join(' ')}\n${said}`);
}

/** The session of a program that comes after another. The line of the one before may have to go away and come back first, and the device to come to itself. */
export async function connectAgain<Session>(connect: () => Promise<Result<Session, Fault>>): Promise<Session> {
  let last = '';
  return eventuallyAnswers('the next program connects', async () => {
    const connected = await connect();
    if (connected.ok) return connected.value;
    last = connected.error.message;
    return undefined;
  }).catch((late: unknown) => {
    throw new Error(`${String(late)}; last: ${last}`);
  });
}
