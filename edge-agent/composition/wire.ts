import { createConnection, createServer, type Server, type Socket } from 'node:net';

/** A piece of network cable between two ports of this machine, which can be cut and joined. The device bench shows with it what a lost network does. */
export interface Wire {
  /** The near end: what is connected here comes out at the far end. */
  readonly url: string;
  readonly isJoined: boolean;
  join(): Promise<void>;
  /** Connections are reset and new ones refused. */
  cut(): Promise<void>;
}

/** @param target the far end, `http://127.0.0.1:7080` */
export async function layWire(target: string): Promise<Wire> {
  const { hostname, port: farPort, protocol } = new URL(target);
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  let port = 0;

  const relay = (near: Socket): void => {
    const far = createConnection({ host: hostname, port: Number(farPort), noDelay: true });
    near.setNoDelay(true);
    for (const [here, there] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(here);
      here.pipe(there);
      // Either end's loss is the other's: that is what a wire does.
      here.on('error', () => there.destroy());
      here.on('close', () => {
        sockets.delete(here);
        there.destroy();
      });
    }
  };

  const join = async (): Promise<void> => {
    if (server !== undefined) return;
    const listening = createServer(relay);
    await new Promise<void>((resolve, reject) => {
      listening.once('error', reject);
      listening.listen(port, '127.0.0.1', resolve);
    });
    const address = listening.address();
    if (address !== null && typeof address === 'object') port = address.port;
    server = listening;
  };
  await join();

  return {
    get url() {
      return `${protocol}//127.0.0.1:${port}`;
    },
    get isJoined() {
      return server !== undefined;
    },
    join,
    cut: async () => {
      const listening = server;
      server = undefined;
      if (listening === undefined) return;
      const closed = new Promise<void>((resolve) => listening.close(() => resolve()));
      for (const socket of sockets) socket.resetAndDestroy();
      await closed;
    },
  };
}
