import { DeviceId } from '#core/contract/identifiers.ts';
import type { Discovery, MatchReason, PortRow } from '#core/contract/local/discovery.ts';
import { genericChip } from '#core/devices/generic-chips.ts';
import type { DeviceMatch, Pair } from '#core/devices/match-ports.ts';
import type { FoundPort } from '#core/ports/discovery.ts';
import type { PortDesk } from './port-desk.ts';

/** What is plugged in and what it was taken for, in the form of the contract. More than a page can show is left out. */
export function reportPorts(ports: readonly FoundPort[], desk: Pick<PortDesk, 'matching' | 'isAssigned' | 'wishes'>, isTold: boolean): Discovery {
  const { devices, pairs } = desk.matching();
  return {
    told: isTold,
    ports: ports.slice(0, PORTS_SHOWN).map((port) => rowOf(port, devices, pairs)),
    devices: [...devices].map(([device, match]) => ({
      device: DeviceId.parse(device),
      match: match.kind,
      paths: [...pathsOf(match)].slice(0, PORTS_SHOWN),
      assigned: desk.isAssigned(device),
      looksFor: [...(desk.wishes.find((wish) => wish.device === device)?.looksFor ?? [])],
    })),
  };
}

const PORTS_SHOWN = 32;

function pathsOf(match: DeviceMatch): readonly string[] {
  switch (match.kind) {
    case 'matched':
      return [match.port.path];
    case 'ambiguous':
      return match.paths;
    case 'missing':
      return match.unsure;
  }
}

function rowOf(port: FoundPort, devices: ReadonlyMap<string, DeviceMatch>, pairs: readonly Pair[]): PortRow {
  const { path, bus, usb } = port;
  const chip = usb === undefined ? undefined : genericChip(usb);
  const owner = [...devices].find(([, match]) => match.kind === 'matched' && match.port.path === path);
  const match = owner?.[1];
  const own = pairs.filter((pair) => pair.path === path);
  const looks = own.flatMap(({ verdict }) => ('model' in verdict && verdict.model !== undefined ? [verdict.model] : []))[0];
  const model = match?.kind === 'matched' ? match.model : chip === undefined ? looks : undefined;
  return {
    path,
    bus,
    ...(usb && { usb: { ...usb, ...(chip !== undefined && { chip }) } }),
    ...(owner && { device: DeviceId.parse(owner[0]) }),
    ...(model !== undefined && { model }),
    because: match?.kind === 'matched' ? [...match.because].slice(0, 8) : [],
    candidates: owner === undefined ? own.flatMap((pair) => candidateOf(pair, devices)) : [],
  };
}

/** Any device on this kind of line may be said to be here, also one that is somewhere else now. */
function candidateOf({ device, verdict }: Pair, devices: ReadonlyMap<string, DeviceMatch>): PortRow['candidates'] {
  const row = (why: MatchReason): PortRow['candidates'] => [{ device: DeviceId.parse(device), why }];
  switch (verdict.kind) {
    case 'match':
      return row(devices.get(device)?.kind === 'ambiguous' ? 'ambiguous' : 'too-little');
    case 'unsure':
      return row(verdict.why);
    case 'no':
      return verdict.why === 'other-bus' ? [] : row(verdict.why);
  }
}
