import type { TLSSocket } from 'node:tls';
import { LIMITS } from '#core/base/limits.ts';
import type { SiteMessage } from '#core/contract/wire/site.ts';
import { createFrameReader, sealMessage } from './frames.ts';
import type { HeardMessage } from './heard-message.ts';

/** One line to one machine, over a connection whose handshake has proven who is there. */
export interface PeerLink {
  send(message: SiteMessage): void;
  /** Ends it at once; `onEnd` is called as for every other end. */
  cut(why: string): void;
}

/**
 * The suite of every line: forward secrecy by X25519, authentication by the key of the pair (RFC 5489, RFC 7905). TLS 1.2, because Node offers pre-shared keys
 * there alone; resumption is off, since a resumed connection would not say again who it is.
 */
export const LINE_SECURITY = {
  ciphers: 'ECDHE-PSK-CHACHA20-POLY1305',
  minVersion: 'TLSv1.2',
  maxVersion: 'TLSv1.2',
  ecdhCurve: 'X25519',
} as const;

export function openPeerLink(socket: TLSSocket, onMessage: (heard: HeardMessage) => void, onEnd: (why: string | undefined) => void): PeerLink {
  const reader = createFrameReader();
  let ended: string | undefined;
  const cut = (why: string): void => {
    ended ??= why;
    socket.destroy();
  };
  socket.setNoDelay(true);
  socket.disableRenegotiation();
  socket.on('data', (chunk: Buffer) => {
    const read = reader.push(chunk);
    if (!read.ok) {
      cut(`it sent ${read.error}`);
      return;
    }
    for (const heard of read.value) {
      // What it says may end the line; nothing that came with it counts any more.
      if (socket.destroyed) return;
      onMessage(heard);
    }
  });
  socket.on('error', (cause) => {
    ended ??= cause.message;
  });
  // A half-open line is no line.
  socket.on('end', () => socket.destroy());
  socket.once('close', () => onEnd(ended));
  return {
    send: (message) => {
      if (socket.destroyed) return;
      if (socket.writableLength > LIMITS.site.queuedBytesMax) {
        cut('it does not read');
        return;
      }
      socket.write(sealMessage(message));
    },
    cut,
  };
}
