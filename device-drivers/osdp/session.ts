import type { Monotonic } from '#core/base/time.ts';
import { CAPABILITY, type Capability, type OsdpCommand, type OsdpReply } from './frame.ts';
import type { ReceivedPacket } from './packet.ts';
import type { SessionKeys } from './secure-channel.ts';

/** The panel's side of one device on a line: its states, what can happen to it, and what it asks for. The steps are in `session-step.ts`. */

export interface PdSettings {
  /** 0 to 7E. */
  readonly address: number;
  readonly check: 'crc' | 'checksum';
  /** The device's own key; the line is in the clear without one. With one nothing is ever said in the clear but who and hello. */
  readonly key: Uint8Array | undefined;
  /** A device that still has the key that it was made with is given `key`. Never outside of an installation: whoever listens then has the key. */
  readonly isInstalling: boolean;
  /** Inputs are asked for in turn with polls, should a device not tell them by itself. */
  readonly watchesInputs: boolean;
}

/** Something that a driver wants from the device, once. */
export interface Order {
  readonly id: number;
  readonly command: OsdpCommand;
  /** Checked at every writing, repeats included: after it nothing is sent. */
  readonly deadline: Monotonic | undefined;
}

/**
 * - `done`: the device acknowledged it. - `refused`: it did not do it, and said so, or does not have it (`reason` 0).
 * - `expired` and `not-sent`: no byte of it was on the line. - `unanswered`: it may or may not have been done.
 */
export type OrderOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly reason: number }
  | { readonly kind: 'expired' }
  | { readonly kind: 'not-sent' }
  | { readonly kind: 'unanswered' };

/** Why there is no session. */
export type OfflineReason = 'no-answer' | 'wrong-key' | 'no-secure-channel' | 'key-refused';

/**
 * How far the two have come: `absent` until the device answers at all; then it is asked who it is, proves its key when it has one, and says what it can do.
 * `set-key` is the one step of an installation.
 */
export type Phase = 'absent' | 'identify' | 'challenge' | 'prove' | 'set-key' | 'ask-capabilities' | 'online';

/** A secure channel that is open, and the MAC that the next message of ours begins with. */
export interface Channel {
  readonly keys: SessionKeys;
  readonly replyMac: Uint8Array;
}

/** A secure channel that is being made. */
export interface Handshake {
  readonly isDefaultKey: boolean;
  readonly randomA: Uint8Array;
  readonly keys: SessionKeys;
  /** From the device's answer on. */
  readonly server: Uint8Array | undefined;
}

/** What was sent and is not answered; sent again it is the same bytes with the same number. */
export interface Outstanding {
  readonly order: Order | undefined;
  readonly command: OsdpCommand;
  readonly bytes: Uint8Array;
  readonly sequence: number;
  /** The whole MAC of it inside a channel. */
  readonly commandMac: Uint8Array | undefined;
  readonly silences: number;
  readonly busies: number;
}

export interface SessionState {
  readonly settings: PdSettings;
  readonly phase: Phase;
  /** Of the next new command. */
  readonly sequence: number;
  readonly capabilities: readonly Capability[] | undefined;
  readonly handshake: Handshake | undefined;
  readonly channel: Channel | undefined;
  readonly outstanding: Outstanding | undefined;
  readonly orders: readonly Order[];
  /** Turns since the session began, for the rota of questions. */
  readonly turns: number;
  readonly statusAskedAt: Monotonic | undefined;
}

export type SessionInput =
  /** The line is this device's. `nonce` is 8 fresh random bytes; answer with one `send`, or with none. */
  | { readonly kind: 'turn'; readonly at: Monotonic; readonly nonce: Uint8Array }
  | { readonly kind: 'received'; readonly packet: ReceivedPacket; readonly at: Monotonic }
  /** No answer came in time. */
  | { readonly kind: 'silence' }
  | { readonly kind: 'order'; readonly order: Order }
  /** Nobody wants the device any more, or the line is gone. */
  | { readonly kind: 'stop' };

/** What the device told, besides the answers to orders. */
export type PdEvent =
  | { readonly kind: 'online'; readonly capabilities: readonly Capability[] | undefined }
  | { readonly kind: 'offline'; readonly reason: OfflineReason }
  /** It was without power or lost its place: a session begins anew, and `online` follows. */
  | { readonly kind: 'restarted' }
  /** It was given its own key. */
  | { readonly kind: 'key-set' }
  /** Answers that did not come, in a row; 0 when one came. */
  | { readonly kind: 'missed'; readonly count: number }
  | Extract<OsdpReply, { readonly kind: 'card' | 'keys' | 'inputs' | 'local-status' }>;

export type SessionEffect =
  | { readonly kind: 'send'; readonly bytes: Uint8Array }
  | { readonly kind: 'order-ended'; readonly id: number; readonly outcome: OrderOutcome }
  | { readonly kind: 'tell'; readonly event: PdEvent }
  /** Not the answer that was waited for: another's, a late one, or forged. The wait goes on. */
  | { readonly kind: 'ignored' };

export interface SessionStep {
  readonly state: SessionState;
  readonly effects: readonly SessionEffect[];
}

export function newSession(settings: PdSettings): SessionState {
  return {
    settings,
    phase: 'absent',
    sequence: 0,
    capabilities: undefined,
    handshake: undefined,
    channel: undefined,
    outstanding: undefined,
    orders: [],
    turns: 0,
    statusAskedAt: undefined,
  };
}

/** Whether a device has what a command needs, by its own word. One that does not tell is taken to have everything, and refuses by itself. */
export function canDo(command: OsdpCommand, capabilities: readonly Capability[] | undefined): boolean {
  if (capabilities === undefined) return true;
  const numberOf = (code: number): number => {
    const found = capabilities.find((capability) => capability.function === code);
    // A function with compliance 0 is not there (Annex B).
    return found === undefined || found.compliance === 0 ? 0 : Math.max(found.number, 1);
  };
  switch (command.kind) {
    case 'output':
      return command.output < numberOf(CAPABILITY.outputs);
    case 'ask-inputs':
      return numberOf(CAPABILITY.inputs) > 0;
    case 'led':
      return command.led < numberOf(CAPABILITY.led);
    case 'buzzer':
      return numberOf(CAPABILITY.buzzer) > 0;
    case 'text':
      return numberOf(CAPABILITY.text) > 0;
    default:
      return true;
  }
}
