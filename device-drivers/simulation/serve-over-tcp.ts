import { createServer, type Socket } from 'node:net';
import type { Fault } from '#core/base/fault.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import type { SimulatedDevice } from './simulated-device.ts';

export interface ServedOverTcp {
  readonly host: string;
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Puts a simulated device on a TCP port, as a network printer or a serial server has one. While it is unplugged nobody listens there; plugged in again it has
 * the same port. Fails with `E-SIM-PORT`.
 * @param port 0 for any free one
 */
export function serveOverTcp(device: SimulatedDevice, { host = '127.0.0.1', port = 0 } = {}): Promise<Result<ServedOverTcp, Fault>> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    const end = device.connect({ write: (bytes) => socket.write(bytes), drop: () => socket.destroy() });
    // A reset by the host is the same to the device as its goodbye: `close` follows.
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes: Buffer) => end?.receive(new Uint8Array(bytes)));
    socket.on('close', () => {
      sockets.delete(socket);
      end?.closed();
    });
    if (end === undefined) socket.destroy();
  });

  const hangUp = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };

  return new Promise((resolve) => {
    server.once('error', (error) => resolve(err(portFault(host, port, error.message))));
    server.listen(port, host, () => {
      server.removeAllListeners('error');
      const address = server.address();
      const actualPort = typeof address === 'object' && address !== null ? address.port : port;
      let isServed = true;
      device.onChange(() => {
        const isPlugged = isServed && !device.isOn('unplugged');
        if (isPlugged && !server.listening) server.listen(actualPort, host);
        if (!isPlugged && server.listening) hangUp();
      });
      resolve(
        ok({
          host,
          port: actualPort,
          close: () =>
            new Promise((closed) => {
              isServed = false;
              server.once('close', closed);
              if (server.listening) hangUp();
              else closed();
            }),
        }),
      );
    });
  });
}

const portFault = (host: string, port: number, detail: string): Fault => ({
  code: 'E-SIM-PORT',
  owner: 'configuration',
  message: `a simulated device cannot listen on ${host}:${port}: ${detail}`,
  remedy: 'Choose another port, or stop the program that uses it.',
});
