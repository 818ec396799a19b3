/**
 * Every frame of the serial relay modules of LC Technology (LCUS-1, -2, -4, -8; "USB_Lights" towers are the same board behind lamps). Source: the seller's
 * "USB relay LCUS" sheets, which are the only documents; 9600 baud, 8N1.
 */
export type RelayCommand =
  /** `A0 channel state sum`: state 00 or 01, sum the low byte of the three before. Channels from 1. Not answered. */
  | { readonly kind: 'switch'; readonly channel: number; readonly on: boolean }
  /** `FF`: modules of two channels and more answer with one line for each; LCUS-1 does not answer. */
  | { readonly kind: 'ask' };

/** `CH1: ON` and a line end; spaces and case differ between makers. */
export interface RelayLevel {
  readonly channel: number;
  readonly on: boolean;
}

export const SWITCH = 0xa0;
export const ASK = 0xff;
/** The largest module. */
export const CHANNELS_MAX = 8;
