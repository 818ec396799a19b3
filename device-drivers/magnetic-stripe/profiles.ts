/** Where each model has what, in data. */
export type StripeProfile =
  | {
      readonly kind: 'report';
      /** Offsets of the lengths and of the tracks, and how long a track can be. */
      readonly lengthsAt: number;
      readonly tracksAt: readonly [number, number, number];
      readonly trackBytesMax: number;
      /** It encrypts and masks payment cards: one that it calls financial is one, whatever is left of its number. */
      readonly masksPayments: boolean;
      readonly provenance: string;
    }
  | { readonly kind: 'structure'; readonly provenance: string };

const CLEAR_REPORT = { kind: 'report', lengthsAt: 3, tracksAt: [7, 117, 227], trackBytesMax: 110, masksPayments: false } as const;

export const STRIPE_PROFILES = {
  'magtek-sureswipe': { ...CLEAR_REPORT, provenance: 'documented: MagTek USB HID SureSwipe and Swipe reader technical reference, 99875206' },
  'magtek-magnesafe': {
    kind: 'report',
    lengthsAt: 505,
    tracksAt: [508, 620, 732],
    trackBytesMax: 112,
    masksPayments: true,
    provenance: 'documented: MagTek MagneSafe V5 communication reference, 99875475',
  },
  'id-tech-securemag': { ...CLEAR_REPORT, provenance: 'documented: ID TECH SecureMag user manual, HID mode' },
  'id-tech-structure': {
    kind: 'structure',
    provenance: 'documented: ID TECH SecureMag user manual, ID TECH format; order of the inner fields unverified',
  },
} as const satisfies Readonly<Record<string, StripeProfile>>;

export type StripeProfileName = keyof typeof STRIPE_PROFILES;
