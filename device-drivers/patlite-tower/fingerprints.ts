import type { Fingerprint } from '#core/ports/discovery.ts';

export const PATLITE_TOWER_FINGERPRINTS: readonly Fingerprint[] = [
  { bus: 'hid', vendor: '191a', product: '8003', model: 'Patlite LR6-USB', source: 'ptltectl, sr_hazard_light' },
];
