import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';

/** A line to a broker on which every byte takes half of `roundTripMs` in each direction; its bandwidth has no limit. */
export interface SlowLine {
  readonly url: string;
  close(): Promise<void>;
}

export async function layLine(target: string, roundTripMs: number): Promise<SlowLine> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const carry = (from: Socket, to: Socket): void => {
    sockets.add(from);
    from.on('data', (chunk: Buffer) => {
      // Timers of one length fire in the order in which they were set.
      if (roundTripMs === 0) to.write(chunk);
      else setTimeout(() => to.write(chunk), roundTripMs / 2);
    });
    from.on('error', () => to.destroy());
    from.on('close', () => to.destroy());
  };
  const server = createServer((near) => {
    const far = createConnection({ host: hostname, port: Number(port), noDelay: true });
    near.setNoDelay(true);
    carry(near, far);
    carry(far, near);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return {
    url: `mqtt://127.0.0.1:${address.port}`,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
