import { Device, type DeviceConfiguration } from './device-schema.ts';
import type { Configuration } from './schema.ts';

/**
 * The same machine with real devices in the place of its simulated ones, wherever they are plugged in: what `--devices real` means. Nothing else changes; a
 * device that is not there is absent, and the rest of the machine runs without it.
 */
export function withRealDevices(configuration: Configuration): Configuration {
  return { ...configuration, devices: configuration.devices.map(realDevice) };
}

function realDevice(device: DeviceConfiguration): DeviceConfiguration {
  if (device.link.kind !== 'simulated') return device;
  // A terminal that is plugged in is on a serial line.
  return Device.parse({ ...device, link: { kind: 'usb' }, ...(device.driver === 'zvt-terminal' && { framing: 'serial' }) });
}
