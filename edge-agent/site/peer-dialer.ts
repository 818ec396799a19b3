import { connect, type TLSSocket } from 'node:tls';
import { backoffDelay } from '#core/base/backoff.ts';
import { LIMITS } from '#core/base/limits.ts';
import type { Random, Timer, Timers } from '#core/ports/clock.ts';
import { LINE_SECURITY } from './peer-link.ts';

/** Keeps one line up: dials, and dials again after a while when it fails or ends. */
export interface PeerDialer {
  /** Where the machine is now; dials at once when it was not known before. */
  moveTo(place: PeerPlace): void;
  /** The line has ended. */
  ended(): void;
  /** It has held long enough to be called good. */
  held(): void;
  stop(): void;
}

export interface PeerPlace {
  readonly host: string;
  readonly port: number;
}

export interface PeerDialerParts {
  /** This machine's name. */
  readonly identity: string;
  readonly key: Buffer;
  readonly timers: Timers;
  readonly random: Random;
  readonly onLine: (socket: TLSSocket) => void;
  readonly onFailed: (why: string) => void;
}

export function createPeerDialer({ identity, key, timers, random, onLine, onFailed }: PeerDialerParts): PeerDialer {
  let place: PeerPlace | undefined;
  let attempt = 0;
  let waiting: Timer | undefined;
  let dialling: TLSSocket | undefined;
  let isUp = false;
  let isStopped = false;

  const again = (): void => {
    if (isStopped) return;
    waiting?.cancel();
    waiting = timers.after(backoffDelay(LIMITS.site.reconnect, attempt, random.uniform()), dial);
    attempt += 1;
  };
  const dial = (): void => {
    waiting = undefined;
    if (place === undefined || isStopped || isUp) return;
    const socket = connect({
      ...LINE_SECURITY,
      ...place,
      pskCallback: () => ({ psk: key, identity }),
      // There are no certificates: whoever has the key of this pair is the other machine.
      checkServerIdentity: () => undefined,
    });
    dialling = socket;
    const limit = timers.after(LIMITS.site.handshakeTimeout, () => socket.destroy(new Error('the handshake took too long')));
    let why = 'the connection was closed';
    const failed = (): void => {
      limit.cancel();
      dialling = undefined;
      onFailed(why);
      again();
    };
    const note = (cause: Error): void => {
      why = cause.message;
    };
    socket.on('error', note);
    socket.once('close', failed);
    socket.once('secureConnect', () => {
      limit.cancel();
      dialling = undefined;
      socket.off('close', failed);
      isUp = true;
      onLine(socket);
    });
  };

  return {
    moveTo: (to) => {
      const isNews = place?.host !== to.host || place.port !== to.port;
      place = to;
      if (!isNews || isUp || dialling !== undefined) return;
      waiting?.cancel();
      attempt = 0;
      dial();
    },
    ended: () => {
      isUp = false;
      again();
    },
    held: () => {
      attempt = 0;
    },
    stop: () => {
      isStopped = true;
      waiting?.cancel();
      dialling?.destroy();
    },
  };
}
