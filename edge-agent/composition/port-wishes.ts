import { unreachable } from '#core/base/fault.ts';
import type { DeviceId } from '#core/contract/identifiers.ts';
import { genericChip } from '#core/devices/generic-chips.ts';
import type { PortSelector } from '#core/devices/match-ports.ts';
import type { DeviceConfiguration, LinkConfiguration } from '../configuration/device-schema.ts';
import { isSameLine } from '../configuration/line-places.ts';
import type { Alternatives } from '../configuration/real-devices.ts';
import type { PortWish } from '../devices/discovery/port-desk.ts';
import { busesOf, FINGERPRINTS } from './known-drivers.ts';

/**
 * The devices of the configuration that hang on a port of this machine, as discovery looks for them. Simulated ones and those on the network do not.
 * @param alternatives as what else each may be plugged in
 */
export function portWishes(devices: readonly DeviceConfiguration[], alternatives: Alternatives = new Map()): readonly PortWish[] {
  return devices.flatMap(({ id, driver, link }) => {
    const place = placeOf(link, driver);
    if (place === undefined) return [];
    const others = alternatives.get(id) ?? [];
    const looks = [driver, ...others.map((other) => other.driver)].flatMap((each) => looksFor(link, each));
    return [
      {
        device: id,
        line: lineOf(devices, id),
        ...place,
        alternatives: others.map((other) => ({ driver: other.driver, buses: busesOf(other.driver), fingerprints: FINGERPRINTS[other.driver] })),
        looksFor: [...new Set(looks)].slice(0, LOOKS_SHOWN),
      },
    ];
  });
}

/** Of devices that share a line the first stands for all, by the same rule as their line is made. */
function lineOf(devices: readonly DeviceConfiguration[], id: DeviceId): DeviceId {
  const own = devices.find((each) => each.id === id);
  return devices.find((other) => own !== undefined && isSameLine(own, other))?.id ?? id;
}

function placeOf(link: LinkConfiguration, driver: DeviceConfiguration['driver']): Pick<PortWish, 'buses' | 'selector' | 'fingerprints'> | undefined {
  switch (link.kind) {
    case 'usb': {
      const { kind: _, baudRate: __, ...selector } = link;
      return { buses: busesOf(driver), selector, fingerprints: FINGERPRINTS[driver] };
    }
    case 'serial':
    case 'usb-printer':
      return { buses: [link.kind], selector: { path: link.path }, fingerprints: [] };
    case 'hid': {
      const [vendor, product] = link.usb?.split(':') ?? [];
      return { buses: ['hid'], selector: { path: link.path, vendor, product, serial: link.serial }, fingerprints: [] };
    }
    case 'simulated':
    case 'tcp':
    case 'pcsc':
    case 'gpio':
      return undefined;
    default:
      return unreachable(link);
  }
}

/** What the configuration says, or what the driver knows by its looks; a hint at a chip is none. */
function looksFor(link: LinkConfiguration, driver: DeviceConfiguration['driver']): readonly string[] {
  if (link.kind !== 'usb') return [wantedText(link)];
  const stated = selectorText(link);
  if (stated !== undefined) return [stated];
  return tellingLooks(driver).map(({ model }) => model);
}

/** Looks that are enough by themselves; a hint at a chip is not. */
const tellingLooks = (driver: DeviceConfiguration['driver']) =>
  FINGERPRINTS[driver].filter(({ vendor, product, name, manufacturer, usage }) => {
    if (name !== undefined || manufacturer !== undefined || usage !== undefined) return true;
    return vendor !== undefined && (product === undefined || genericChip({ vendor, product }) === undefined);
  });

/** Whether a device of this driver can be told by its looks alone. */
export const isRecognised = (driver: DeviceConfiguration['driver']): boolean => tellingLooks(driver).length > 0;

const LOOKS_SHOWN = 16;

/** A link to something that is plugged into this machine. */
export type PluggedLink = Exclude<LinkConfiguration, { readonly kind: 'simulated' | 'tcp' | 'pcsc' | 'gpio' }>;

/** The files that the configuration names. */
export const configuredPaths = (devices: readonly DeviceConfiguration[]): readonly string[] =>
  devices.flatMap(({ link }) => ('path' in link && link.path !== undefined ? [link.path] : []));

/** What is looked for, for a person. */
export function wantedText(link: LinkConfiguration): string {
  if (link.kind === 'simulated' || link.kind === 'tcp') return link.kind;
  if (link.kind === 'pcsc') return `PC/SC reader ${link.reader}`.trim();
  if (link.kind === 'gpio') return `gpio ${link.chip}`;
  if (link.kind !== 'usb') return `${link.kind} ${link.path ?? ('usb' in link ? link.usb : '')}`;
  return selectorText(link) ?? 'usb, by its looks';
}

/** Undefined when nothing is said. */
export function selectorText({ path, vendor, product, serial, port, interface: number, manufacturer }: PortSelector): string | undefined {
  const words = [
    ...(path === undefined ? [] : [path]),
    ...(vendor === undefined ? [] : [`usb ${vendor}:${product ?? '*'}`]),
    ...(serial === undefined ? [] : [`serial number ${serial}`]),
    ...(port === undefined ? [] : [`socket ${port}`]),
    ...(number === undefined || number === 0 ? [] : [`interface ${number}`]),
    ...(manufacturer === undefined ? [] : [`by ${manufacturer}`]),
  ];
  return words.length === 0 ? undefined : words.join(', ');
}
