import { assert } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { between, type Monotonic } from '#core/base/time.ts';
import { NAK, type OsdpCommand, type OsdpReply, REPLY, SCS } from './frame.ts';
import { answeredInMeeting } from './meeting.ts';
import { encodeCommand, parseReply } from './messages.ts';
import { coveredBytes, encodePacket, type Packet, type ReceivedPacket } from './packet.ts';
import { DEFAULT_KEY, isSameSecret, macOf, seal, sessionKeys, unseal } from './secure-channel.ts';
import {
  canDo,
  type Order,
  type OrderOutcome,
  type Outstanding,
  type SessionEffect,
  type SessionInput,
  type SessionState,
  type SessionStep,
} from './session.ts';

/**
 * The session machine of one device: sequence numbers, repeats, the secure channel, what is asked when. It is given the line in turns and answers with what
 * to send; it never waits by itself.
 */
export function stepSession(state: SessionState, input: SessionInput): SessionStep {
  switch (input.kind) {
    case 'turn':
      return turn(state, input.at, input.nonce);
    case 'received':
      return received(state, input.packet, input.at);
    case 'silence':
      return silence(state);
    case 'order':
      return ordered(state, input.order);
    case 'stop':
      return { state: { ...state, phase: 'absent', outstanding: undefined, orders: [] }, effects: endedOrders(state) };
  }
}

const quiet = (state: SessionState): SessionStep => ({ state, effects: [] });

const ended = (order: Order | undefined, outcome: OrderOutcome): readonly SessionEffect[] =>
  order === undefined ? [] : [{ kind: 'order-ended', id: order.id, outcome }];

/** What was on the line may have been done; what waited was not. */
const endedOrders = ({ outstanding, orders }: SessionState): readonly SessionEffect[] => [
  ...ended(outstanding?.order, { kind: 'unanswered' }),
  ...orders.flatMap((order) => ended(order, { kind: 'not-sent' })),
];

function ordered(state: SessionState, order: Order): SessionStep {
  if (state.phase !== 'online' || state.orders.length >= LIMITS.osdp.ordersMax) return { state, effects: ended(order, { kind: 'not-sent' }) };
  if (!canDo(order.command, state.capabilities)) return { state, effects: ended(order, { kind: 'refused', reason: 0 }) };
  return quiet({ ...state, orders: [...state.orders, order] });
}

/** Both begin anew with number 0; the device is still there as far as anybody knows. */
function restart(state: SessionState): SessionStep {
  const effects = endedOrders(state);
  const fresh: SessionState = {
    ...state,
    phase: 'identify',
    sequence: 0,
    channel: undefined,
    handshake: undefined,
    outstanding: undefined,
    orders: [],
    turns: 0,
  };
  return { state: fresh, effects: state.phase === 'online' ? [...effects, { kind: 'tell', event: { kind: 'restarted' } }] : effects };
}

function turn(state: SessionState, at: Monotonic, nonce: Uint8Array): SessionStep {
  const { outstanding } = state;
  if (outstanding !== undefined) {
    const isLate = outstanding.order?.deadline !== undefined && at >= outstanding.order.deadline;
    // It may have been done, and must not be done now: only a new beginning lets both agree about the numbers again.
    if (isLate || outstanding.busies > LIMITS.osdp.busiesMax) {
      const anew = restart(state);
      const next = turn(anew.state, at, nonce);
      return { state: next.state, effects: [...anew.effects, ...next.effects] };
    }
    return { state, effects: [{ kind: 'send', bytes: outstanding.bytes }] };
  }
  const [order, ...later] = state.orders;
  if (order !== undefined && order.deadline !== undefined && at >= order.deadline) {
    const next = turn({ ...state, orders: later }, at, nonce);
    return { state: next.state, effects: [...ended(order, { kind: 'expired' }), ...next.effects] };
  }
  if (order !== undefined) return send({ ...state, orders: later }, order.command, order);
  return ask(state, at, nonce);
}

function ask(state: SessionState, at: Monotonic, nonce: Uint8Array): SessionStep {
  switch (state.phase) {
    case 'absent':
    case 'identify':
      return send(state, { kind: 'identify' });
    case 'challenge': {
      const isDefaultKey = state.handshake?.isDefaultKey ?? false;
      const key = isDefaultKey ? DEFAULT_KEY : state.settings.key;
      assert(key !== undefined, 'a challenge needs a key');
      const handshake = { isDefaultKey, randomA: nonce, keys: sessionKeys(key, nonce), server: undefined };
      return send({ ...state, handshake }, { kind: 'challenge', randomA: nonce });
    }
    case 'prove': {
      assert(state.handshake?.server !== undefined, 'the device has answered the challenge');
      return send(state, { kind: 'prove', cryptogram: state.handshake.server });
    }
    case 'set-key': {
      assert(state.settings.key !== undefined && state.channel !== undefined, 'a key is given inside a channel');
      return send(state, { kind: 'set-key', key: state.settings.key });
    }
    case 'ask-capabilities':
      return send(state, { kind: 'ask-capabilities' });
    case 'online':
      return send({ ...state, turns: state.turns + 1, ...(isStatusDue(state, at) ? { statusAskedAt: at } : {}) }, question(state, at));
  }
}

const isStatusDue = ({ statusAskedAt }: SessionState, at: Monotonic): boolean =>
  statusAskedAt === undefined || between(statusAskedAt, at) >= LIMITS.osdp.statusEvery;

/** The rota of a quiet device: how it is, then its inputs and anything new in turn. */
function question(state: SessionState, at: Monotonic): OsdpCommand {
  if (isStatusDue(state, at)) return { kind: 'ask-local-status' };
  const inputs: OsdpCommand = { kind: 'ask-inputs' };
  return state.settings.watchesInputs && state.turns % 2 === 0 && canDo(inputs, state.capabilities) ? inputs : { kind: 'poll' };
}

/** The numbers after 0 are 1, 2, 3, 1, … */
const after = (sequence: number): number => (sequence % 3) + 1;

function send(state: SessionState, command: OsdpCommand, order?: Order): SessionStep {
  const { settings, sequence, channel } = state;
  const { code, data } = encodeCommand(command);
  const plain: Packet = {
    address: settings.address,
    isReply: false,
    sequence,
    check: settings.check,
    security: securityOf(state, command),
    code,
    data,
  };
  const packet: Packet = channel === undefined || data.length === 0 ? plain : { ...plain, data: seal(channel.keys, channel.replyMac, data) };
  const commandMac = channel === undefined ? undefined : macOf(channel.keys, channel.replyMac, coveredBytes(packet));
  const bytes = encodePacket(packet, commandMac);
  const outstanding: Outstanding = { order, command, bytes, sequence, commandMac, silences: 0, busies: 0 };
  return { state: { ...state, outstanding }, effects: [{ kind: 'send', bytes }] };
}

function securityOf({ channel, handshake }: SessionState, command: OsdpCommand): Packet['security'] {
  if (command.kind === 'challenge' || command.kind === 'prove') {
    // The byte says which key: 0 the default one, 1 the device's own (Annex D).
    const type = command.kind === 'challenge' ? SCS.challenge : SCS.prove;
    return { type, data: Uint8Array.of(handshake?.isDefaultKey === true ? 0 : 1) };
  }
  if (channel === undefined) return undefined;
  return { type: encodeCommand(command).data.length === 0 ? SCS.commandMac : SCS.commandSealed, data: new Uint8Array() };
}

function silence(state: SessionState): SessionStep {
  const { outstanding, phase } = state;
  if (outstanding === undefined) return quiet(state);
  if (phase === 'absent') return quiet({ ...state, outstanding: undefined });
  const silences = outstanding.silences + 1;
  if (silences > LIMITS.osdp.repeatsMax) {
    return {
      state: { ...restart(state).state, phase: 'absent' },
      effects: [...endedOrders(state), { kind: 'tell', event: { kind: 'offline', reason: 'no-answer' } }],
    };
  }
  return { state: { ...state, outstanding: { ...outstanding, silences } }, effects: [{ kind: 'tell', event: { kind: 'missed', count: silences } }] };
}

const IGNORED: SessionEffect = { kind: 'ignored' };

function received(state: SessionState, packet: ReceivedPacket, at: Monotonic): SessionStep {
  const { outstanding, settings } = state;
  const isMine = packet.isReply && packet.address === settings.address;
  if (outstanding === undefined || !isMine) return { state, effects: [IGNORED] };
  // Sent outside of all numbering and of the channel (clause 7.19). Nobody gains by forging it but time.
  if (packet.code === REPLY.busy) return quiet({ ...state, outstanding: { ...outstanding, silences: 0, busies: outstanding.busies + 1 } });
  if (packet.sequence === 0 && outstanding.sequence !== 0) return restart(state);
  if (packet.sequence !== outstanding.sequence) return { state, effects: [IGNORED] };
  const opened = openReply(state, outstanding, packet);
  if (opened === 'forged') return { state, effects: [IGNORED] };
  if (opened === 'lost-channel') return restart(state);
  const answered: SessionState = {
    ...state,
    sequence: after(outstanding.sequence),
    outstanding: undefined,
    channel: state.channel && opened.mac && { ...state.channel, replyMac: opened.mac },
  };
  const back: readonly SessionEffect[] = outstanding.silences > 0 ? [{ kind: 'tell', event: { kind: 'missed', count: 0 } }] : [];
  const step = take(state, answered, outstanding, opened.reply, packet, at);
  return { state: step.state, effects: [...back, ...step.effects] };
}

/** The reply in clear text, and its whole MAC inside a channel. */
function openReply(
  { channel }: SessionState,
  { commandMac }: Outstanding,
  { code, data, security, mac, covered }: ReceivedPacket,
): { readonly reply: OsdpReply; readonly mac: Uint8Array | undefined } | 'forged' | 'lost-channel' {
  if (channel === undefined || commandMac === undefined) return { reply: parseReply(code, data), mac: undefined };
  if (mac === undefined || security === undefined) return code === REPLY.nak ? 'lost-channel' : 'forged';
  const whole = macOf(channel.keys, commandMac, covered);
  if (!isSameSecret(whole.subarray(0, mac.length), mac)) return 'forged';
  const clear = security.type === SCS.replySealed && data.length > 0 ? unseal(channel.keys, commandMac, data) : data;
  return clear === undefined ? 'forged' : { reply: parseReply(code, clear), mac: whole };
}

/** @param before with the command still outstanding, for a refusal that asks for it again */
function take(
  before: SessionState,
  state: SessionState,
  outstanding: Outstanding,
  reply: OsdpReply,
  packet: ReceivedPacket,
  at: Monotonic,
): SessionStep {
  if (reply.kind === 'nak' && reply.reason === NAK.sequence) return restart(before);
  // The line broke it; the same again. Counted like a silence, so that it ends.
  if (reply.kind === 'nak' && reply.reason === NAK.check) return silence(before);
  if (state.phase !== 'online') return answeredInMeeting(state, outstanding.command, reply, packet);
  if (reply.kind === 'nak' && reply.reason === NAK.conditions && state.settings.key !== undefined) return restart(before);
  const done = outstanding.order === undefined ? [] : ended(outstanding.order, outcomeOf(outstanding.command, reply));
  switch (reply.kind) {
    case 'card':
    case 'keys':
    case 'inputs':
    case 'local-status':
      return { state: { ...state, statusAskedAt: state.statusAskedAt ?? at }, effects: [...done, { kind: 'tell', event: reply }] };
    default:
      return { state, effects: done };
  }
}

function outcomeOf(command: OsdpCommand, reply: OsdpReply): OrderOutcome {
  if (reply.kind === 'nak') return { kind: 'refused', reason: reply.reason };
  if (command.kind !== 'set-communication') return { kind: 'done' };
  // A device may answer with what it takes instead.
  const isTaken = reply.kind === 'communication' && reply.address === command.address && reply.baudRate === command.baudRate;
  return isTaken ? { kind: 'done' } : { kind: 'refused', reason: 0 };
}
