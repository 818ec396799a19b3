import type { Fingerprint } from '#core/ports/discovery.ts';

/** The usage is of scanners alone (HID Point of Sale Usage Tables 1.02), whoever made them. */
export const HID_POS_SCANNER_FINGERPRINTS: readonly Fingerprint[] = [
  { bus: 'hid', usage: { page: 0x8c, usage: 0x02 }, model: 'scanner in HID-POS mode', source: 'HID Point of Sale Usage Tables 1.02, §3' },
];
