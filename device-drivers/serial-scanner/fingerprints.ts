import type { Fingerprint } from '#core/ports/discovery.ts';

/** Makers of scanners and of nothing else that shows up as a serial port; numbers after usb.ids (hwdb of Debian 12). */
export const SERIAL_SCANNER_FINGERPRINTS: readonly Fingerprint[] = [
  { bus: 'serial', vendor: '0c2e', vendorTells: true, model: 'Honeywell scanner', source: 'usb.ids 0c2e; serial modes 0700 and 0720' },
  { bus: 'serial', vendor: '05e0', vendorTells: true, model: 'Zebra scanner', source: 'usb.ids 05e0; CDC mode 1701' },
  { bus: 'serial', vendor: '05f9', vendorTells: true, model: 'Datalogic scanner', source: 'usb.ids 05f9' },
  { bus: 'serial', vendor: '1eab', vendorTells: true, model: 'Newland scanner', source: 'usb.ids 1eab; CDC modes 0106, 0c06, 0d06, 1306' },
  { bus: 'serial', vendor: '23d0', vendorTells: true, model: 'Youjie scanner', source: 'vendor of Youjie by Honeywell' },
  // Engines behind a chip that is everywhere: a hint, never more.
  { bus: 'serial', vendor: '0483', product: '5740', model: 'scanner engine behind an STM32', source: 'usb.ids 0483:5740' },
  { bus: 'serial', vendor: '1a86', product: '7523', model: 'RS-232 scanner behind a CH340', source: 'usb.ids 1a86:7523' },
  { bus: 'serial', vendor: '067b', product: '2303', model: 'RS-232 scanner behind a PL2303', source: 'usb.ids 067b:2303' },
  { bus: 'serial', vendor: '0403', product: '6001', model: 'RS-232 scanner behind an FT232', source: 'usb.ids 0403:6001' },
  { bus: 'serial', vendor: '10c4', product: 'ea60', model: 'RS-232 scanner behind a CP210x', source: 'usb.ids 10c4:ea60' },
];
