import { createConnection } from 'node:net';
import { LIMITS } from '#core/base/limits.ts';
import type { Timers } from '#core/ports/clock.ts';

/** Where pcscd listens (pcsc-lite's `PCSCLITE_CSOCK_NAME`, which its library reads from the environment as well). */
export const pcscSocket = (): string => process.env.PCSCLITE_CSOCK_NAME ?? '/run/pcscd/pcscd.comm';

/**
 * Whether the smart card service takes anybody in. The library asks for a context on the thread of the event loop and waits for the answer without an end, so nobody
 * is asked for one who may not answer: a service that is starting (it looks at all its readers first), that its system starts at the first call, or that hangs.
 *
 * Somebody who calls and says goodbye at once is told goodbye by a service that is awake: pcscd closes a line whose client is gone. So no word of the protocol
 * between library and service is needed, which is theirs alone. Where nobody listens at all the answer is yes: there the library says at once what is wrong.
 */
export function takesClients(path: string, timers: Timers): Promise<boolean> {
  return new Promise((resolve) => {
    const call = createConnection({ path, allowHalfOpen: true });
    const settle = (takes: boolean): void => {
      patience.cancel();
      call.destroy();
      resolve(takes);
    };
    const patience = timers.after(LIMITS.cards.pcsc.wakesWithin, () => settle(false));
    call.on('connect', () => call.end());
    call.on('end', () => settle(true));
    // Its queue of callers is full: it takes nobody in either.
    call.on('error', (cause: NodeJS.ErrnoException) => settle(cause.code !== 'EAGAIN'));
    call.resume();
  });
}
