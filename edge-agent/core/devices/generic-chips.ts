import type { UsbIdentity } from '../ports/discovery.ts';

/**
 * Chips that sit in devices of every kind: a relay board, a scanner and a printer may all be `1a86:7523`. What such a device is follows from the socket it is
 * in, a serial number or a name, never from these numbers (usb.ids of the Linux USB project; the makers' data sheets name the defaults).
 */
const GENERIC_CHIPS: Readonly<Record<string, string>> = {
  '1a86:7523': 'CH340',
  '1a86:7522': 'CH340K',
  '1a86:5523': 'CH341',
  '1a86:55d3': 'CH343',
  '1a86:55d4': 'CH9102',
  '10c4:ea60': 'CP210x',
  '10c4:ea70': 'CP2105',
  '10c4:ea71': 'CP2108',
  '0403:6001': 'FT232',
  '0403:6010': 'FT2232',
  '0403:6011': 'FT4232',
  '0403:6014': 'FT232H',
  '0403:6015': 'FT-X',
  '067b:2303': 'PL2303',
  '067b:23a3': 'PL2303GS',
  '16c0:05df': 'V-USB (HID)',
  '16c0:05dc': 'V-USB',
  '16c0:05e1': 'V-USB (CDC)',
  '0483:5740': 'STM32 virtual COM port',
  '04d8:000a': 'Microchip CDC',
};

/** The chip's name when many different devices have it. */
export const genericChip = ({ vendor, product }: Pick<UsbIdentity, 'vendor' | 'product'>): string | undefined =>
  GENERIC_CHIPS[`${vendor}:${product}`];

/** Serial numbers that a maker burns into every device alike name none of them. */
export const isTellingSerial = (serial: string | undefined): serial is string =>
  serial !== undefined &&
  serial.trim().length >= 4 &&
  !/^(0*[01]?|0*123456\d*|(.)\2*|[0-9A-F]{4}:.*|none|n\/a|default.*|serial.*|to be filled.*)$/i.test(serial.trim());
