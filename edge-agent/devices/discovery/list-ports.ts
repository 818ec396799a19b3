import { existsSync, opendirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { FoundPort, PortBus, UsbIdentity } from '#core/ports/discovery.ts';
import { topLevelUsages } from './report-descriptor.ts';

/**
 * What is plugged in, read from the kernel's own tables under /sys. Nothing is opened, no process is started, and udev need not be there: `SerialPort.list()`
 * of node-serialport starts `udevadm info -e` for every look and fails without it, and neither it nor node-hid says in which socket a device is, which is the
 * only thing that tells two CH340 apart.
 */

interface PortClass {
  /** Folder below /sys/class. */
  readonly folder: string;
  readonly bus: PortBus;
  readonly isPort: (name: string) => boolean;
  readonly path: (name: string) => string;
}

const CLASSES: readonly PortClass[] = [
  // Consoles and pseudo-terminals are no ports; what is left of `virtual` and of empty sockets on the board is sorted out below.
  { folder: 'tty', bus: 'serial', isPort: (name) => /^tty[A-Za-z]+\d+$/.test(name), path: (name) => `/dev/${name}` },
  { folder: 'hidraw', bus: 'hid', isPort: () => true, path: (name) => `/dev/${name}` },
  { folder: 'usbmisc', bus: 'usb-printer', isPort: (name) => /^lp\d+$/.test(name), path: (name) => `/dev/usb/${name}` },
];

/** The subsystems whose events mean that this list may be another one now. */
export const WATCHED_SUBSYSTEMS: readonly string[] = CLASSES.map(({ folder }) => folder);

/** The file of a device that an event of a watched subsystem names by its place in /sys. */
export function pathOfEvent(subsystem: string, devpath: string): string | undefined {
  return CLASSES.find(({ folder }) => folder === subsystem)?.path(basename(devpath));
}

/**
 * @param configured paths that the configuration names: links of udev, and PTYs, which no table of the kernel shows as ports
 * @param sys where /sys is
 */
export function listPorts(configured: readonly string[] = [], sys = '/sys'): readonly FoundPort[] {
  const found = CLASSES.flatMap((each) => portsOf(each, sys));
  for (const name of configured) {
    const path = realPath(name);
    if (path === undefined) continue;
    const at = found.findIndex((port) => port.path === path);
    const known = found[at];
    if (known === undefined) found.push({ bus: 'serial', path, names: [name] });
    else found[at] = { ...known, names: [...(known.names ?? []), name] };
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function portsOf({ folder, bus, isPort, path }: PortClass, sys: string): FoundPort[] {
  const at = join(sys, 'class', folder);
  return entriesOf(at)
    .filter(isPort)
    .flatMap((name): FoundPort[] => {
      const link = linkOf(join(at, name));
      if (link === undefined || link.includes('/devices/virtual/')) return [];
      const place = resolve(at, link);
      // A socket of the board without a chip behind it has type 0 (serial_core: PORT_UNKNOWN).
      if (bus === 'serial' && textOf(join(place, 'type')) === '0') return [];
      const usb = usbOf(place, sys);
      const usages = bus === 'hid' ? topLevelUsages(bytesOf(join(place, 'device/report_descriptor')) ?? new Uint8Array()) : undefined;
      return [{ bus, path: path(name), ...(usb && { usb }), ...(usages && { usages }) }];
    });
}

/** The nearest USB device above, whose folder is called after its socket. */
function usbOf(place: string, sys: string): UsbIdentity | undefined {
  if (!/\/usb\d/.test(place)) return undefined;
  let number = 0;
  for (let at = place; at.startsWith(`${sys}/devices/`); at = dirname(at)) {
    const own = textOf(join(at, 'bInterfaceNumber'));
    if (own !== undefined) number = Number.parseInt(own, 16);
    const vendor = textOf(join(at, 'idVendor'));
    if (vendor === undefined) continue;
    const [serial, manufacturer, name] = ['serial', 'manufacturer', 'product'].map((attribute) => textOf(join(at, attribute)));
    return {
      vendor: vendor.toLowerCase(),
      product: (textOf(join(at, 'idProduct')) ?? '').toLowerCase(),
      port: basename(at),
      interface: number,
      ...(serial && { serial }),
      ...(manufacturer && { manufacturer }),
      ...(name && { name }),
    };
  }
  return undefined;
}

/** A device may go between two reads of it: what is not there any more is not there. Asked first, because a failure costs ten times the question. */
function whenThere<Value>(file: string, read: () => Value): Value | undefined {
  try {
    return existsSync(file) ? read() : undefined;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause) return undefined;
    throw cause;
  }
}

const TEXT_MAX = 200;

const bytesOf = (file: string): Uint8Array | undefined => whenThere(file, () => readFileSync(file));
const linkOf = (file: string): string | undefined => whenThere(file, () => readlinkSync(file));
const realPath = (file: string): string | undefined => whenThere(file, () => realpathSync.native(file));
/** One line, without what a hostile device could write onto a terminal. */
const textOf = (file: string): string | undefined =>
  whenThere(file, () => readFileSync(file, 'utf8').trim().slice(0, TEXT_MAX).replaceAll(/\p{C}/gu, '?'));

function entriesOf(folder: string): readonly string[] {
  const open = whenThere(folder, () => opendirSync(folder, { bufferSize: 256 }));
  if (open === undefined) return [];
  const names: string[] = [];
  try {
    for (let entry = open.readSync(); entry !== null; entry = open.readSync()) names.push(entry.name);
  } finally {
    open.closeSync();
  }
  return names;
}
