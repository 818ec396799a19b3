import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { fromHex, toHex } from '#core/base/bytes.ts';
import { assert } from '#core/base/fault.ts';
import type { DeviceEnd, SimulatedDevice } from '#drivers/simulation/simulated-device.ts';

/** A USB tree of umockdev's, and programs that live in it. Both end with the test. */
export interface UsbBed {
  /** What a program needs in its environment to see this tree and no other. */
  readonly environment: Readonly<Record<string, string>>;
  plug(port: { node: string; vendor: string; product: string; socket: string; manufacturer?: string; serial?: string }): Promise<void>;
  unplug(node: string): Promise<void>;
  /** The device says this to whoever has it open. */
  say(node: string, text: string): Promise<void>;
  /** Puts a simulated printer behind a node of a USB printer (`usb/lp0`) that is going to be plugged in. */
  serve(node: string, printer: SimulatedDevice): void;
  /** Runs a TypeScript program that sees this tree and no other; it tells lines of JSON. Gives back a way to send it a line. */
  run(program: string, onLine: (line: unknown) => void): (line: string) => void;
}

type Piped = ChildProcessByStdio<Writable, Readable, Readable>;

const Line = z.discriminatedUnion('event', [
  z.object({ event: z.literal('ready'), folder: z.string() }),
  z.object({ event: z.literal('done') }),
  z.object({ event: z.literal('heard'), node: z.string(), bytes: z.string() }),
]);

export async function layUsbBed(): Promise<UsbBed> {
  let folder: string | undefined;
  // What is registered first happens last: whoever is killed does not clear away.
  onTestFinished(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });
  const bed = start('umockdev-wrapper', ['/usr/bin/python3', fileURLToPath(new URL('usb-bed.py', import.meta.url))], process.env);
  const answers: { readonly resolve: (line: z.infer<typeof Line>) => void; readonly refuse: (why: Error) => void }[] = [];
  const served = new Map<string, DeviceEnd>();
  createInterface({ input: bed.stdout }).on('line', (text) => {
    const line = Line.parse(JSON.parse(text));
    if (line.event === 'heard') served.get(line.node)?.receive(fromHex(line.bytes) ?? new Uint8Array());
    else answers.shift()?.resolve(line);
  });
  bed.once('close', () => {
    const why = new Error(`umockdev's test bed ended: install umockdev, gir1.2-umockdev-1.0 and python3-gi. ${bed.said()}`);
    for (const { refuse } of answers.splice(0)) refuse(why);
  });
  const answer = (): Promise<z.infer<typeof Line>> => new Promise((resolve, refuse) => answers.push({ resolve, refuse }));
  const first = await answer();
  assert(first.event === 'ready', 'the bed tells where it is first');
  folder = first.folder;
  const order = async (command: object): Promise<void> => {
    const done = answer();
    bed.stdin.write(`${JSON.stringify(command)}\n`);
    await done;
  };
  const environment = { UMOCKDEV_DIR: folder, LD_PRELOAD: 'libumockdev-preload.so.0' };
  return {
    environment,
    plug: (port) => order({ do: 'plug', ...port }),
    unplug: (node) => order({ do: 'unplug', node }),
    say: (node, text) => order({ do: 'say', node, text }),
    serve: (node, printer) => {
      const end = printer.connect({
        write: (bytes) => void order({ do: 'answer', node, report: toHex(bytes) }),
        drop: () => served.delete(node),
      });
      assert(end !== undefined, 'the printer is switched on');
      served.set(node, end);
    },
    run: (program, onLine) => runInTree(environment, program, onLine),
  };
}

/** Runs a TypeScript program in a tree of umockdev's; it ends with the test. */
export function runInTree(environment: UsbBed['environment'], program: string, onLine: (line: unknown) => void): (line: string) => void {
  const child = start(process.execPath, ['--import', 'tsx', program], { ...process.env, ...environment });
  createInterface({ input: child.stdout }).on('line', (line) => onLine(JSON.parse(line)));
  return (line) => void child.stdin.write(`${line}\n`);
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
    const ofIts = childrenOf(child);
    child.kill('SIGKILL');
    await gone;
    for (const pid of ofIts) killIfThere(pid);
  });
  return Object.assign(child, { said: () => said });
}

/**
 * What it has started, as `udevadm monitor`, does not end with a program that is killed. A process group of its own would do, but with it comes a session, and the
 * first node of umockdev's that its leader opens, which is a PTY, becomes its terminal and takes it along when it is unplugged.
 */
function childrenOf({ pid }: ChildProcess): readonly number[] {
  if (pid === undefined) return [];
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // Most end when the pipe to the one who was killed does.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
