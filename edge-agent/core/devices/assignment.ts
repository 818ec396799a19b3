import type { FoundPort } from '../ports/discovery.ts';
import { isTellingSerial } from './generic-chips.ts';
import type { PortSelector } from './match-ports.ts';

/**
 * How to know a thing again that a person has pointed at: by its serial number when that names it alone, so that it may change sockets; otherwise by its
 * socket, so that another one of its kind may take its place there; and what is no USB device by its file.
 */
export function selectorOf(port: FoundPort, present: readonly FoundPort[]): PortSelector {
  const { usb, path, names } = port;
  if (usb === undefined) return { path: names?.[0] ?? path };
  const { vendor, product, serial, port: socket, interface: number } = usb;
  const isAlone = present.every(
    (other) => other.usb?.port === socket || other.usb?.vendor !== vendor || other.usb.product !== product || other.usb.serial !== serial,
  );
  return isTellingSerial(serial) && isAlone ? { vendor, product, serial, interface: number } : { vendor, product, port: socket, interface: number };
}
