import { concatBytes, equalBytes } from '#core/base/bytes.ts';
import { BLOCK, decryptCbc, diversifyKey, encryptCbc } from './aes.ts';
import { native, parseAnswer } from './apdu.ts';

/**
 * Does this chip know the key of its own number? MIFARE DESFire EV1 to EV3, three passes with AES (command `AA`): the chip's random number comes back to it
 * rotated, ours comes back to us rotated, each under the key and chained by CBC. The key is made from the cinema's and the chip's number, so a chip that says
 * somebody else's number fails, also when it has a good key of its own.
 */
export interface ProofKey {
  /** How the key is named on `CardRead`; never the key. */
  readonly keyId: string;
  /** Three bytes, as they are sent: least significant first. */
  readonly application: Uint8Array;
  readonly keyNumber: number;
  readonly masterKey: Uint8Array;
  /** Sets this cinema's keys apart from others of the same master key (AN10922). */
  readonly systemId: Uint8Array;
}

/** Commands out, answers in; what is held of it is the key alone. */
export type CardDialogue<Outcome> = Generator<Uint8Array, Outcome, Uint8Array>;

/** `no-such-application`: a card that is not one of ours. `false`: it claims to be and cannot prove it. */
export type ProofOutcome = 'proven' | 'no-such-application' | 'false';

const SELECT_APPLICATION = 0x5a;
const AUTHENTICATE_AES = 0xaa;
const ADDITIONAL_FRAME = 0xaf;

const DONE = 0x9100;
const MORE = 0x91af;

export const keyOfCard = ({ masterKey, application, systemId }: ProofKey, uid: Uint8Array): Uint8Array =>
  diversifyKey(masterKey, concatBytes(uid, application, systemId));

/** @param challenge sixteen fresh random bytes */
export function* proveCard(uid: Uint8Array, proof: ProofKey, challenge: Uint8Array): CardDialogue<ProofOutcome> {
  const selected = parseAnswer(yield native(SELECT_APPLICATION, proof.application));
  if (selected?.status !== DONE) return 'no-such-application';
  return yield* authenticate(keyOfCard(proof, uid), proof.keyNumber, challenge);
}

/** @param ours sixteen fresh random bytes */
export function* authenticate(key: Uint8Array, keyNumber: number, ours: Uint8Array): CardDialogue<'proven' | 'false'> {
  const first = parseAnswer(yield native(AUTHENTICATE_AES, Uint8Array.of(keyNumber)));
  if (first?.status !== MORE || first.data.length !== BLOCK) return 'false';
  const theirs = decryptCbc(key, new Uint8Array(BLOCK), first.data);
  const sent = encryptCbc(key, first.data, concatBytes(ours, rotated(theirs)));
  const second = parseAnswer(yield native(ADDITIONAL_FRAME, sent));
  if (second?.status !== DONE || second.data.length !== BLOCK) return 'false';
  return equalBytes(decryptCbc(key, sent.slice(-BLOCK), second.data), rotated(ours)) ? 'proven' : 'false';
}

/** By one byte to the left. */
export const rotated = (block: Uint8Array): Uint8Array => concatBytes(block.subarray(1), block.subarray(0, 1));
