import { SCS } from './frame.ts';
import type { Packet, ReceivedPacket } from './packet.ts';
import { coveredBytes, encodePacket } from './packet.ts';
import { clientCryptogram, firstMac, isSameSecret, macOf, type SessionKeys, seal, serverCryptogram, sessionKeys, unseal } from './secure-channel.ts';

/** The device's side of the secure channel (SIA OSDP 2.2, Annex D), for the simulator. */
export interface SimulatedChannel {
  isOpen(): boolean;
  /** The answer to SCS_11: its own random number and what proves it. */
  challenge(key: Uint8Array, randomA: Uint8Array): Uint8Array;
  /** The answer to SCS_13; undefined when the panel has another key. */
  prove(cryptogram: Uint8Array): Uint8Array | undefined;
  /** The command's data in clear text, or undefined when its MAC is wrong. */
  open(packet: ReceivedPacket): Uint8Array | undefined;
  /** A reply as it goes on the line: inside the channel, sealed when it has data. */
  close(reply: Packet): Uint8Array;
  drop(): void;
}

/** The number that real devices draw; here it is always the same, so that a test is too. */
const RANDOM_B = Uint8Array.of(0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7);
const UID = Uint8Array.of(0x69, 0x7a, 0x00, 0x01, 0x02, 0x03, 0x04, 0x05);

export function createSimulatedChannel(): SimulatedChannel {
  let made: { readonly keys: SessionKeys; readonly server: Uint8Array } | undefined;
  let keys: SessionKeys | undefined;
  let commandMac: Uint8Array = new Uint8Array(16);
  let replyMac: Uint8Array = new Uint8Array(16);
  return {
    isOpen: () => keys !== undefined,
    challenge: (key, randomA) => {
      keys = undefined;
      const derived = sessionKeys(key, randomA);
      made = { keys: derived, server: serverCryptogram(derived, randomA, RANDOM_B) };
      return Uint8Array.of(...UID, ...RANDOM_B, ...clientCryptogram(derived, randomA, RANDOM_B));
    },
    prove: (cryptogram) => {
      if (made === undefined || !isSameSecret(made.server, cryptogram)) return undefined;
      keys = made.keys;
      replyMac = firstMac(made.keys, made.server);
      return replyMac;
    },
    open: ({ covered, mac, security, data }) => {
      if (keys === undefined || mac === undefined) return undefined;
      const whole = macOf(keys, replyMac, covered);
      if (!isSameSecret(whole.subarray(0, mac.length), mac)) return undefined;
      commandMac = whole;
      return security?.type === SCS.commandSealed ? unseal(keys, replyMac, data) : data;
    },
    close: (reply) => {
      if (keys === undefined) return encodePacket(reply);
      const hasData = reply.data.length > 0;
      const sealed: Packet = {
        ...reply,
        security: { type: hasData ? SCS.replySealed : SCS.replyMac, data: new Uint8Array() },
        data: hasData ? seal(keys, commandMac, reply.data) : reply.data,
      };
      replyMac = macOf(keys, commandMac, coveredBytes(sealed));
      return encodePacket(sealed, replyMac);
    },
    drop: () => {
      keys = undefined;
      made = undefined;
    },
  };
}
