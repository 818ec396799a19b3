import { constants } from 'node:crypto';
import type { Socket } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import { FaultError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { MachineId } from '#core/contract/identifiers.ts';
import { LINE_SECURITY } from './peer-link.ts';

/** Where other machines of the site reach this one. Whoever cannot prove within some seconds that he holds a key of ours is gone, and nothing else happens. */
export interface PeerListener {
  /** @returns the port; @throws FaultError `E-SIT-PORT` */
  listen(host: string, port: number): Promise<number>;
  close(): Promise<void>;
}

export interface PeerListenerParts {
  /** The key of the line between this machine and that one; undefined when it is not to dial us. */
  readonly keyOf: (machine: MachineId) => Buffer | undefined;
  readonly onLine: (machine: MachineId, socket: TLSSocket) => void;
  /** Somebody who is none of ours. One sentence without anything that he sent. */
  readonly onStranger: (address: string, why: string) => void;
}

export function createPeerListener({ keyOf, onLine, onStranger }: PeerListenerParts): PeerListener {
  const machines = new WeakMap<TLSSocket, MachineId>();
  const open = new Set<Socket>();
  const strangers = new Map<string, number>();
  /** What to call when somebody is no stranger any more, by where he is. */
  const proven = new Map<string, () => void>();
  const server = createServer(
    {
      ...LINE_SECURITY,
      secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
      handshakeTimeout: LIMITS.site.handshakeTimeout,
      pskCallback: (socket, identity) => {
        const machine = MachineId.safeParse(identity);
        const key = machine.success ? keyOf(machine.data) : undefined;
        if (!machine.success || key === undefined) return null;
        machines.set(socket, machine.data);
        return key;
      },
    },
    (socket) => {
      const machine = machines.get(socket);
      proven.get(placeOf(socket))?.();
      if (machine === undefined) socket.destroy();
      else onLine(machine, socket);
    },
  );
  server.maxConnections = LIMITS.site.membersMax * LIMITS.site.strangersMax;
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    const address = socket.remoteAddress ?? '';
    const count = (strangers.get(address) ?? 0) + 1;
    if (count > LIMITS.site.strangersMax) {
      socket.destroy();
      return;
    }
    strangers.set(address, count);
    const place = placeOf(socket);
    proven.set(place, () => {
      if (!proven.delete(place)) return;
      const left = (strangers.get(address) ?? 1) - 1;
      if (left === 0) strangers.delete(address);
      else strangers.set(address, left);
    });
    socket.once('close', () => proven.get(place)?.());
  });
  server.on('tlsClientError', (error, socket) => {
    onStranger(socket.remoteAddress ?? 'somebody', error.message.slice(0, 200));
    socket.destroy();
  });
  return {
    listen: (host, port) =>
      new Promise((resolve, reject) => {
        server.once('error', (cause) => reject(portFault(host, port, cause)));
        server.listen(port, host, () => {
          const address = server.address();
          resolve(address !== null && typeof address === 'object' ? address.port : port);
        });
      }),
    close: () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of open) socket.destroy();
      return closed;
    },
  };
}

function placeOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

function portFault(host: string, port: number, cause: Error): FaultError {
  return new FaultError(
    {
      code: 'E-SIT-PORT',
      owner: 'configuration',
      message: `The other gates cannot reach this one: nothing can listen on ${host}:${port} (${cause.message}).`,
      remedy: 'Stop the other program, or set siteNetwork.listen in the configuration.',
    },
    { cause },
  );
}
