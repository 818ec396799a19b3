import type { DeviceConfiguration } from './device-schema.ts';

type OsdpConfiguration = Extract<DeviceConfiguration, { readonly driver: 'osdp-reader' | 'osdp-gate' | 'osdp-light' }>;

function isOsdp(device: DeviceConfiguration): device is OsdpConfiguration {
  return device.driver === 'osdp-reader' || device.driver === 'osdp-gate' || device.driver === 'osdp-light';
}

/** Two uses of one device: the same address on the same line. */
export function isSameOsdpDevice(one: DeviceConfiguration, other: DeviceConfiguration): boolean {
  return isOsdp(one) && isOsdp(other) && one.address === other.address && JSON.stringify(one.link) === JSON.stringify(other.link);
}

/** What is wrong with the OSDP devices of a configuration, each with the index of the device where it shows. */
export function osdpProblems(
  devices: readonly DeviceConfiguration[],
): readonly { readonly index: number; readonly key: string; readonly message: string }[] {
  return devices.flatMap((device, index) => {
    if (!isOsdp(device)) return [];
    if (device.install && device.keyFile === undefined) return [{ index, key: 'install', message: 'there is no key to give: name a keyFile' }];
    const first = devices.find((other): other is OsdpConfiguration => isSameOsdpDevice(device, other));
    const isOther = first !== undefined && (first.keyFile !== device.keyFile || first.install !== device.install || first.check !== device.check);
    const message = `"${first?.id}" is the same device, at the same address of the same line: keyFile, install and check must be the same`;
    return isOther ? [{ index, key: 'address', message }] : [];
  });
}
