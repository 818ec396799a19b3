import type { DeviceEnd, DeviceLine } from './simulated-device.ts';

/** The line of a simulated device to its host: one host at a time, the newest; and a cable that can be pulled. */
export interface HostLine {
  readonly isConnected: boolean;
  /** Lost when no host is connected. */
  write(bytes: Uint8Array): void;
  /** Pushes off whoever was connected; `end` hears this host alone, and only until it goes. */
  connect(host: DeviceLine, end: () => Omit<DeviceEnd, 'closed'>): DeviceEnd;
  /** Pulls the cable: the host sees its link close. */
  pull(): void;
}

/** @param hungUp a host was connected and is not any more, for whatever reason; told before its link closes */
export function createHostLine(hungUp: () => void = () => undefined): HostLine {
  let line: DeviceLine | undefined;
  const hangUp = (): DeviceLine | undefined => {
    const previous = line;
    line = undefined;
    if (previous !== undefined) hungUp();
    return previous;
  };
  return {
    get isConnected() {
      return line !== undefined;
    },
    write: (bytes) => line?.write(bytes),
    connect: (host, end) => {
      hangUp()?.drop();
      line = host;
      const { receive, ...others } = end();
      return {
        ...others,
        receive: (bytes) => {
          if (line === host) receive(bytes);
        },
        closed: () => {
          if (line === host) hangUp();
        },
      };
    },
    pull: () => hangUp()?.drop(),
  };
}
