/**
 * What magnetic stripe readers say at a swipe. They are told nothing.
 *
 * **One input report a swipe** (MagTek SureSwipe reader, 99875206; ID TECH SecureMag, HID mode; reports without a number):
 *
 *     0–2   decode status of track 1, 2, 3; bit 0: the track is there and could not be read
 *     3–5   length of track 1, 2, 3
 *     6     encode type: 0 ISO/ABA, 1 AAMVA, 3 blank, 4 other, 5 undetermined
 *     7–    track 1, 2, 3, 110 bytes each, with their sentinels (`%…?`, `;…?`, `+…?` or `;…?`)
 *
 * **MagneSafe** (MagTek 99875475): the same head; what follows is encrypted (112 bytes a track) up to byte 504 and never looked at; the masked tracks are at 508, 620 and
 * 732 with their lengths at 505 to 507. A card that is no payment card's stands there as it is.
 *
 * **ID TECH structure** (SecureMag manual, "ID TECH format"), a stream over a serial line or in reports that are filled up with zeros:
 *
 *     02  length (2, low first)  data  LRC  sum  03
 *
 * - LRC: exclusive or of the data; sum: their sum; each a byte;
 * - data: encode type, track status (bits 0 to 2: track 1 to 3 was read), length of track 1, 2, 3, then the tracks.
 */
export const ENCODE_TYPE = { financial: 0, blank: 3 } as const;

export const STX = 0x02;
export const ETX = 0x03;

/** What a swipe was, before anybody asked whose card it is. Its contents go no further than `stripe-driver.ts`. */
export interface Swipe {
  /** Three texts; empty for a track that is not on the card. */
  readonly tracks: readonly string[];
  /** A track is there that could not be read. */
  readonly isDamaged: boolean;
  readonly encodeType: number;
}
