import { createConnection, type Socket } from 'node:net';
import type { Fault } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { err, ok } from '#core/base/result.ts';
import { seconds } from '#core/base/time.ts';
import type { Timers } from '#core/ports/clock.ts';
import type { Link, LinkEvents, Transport } from '#core/ports/link.ts';
import { linkAbsent, linkClosed, linkLost, linkOpenFailed } from './link-faults.ts';

export interface TcpPlace {
  readonly host: string;
  readonly port: number;
}

/**
 * A far side that was silent for this long is asked by the operating system, once a second from then on, and is gone after ten questions (libuv's `uv_tcp_keepalive`):
 * a pulled network cable is known within 11 s. Drivers that poll know it much sooner; this is for those that only listen.
 */
const KEEP_ALIVE = seconds(1);
const CLOSE_WITHIN = seconds(1);

/** A device that listens on a TCP port (a network printer, a serial server). Small frames leave at once: Nagle's algorithm is off. */
export function tcpTransport({ host, port }: TcpPlace, timers: Timers): Transport {
  const place = `tcp ${host}:${port}`;
  return {
    place,
    open: (events) =>
      new Promise((resolve) => {
        const socket = createConnection({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE });
        const giveUp = timers.after(LIMITS.devices.openTimeout, () => {
          socket.destroy(Object.assign(new Error(`no connection within ${LIMITS.devices.openTimeout} ms`), { code: 'ETIMEDOUT' }));
        });
        const failed = (error: NodeJS.ErrnoException): void => {
          giveUp.cancel();
          resolve(err(openFault(place, error)));
        };
        socket.once('error', failed);
        socket.once('connect', () => {
          giveUp.cancel();
          socket.off('error', failed);
          resolve(ok(linkOn(socket, place, events, timers)));
        });
      }),
  };
}

const NOBODY_THERE = new Set(['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN']);

function openFault(place: string, error: NodeJS.ErrnoException): Fault {
  const detail = error.message === '' ? (error.code ?? 'no reason given') : error.message;
  return NOBODY_THERE.has(error.code ?? '') ? linkAbsent(place, detail) : linkOpenFailed(place, detail);
}

function linkOn(socket: Socket, place: string, events: LinkEvents, timers: Timers): Link {
  /** Who ended the connection first; undefined while it is open. */
  let endedBy: 'owner' | 'far-side' | undefined;
  let lastError: string | undefined;
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      endedBy ??= 'far-side';
      events.closed(endedBy === 'owner' ? undefined : linkLost(place, lastError ?? 'the far side closed the connection'));
      resolve();
    });
  });
  socket.on('error', (error) => {
    lastError = error.message;
  });
  socket.on('data', (bytes: Buffer) => {
    if (endedBy !== 'owner') events.bytes(new Uint8Array(bytes));
  });
  // A far side that only closed its sending half is gone as well: no driver talks to a device that cannot answer.
  socket.on('end', () => {
    endedBy ??= 'far-side';
  });

  return {
    get isOpen() {
      return endedBy === undefined;
    },
    write: (bytes) =>
      new Promise((resolve) => {
        if (endedBy !== undefined) {
          resolve(err(linkClosed(place)));
          return;
        }
        socket.write(bytes, (error) => {
          // Node calls the writes of a destroyed socket successful (`onWriteComplete` in lib/internal/stream_base_commons.js), whatever became of them.
          const failure = error?.message ?? (socket.destroyed ? (lastError ?? 'the connection was cut while writing') : undefined);
          resolve(failure === undefined ? ok() : err(linkLost(place, failure)));
        });
      }),
    close: async () => {
      if (endedBy === undefined) {
        endedBy = 'owner';
        // `end` lets what was written arrive; a far side that takes nothing more cannot hold the socket for longer than this.
        const cutOff = timers.after(CLOSE_WITHIN, () => socket.destroy());
        socket.end(() => {
          cutOff.cancel();
          socket.destroy();
        });
      }
      await closed;
    },
  };
}
