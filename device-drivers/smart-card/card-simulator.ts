import { concatBytes, equalBytes } from '#core/base/bytes.ts';
import type { ShownCard } from '../simulation/card-reader-simulator.ts';
import { BLOCK, decryptCbc, encryptCbc } from './aes.ts';
import { SELECT_PAYMENT_DIRECTORY } from './apdu.ts';
import { keyOfCard, type ProofKey, rotated } from './desfire.ts';

/** A chip as it answers commands, from a reader's field to a reader's field: a power-up forgets what was said before. */
export interface SimulatedChip {
  readonly uid: Uint8Array;
  /** It takes commands; a memory card has nothing but its number. */
  readonly hasCommands: boolean;
  powerUp(): void;
  answer(command: Uint8Array): Uint8Array;
}

/** The numbers of the three cards; NXP is 04 (ISO/IEC 7816-6). */
const UIDS: Readonly<Record<ShownCard, Uint8Array>> = {
  member: Uint8Array.of(0x04, 0x78, 0x2e, 0x21, 0x80, 0x1d, 0x80),
  payment: Uint8Array.of(0x04, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66),
  unknown: Uint8Array.of(0xde, 0xad, 0xbe, 0xef),
};

export const uidOfShown = (card: ShownCard): Uint8Array => UIDS[card];

/** For trying things out: sixteen equal bytes guard nothing. */
export const BENCH_PROOF: ProofKey = {
  keyId: 'bench',
  application: Uint8Array.of(0xf5, 0x42, 0x30),
  keyNumber: 0,
  masterKey: new Uint8Array(BLOCK).fill(0x42),
  systemId: Uint8Array.of(0x46, 0x6f, 0x79, 0x65, 0x72),
};

/** @param proof the key that the member's card was given */
export function simulatedChip(card: ShownCard, proof: ProofKey): SimulatedChip {
  const uid = uidOfShown(card);
  switch (card) {
    case 'member':
      return desfireChip(uid, proof.application, proof.keyNumber, keyOfCard(proof, uid));
    case 'payment':
      return paymentChip(uid);
    case 'unknown':
      return { uid, hasCommands: false, powerUp: () => undefined, answer: () => UNKNOWN_COMMAND };
  }
}

const status = (code: number): Uint8Array => Uint8Array.of(code >> 8, code & 0xff);
const UNKNOWN_COMMAND = status(0x6d00);
const NOT_FOUND = status(0x6a82);

/** A DESFire with one application, whose one key it was given. */
export function desfireChip(uid: Uint8Array, application: Uint8Array, keyNumber: number, key: Uint8Array): SimulatedChip {
  let isSelected = false;
  let asked: Uint8Array | undefined;
  let count = 0;
  const answer = (command: Uint8Array): Uint8Array => {
    if (command[0] === 0x00) return NOT_FOUND;
    if (command[0] !== 0x90) return UNKNOWN_COMMAND;
    const data = command.subarray(5, -1);
    const question = asked;
    asked = undefined;
    switch (command[1]) {
      case 0x5a:
        isSelected = equalBytes(data, application);
        return status(isSelected ? 0x9100 : 0x91a0);
      case 0xaa: {
        if (!isSelected || data[0] !== keyNumber) return status(0x9140);
        count += 1;
        // Another number each time; a real chip's cannot be foreseen.
        const random = encryptCbc(key, new Uint8Array(BLOCK), new Uint8Array(BLOCK).fill(count));
        asked = random;
        return concatBytes(encryptCbc(key, new Uint8Array(BLOCK), random), status(0x91af));
      }
      case 0xaf: {
        if (question === undefined || data.length !== 2 * BLOCK) return status(0x91ae);
        const said = decryptCbc(key, encryptCbc(key, new Uint8Array(BLOCK), question), data);
        if (!equalBytes(said.subarray(BLOCK), rotated(question))) return status(0x91ae);
        return concatBytes(encryptCbc(key, data.slice(-BLOCK), rotated(said.subarray(0, BLOCK))), status(0x9100));
      }
      default:
        return status(0x911c);
    }
  };
  return {
    uid,
    hasCommands: true,
    powerUp: () => {
      isSelected = false;
      asked = undefined;
    },
    answer,
  };
}

/** A test number of a card scheme, as a careless card would tell it: tags 57 (track 2 equivalent) and 5A (EMV Book 3 annex A). */
const CARELESS = Uint8Array.from([
  ...[0x6f, 0x23, 0x84, 0x0e, 0x32, 0x50, 0x41, 0x59, 0x2e, 0x53, 0x59, 0x53, 0x2e, 0x44, 0x44, 0x46, 0x30, 0x31],
  ...[0x5a, 0x08, 0x47, 0x61, 0x73, 0x90, 0x01, 0x01, 0x00, 0x10, 0x57, 0x07, 0x47, 0x61, 0x73, 0x90, 0x01, 0x01, 0xd2],
]);

function paymentChip(uid: Uint8Array): SimulatedChip {
  return {
    uid,
    hasCommands: true,
    powerUp: () => undefined,
    answer: (command) => (equalBytes(command, SELECT_PAYMENT_DIRECTORY) ? concatBytes(CARELESS, status(0x9000)) : NOT_FOUND),
  };
}
