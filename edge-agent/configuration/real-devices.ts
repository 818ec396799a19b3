import { CLASS_OF_DRIVER, Device, type DeviceConfiguration } from './device-schema.ts';
import type { Configuration } from './schema.ts';

/**
 * The same machine with real devices in the place of its simulated ones, wherever they are plugged in: what `--devices real` means. Nothing else changes; a
 * device that is not there is absent, and the rest of the machine runs without it.
 * @param isThere whether something is plugged in now that looks like a device of this driver. Where nothing does, another driver of the same class takes the
 *   place when something looks like one of its devices: a scanner is a scanner, whichever way it speaks.
 */
export function withRealDevices(configuration: Configuration, isThere: (driver: DeviceConfiguration['driver']) => boolean): Configuration {
  return { ...configuration, devices: configuration.devices.map((device) => realDevice(device, isThere)) };
}

const DRIVERS = Object.keys(CLASS_OF_DRIVER) as DeviceConfiguration['driver'][];

function realDevice(device: DeviceConfiguration, isThere: (driver: DeviceConfiguration['driver']) => boolean): DeviceConfiguration {
  if (device.link.kind !== 'simulated') return device;
  // The first chip of most boards; nothing is plugged in.
  if (device.driver === 'gpio-gate') return { ...device, link: { kind: 'gpio', chip: 'gpiochip0', activeLow: false, bias: 'as-is' } };
  if (!isThere(device.driver)) {
    for (const driver of DRIVERS.filter((each) => CLASS_OF_DRIVER[each] === CLASS_OF_DRIVER[device.driver] && isThere(each))) {
      // A driver that has to be told more than that is one for a configuration.
      const other = Device.safeParse({ id: device.id, driver, link: { kind: 'usb' } });
      if (other.success) return other.data;
    }
  }
  // A terminal that is plugged in is on a serial line.
  return Device.parse({ ...device, link: { kind: 'usb' }, ...(device.driver === 'zvt-terminal' && { framing: 'serial' }) });
}
