import type { Fingerprint } from '#core/ports/discovery.ts';

export const MAGNETIC_STRIPE_FINGERPRINTS: readonly Fingerprint[] = [
  { bus: 'hid', vendor: '0801', product: '0002', model: 'MagTek SureSwipe', source: 'MagTek 99875206, §USB communications' },
  { bus: 'hid', vendor: '0801', product: '0011', model: 'MagTek MagneSafe', source: 'MagTek 99875475, §USB communications' },
  { bus: 'hid', vendor: '0acd', product: '2010', model: 'ID TECH SecureMag', source: 'ID TECH SecureMag user manual' },
  { bus: 'serial', vendor: '0acd', vendorTells: true, model: 'ID TECH reader in serial mode', source: 'usb.ids 0acd' },
];
