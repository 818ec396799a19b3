import { assert, unreachable } from '../base/fault.ts';
import { LIMITS } from '../base/limits.ts';
import { between, type Duration, type Monotonic, milliseconds, plus } from '../base/time.ts';
import { SEQUENCE_REUSED } from '../contract/wire/envelope.ts';
import type { OutboxLane } from '../contract/wire/events.ts';
import { type BatchInFlight, behindTaken, stillInFlight, untakenSince } from './in-flight.ts';
import { holesAfter, holesBelow, mergeRanges, type Range } from './ranges.ts';
import { type Credits, type Lane, NO_CREDITS, takeTurn } from './turns.ts';

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
  readonly preparing: Lane | 'none';
  readonly credits: Credits;
  /** Whether the ring of telemetry (p2) has anything. It is sent once, occupies no window, and nobody waits for an answer. */
  readonly telemetry: boolean;
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
  /** Kept by the box office beyond `through`. */
  readonly kept: readonly Range[];
  /** Holes below what is kept, which go out before anything new. */
  readonly holes: readonly Range[];
  /** The last number of a hole that was asked for, and when: one that is lost again waits for the time that any silence waits. */
  readonly holesAsked: number;
  readonly holesAskedAt: Monotonic;
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
      readonly kept?: readonly Range[];
      /** The event that the box office has kept at `through` is not the one that stands there here. */
      readonly isOfAnother?: boolean;
      /** The answer to a hello that named this number as acknowledged: less than that, and the box office has lost what it had. */
      readonly greetedWith?: number;
    }
  /** Whether the ring of telemetry holds anything: it got something, or what was asked for has gone out (`sent`). */
  | { readonly kind: 'telemetry'; readonly at: Monotonic; readonly waiting: boolean; readonly sent?: { readonly session: number } }
  | { readonly kind: 'time'; readonly at: Monotonic };

export interface Rejection {
  readonly seq: number;
  readonly code: string;
}

export type DeliveryEffect =
  /** Read events of `lane` from `from` on (and not beyond `to`), publish them as one batch, and report `sent` and then `taken` with this session. */
  | { readonly kind: 'send'; readonly session: number; readonly lane: OutboxLane; readonly from: number; readonly to: number }
  /** Publish the oldest samples of telemetry once, and report `telemetry` with this session. */
  | { readonly kind: 'send-telemetry'; readonly session: number }
  /** Write down that everything up to `through` is delivered, and put the rejected ones among the dead letters. */
  | { readonly kind: 'record'; readonly lane: OutboxLane; readonly through: number; readonly rejected: readonly Rejection[] }
  /** Connected for long enough, and nobody accepts: a person must hear of it; `raised: false` takes it back. */
  | { readonly kind: 'not-accepted'; readonly raised: boolean }
  /** The broker has swallowed a batch of this lane: end the connection. Everything that is not acknowledged goes out again on the next one. */
  | { readonly kind: 'abandon-line'; readonly lane: OutboxLane }
  /** The same events go out again. */
  | { readonly kind: 'resending'; readonly lane: OutboxLane; readonly from: number }
  /**
   * The numbers of this epoch mean nothing any more. `ledger`: the box office knows later ones than we have given out, or other events under them, so this
   * ledger is an older copy of itself. `box-office`: it has forgotten numbers that it had acknowledged, so it is an older copy, or a new one; then everything
   * that is still here goes out again.
   */
  | { readonly kind: 'renew-epoch'; readonly restored: 'ledger' | 'box-office' };

export interface DeliveryStep {
  readonly state: DeliveryState;
  readonly effects: readonly DeliveryEffect[];
}

const LANES: readonly OutboxLane[] = ['p0', 'p1'];

export type LanePositions = Readonly<Record<OutboxLane, { readonly next: number; readonly through: number }>>;

/** The state after a start, from what the ledger holds; the link is down. */
export function startDelivery(positions: LanePositions, at: Monotonic): DeliveryState {
  const lane = ({ next, through }: LanePositions[OutboxLane]): LaneDelivery => {
    assert(through >= 0 && next > through, `a lane cannot be acknowledged through ${through} when its next number is ${next}`);
    return { next, through, sent: through, inFlight: [], movedAt: at, probing: false, kept: [], holes: [], holesAsked: 0, holesAskedAt: at };
  };
  return {
    link: { kind: 'down', session: 0 },
    lanes: { p0: lane(positions.p0), p1: lane(positions.p1) },
    preparing: 'none',
    credits: NO_CREDITS,
    telemetry: false,
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
    case 'telemetry':
      return telemetry(passTime(state, input.at), input);
    case 'time':
      return timePassed(passTime(state, input.at), input.at);
    default:
      return unreachable(input);
  }
}

/** When `time` should be fed next if nothing else happens, or undefined when there is nothing to wait for. */
export function nextWake(state: DeliveryState): Monotonic | undefined {
  if (state.link.kind === 'down') return undefined;
  let due: Monotonic | undefined;
  const wake = (at: Monotonic): void => {
    if (due === undefined || at < due) due = at;
  };
  for (const name of LANES) {
    const { movedAt, inFlight } = state.lanes[name];
    if (isWaiting(state, name)) wake(plus(movedAt, LIMITS.outbox.resendAfter));
    const since = untakenSince(inFlight);
    if (since !== undefined) wake(plus(since, LIMITS.outbox.notAcceptedAfter));
  }
  if (hasUnaccepted(state) && !state.notAccepted) wake(plus(state.link.seenAt, milliseconds(LIMITS.outbox.notAcceptedAfter - state.unaccepted)));
  return due;
}

function appended(state: DeliveryState, name: OutboxLane, next: number): DeliveryStep {
  const lane = state.lanes[name];
  assert(next >= lane.next, `lane ${name} counts upwards, not from ${lane.next} to ${next}`);
  return sendMore(withLane(state, name, changed(lane, { next })));
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
  const forget = (lane: LaneDelivery): LaneDelivery => ({
    ...lane,
    sent: lane.through,
    inFlight: [],
    probing: false,
    kept: [],
    holes: [],
    holesAsked: 0,
  });
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
  const moved = changed(lane, {
    sent: Math.max(lane.sent, input.to),
    inFlight: [...lane.inFlight, { from: input.from, to: input.to, taken: false, sentAt: input.at, waitsFrom: input.at }],
    holes: input.from <= lane.sent ? holesAfter(lane.holes, input.to) : lane.holes,
    movedAt: input.at,
  });
  return sendMore(withLane(state, input.lane, moved, 'none'));
}

function taken(state: DeliveryState, input: Extract<DeliveryInput, { kind: 'taken' }>): DeliveryStep {
  if (state.link.kind === 'down' || input.session !== state.link.session) return { state, effects: [] };
  const lane = state.lanes[input.lane];
  const confirmed = lane.inFlight.find((batch) => batch.from === input.from && batch.to === input.to && !batch.taken);
  if (confirmed === undefined) return { state, effects: [] };
  const inFlight = lane.inFlight.map((batch) => (batch === confirmed ? { ...batch, taken: true } : batch));
  const own = changed(lane, { inFlight: behindTaken(stillInFlight(inFlight, lane), confirmed.sentAt, input.at), movedAt: input.at });
  const other = state.lanes[input.lane === 'p0' ? 'p1' : 'p0'];
  const behind = other.inFlight.length === 0 ? other : changed(other, { inFlight: behindTaken(other.inFlight, confirmed.sentAt, input.at) });
  return sendMore(withLanes(state, input.lane === 'p0' ? { p0: own, p1: behind } : { p0: behind, p1: own }));
}

/** Each property by its name, as in {@link withLanes}. */
function changed(lane: LaneDelivery, change: Partial<Pick<LaneDelivery, 'next' | 'sent' | 'inFlight' | 'movedAt' | 'holes'>>): LaneDelivery {
  const { through, probing, kept, holesAsked, holesAskedAt } = lane;
  const { next = lane.next, sent: upTo = lane.sent, inFlight = lane.inFlight, movedAt = lane.movedAt, holes = lane.holes } = change;
  return { next, through, sent: upTo, inFlight, movedAt, probing, kept, holes, holesAsked, holesAskedAt };
}

function acknowledged(state: DeliveryState, input: Extract<DeliveryInput, { kind: 'acknowledged' }>): DeliveryStep {
  const lane = state.lanes[input.lane];
  if (showsRestoredLedger(lane, input)) return { state, effects: [{ kind: 'renew-epoch', restored: 'ledger' }] };
  if (input.greetedWith !== undefined && input.through < input.greetedWith) {
    return { state, effects: [{ kind: 'renew-epoch', restored: 'box-office' }] };
  }
  const through = Math.max(lane.through, input.through);
  // A rejection beyond what is acknowledged would leave a hole in the lane; it comes again with the acknowledgement that covers it.
  const rejected = input.rejected.filter(({ seq }) => seq >= 1 && seq <= through);
  const effects: DeliveryEffect[] = [];
  if (through > lane.through || rejected.length > 0) effects.push({ kind: 'record', lane: input.lane, through, rejected });
  const kept = mergeRanges(
    lane.kept,
    (input.kept ?? []).filter(([, to]) => to < lane.next),
    through,
  );
  if (through === lane.through && kept.length === 0) return { state, effects };
  const isFurther = through > lane.through;
  const { holes, holesAsked, holesAskedAt } = holesIn(lane, kept, through, input.at);
  const moved: LaneDelivery = {
    next: lane.next,
    through,
    sent: Math.max(lane.sent, through),
    inFlight: stillInFlight(lane.inFlight, { through, kept }),
    movedAt: isFurther ? input.at : lane.movedAt,
    probing: isFurther ? false : lane.probing,
    kept,
    holes,
    holesAsked,
    holesAskedAt,
  };
  if (!isFurther) {
    const again = sendMore(withLane(state, input.lane, moved));
    return { state: again.state, effects: [...effects, ...again.effects] };
  }
  if (state.notAccepted) effects.push({ kind: 'not-accepted', raised: false });
  const more = sendMore(withLane({ ...state, unaccepted: milliseconds(0), notAccepted: false }, input.lane, moved));
  return { state: more.state, effects: [...effects, ...more.effects] };
}

/** The box office has numbers that were never given out, or other events under ours: then no number of this epoch means anything any more. */
function showsRestoredLedger(lane: LaneDelivery, { through, rejected, isOfAnother }: Extract<DeliveryInput, { kind: 'acknowledged' }>): boolean {
  if (isOfAnother === true) return true;
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
    current = withLane(current, name, { ...lane, sent: lane.through, inFlight: [], movedAt: at, probing: true, kept: [], holes: [], holesAsked: 0 });
  }
  if (hasUnaccepted(current) && !current.notAccepted && current.unaccepted >= LIMITS.outbox.notAcceptedAfter) {
    effects.push({ kind: 'not-accepted', raised: true });
    current = { ...current, notAccepted: true };
  }
  const swallowed = LANES.find((name) => isSwallowed(current.lanes[name], at));
  if (swallowed !== undefined) return { state: linkDown(current), effects: [...effects, { kind: 'abandon-line', lane: swallowed }] };
  const more = sendMore(current);
  return { state: more.state, effects: [...effects, ...more.effects] };
}

/**
 * A lane waits for the box office when the broker has taken everything that was sent. While the broker has not, the line is merely slow (or dead, which the
 * keep-alive finds out; or the broker has swallowed a batch, which `isSwallowed` finds out), and sending more of the same would make it slower.
 */
function isWaiting(state: DeliveryState, name: OutboxLane): boolean {
  const lane = state.lanes[name];
  return state.preparing !== name && lane.sent > lane.through && lane.inFlight.every((batch) => batch.taken);
}

/**
 * A broker may answer every PING and never confirm a batch. On this connection nothing may be sent again (MQTT 5.0, 4.4), and the batch holds its place in the
 * window for ever; so the connection has to end.
 */
function isSwallowed({ inFlight }: LaneDelivery, at: Monotonic): boolean {
  const since = untakenSince(inFlight);
  return since !== undefined && between(since, at) >= LIMITS.outbox.notAcceptedAfter;
}

function hasUnaccepted(state: DeliveryState): boolean {
  return LANES.some((name) => state.lanes[name].next - 1 > state.lanes[name].through);
}

/** Only time on a working link with something to deliver counts: a week without a network is no reason to suspect the box office. */
function passTime(state: DeliveryState, at: Monotonic): DeliveryState {
  if (state.link.kind === 'down') return state;
  const passed = hasUnaccepted(state) ? between(state.link.seenAt, at) : -state.unaccepted;
  const { lanes, preparing, credits, telemetry: isTelemetry, notAccepted } = state;
  const { session, windowBatches } = state.link;
  const unaccepted = milliseconds(state.unaccepted + passed);
  return { link: { kind: 'up', session, windowBatches, seenAt: at }, lanes, preparing, credits, telemetry: isTelemetry, unaccepted, notAccepted };
}

/**
 * A connection keeps the order of a lane, so what is missing below something that has arrived is lost. It goes out again at once, but not while
 * its first sending may still be on the way, and not again before the time that any silence waits.
 */
function holesIn(
  lane: LaneDelivery,
  kept: readonly Range[],
  through: number,
  at: Monotonic,
): Pick<LaneDelivery, 'holes' | 'holesAsked' | 'holesAskedAt'> {
  const asked = between(lane.holesAskedAt, at) < LIMITS.outbox.resendAfter ? lane.holesAsked : 0;
  const isOnItsWay = ([from, to]: Range): boolean => lane.inFlight.some((batch) => !batch.taken && batch.from <= to && batch.to >= from);
  const found = holesBelow(kept, through).filter((hole) => hole[1] > asked && !isOnItsWay(hole));
  const holes = holesAfter(mergeRanges(lane.holes, found, through), through);
  if (found.length === 0) return { holes, holesAsked: lane.holesAsked, holesAskedAt: lane.holesAskedAt };
  return { holes, holesAsked: Math.max(lane.holesAsked, ...found.map(([, to]) => to)), holesAskedAt: at };
}

function telemetry(state: DeliveryState, input: Extract<DeliveryInput, { kind: 'telemetry' }>): DeliveryStep {
  const { sent } = input;
  if (sent !== undefined && (state.link.kind === 'down' || sent.session !== state.link.session)) return { state, effects: [] };
  assert(sent === undefined || state.preparing === 'p2', 'telemetry is sent because it was asked for');
  return sendMore({ ...state, telemetry: input.waiting, preparing: sent === undefined ? state.preparing : 'none' });
}

/** Each property by its name, here and wherever every event comes through: a spread of a state that has many makers costs ten times as much. */
function withLanes(state: DeliveryState, lanes: DeliveryState['lanes'], preparing: DeliveryState['preparing'] = state.preparing): DeliveryState {
  const { link, credits, telemetry: isTelemetry, unaccepted, notAccepted } = state;
  return { link, lanes, preparing, credits, telemetry: isTelemetry, unaccepted, notAccepted };
}

function withLane(state: DeliveryState, name: OutboxLane, lane: LaneDelivery, preparing?: DeliveryState['preparing']): DeliveryState {
  return withLanes(state, name === 'p0' ? { p0: lane, p1: state.lanes.p1 } : { p0: state.lanes.p0, p1: lane }, preparing);
}

/** Asks for one batch of the lane whose turn it is, when there is room in the window. */
function sendMore(state: DeliveryState): DeliveryStep {
  if (state.link.kind === 'down' || state.preparing !== 'none') return { state, effects: [] };
  const occupied = state.lanes.p0.inFlight.length + state.lanes.p1.inFlight.length;
  if (occupied >= state.link.windowBatches) return { state, effects: [] };
  const waiting: Lane[] = LANES.filter((name) => hasMoreToSend(state.lanes[name]));
  const turn = takeTurn(state.credits, state.telemetry ? [...waiting, 'p2'] : waiting);
  if (turn === undefined) return { state, effects: [] };
  const { chosen, credits } = turn;
  const { session } = state.link;
  const after: DeliveryState = { ...state, preparing: chosen, credits };
  if (chosen === 'p2') return { state: after, effects: [{ kind: 'send-telemetry', session }] };
  const lane = state.lanes[chosen];
  const [from, to] = lane.holes[0] ?? [lane.sent + 1, lane.next - 1];
  return { state: after, effects: [{ kind: 'send', session, lane: chosen, from, to }] };
}

function hasMoreToSend(lane: LaneDelivery): boolean {
  if (lane.probing && lane.sent > lane.through) return false;
  return lane.holes.length > 0 || lane.sent < lane.next - 1;
}
