/**
 * Every message of OSDP that this driver sends or understands, by the numbers of SIA OSDP 2.2 (IEC 60839-11-5). A packet is
 * `53 address lengthLo lengthHi control [security block] code data… [mac 4] check`, see `packet.ts`.
 */

/** What the control panel sends (clause 6). */
export type OsdpCommand =
  /** 60: anything new? */
  | { readonly kind: 'poll' }
  /** 61 `00`: who are you? */
  | { readonly kind: 'identify' }
  /** 62 `00`: what can you do? */
  | { readonly kind: 'ask-capabilities' }
  /** 64: tamper and power. */
  | { readonly kind: 'ask-local-status' }
  /** 65: the inputs. */
  | { readonly kind: 'ask-inputs' }
  /** 68 `output code timerLo timerHi`, the timer in units of 100 ms. Code 5 is on for the timer, which the device keeps; 1 is off for good. */
  | {
      readonly kind: 'output';
      readonly output: number;
      readonly action: { readonly kind: 'off' } | { readonly kind: 'pulse'; readonly tenths: number };
    }
  /** 69: fourteen bytes, of which we leave the temporary part alone and set the permanent one. */
  | { readonly kind: 'led'; readonly reader: number; readonly led: number; readonly colours: LedColours }
  /** 6A `reader tone on off count`, times in units of 100 ms. */
  | { readonly kind: 'buzzer'; readonly reader: number; readonly on: number; readonly off: number; readonly count: number }
  /** 6B `reader 02 00 row column length text`: temporary text goes over, permanent text stays; we write permanent text. */
  | { readonly kind: 'text'; readonly reader: number; readonly text: string }
  /** 6E `address baud 4`, low byte first: take another address and baud rate, after the answer (clause 6.13). */
  | { readonly kind: 'set-communication'; readonly address: number; readonly baudRate: number }
  /** 75 `01 10 key`: a new key of its own. Only ever inside a secure channel. */
  | { readonly kind: 'set-key'; readonly key: Uint8Array }
  /** 76 `randomA`: the first step to a secure channel (SCS_11). */
  | { readonly kind: 'challenge'; readonly randomA: Uint8Array }
  /** 77 `cryptogram`: the second one (SCS_13). */
  | { readonly kind: 'prove'; readonly cryptogram: Uint8Array };

/** On for `on`, then off for `off`, in units of 100 ms, for ever; a steady light has no `off`. */
export interface LedColours {
  readonly onColour: LedColour;
  readonly offColour: LedColour;
  readonly on: number;
  readonly off: number;
}

/** Colours of 69 (table of clause 6.10); not every reader has all. */
export type LedColour = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;
export const LED = { black: 0, red: 1, green: 2, amber: 3, blue: 4, magenta: 5, cyan: 6, white: 7 } as const;

/** What a peripheral device answers (clause 7). */
export type OsdpReply =
  /** 40 */
  | { readonly kind: 'ack' }
  /** 41 `reason` */
  | { readonly kind: 'nak'; readonly reason: number }
  /** 45 `vendor 3, model, version, serial 4, firmware 3` */
  | { readonly kind: 'identity'; readonly vendor: string; readonly model: number; readonly serial: number; readonly firmware: string }
  /** 46, triples of `function compliance number` */
  | { readonly kind: 'capabilities'; readonly capabilities: readonly Capability[] }
  /** 48 `tamper power` */
  | { readonly kind: 'local-status'; readonly isTampered: boolean; readonly hasPowerFailure: boolean }
  /** 49, a byte for each input */
  | { readonly kind: 'inputs'; readonly levels: readonly boolean[] }
  /** 4A, a byte for each output */
  | { readonly kind: 'outputs'; readonly levels: readonly boolean[] }
  /** 50 `reader format bitsLo bitsHi data…` */
  | { readonly kind: 'card'; readonly reader: number; readonly bits: number; readonly data: Uint8Array }
  /** 53 `reader count keys…` */
  | { readonly kind: 'keys'; readonly reader: number; readonly keys: string }
  /** 54 `address baud 4`: what it has from now on, which need not be what it was told (clause 7.13). */
  | { readonly kind: 'communication'; readonly address: number; readonly baudRate: number }
  /** 76 `device id 8, randomB 8, cryptogram 16` (SCS_12) */
  | { readonly kind: 'client-cryptogram'; readonly randomB: Uint8Array; readonly cryptogram: Uint8Array }
  /** 78 `mac 16` (SCS_14) */
  | { readonly kind: 'first-mac'; readonly mac: Uint8Array }
  /** 79: not now, ask the same again. */
  | { readonly kind: 'busy' }
  /** A reply that we never ask for, or whose length is wrong. */
  | { readonly kind: 'other'; readonly code: number };

/** One line of 46: whether and how much of a function there is (Annex B). */
export interface Capability {
  readonly function: number;
  readonly compliance: number;
  readonly number: number;
}

/** Function codes of Annex B that we look at. */
export const CAPABILITY = { inputs: 1, outputs: 2, led: 4, buzzer: 5, text: 6 } as const;

/** Reasons of 41 (clause 7.3). */
export const NAK = {
  check: 1,
  length: 2,
  unknown: 3,
  sequence: 4,
  noSecurity: 5,
  conditions: 6,
  biometricType: 7,
  biometricFormat: 8,
  record: 9,
} as const;

export const COMMAND = {
  poll: 0x60,
  identify: 0x61,
  'ask-capabilities': 0x62,
  'ask-local-status': 0x64,
  'ask-inputs': 0x65,
  output: 0x68,
  led: 0x69,
  buzzer: 0x6a,
  text: 0x6b,
  'set-communication': 0x6e,
  'set-key': 0x75,
  challenge: 0x76,
  prove: 0x77,
} as const satisfies Readonly<Record<OsdpCommand['kind'], number>>;

export const REPLY = {
  ack: 0x40,
  nak: 0x41,
  identity: 0x45,
  capabilities: 0x46,
  localStatus: 0x48,
  inputs: 0x49,
  outputs: 0x4a,
  card: 0x50,
  keys: 0x53,
  communication: 0x54,
  clientCryptogram: 0x76,
  firstMac: 0x78,
  busy: 0x79,
} as const;

/** Types of security blocks (Annex D): the four of the handshake, then with a MAC alone and with a MAC and encrypted data, by direction. */
export const SCS = {
  challenge: 0x11,
  clientCryptogram: 0x12,
  prove: 0x13,
  firstMac: 0x14,
  commandMac: 0x15,
  replyMac: 0x16,
  commandSealed: 0x17,
  replySealed: 0x18,
} as const;

/** Output codes of 68 (clause 6.9). */
export const OUTPUT_OFF = 1;
export const OUTPUT_PULSE = 5;
/** The longest pulse, FFFFh tenths: 109 minutes. */
export const PULSE_TENTHS_MAX = 0xffff;
