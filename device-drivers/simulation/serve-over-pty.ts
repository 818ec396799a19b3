import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { rmSync, symlinkSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { Fault } from '#core/base/fault.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import type { DeviceEnd, SimulatedDevice } from './simulated-device.ts';

export interface ServedOverPty {
  /** Opens like a serial port. The same name for as long as the device is served. */
  readonly path: string;
  /** Resolves when the next host may come: the port that one which has gone had open hangs up a little later, under whoever opened it meanwhile. */
  hostGone(): Promise<void>;
  close(): Promise<void>;
}

type Socat = ChildProcessByStdio<Writable, Readable, Readable>;

/**
 * Puts a simulated device on a pseudo-terminal: a serial port as far as a program can tell, modem lines apart. One socat process is the cable; ending it is
 * pulling the cable, and the port vanishes under the host's hands as a USB adapter does. Node itself cannot make a PTY.
 *
 * socat tells on standard error when the host opened the port (`wait-slave`), and ends when the host closes it; the next one then takes its place. Fails with
 * `E-SIM-SOCAT` when there is no socat or no PTY.
 */
export async function serveOverPty(device: SimulatedDevice): Promise<Result<ServedOverPty, Fault>> {
  const path = join(await mkdtemp(join(tmpdir(), 'foyer-pty-')), 'device');
  let isServed = true;
  let cable: Cable | undefined;
  let nextCable: Promise<unknown> = Promise.resolve();

  const upNow = async (): Promise<Result<void, Fault>> => (await cable?.up) ?? ok();
  const isPlugged = (): boolean => isServed && !device.isOn('unplugged');
  /** Wanted against actual: called whenever one of the two may have changed. */
  const reconcile = (): void => {
    if (isPlugged() && cable === undefined) {
      const laid = layCable(path, device);
      cable = laid;
      nextCable = laid.gone.then(async () => {
        cable = undefined;
        // A cable that never came up would not the next time either; the first one's failure is what the caller is told.
        if ((await laid.up).ok) reconcile();
        await upNow();
      });
    } else if (!isPlugged()) {
      cable?.pull();
    }
  };

  const close = async (): Promise<void> => {
    isServed = false;
    const last = cable;
    reconcile();
    await last?.gone;
    await rm(dirname(path), { recursive: true, force: true });
  };

  device.onChange(reconcile);
  reconcile();
  const up = await upNow();
  const hostGone = async (): Promise<void> => {
    if (cable?.hasHost() === true) await nextCable;
  };
  if (up.ok) return ok({ path, hostGone, close });
  await close();
  return err(up.error);
}

interface Cable {
  /** The port exists (or did, until it was pulled), or why it never will. */
  readonly up: Promise<Result<void, Fault>>;
  readonly gone: Promise<void>;
  hasHost(): boolean;
  pull(): void;
}

function layCable(path: string, device: SimulatedDevice): Cable {
  // -t 0.01: after the host has closed, do not wait the usual half second for more.
  const socat: Socat = spawn('socat', ['-d', '-d', '-t', '0.01', 'pty,raw,echo=0,wait-slave,pty-interval=0.01', 'stdio'], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let host: DeviceEnd | undefined;
  let said = '';
  let setUp: (up: Result<void, Fault>) => void = () => undefined;
  const up = new Promise<Result<void, Fault>>((resolve) => {
    setUp = resolve;
  });
  let isUp = false;
  let isPulled = false;
  const pull = (): void => {
    isPulled = true;
    // First the name, then the terminal: its number may be given to another one at once.
    rmSync(path, { force: true });
    socat.kill();
  };

  socat.stderr.on('data', (text: Buffer) => {
    said = (said + text.toString()).slice(-1_000);
    // We make the link ourselves: socat's own appears some time after it has named the terminal.
    const terminal = isUp ? undefined : /PTY is (\S+)\n/.exec(said)?.[1];
    if (terminal !== undefined && !isPulled) {
      isUp = true;
      symlinkSync(terminal, path);
      setUp(ok());
    }
    if (host === undefined && said.includes('starting data transfer loop')) {
      host = device.connect({ write: (bytes) => socat.stdin.write(bytes), drop: pull });
      if (host === undefined) pull();
    }
  });
  socat.stdout.on('data', (bytes: Buffer) => host?.receive(new Uint8Array(bytes)));
  // Bytes for a host that has just gone are lost, as on a real cable; `close` tells the device.
  socat.stdin.on('error', pull);
  const gone = new Promise<void>((resolve) => {
    const end = (detail: string): void => {
      rmSync(path, { force: true });
      setUp(isPulled ? ok() : err(noPty(detail)));
      host?.closed();
      host = undefined;
      resolve();
    };
    socat.once('error', (error) => end(error.message));
    socat.once('close', () => end(said));
  });
  return { up, gone, hasHost: () => host !== undefined, pull };
}

const noPty = (detail: string): Fault => ({
  code: 'E-SIM-SOCAT',
  owner: 'configuration',
  message: `socat could not make a pseudo-terminal for a simulated device: ${detail}`,
  remedy: 'Install socat (Debian: apt-get install socat), or let the device speak over memory or TCP.',
});
