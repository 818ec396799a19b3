import { createHostLine } from '../../simulation/host-line.ts';
import type { DeviceEnd, DeviceLine } from '../../simulation/simulated-device.ts';

/** The printer's socket, whose line may break in the middle of what is sent. */
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
  const host = createHostLine();
  return {
    write: host.write,
    drop: host.pull,
    connect: (line) =>
      host.connect(line, () => {
        const receive = receiver();
        return {
          receive: (bytes) => {
            const breaks = breaksIn(bytes);
            receive(breaks ? bytes.subarray(0, bytes.length / 2) : bytes);
            if (breaks) host.pull();
          },
        };
      }),
  };
}
