import { type DeviceMatch, type Matching, matchPorts, type PortSelector, type WantedPort } from '#core/devices/match-ports.ts';
import type { Fingerprint, FoundPort, PortBus } from '#core/ports/discovery.ts';

/** Which plugged-in thing each device of the configuration is, now. Asked whenever a device is opened; it opens nothing itself. */
export interface PortDesk {
  /** Something came, went or was assigned: matches anew, and tells of the devices whose place is another one now. */
  changed(appeared: readonly FoundPort[]): void;
  match(device: string): DeviceMatch;
  /** A technician has said where it is. */
  isAssigned(device: string): boolean;
  /** Every pair that was judged, for whoever wants to know why. */
  matching(): Matching;
  readonly wishes: readonly PortWish[];
}

/** A device that hangs on a port of this machine, as the configuration has it. */
export interface PortWish {
  readonly device: string;
  /** The device that stands for all on this line: a line that several share is one thing that is plugged in. Of most devices themselves. */
  readonly line: string;
  readonly buses: readonly PortBus[];
  readonly selector: PortSelector;
  readonly fingerprints: readonly Fingerprint[];
  /** What is looked for, for a person. */
  readonly looksFor: readonly string[];
}

/** `present`: it can be opened, and could not before. `moved`: where it was it is not any more. */
export type PlaceChange = 'present' | 'moved';

export interface PortDeskParts {
  readonly wishes: readonly PortWish[];
  readonly assigned: (device: string) => PortSelector | undefined;
  readonly ports: () => readonly FoundPort[];
  readonly onPlace: (device: string, change: PlaceChange) => void;
}

export function createPortDesk({ wishes, assigned, ports, onPlace }: PortDeskParts): PortDesk {
  let matching: Matching = { devices: new Map(), pairs: [] };

  const lineOf = new Map(wishes.map(({ device, line }) => [device, line]));
  const isTold = (device: string): boolean => assigned(lineOf.get(device) ?? device) !== undefined;
  const matchNow = (): Matching => {
    const { devices, pairs } = matchLines();
    const all = new Map<string, DeviceMatch>();
    for (const { device, line } of wishes) {
      const match = devices.get(line);
      if (match !== undefined) all.set(device, match);
    }
    return { devices: all, pairs };
  };
  const matchLines = (): Matching =>
    matchPorts(
      wishes
        .filter(({ device, line }) => device === line)
        .map(({ device, buses, selector, fingerprints }): WantedPort => {
          const before = matching.devices.get(device);
          return {
            device,
            buses,
            selector,
            fingerprints,
            assigned: assigned(device),
            current: before?.kind === 'matched' ? before.port.path : undefined,
          };
        }),
      ports(),
    );

  return {
    changed: (appeared) => {
      const before = matching;
      matching = matchNow();
      for (const { device } of wishes) {
        const change = changeOf(before.devices.get(device), matching.devices.get(device), appeared);
        if (change !== undefined) onPlace(device, change);
      }
    },
    match: (device) => matching.devices.get(device) ?? { kind: 'missing', unsure: [] },
    isAssigned: isTold,
    matching: () => matching,
    wishes,
  };
}

function changeOf(before: DeviceMatch | undefined, now: DeviceMatch | undefined, appeared: readonly FoundPort[]): PlaceChange | undefined {
  if (now?.kind !== 'matched') return before?.kind === 'matched' ? 'moved' : undefined;
  if (before?.kind === 'matched' && before.port.path !== now.port.path) return 'moved';
  return before?.kind !== 'matched' || appeared.some(({ path }) => path === now.port.path) ? 'present' : undefined;
}
