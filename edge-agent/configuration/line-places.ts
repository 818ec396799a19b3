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

const familyOf = ({ driver }: DeviceConfiguration): 'osdp' | 'modbus' | undefined =>
  driver.startsWith('osdp-') ? 'osdp' : driver.startsWith('modbus-') ? 'modbus' : undefined;

/**
 * Two devices behind one adapter. What only says how an adapter looks may be two of them; of OSDP devices, which are seldom alone, the same words are the same line.
 */
export function isSameLine(one: DeviceConfiguration, other: DeviceConfiguration): boolean {
  const family = familyOf(one);
  if (family === undefined || familyOf(other) !== family || JSON.stringify(one.link) !== JSON.stringify(other.link)) return false;
  return family === 'osdp' || lineOf(one) !== undefined || (one.link.kind === 'usb' && one.link.serial !== undefined);
}

/** A line is held by one device alone, lines of OSDP or Modbus devices excepted: the second would find its port busy for ever. */
export function lineProblems(
  devices: readonly DeviceConfiguration[],
): readonly { readonly index: number; readonly key: string; readonly message: string }[] {
  return devices.flatMap((device, index) => {
    const line = lineOf(device);
    const earlier = devices.slice(0, index).filter((other) => (line !== undefined && lineOf(other) === line) || isSameLine(other, device));
    const [first] = earlier;
    if (first === undefined) return [];
    const isOf = `${line} is the line of "${first.id}" (${CLASS_OF_DRIVER[first.driver]}) already`;
    const family = familyOf(device);
    if (family === undefined || familyOf(first) !== family) {
      return [{ index, key: 'link', message: `${isOf}: give this device a line of its own; only OSDP devices share one, or Modbus devices` }];
    }
    if (JSON.stringify(first.link) !== JSON.stringify(device.link)) {
      return [{ index, key: 'link', message: `${isOf}: both links must say the same, the baud rate as well` }];
    }
    return sharedRelay(device, index, earlier);
  });
}

/** One board may release a barrier and light lamps, each on relays of its own. */
function sharedRelay(
  device: DeviceConfiguration,
  index: number,
  earlier: readonly DeviceConfiguration[],
): { index: number; key: string; message: string }[] {
  if (!('unit' in device)) return [];
  for (const other of earlier) {
    const relay = 'unit' in other && other.unit === device.unit ? relaysOf(other).find((each) => relaysOf(device).includes(each)) : undefined;
    if (relay === undefined) continue;
    const key = device.driver === 'modbus-gate' ? 'releaseRelay' : 'lamps';
    return [{ index, key, message: `relay ${relay} of unit ${device.unit} is "${other.id}"'s already` }];
  }
  return [];
}

function relaysOf(device: DeviceConfiguration): readonly number[] {
  switch (device.driver) {
    case 'modbus-gate':
      return [device.releaseRelay];
    case 'modbus-tower':
      return Object.values(device.lamps);
    default:
      return [];
  }
}
