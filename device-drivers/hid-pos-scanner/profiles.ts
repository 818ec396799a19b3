/** What a model needs beside the common reports. Data, each line with where it is known from. */
export interface HidPosProfile {
  readonly name: string;
  /** A feature report that takes the scanner into this mode; sent first on every connection. */
  readonly activation?: Uint8Array;
  readonly provenance: string;
}

const ENTER_HID_MODE = Uint8Array.of(0xfe, 0x01);

export const HID_POS_PROFILES = {
  generic: { name: 'generic', provenance: 'documented: HID Point of Sale Usage Tables 1.02; Access-IS LSR118 and ATR110 manuals' },
  honeywell: {
    name: 'honeywell',
    activation: ENTER_HID_MODE,
    provenance: 'unverified: WebHidBarcodeScanner sends it to vendor 0c2e; no manual of Honeywell states it',
  },
  youjie: { name: 'youjie', activation: ENTER_HID_MODE, provenance: 'unverified: WebHidBarcodeScanner sends it to vendor 23d0' },
} as const satisfies Readonly<Record<string, HidPosProfile>>;

export type HidPosProfileName = keyof typeof HID_POS_PROFILES;
