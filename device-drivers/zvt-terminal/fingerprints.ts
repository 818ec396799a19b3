import type { Fingerprint } from '#core/ports/discovery.ts';

/** Terminals are on the network, or on an RS-232 adapter whose chip is everywhere. */
export const ZVT_TERMINAL_FINGERPRINTS: readonly Fingerprint[] = [
  { bus: 'serial', vendor: '067b', product: '2303', model: 'RS-232 terminal behind a PL2303', source: 'usb.ids 067b:2303' },
  { bus: 'serial', vendor: '0403', product: '6001', model: 'RS-232 terminal behind an FT232', source: 'usb.ids 0403:6001' },
  { bus: 'serial', vendor: '1a86', product: '7523', model: 'RS-232 terminal behind a CH340', source: 'usb.ids 1a86:7523' },
];
