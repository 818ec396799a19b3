import type { Fingerprint } from '#core/ports/discovery.ts';

/**
 * Printers that speak ESC/POS, as USB printers or as serial ports; numbers after usb.ids (hwdb of Debian 12). Epson's number is on office printers as well,
 * which speak something else: there the name decides (`TM-…`).
 */
export const ESCPOS_PRINTER_FINGERPRINTS: readonly Fingerprint[] = [
  { bus: 'usb-printer', vendor: '04b8', product: '0202', model: 'Epson TM printer', source: 'usb.ids 04b8:0202, interface UB-U05' },
  { bus: 'usb-printer', vendor: '04b8', name: 'TM-', model: 'Epson TM printer', source: 'product names of Epson TM printers' },
  { bus: 'serial', vendor: '04b8', product: '0202', model: 'Epson TM printer', source: 'usb.ids 04b8:0202' },
  { bus: 'serial', vendor: '04b8', name: 'TM-', model: 'Epson TM printer', source: 'product names of Epson TM printers' },
  { bus: 'usb-printer', vendor: '0dd4', vendorTells: true, model: 'Custom kiosk printer', source: 'usb.ids 0dd4, Custom Engineering' },
  { bus: 'serial', vendor: '0dd4', vendorTells: true, model: 'Custom kiosk printer', source: 'usb.ids 0dd4, Custom Engineering' },
  { bus: 'usb-printer', vendor: '1504', product: '001f', model: 'Bixolon SRP-350II', source: 'usb.ids 1504:001f' },
  { bus: 'usb-printer', vendor: '1504', name: 'SRP-', model: 'Bixolon printer', source: 'usb.ids 1504; names of its receipt printers' },
  { bus: 'usb-printer', vendor: '154f', vendorTells: true, model: 'SNBC printer', source: 'usb.ids 154f, SNBC' },
  // Copies, and printers behind an adapter: a hint, never more.
  { bus: 'usb-printer', model: 'some printer', source: 'USB printer class' },
  { bus: 'serial', vendor: '1a86', product: '7523', model: 'RS-232 printer behind a CH340', source: 'usb.ids 1a86:7523' },
  { bus: 'serial', vendor: '067b', product: '2303', model: 'RS-232 printer behind a PL2303', source: 'usb.ids 067b:2303' },
  { bus: 'serial', vendor: '0403', product: '6001', model: 'RS-232 printer behind an FT232', source: 'usb.ids 0403:6001' },
];
