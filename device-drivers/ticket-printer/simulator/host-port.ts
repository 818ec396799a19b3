import type { DeviceEnd, DeviceLine } from '../../simulation/simulated-device.ts';

/** The printer's socket: one host at a time, the newest. */
export interface HostPort {
  write(bytes: Uint8Array): void;
  /** Pulls the cable. */
  drop(): void;
  connect(host: DeviceLine): DeviceEnd;
}

export interface HostPortSurroundings {
  /** A receiver for one connection. */
  receiver(): (bytes: Uint8Array) => void;
  /** Whether the line breaks in the middle of these bytes. */
  breaksIn(bytes: Uint8Array): boolean;
}

export function createHostPort({ receiver, breaksIn }: HostPortSurroundings): HostPort {
  let line: DeviceLine | undefined;
  const drop = (): void => {
    line?.drop();
    line = undefined;
  };
  return {
    write: (bytes) => line?.write(bytes),
    drop,
    connect: (host) => {
      drop();
      line = host;
      const receive = receiver();
      return {
        receive: (bytes) => {
          if (line !== host) return;
          const breaks = breaksIn(bytes);
          receive(breaks ? bytes.subarray(0, bytes.length / 2) : bytes);
          if (breaks) drop();
        },
        closed: () => {
          if (line === host) line = undefined;
        },
      };
    },
  };
}
