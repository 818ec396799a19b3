import { CLASS_OF_DRIVER, type DeviceConfiguration } from './device-schema.ts';

/** Where a device's own line is, as far as a configuration says; undefined where two may well be meant, or where nothing is held alone. */
function lineOf({ link }: DeviceConfiguration): string | undefined {
  switch (link.kind) {
    case 'serial':
    case 'usb-printer':
      return link.path;
    case 'tcp':
      return `${link.host}:${link.port}`;
    case 'hid':
      return link.path;
    case 'usb':
      return link.port === undefined ? undefined : `socket ${link.port}, interface ${link.interface ?? 'any'}`;
    case 'pcsc':
    case 'gpio':
    case 'simulated':
      return undefined;
  }
}

const isOsdp = ({ driver }: DeviceConfiguration): boolean => driver.startsWith('osdp-');
const isModbus = ({ driver }: DeviceConfiguration): boolean => driver.startsWith('modbus-');

/** A line is held by one device alone, OSDP lines excepted: the second would find its port busy for ever. */
export function lineProblems(
  devices: readonly DeviceConfiguration[],
): readonly { readonly index: number; readonly key: string; readonly message: string }[] {
  return devices.flatMap((device, index) => {
    const line = lineOf(device);
    const first = line === undefined ? undefined : devices.slice(0, index).find((other) => lineOf(other) === line);
    if (first === undefined || (isOsdp(first) && isOsdp(device))) return [];
    const what = CLASS_OF_DRIVER[first.driver];
    const toDo =
      isModbus(first) && isModbus(device)
        ? 'Modbus boards do not share an RS-485 adapter here: give each board an adapter of its own'
        : 'give this device a line of its own; only OSDP devices share one';
    return [{ index, key: 'link', message: `${line} is the line of "${first.id}" (${what}) already: ${toDo}` }];
  });
}
