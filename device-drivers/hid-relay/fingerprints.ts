import type { Fingerprint } from '#core/ports/discovery.ts';

/** 16c0:05df is lent to every maker of small HID devices (V-USB): the name is what tells. */
export const HID_RELAY_FINGERPRINTS: readonly Fingerprint[] = [
  { bus: 'hid', vendor: '16c0', product: '05df', name: 'USBRelay', model: 'HID relay module', source: 'usbrelay; V-USB, USB-IDs-for-free.txt' },
];
