import { assert, unreachable } from '../base/fault.ts';
import { LIMITS } from '../base/limits.ts';
import { between, type Duration, type Monotonic, milliseconds, plus } from '../base/time.ts';
import { SEQUENCE_REUSED } from '../contract/wire/envelope.ts';
import type { OutboxLane } from '../contract/wire/events.ts';

/**
 * Delivery of the outbox: which events are on their way, when to send the next and when to send again. It knows numbers only, never events. Nothing here
 * trusts the broker: an event counts as delivered when the box office says so for this lane, and for no other reason.
 *
 * Each lane counts from 1. Of a lane, everything up to `through` is acknowledged, everything up to `sent` is on its way, everything below `next` exists.
 */
export interface DeliveryState {
  readonly link: LinkState;
  readonly lanes: Readonly<Record<OutboxLane, LaneDelivery>>;
  /** The lane of which a batch was asked for and not yet reported as sent: only one is prepared at a time, so that a lane stays in order. */
  readonly preparing: OutboxLane | 'none';
  /** How long events have waited on a working link without any acknowledgement, until the last time the link was looked at. */
  readonly unaccepted: Duration;
  readonly notAccepted: boolean;
}

/** `session` counts the connections, so that news of an earlier one is recognised. */
export type LinkState =
  | { readonly kind: 'down'; readonly session: number }
  | { readonly kind: 'up'; readonly session: number; readonly windowBatches: number; readonly seenAt: Monotonic };

export interface LaneDelivery {
  readonly next: number;
  readonly through: number;
  readonly sent: number;
  readonly inFlight: readonly BatchInFlight[];
  /** When the lane last moved: an acknowledgement, or the broker taking a batch. The wait for an acknowledgement begins here. */
  readonly movedAt: Monotonic;
  /** Nobody answered the last time: one batch at a time goes out until somebody does, so that a dead receiver costs little. */
  readonly probing: boolean;
  /** Credit of the smooth weighted round robin between lanes. */
  readonly credit: number;
}

/**
 * `taken` when the broker has confirmed the PUBLISH. A batch occupies the window until it was both taken (the broker's Receive Maximum counts it until
 * then: MQTT 5.0, 4.9) and acknowledged.
 */
export interface BatchInFlight {
  readonly from: number;
  readonly to: number;
  readonly taken: boolean;
}

export type DeliveryInput =
  | { readonly kind: 'appended'; readonly at: Monotonic; readonly lane: OutboxLane; readonly next: number }
  | { readonly kind: 'link-up'; readonly at: Monotonic; readonly session: number; readonly windowBatches: number }
  | { readonly kind: 'link-down'; readonly at: Monotonic }
  /** The batch that a `send` effect asked for was handed to the connection; it ends at `to`. */
  | { readonly kind: 'sent'; readonly at: Monotonic; readonly session: number; readonly lane: OutboxLane; readonly from: number; readonly to: number }
  /** The broker confirmed a batch (PUBACK). This frees the broker's window, and proves nothing. */
  | {
      readonly kind: 'taken';
      readonly at: Monotonic;
      readonly session: number;
      readonly lane: OutboxLane;
      readonly from: number;
      readonly to: number;
    }
  | {
      readonly kind: 'acknowledged';
      readonly at: Monotonic;
      readonly lane: OutboxLane;
      readonly through: number;
      readonly rejected: readonly Rejection[];
    }
  | { readonly kind: 'time'; readonly at: Monotonic };

export interface Rejection {
  readonly seq: number;
  readonly code: string;
}

export type DeliveryEffect =
  /** Read events of `lane` beginning with `from`, publish them as one batch, and report `sent` and then `taken` with this session. */
  | { readonly kind: 'send'; readonly session: number; readonly lane: OutboxLane; readonly from: number }
  /** Write down that everything up to `through` is delivered, and put the rejected ones among the dead letters. */
  | { readonly kind: 'record'; readonly lane: OutboxLane; readonly through: number; readonly rejected: readonly Rejection[] }
  /** Connected for long enough, and nobody accepts: a person must hear of it; `raised: false` takes it back. */
  | { readonly kind: 'not-accepted'; readonly raised: boolean }
  /** The same events go out again. */
  | { readonly kind: 'resending'; readonly lane: OutboxLane; readonly from: number }
  /** The box office knows later numbers of this epoch than we have given out, or other events under them: this ledger is an older copy of itself and must begin a new epoch. */
  | { readonly kind: 'renew-epoch' };

export interface DeliveryStep {
  readonly state: DeliveryState;
  readonly effects: readonly DeliveryEffect[];
}

/** Of eleven batches, eight are facts and three are records of health, as long as both wait. */
const WEIGHT: Readonly<Record<OutboxLane, number>> = { p0: 8, p1: 3 };
const LANES: readonly OutboxLane[] = ['p0', 'p1'];

export type LanePositions = Readonly<Record<OutboxLane, { readonly next: number; readonly through: number }>>;

/** The state after a start, from what the ledger holds; the link is down. */
export function startDelivery(positions: LanePositions, at: Monotonic): DeliveryState {
  const lane = ({ next, through }: LanePositions[OutboxLane]): LaneDelivery => {
    assert(through >= 0 && next > through, `a lane cannot be acknowledged through ${through} when its next number is ${next}`);
    return { next, through, sent: through, inFlight: [], movedAt: at, probing: false, credit: 0 };
  };
  return {
    link: { kind: 'down', session: 0 },
    lanes: { p0: lane(positions.p0), p1: lane(positions.p1) },
    preparing: 'none',
    unaccepted: milliseconds(0),
    notAccepted: false,
  };
}

export function stepDelivery(state: DeliveryState, input: DeliveryInput): DeliveryStep {
  switch (input.kind) {
    case 'appended':
      return appended(passTime(state, input.at), input.lane, input.next);
    case 'link-up':
      return linkUp(state, input);
    case 'link-down':
      return { state: linkDown(passTime(state, input.at)), effects: [] };
    case 'sent':
      return sent(state, input);
    case 'taken':
      return taken(state, input);
    case 'acknowledged':
      return acknowledged(passTime(state, input.at), input);
    case 'time':
      return timePassed(passTime(state, input.at), input.at);
    default:
      return unreachable(input);
  }
}

/** When `time` should be fed next if nothing else happens, or undefined when there is nothing to wait for. */
export function nextWake(state: DeliveryState): Monotonic | undefined {
  if (state.link.kind === 'down') return undefined;
  const due = LANES.filter((name) => isWaiting(state, name)).map((name) => plus(state.lanes[name].movedAt, LIMITS.outbox.resendAfter));
  if (hasUnaccepted(state) && !state.notAccepted) {
    due.push(plus(state.link.seenAt, milliseconds(LIMITS.outbox.notAcceptedAfter - state.unaccepted)));
  }
  return due.length === 0 ? undefined : (Math.min(...due) as Monotonic);
}

function appended(state: DeliveryState, name: OutboxLane, next: number): DeliveryStep {
  const lane = state.lanes[name];
  assert(next >= lane.next, `lane ${name} counts upwards, not from ${lane.next} to ${next}`);
  return sendMore(withLane(state, name, { ...lane, next }));
}

function linkUp(state: DeliveryState, input: Extract<DeliveryInput, { kind: 'link-up' }>): DeliveryStep {
  assert(input.session > state.link.session, 'connections are counted upwards');
  assert(input.windowBatches >= 1, 'a window takes one batch at least');
  const link: LinkState = {
    kind: 'up',
    session: input.session,
    windowBatches: Math.min(input.windowBatches, LIMITS.outbox.windowBatches),
    seenAt: input.at,
  };
  return sendMore({ ...linkDown(state), link });
}

/** What was on its way may or may not have arrived; all of it goes out again on the next connection, and the box office drops what it knows. */
function linkDown(state: DeliveryState): DeliveryState {
  const forget = (lane: LaneDelivery): LaneDelivery => ({ ...lane, sent: lane.through, inFlight: [], probing: false });
  return {
    ...state,
    link: { kind: 'down', session: state.link.session },
    lanes: { p0: forget(state.lanes.p0), p1: forget(state.lanes.p1) },
    preparing: 'none',
  };
}

function sent(state: DeliveryState, input: Extract<DeliveryInput, { kind: 'sent' }>): DeliveryStep {
  if (state.link.kind === 'down' || input.session !== state.link.session) return { state, effects: [] };
  assert(state.preparing === input.lane, 'a batch is sent because it was asked for');
  const lane = state.lanes[input.lane];
  assert(input.from <= lane.sent + 1, `a batch from ${input.from} would leave a hole in lane ${input.lane}`);
  assert(input.to >= input.from && input.to < lane.next, `a batch ${input.from}–${input.to} is none of lane ${input.lane}`);
  // An acknowledgement may have overtaken the batch while it was prepared; it occupies the broker's window all the same.
  const batch: BatchInFlight = { from: input.from, to: input.to, taken: false };
  const moved: LaneDelivery = { ...lane, sent: Math.max(lane.sent, input.to), inFlight: [...lane.inFlight, batch], movedAt: input.at };
  return sendMore(withLane({ ...state, preparing: 'none' }, input.lane, moved));
}

function taken(state: DeliveryState, input: Extract<DeliveryInput, { kind: 'taken' }>): DeliveryStep {
  if (state.link.kind === 'down' || input.session !== state.link.session) return { state, effects: [] };
  const lane = state.lanes[input.lane];
  const index = lane.inFlight.findIndex((batch) => batch.from === input.from && batch.to === input.to && !batch.taken);
  if (index < 0) return { state, effects: [] };
  const inFlight = lane.inFlight.map((batch, i) => (i === index ? { ...batch, taken: true } : batch));
  return sendMore(withLane(state, input.lane, { ...lane, inFlight: stillInFlight(inFlight, lane.through), movedAt: input.at }));
}

function acknowledged(state: DeliveryState, input: Extract<DeliveryInput, { kind: 'acknowledged' }>): DeliveryStep {
  const lane = state.lanes[input.lane];
  if (showsRestoredLedger(lane, input)) return { state, effects: [{ kind: 'renew-epoch' }] };
  const through = Math.max(lane.through, input.through);
  // A rejection beyond what is acknowledged would leave a hole in the lane; it comes again with the acknowledgement that covers it.
  const rejected = input.rejected.filter(({ seq }) => seq >= 1 && seq <= through);
  const effects: DeliveryEffect[] = [];
  if (through > lane.through || rejected.length > 0) effects.push({ kind: 'record', lane: input.lane, through, rejected });
  if (through === lane.through) return { state, effects };
  const moved: LaneDelivery = {
    ...lane,
    through,
    sent: Math.max(lane.sent, through),
    inFlight: stillInFlight(lane.inFlight, through),
    movedAt: input.at,
    probing: false,
  };
  if (state.notAccepted) effects.push({ kind: 'not-accepted', raised: false });
  const more = sendMore(withLane({ ...state, unaccepted: milliseconds(0), notAccepted: false }, input.lane, moved));
  return { state: more.state, effects: [...effects, ...more.effects] };
}

/** The box office has numbers that were never given out, or other events under ours: then no number of this epoch means anything any more. */
function showsRestoredLedger(lane: LaneDelivery, { through, rejected }: Extract<DeliveryInput, { kind: 'acknowledged' }>): boolean {
  return through >= lane.next || rejected.some(({ seq, code }) => code === SEQUENCE_REUSED && seq > lane.through && seq < lane.next);
}

function timePassed(state: DeliveryState, at: Monotonic): DeliveryStep {
  if (state.link.kind === 'down') return { state, effects: [] };
  const effects: DeliveryEffect[] = [];
  let current = state;
  for (const name of LANES) {
    const lane = current.lanes[name];
    if (!isWaiting(current, name) || between(lane.movedAt, at) < LIMITS.outbox.resendAfter) continue;
    effects.push({ kind: 'resending', lane: name, from: lane.through + 1 });
    current = withLane(current, name, { ...lane, sent: lane.through, inFlight: [], movedAt: at, probing: true });
  }
  if (hasUnaccepted(current) && !current.notAccepted && current.unaccepted >= LIMITS.outbox.notAcceptedAfter) {
    effects.push({ kind: 'not-accepted', raised: true });
    current = { ...current, notAccepted: true };
  }
  const more = sendMore(current);
  return { state: more.state, effects: [...effects, ...more.effects] };
}

/**
 * A lane waits for the box office when the broker has taken everything that was sent. While the broker has not, the line is merely slow (or dead, which the
 * keep-alive finds out), and sending more of the same would make it slower.
 */
function isWaiting(state: DeliveryState, name: OutboxLane): boolean {
  const lane = state.lanes[name];
  return state.preparing !== name && lane.sent > lane.through && lane.inFlight.every((batch) => batch.taken);
}

function hasUnaccepted(state: DeliveryState): boolean {
  return LANES.some((name) => state.lanes[name].next - 1 > state.lanes[name].through);
}

/** Only time on a working link with something to deliver counts: a week without a network is no reason to suspect the box office. */
function passTime(state: DeliveryState, at: Monotonic): DeliveryState {
  if (state.link.kind === 'down') return state;
  const passed = hasUnaccepted(state) ? between(state.link.seenAt, at) : -state.unaccepted;
  return { ...state, link: { ...state.link, seenAt: at }, unaccepted: milliseconds(state.unaccepted + passed) };
}

function stillInFlight(batches: readonly BatchInFlight[], through: number): readonly BatchInFlight[] {
  return batches.filter((batch) => !batch.taken || batch.to > through);
}

function withLane(state: DeliveryState, name: OutboxLane, lane: LaneDelivery): DeliveryState {
  return { ...state, lanes: { ...state.lanes, [name]: lane } };
}

/** Asks for one batch of the lane whose turn it is (smooth weighted round robin), when there is room in the window. */
function sendMore(state: DeliveryState): DeliveryStep {
  if (state.link.kind === 'down' || state.preparing !== 'none') return { state, effects: [] };
  const occupied = LANES.reduce((count, name) => count + state.lanes[name].inFlight.length, 0);
  const waiting = LANES.filter((name) => hasMoreToSend(state.lanes[name]));
  const [first, ...others] = waiting;
  if (occupied >= state.link.windowBatches || first === undefined) return { state, effects: [] };
  const credit = (name: OutboxLane): number => state.lanes[name].credit + WEIGHT[name];
  const chosen = others.reduce((best, name) => (credit(name) > credit(best) ? name : best), first);
  const total = waiting.reduce((sum, name) => sum + WEIGHT[name], 0);
  let after: DeliveryState = { ...state, preparing: chosen };
  for (const name of waiting) after = withLane(after, name, { ...state.lanes[name], credit: credit(name) - (name === chosen ? total : 0) });
  return { state: after, effects: [{ kind: 'send', session: state.link.session, lane: chosen, from: state.lanes[chosen].sent + 1 }] };
}

function hasMoreToSend(lane: LaneDelivery): boolean {
  if (lane.probing && lane.sent > lane.through) return false;
  return lane.sent < lane.next - 1;
}
