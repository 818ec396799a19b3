import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { assert } from '#core/base/fault.ts';

/** A USB tree of umockdev's, and programs that live in it. Both end with the test. */
export interface UsbBed {
  /** What a program needs in its environment to see this tree and no other. */
  readonly environment: Readonly<Record<string, string>>;
  plug(port: { node: string; vendor: string; product: string; socket: string; manufacturer?: string; serial?: string }): Promise<void>;
  unplug(node: string): Promise<void>;
  /** The device says this to whoever has it open. */
  say(node: string, text: string): Promise<void>;
  /** Runs a TypeScript program that sees this tree and no other; it tells lines of JSON. */
  run(program: string, onLine: (line: unknown) => void): void;
}

type Piped = ChildProcessByStdio<Writable, Readable, Readable>;

const Line = z.discriminatedUnion('event', [z.object({ event: z.literal('ready'), folder: z.string() }), z.object({ event: z.literal('done') })]);

export async function layUsbBed(): Promise<UsbBed> {
  const bed = start('umockdev-wrapper', ['/usr/bin/python3', fileURLToPath(new URL('usb-bed.py', import.meta.url))], process.env);
  const answers: ((line: z.infer<typeof Line>) => void)[] = [];
  createInterface({ input: bed.stdout }).on('line', (line) => answers.shift()?.(Line.parse(JSON.parse(line))));
  const answer = (): Promise<z.infer<typeof Line>> =>
    new Promise((resolve, reject) => {
      answers.push(resolve);
      bed.once('close', () => reject(new Error(`umockdev's test bed ended: install umockdev, gir1.2-umockdev-1.0 and python3-gi. ${bed.said()}`)));
    });
  const first = await answer();
  assert(first.event === 'ready', 'the bed tells where it is first');
  const order = async (command: object): Promise<void> => {
    bed.stdin.write(`${JSON.stringify(command)}\n`);
    await answer();
  };
  const environment = { UMOCKDEV_DIR: first.folder, LD_PRELOAD: 'libumockdev-preload.so.0' };
  return {
    environment,
    plug: (port) => order({ do: 'plug', ...port }),
    unplug: (node) => order({ do: 'unplug', node }),
    say: (node, text) => order({ do: 'say', node, text }),
    run: (program, onLine) => {
      const child = start(process.execPath, ['--import', 'tsx', program], { ...process.env, ...environment });
      createInterface({ input: child.stdout }).on('line', (line) => onLine(JSON.parse(line)));
    },
  };
}

function start(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Piped & { said(): string } {
  const child: Piped = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (text: Buffer) => {
    said = (said + text.toString()).slice(-2_000);
  });
  child.on('error', (error) => {
    said += error.message;
  });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGKILL');
    await gone;
  });
  return Object.assign(child, { said: () => said });
}
