/** What is plugged into this machine, and what drivers know the looks of. Drivers declare their fingerprints in `fingerprints.ts` of their folder. */

/** How a program speaks to a thing that is plugged in. Devices with an address of their own (TCP) are not found but configured. */
export type PortBus = 'serial' | 'hid' | 'usb-printer';

/** What a USB device says of itself, and where it is plugged in. Only the last is true of cheap chips. */
export interface UsbIdentity {
  /** Four hexadecimal digits in lower case. */
  readonly vendor: string;
  readonly product: string;
  readonly serial?: string;
  /** Bus and sockets on the way to it, as the kernel writes them: `1-1.3`. The same socket has the same port after every start. */
  readonly port: string;
  /** Of a device with several functions; 0 of most. */
  readonly interface: number;
  readonly manufacturer?: string;
  readonly name?: string;
}

/** What a top-level collection of a HID device is for (HID 1.11, §6.2.2.8). */
export interface HidUsage {
  readonly page: number;
  readonly usage: number;
}

/** One thing that is plugged in and can be opened. */
export interface FoundPort {
  readonly bus: PortBus;
  /** The file that is opened: `/dev/ttyUSB0`, `/dev/hidraw3`, `/dev/usb/lp0`. Another one after the next plugging, perhaps. */
  readonly path: string;
  /** What the configuration calls it as well: a link of udev, or the name of a PTY. */
  readonly names?: readonly string[];
  readonly usb?: UsbIdentity;
  /** Of a HID device: its top-level collections. */
  readonly usages?: readonly HidUsage[];
}

/**
 * How a driver knows a device that it can drive. Everything that is stated must be so; how much is stated decides whether it is taken without being asked
 * (`core/devices/match-ports.ts`): vendor and product, or a usage that only such devices have, are enough; a vendor alone is a hint.
 */
export interface Fingerprint {
  readonly bus: PortBus;
  readonly vendor?: string;
  /** This maker has nothing else on this bus, so that its number is enough. Never of a chip's maker. */
  readonly vendorTells?: true;
  readonly product?: string;
  /** How the manufacturer's name and the product's begin, whatever their case. */
  readonly manufacturer?: string;
  readonly name?: string;
  /** One of its collections. */
  readonly usage?: HidUsage;
  /** What it is, for a person: `Honeywell scanner in serial mode`. */
  readonly model: string;
  /** Where this is known from. */
  readonly source: string;
}
