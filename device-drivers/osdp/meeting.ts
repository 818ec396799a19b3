import { NAK, type OsdpCommand, type OsdpReply, SCS } from './frame.ts';
import type { ReceivedPacket } from './packet.ts';
import { clientCryptogram, firstMac, isSameSecret, serverCryptogram } from './secure-channel.ts';
import type { OfflineReason, Phase, SessionEffect, SessionState, SessionStep } from './session.ts';

/**
 * What the answers of a device mean on the way to a session (SIA OSDP 2.2, Annex D): who it is, the four messages of the handshake, what it can do. A device
 * that should have a key and does not prove it gets no session: there is no way back to clear text.
 */
export function answeredInMeeting(state: SessionState, command: OsdpCommand, reply: OsdpReply, { security }: ReceivedPacket): SessionStep {
  switch (command.kind) {
    case 'identify':
      return to(state, state.settings.key === undefined ? 'ask-capabilities' : 'challenge');
    case 'challenge':
      return reply.kind === 'client-cryptogram' && security?.type === SCS.clientCryptogram
        ? proven(state, reply.randomB, reply.cryptogram)
        : notWithThisKey(state, reply.kind === 'nak' && reply.reason === NAK.noSecurity ? 'no-secure-channel' : 'wrong-key');
    case 'prove':
      return reply.kind === 'first-mac' && security?.type === SCS.firstMac && security.data[0] === 1
        ? accepted(state, reply.mac)
        : notWithThisKey(state, 'wrong-key');
    case 'set-key':
      return reply.kind === 'ack'
        ? { state: { ...state, phase: 'challenge', handshake: undefined, channel: undefined }, effects: [tell({ kind: 'key-set' })] }
        : offline(state, 'key-refused');
    case 'ask-capabilities': {
      const capabilities = reply.kind === 'capabilities' ? reply.capabilities : undefined;
      return { state: { ...state, phase: 'online', capabilities, statusAskedAt: undefined }, effects: [tell({ kind: 'online', capabilities })] };
    }
    default:
      return to(state, 'identify');
  }
}

const to = (state: SessionState, phase: Phase): SessionStep => ({ state: { ...state, phase }, effects: [] });

const tell = (event: Extract<SessionEffect, { kind: 'tell' }>['event']): SessionEffect => ({ kind: 'tell', event });

const offline = (state: SessionState, reason: OfflineReason): SessionStep => ({
  state: { ...state, phase: 'absent', sequence: 0, channel: undefined, handshake: undefined },
  effects: [tell({ kind: 'offline', reason })],
});

/** An installation goes on with the key that every device is made with. */
function notWithThisKey(state: SessionState, reason: OfflineReason): SessionStep {
  const { handshake, settings } = state;
  if (!settings.isInstalling || handshake === undefined || handshake.isDefaultKey) return offline(state, reason);
  return to({ ...state, handshake: { ...handshake, isDefaultKey: true } }, 'challenge');
}

function proven(state: SessionState, randomB: Uint8Array, cryptogram: Uint8Array): SessionStep {
  const { handshake } = state;
  if (handshake === undefined || !isSameSecret(clientCryptogram(handshake.keys, handshake.randomA, randomB), cryptogram)) {
    return notWithThisKey(state, 'wrong-key');
  }
  return to({ ...state, handshake: { ...handshake, server: serverCryptogram(handshake.keys, handshake.randomA, randomB) } }, 'prove');
}

function accepted(state: SessionState, mac: Uint8Array): SessionStep {
  const { handshake } = state;
  if (handshake?.server === undefined || !isSameSecret(firstMac(handshake.keys, handshake.server), mac)) return notWithThisKey(state, 'wrong-key');
  const channel = { keys: handshake.keys, replyMac: mac };
  return to({ ...state, channel, handshake: undefined }, handshake.isDefaultKey ? 'set-key' : 'ask-capabilities');
}
