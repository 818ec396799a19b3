import type { Fingerprint } from '#core/ports/discovery.ts';

/** The devices are not seen: what is plugged in is an adapter to RS-485, with a chip that is everywhere. A technician says which one the line hangs on. */
export const OSDP_FINGERPRINTS: readonly Fingerprint[] = [
  { bus: 'serial', vendor: '1a86', product: '7523', model: 'RS-485 adapter with a CH340', source: 'usb.ids 1a86:7523' },
  { bus: 'serial', vendor: '1a86', product: '55d3', model: 'RS-485 adapter with a CH343', source: 'WCH CH343; not in usb.ids' },
  { bus: 'serial', vendor: '0403', product: '6001', model: 'RS-485 adapter with an FT232', source: 'usb.ids 0403:6001' },
  { bus: 'serial', vendor: '10c4', product: 'ea60', model: 'RS-485 adapter with a CP210x', source: 'usb.ids 10c4:ea60' },
];
