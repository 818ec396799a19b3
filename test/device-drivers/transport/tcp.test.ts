import { createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { systemTimers } from '#agent/runtime/clock.ts';
import { ascii } from '#core/base/bytes.ts';
import { assert, type Fault } from '#core/base/fault.ts';
import { seconds } from '#core/base/time.ts';
import type { LinkEvents } from '#core/ports/link.ts';
import { serveOverTcp } from '#drivers/simulation/serve-over-tcp.ts';
import { tcpTransport } from '#drivers/transport/tcp.ts';
import { createScriptedDevice } from '#test/device-drivers/simulation/scripted-device.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';

const deaf: LinkEvents = { bytes: () => undefined, closed: () => undefined };

/** A listener that the test owns; `port` is where it listens. */
async function listener(onConnection: (socket: Socket) => void): Promise<{ port: number; close: () => void }> {
  const server = createServer(onConnection);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert(typeof address === 'object' && address !== null, 'it listens on a port');
  return { port: address.port, close: () => server.close() };
}

describe('TCP transport', () => {
  it('says absent where nobody listens', async () => {
    const gone = await listener(() => undefined);
    gone.close();
    const opened = await tcpTransport({ host: '127.0.0.1', port: gone.port }, systemTimers).open(deaf);
    expect(opened.ok ? 'opened' : opened.error.code).toBe('E-LNK-ABSENT');
  });

  it('gives up a connection that is never answered, in the time the limits allow', async () => {
    const time = createVirtualTime();
    // 192.0.2.0/24 (RFC 5737) is nobody's: packets to it are dropped, or refused at once where there is no route.
    const opening = tcpTransport({ host: '192.0.2.1', port: 9 }, time.timers).open(deaf);
    await time.advance(seconds(6));
    const opened = await opening;
    expect(opened.ok ? 'opened' : opened.error.code).toBe('E-LNK-ABSENT');
    expect(time.pendingTimers()).toBe(0);
  });

  it('is not held by a far side that never takes what was written', async () => {
    const far = await listener((socket) => socket.pause());
    const time = createVirtualTime();
    const closings: (Fault | undefined)[] = [];
    const opened = await tcpTransport({ host: '127.0.0.1', port: far.port }, time.timers).open({ ...deaf, closed: (fault) => closings.push(fault) });
    assert(opened.ok, 'it opens');
    const stuck = opened.value.write(new Uint8Array(32 * 1_024 * 1_024));
    const closing = opened.value.close();
    await time.advance(seconds(1));
    await closing;
    expect((await stuck).ok).toBe(false);
    expect(closings).toEqual([undefined]);
    far.close();
  });

  it('takes a far side that closed only its sending half as gone', async () => {
    const far = await listener((socket) => socket.end(ascii('bye')));
    const closed = new Promise<Fault | undefined>((resolve) => {
      void tcpTransport({ host: '127.0.0.1', port: far.port }, systemTimers).open({ ...deaf, closed: resolve });
    });
    expect((await closed)?.code).toBe('E-LNK-LOST');
    far.close();
  });
});

describe('a simulated device over TCP', () => {
  it('says which port it cannot have', async () => {
    const taken = await listener(() => undefined);
    const served = await serveOverTcp(createScriptedDevice(), { port: taken.port });
    expect(served.ok ? 'served' : served.error.code).toBe('E-SIM-PORT');
    taken.close();
  });
});
