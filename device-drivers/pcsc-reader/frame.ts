/**
 * What travels between this driver and a PC/SC reader. PC/SC is calls, not bytes; its transport makes messages of them, so that a reader is a line like any other:
 * it can be pulled, counted and simulated. A message is two bytes of length (most significant first), one byte of kind, and the rest.
 *
 * | message | bytes | PC/SC |
 * | --- | --- | --- |
 * | a card came | `LL LL 01 ATR…` | SCardGetStatusChange: PRESENT, connected; no ATR when the card is mute |
 * | the card is gone | `LL LL 02` | EMPTY |
 * | a command | `LL LL 03 NN APDU…`, to the reader, with a number | SCardTransmit |
 * | its answer | `LL LL 03 NN answer…`, from the reader | its result |
 * | no answer | `LL LL 04 NN` | its error: the card was taken away or reset, or there is none |
 */
export type PcscMessage =
  | { readonly kind: 'card-came'; readonly atr: Uint8Array }
  | { readonly kind: 'card-gone' }
  | { readonly kind: 'exchange'; readonly number: number; readonly bytes: Uint8Array }
  | { readonly kind: 'no-answer'; readonly number: number };

export const MESSAGE_TAG: Readonly<Record<PcscMessage['kind'], number>> = { 'card-came': 1, 'card-gone': 2, exchange: 3, 'no-answer': 4 };
