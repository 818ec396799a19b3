import type { DeviceId } from '#core/contract/identifiers.ts';
import { CLASS_OF_DRIVER, Device, type DeviceConfiguration } from './device-schema.ts';
import type { Configuration } from './schema.ts';

/** What else a device may turn out to be: other drivers of its class, in order of preference. A scanner is a scanner, whichever way it speaks. */
export type Alternatives = ReadonlyMap<DeviceId, readonly DeviceConfiguration[]>;

export interface RealDevices {
  readonly configuration: Configuration;
  readonly alternatives: Alternatives;
}

/**
 * The same machine with real devices in the place of its simulated ones, wherever and whenever they are plugged in: what `--devices real` means. Nothing else
 * changes; a device that is not there is absent, and the rest of the machine runs without it.
 * @param isRecognised whether a device of this driver can be told by its looks alone; only then may one stand in for the driver of the configuration
 */
export function withRealDevices(configuration: Configuration, isRecognised: (driver: DeviceConfiguration['driver']) => boolean): RealDevices {
  const simulated = configuration.devices.filter(({ link, driver }) => link.kind === 'simulated' && driver !== 'gpio-gate');
  return {
    configuration: { ...configuration, devices: configuration.devices.map(realDevice) },
    alternatives: new Map(simulated.map((device) => [device.id, alternativesOf(device, isRecognised)])),
  };
}

const DRIVERS = Object.keys(CLASS_OF_DRIVER) as DeviceConfiguration['driver'][];

function realDevice(device: DeviceConfiguration): DeviceConfiguration {
  if (device.link.kind !== 'simulated') return device;
  // The first chip of most boards; nothing is plugged in.
  if (device.driver === 'gpio-gate') return { ...device, link: { kind: 'gpio', chip: 'gpiochip0', activeLow: false, bias: 'as-is' } };
  // A terminal that is plugged in is on a serial line.
  return Device.parse({ ...device, link: { kind: 'usb' }, ...(device.driver === 'zvt-terminal' && { framing: 'serial' }) });
}

function alternativesOf(
  { id, driver }: DeviceConfiguration,
  isRecognised: (driver: DeviceConfiguration['driver']) => boolean,
): DeviceConfiguration[] {
  return DRIVERS.filter((other) => other !== driver && CLASS_OF_DRIVER[other] === CLASS_OF_DRIVER[driver] && isRecognised(other)).flatMap((other) => {
    // A driver that has to be told more than that is one for a configuration.
    const device = Device.safeParse({ id, driver: other, link: { kind: 'usb' } });
    return device.success ? [device.data] : [];
  });
}
