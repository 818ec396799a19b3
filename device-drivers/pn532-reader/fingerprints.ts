import type { Fingerprint } from '#core/ports/discovery.ts';

/** A module is not seen: what is plugged in is its adapter, with a chip that is everywhere. A technician says which one it is. */
export const PN532_READER_FINGERPRINTS: readonly Fingerprint[] = [
  { bus: 'serial', vendor: '1a86', product: '7523', model: 'PN532 module with a CH340', source: 'usb.ids 1a86:7523' },
  { bus: 'serial', vendor: '10c4', product: 'ea60', model: 'PN532 module with a CP210x', source: 'usb.ids 10c4:ea60' },
  { bus: 'serial', vendor: '0403', product: '6001', model: 'PN532 module with an FT232', source: 'usb.ids 0403:6001' },
];
