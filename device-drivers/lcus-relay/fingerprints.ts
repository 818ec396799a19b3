import type { Fingerprint } from '#core/ports/discovery.ts';

/** A module is a CH340 with relays: the chip is everywhere and has no serial number. A technician says which socket it is in. */
export const LCUS_RELAY_FINGERPRINTS: readonly Fingerprint[] = [
  { bus: 'serial', vendor: '1a86', product: '7523', model: 'LCUS relay module', source: 'usb.ids 1a86:7523 (CH340)' },
];
