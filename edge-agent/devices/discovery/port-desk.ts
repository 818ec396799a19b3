import { type DeviceMatch, judgePair, type Matching, matchPorts, type PortSelector, type WantedPort } from '#core/devices/match-ports.ts';
import type { Fingerprint, FoundPort, PortBus } from '#core/ports/discovery.ts';

/** Which plugged-in thing each device of the configuration is, now. Asked whenever a device is opened; it opens nothing itself. */
export interface PortDesk {
  /** Something came, went or was assigned: matches anew, and tells of the devices whose place is another one now. */
  changed(appeared: readonly FoundPort[]): void;
  match(device: string): DeviceMatch;
  /** The driver that it turned out to need, when that is not the one of the configuration. */
  alternativeOf(device: string): string | undefined;
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
  /** Other drivers that it may turn out to need, in order of preference. */
  readonly alternatives: readonly DriverLooks[];
  /** What is looked for, for a person. */
  readonly looksFor: readonly string[];
}

/** How the devices of one driver look. */
export interface DriverLooks {
  readonly driver: string;
  readonly buses: readonly PortBus[];
  readonly fingerprints: readonly Fingerprint[];
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
  const chosen = new Map<string, DriverLooks>();

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
        .map((wish): WantedPort => {
          const { device, selector } = wish;
          const before = matching.devices.get(device);
          return {
            device,
            ...looksOf(wish),
            selector,
            assigned: assigned(device),
            current: before?.kind === 'matched' ? before.port.path : undefined,
          };
        }),
      ports(),
    );

  /** As what it is looked for: of several drivers the one by which something of it is in use, or else the first that something is plugged in for. */
  const looksOf = (wish: PortWish): Pick<WantedPort, 'buses' | 'fingerprints'> => {
    const { device } = wish;
    const before = matching.devices.get(device);
    const isKept = before?.kind === 'matched' && ports().some(({ path }) => path === before.port.path);
    const told = assigned(device);
    const alternative = isKept && told === undefined ? chosen.get(device) : chooseAlternative(wish, told, ports());
    if (alternative === undefined) chosen.delete(device);
    else chosen.set(device, alternative);
    return alternative ?? wish;
  };

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
    alternativeOf: (device) => chosen.get(lineOf.get(device) ?? device)?.driver,
    isAssigned: isTold,
    matching: () => matching,
    wishes,
  };
}

/** Undefined: the driver of the configuration, which has to look like nothing else to be it. */
function chooseAlternative(
  { device, selector, buses, fingerprints, alternatives }: PortWish,
  told: PortSelector | undefined,
  ports: readonly FoundPort[],
): DriverLooks | undefined {
  if (alternatives.length === 0) return undefined;
  const isThere = (looks: Pick<DriverLooks, 'buses' | 'fingerprints'>, among: readonly FoundPort[]): boolean =>
    among.some((port) => judgePair({ device, ...looks, selector }, port).kind === 'match');
  const own = { buses, fingerprints };
  if (told === undefined) return isThere(own, ports) ? undefined : alternatives.find((looks) => isThere(looks, ports));
  // What a person has pointed at may be of any kind that this device can be.
  const pointedAt = ports.filter((port) => judgePair({ device, ...own, buses: [port.bus], selector, assigned: told }, port).kind === 'match');
  if (isThere(own, pointedAt)) return undefined;
  const alike = alternatives.find((looks) => isThere(looks, pointedAt));
  if (alike !== undefined || pointedAt.some(({ bus }) => buses.includes(bus))) return alike;
  return alternatives.find((looks) => pointedAt.some(({ bus }) => looks.buses.includes(bus)));
}

function changeOf(before: DeviceMatch | undefined, now: DeviceMatch | undefined, appeared: readonly FoundPort[]): PlaceChange | undefined {
  if (now?.kind !== 'matched') return before?.kind === 'matched' ? 'moved' : undefined;
  if (before?.kind === 'matched' && before.port.path !== now.port.path) return 'moved';
  return before?.kind !== 'matched' || appeared.some(({ path }) => path === now.port.path) ? 'present' : undefined;
}
