import { execFile, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { ascii, concatBytes, equalBytes } from '#core/base/bytes.ts';
import { assert } from '#core/base/fault.ts';
import type { LinkEvents } from '#core/ports/link.ts';
import { type ServedOverPty, serveOverPty } from '#drivers/simulation/serve-over-pty.ts';
import { serialTransport } from '#drivers/transport/serial.ts';
import { createScriptedDevice } from '#test/device-drivers/simulation/scripted-device.ts';
import { eventually } from '#test/support/eventually.ts';
import { laySerialPair } from '#test/support/serial-pair.ts';

const deaf: LinkEvents = { bytes: () => undefined, closed: () => undefined };

/** A device that reads nothing and says what it is told to, on a port whose name it tells first. */
const TAKES_NOTHING = `
import os, pty, sys, tty
far, near = pty.openpty()
tty.setraw(near)
print(os.ttyname(near), flush=True)
for line in sys.stdin:
    os.write(far, line.strip().encode())
`;

describe('serial transport', () => {
  let served: ServedOverPty;
  beforeEach(async () => {
    const pty = await serveOverPty(createScriptedDevice());
    assert(pty.ok, pty.ok ? '' : pty.error.message);
    served = pty.value;
  });
  afterEach(() => served.close());

  const codeOf = async (path: string): Promise<string> => {
    const opened = await serialTransport({ path, baudRate: 9_600 }).open(deaf);
    return opened.ok ? 'opened' : opened.error.code;
  };

  it('tells a port that another program holds from one that is not there', async () => {
    const first = await serialTransport({ path: served.path, baudRate: 9_600 }).open(deaf);
    expect(await codeOf(served.path)).toBe('E-LNK-BUSY');
    expect(await codeOf(`${served.path}-missing`)).toBe('E-LNK-ABSENT');
    if (first.ok) await first.value.close();
  });

  it.each([1, 2] as const)('sets the line as its device has it: %i stop bits', async (stopBits) => {
    const opened = await serialTransport({ path: served.path, baudRate: 38_400, stopBits }).open(deaf);
    assert(opened.ok, 'it opens');
    const { stdout } = await promisify(execFile)('stty', ['-F', served.path, '-a']);
    expect(stdout).toMatch(stopBits === 2 ? / cstopb/ : / -cstopb/);
    expect(stdout).toMatch(/speed 38400 baud/);
    expect(stdout).toMatch(/^-parenb/m);
    await opened.value.close();
  });

  it('opens a PTY, which has no modem lines', async () => {
    expect(await codeOf(served.path)).toBe('opened');
  });

  it('carries what the line does not take at once, whole and before what was written behind it', async () => {
    const device = createScriptedDevice();
    const other = await serveOverPty(device);
    assert(other.ok, other.ok ? '' : other.error.message);
    const opened = await serialTransport({ path: other.value.path, baudRate: 115_200 }).open(deaf);
    assert(opened.ok, 'it opens');
    // Far more than the buffer of a line (4 kB in Linux) holds.
    const picture = Uint8Array.from({ length: 200_000 }, (_, at) => at % 251);
    const parts = [picture, ascii('RELEASE'), picture.subarray(0, 9_000), ascii('END')];
    const written = await Promise.all(parts.map((part) => opened.value.write(part)));
    expect(written.every(({ ok }) => ok)).toBe(true);
    const whole = concatBytes(...parts);
    await vi.waitFor(() => expect(device.heard()).toHaveLength(whole.length), { timeout: 20_000, interval: 5 });
    expect(equalBytes(device.heard(), whole)).toBe(true);
    await opened.value.close();
    await other.value.close();
  }, 180_000);

  it('obeys a device that stops it, where the line is set so, and shows nothing of that to the driver', async () => {
    const cable = await laySerialPair();
    const said: Uint8Array[] = [];
    const heard: Uint8Array[] = [];
    const open = (path: string, obeysXoff: boolean, into: Uint8Array[]) =>
      serialTransport({ path, baudRate: 115_200, obeysXoff }).open({ ...deaf, bytes: (bytes) => into.push(bytes.slice()) });
    const [ours, theirs] = [await open(cable.ours, true, said), await open(cable.theirs, false, heard)];
    assert(ours.ok && theirs.ok, 'both ends open');
    const textOf = (parts: readonly Uint8Array[]): string => String.fromCharCode(...concatBytes(...parts));
    // What comes behind XOFF is read after it was obeyed.
    await theirs.value.write(ascii('\u0013full'));
    await eventually('the device is heard', () => textOf(said) === 'full');
    const writing = ours.value.write(ascii('more'));
    await theirs.value.write(ascii('?'));
    await eventually('the device is heard again', () => textOf(said) === 'full?');
    expect(textOf(heard)).toBe('');
    await theirs.value.write(ascii('\u0011on'));
    await eventually('it goes on', () => textOf(heard) === 'more');
    expect(await writing).toMatchObject({ ok: true });
    await eventually('nothing else is heard', () => textOf(said) === 'full?on');
    await Promise.all([ours.value.close(), theirs.value.close()]);
    await cable.close();
  }, 180_000);

  it('hears a device that takes nothing more, in the middle of a long write', async () => {
    const device = spawn('/usr/bin/python3', ['-c', TAKES_NOTHING], { stdio: ['pipe', 'pipe', 'inherit'] });
    onTestFinished(() => void device.kill());
    let path = '';
    device.stdout.on('data', (text) => {
      path += String(text);
    });
    await eventually('the port is there', () => path.endsWith('\n'));
    let said = '';
    const bytes = (chunk: Uint8Array): void => {
      said += String.fromCharCode(...chunk);
    };
    const opened = await serialTransport({ path: path.trim(), baudRate: 115_200 }).open({ ...deaf, bytes });
    assert(opened.ok, 'it opens');
    let isThrough = false;
    void opened.value.write(new Uint8Array(200_000)).then(() => {
      isThrough = true;
    });
    device.stdin.write('first\n');
    await eventually('the device is heard', () => said === 'first');
    device.stdin.write(',paper-end\n');
    await eventually('the device is heard again', () => said === 'first,paper-end');
    expect(isThrough).toBe(false);
  }, 180_000);

  it('refuses a file that is no serial port, and says so', async () => {
    const file = join(dirname(served.path), 'a-file');
    await writeFile(file, 'not a port');
    expect(await codeOf(file)).toBe('E-LNK-OPEN');
  });
});
