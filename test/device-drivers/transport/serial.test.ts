import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ascii, concatBytes, equalBytes } from '#core/base/bytes.ts';
import { assert } from '#core/base/fault.ts';
import type { LinkEvents } from '#core/ports/link.ts';
import { type ServedOverPty, serveOverPty } from '#drivers/simulation/serve-over-pty.ts';
import { serialTransport } from '#drivers/transport/serial.ts';
import { createScriptedDevice } from '#test/device-drivers/simulation/scripted-device.ts';

const deaf: LinkEvents = { bytes: () => undefined, closed: () => undefined };

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
  }, 30_000);

  it('refuses a file that is no serial port, and says so', async () => {
    const file = join(dirname(served.path), 'a-file');
    await writeFile(file, 'not a port');
    expect(await codeOf(file)).toBe('E-LNK-OPEN');
  });
});
