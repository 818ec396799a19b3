import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemTimers } from '#agent/runtime/clock.ts';
import { LIMITS } from '#core/base/limits.ts';
import { takesClients } from '#drivers/transport/pcsc-socket.ts';
import { scratchFolder } from '#test/support/scratch.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';

/** Somebody who listens at a path of the file system. */
async function listener(onCall: (call: Socket) => void): Promise<string> {
  const path = join(scratchFolder(), 'service');
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, onCall);
  server.listen(path);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return path;
}

describe('whether the smart card service takes anybody in', () => {
  it('one that says goodbye back is awake', async () => {
    const path = await listener((call) => {
      call.on('end', () => call.end());
      call.resume();
    });
    expect(await takesClients(path, systemTimers)).toBe(true);
  });

  it('one that is silent is not, and its caller is told in the time that the limits allow and leaves nothing behind', async () => {
    let caller: Socket | undefined;
    const path = await listener((call) => {
      caller = call;
    });
    onTestFinished(() => void caller?.destroy());
    const time = createVirtualTime();
    const asked = takesClients(path, time.timers);
    await time.advance(LIMITS.cards.pcsc.wakesWithin);
    expect(await asked).toBe(false);
    expect(time.pendingTimers()).toBe(0);
  });

  it('where nobody listens the library may be asked: it says at once what is wrong', async () => {
    expect(await takesClients(join(scratchFolder(), 'nobody'), systemTimers)).toBe(true);
  });
});
