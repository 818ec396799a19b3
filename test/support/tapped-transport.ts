import type { Link, Transport } from '#core/ports/link.ts';

/** What somebody on the cable does with bytes that pass; `pass` lets them go on. Without a tap a direction is as it was. */
export interface Taps {
  readonly toHost?: (bytes: Uint8Array, pass: (bytes: Uint8Array) => void) => void;
  readonly toDevice?: (bytes: Uint8Array, pass: Link['write']) => ReturnType<Link['write']>;
}

/** A cable with somebody on it. */
export function tapped(transport: Transport, { toHost, toDevice }: Taps): Transport {
  return {
    place: transport.place,
    open: async (events) => {
      const opened = await transport.open({
        ...events,
        bytes: (bytes) => (toHost === undefined ? events.bytes(bytes) : toHost(bytes, events.bytes)),
      });
      if (!opened.ok) return opened;
      const link = opened.value;
      return {
        ok: true,
        value: {
          get isOpen() {
            return link.isOpen;
          },
          write: (bytes) => (toDevice === undefined ? link.write(bytes) : toDevice(bytes, (on) => link.write(on))),
          close: () => link.close(),
        },
      };
    },
  };
}
