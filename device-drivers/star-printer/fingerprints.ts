import type { Fingerprint } from '#core/ports/discovery.ts';

/** Star's printers, as USB printers or as serial ports; its number is on nothing else (0519 in usb.ids of Debian 12's hwdb). */
export const STAR_PRINTER_FINGERPRINTS: readonly Fingerprint[] = [
  { bus: 'usb-printer', vendor: '0519', vendorTells: true, model: 'Star printer', source: 'usb.ids 0519, Star Micronics' },
  { bus: 'serial', vendor: '0519', vendorTells: true, model: 'Star printer', source: 'usb.ids 0519, Star Micronics' },
];
