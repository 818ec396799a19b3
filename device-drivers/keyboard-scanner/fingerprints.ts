import type { Fingerprint } from '#core/ports/discovery.ts';

/** A scanner in keyboard mode looks like any keyboard: its maker is a hint, and a technician or the configuration says that it is one. */
export const KEYBOARD_SCANNER_FINGERPRINTS: readonly Fingerprint[] = [
  { bus: 'hid', vendor: '0c2e', model: 'Honeywell scanner in keyboard mode', source: 'usb.ids 0c2e' },
  { bus: 'hid', vendor: '05e0', model: 'Zebra scanner in keyboard mode', source: 'usb.ids 05e0' },
  { bus: 'hid', vendor: '05f9', model: 'Datalogic scanner in keyboard mode', source: 'usb.ids 05f9' },
  { bus: 'hid', vendor: '1eab', model: 'Newland scanner in keyboard mode', source: 'usb.ids 1eab' },
  { bus: 'hid', vendor: '23d0', model: 'Youjie scanner in keyboard mode', source: 'vendor of Youjie by Honeywell' },
];
