import type { DeviceConfiguration } from './device-schema.ts';
import { isSameLine } from './line-places.ts';

type OsdpConfiguration = Extract<DeviceConfiguration, { readonly driver: 'osdp-reader' | 'osdp-gate' | 'osdp-light' }>;

function isOsdp(device: DeviceConfiguration): device is OsdpConfiguration {
  return device.driver === 'osdp-reader' || device.driver === 'osdp-gate' || device.driver === 'osdp-light';
}

/** Two uses of one device: the same address on the same line. */
export function isSameOsdpDevice(one: DeviceConfiguration, other: DeviceConfiguration): boolean {
  return isOsdp(one) && isOsdp(other) && one.address === other.address && JSON.stringify(one.link) === JSON.stringify(other.link);
}

const isSameFrom = ({ from: one }: OsdpConfiguration, { from: other }: OsdpConfiguration): boolean =>
  one?.address === other?.address && one?.baudRate === other?.baudRate;

/** What is wrong with the OSDP devices of a configuration, each with the index of the device where it shows. */
export function osdpProblems(
  devices: readonly DeviceConfiguration[],
): readonly { readonly index: number; readonly key: string; readonly message: string }[] {
  return devices.flatMap((device, index) => {
    if (!isOsdp(device)) return [];
    if (device.install && device.keyFile === undefined && device.from === undefined)
      return [{ index, key: 'install', message: 'there is no key to give: name a keyFile' }];
    if (device.from !== undefined) {
      if (!device.install) return [{ index, key: 'from', message: 'settings are changed during an installation alone: install: true' }];
      if (!('baudRate' in device.link) && device.link.kind !== 'simulated')
        return [{ index, key: 'from', message: 'only on a serial line of this machine is the baud rate known' }];
      const there = devices.find(
        (other) => isOsdp(other) && other.address === device.from?.address && isSameLine(device, other) && other.address !== device.address,
      );
      if (there !== undefined) return [{ index, key: 'from', message: `"${there.id}" has this address: it would be moved` }];
    }
    const first = devices.find((other): other is OsdpConfiguration => isSameOsdpDevice(device, other));
    const isOther =
      first !== undefined &&
      (first.keyFile !== device.keyFile || first.install !== device.install || first.check !== device.check || !isSameFrom(first, device));
    const message = `"${first?.id}" is the same device, at the same address of the same line: keyFile, install, from and check must be the same`;
    return isOther ? [{ index, key: 'address', message }] : [];
  });
}
