import type { PastEntry } from '../admission/facts.ts';
import { LIMITS } from '../base/limits.ts';
import { instant, type Monotonic, plus } from '../base/time.ts';
import type { EventId, MachineId, TicketId } from '../contract/identifiers.ts';
import type { OpenClaim } from '../contract/wire/site.ts';
import type { ClaimRequest } from './site-claims.ts';

/**
 * Claims between gates: who may use the last place of a ticket when several gates are asked at the same moment. There is no leader. Every claim has a place
 * in one order that all members agree on, and whoever claims asks all others, who tell what they know; he has won when fewer admissions and earlier claims
 * stand before him than the ticket has places.
 *
 * The order is Lamport's (Communications of the ACM 21, 1978): a member's stamp exceeds every stamp that it has seen. So of two claims that were open at the
 * same time the earlier one is always known to the later one: either its gate had made it before it was asked, and tells it, or it made it afterwards and
 * then it is not the earlier one. Ricart and Agrawala (Communications of the ACM 24, 1981) let the asked gate wait with its answer; ours answers at once and
 * names its claim, because a guest at a gate that has lost shall not wait for the other guest to pass.
 */
export interface ClaimsState {
  readonly machine: MachineId;
  readonly stamp: number;
  /** Those who have to be asked, and which of them can be. */
  readonly members: ReadonlyMap<MachineId, boolean>;
  readonly own: ReadonlyMap<EventId, OwnClaim>;
  readonly others: ReadonlyMap<EventId, OtherClaim>;
}

export interface OwnClaim {
  readonly ticketId: TicketId;
  readonly claim: OpenClaim;
  readonly places: number;
  /** Places that admissions have used, as far as known. */
  readonly used: number;
  readonly waiting: readonly MachineId[];
  readonly missing: readonly MachineId[];
  /** After its outcome: nothing but an end is awaited. */
  readonly expires: Monotonic | undefined;
}

export interface OtherClaim {
  readonly ticketId: TicketId;
  readonly claim: OpenClaim;
  readonly expires: Monotonic;
}

export type ClaimsInput =
  | { readonly kind: 'members'; readonly members: readonly MachineId[] }
  | { readonly kind: 'reachable'; readonly machine: MachineId; readonly isReachable: boolean; readonly at: Monotonic }
  /** A lane wants to let somebody in; `used` places of the ticket are gone. */
  | { readonly kind: 'ask'; readonly request: ClaimRequest; readonly used: number; readonly at: Monotonic }
  | { readonly kind: 'budget-spent'; readonly scanId: EventId; readonly at: Monotonic }
  /** Another gate's claim. */
  | { readonly kind: 'asked'; readonly from: MachineId; readonly ticketId: TicketId; readonly claim: OpenClaim; readonly at: Monotonic }
  /** What another gate knows; its rows are merged already, and `used` counts them. */
  | {
      readonly kind: 'told';
      readonly from: MachineId;
      readonly scanId: EventId;
      readonly stamp: number;
      readonly claims: readonly OpenClaim[];
      readonly used: number;
      readonly at: Monotonic;
    }
  /** The admission was written, here or there, or will never be. */
  | { readonly kind: 'ended'; readonly scanId: EventId; readonly how: 'written' | 'withdrawn'; readonly by: MachineId }
  | { readonly kind: 'stamp'; readonly stamp: number }
  /** Forgets claims whose gates have not said how they ended. */
  | { readonly kind: 'time'; readonly at: Monotonic };

export type ClaimsEffect =
  | { readonly kind: 'ask'; readonly to: MachineId; readonly ticketId: TicketId; readonly claim: OpenClaim }
  | { readonly kind: 'tell'; readonly to: MachineId; readonly scanId: EventId; readonly ticketId: TicketId; readonly claims: readonly OpenClaim[] }
  | { readonly kind: 'tell-withdrawn'; readonly to: MachineId; readonly scanId: EventId }
  | { readonly kind: 'answered'; readonly scanId: EventId; readonly outcome: Judgement }
  | { readonly kind: 'arm'; readonly scanId: EventId }
  | { readonly kind: 'disarm'; readonly scanId: EventId };

export type Judgement =
  | { readonly kind: 'alone' | 'granted' | 'taken' }
  | { readonly kind: 'unanswered'; readonly missing: readonly [MachineId, ...MachineId[]] };

export interface ClaimsStep {
  readonly state: ClaimsState;
  readonly effects: readonly ClaimsEffect[];
}

export function startClaims(machine: MachineId): ClaimsState {
  return { machine, stamp: 0, members: new Map(), own: new Map(), others: new Map() };
}

export function stepClaims(state: ClaimsState, input: ClaimsInput): ClaimsStep {
  switch (input.kind) {
    case 'members':
      return quiet({ ...state, members: new Map(input.members.map((machine) => [machine, state.members.get(machine) ?? false])) });
    case 'reachable':
      return reachable(state, input);
    case 'ask':
      return ask(state, input);
    case 'budget-spent':
      return budgetSpent(state, input.scanId, input.at);
    case 'asked':
      return asked(state, input);
    case 'told':
      return told(state, input);
    case 'ended':
      return ended(state, input);
    case 'stamp':
      return quiet({ ...state, stamp: Math.max(state.stamp, input.stamp) });
    case 'time':
      return forget(state, input.at);
  }
}

/** Of the open claims on a ticket those that come before `before`, or all. */
export function openClaims(state: ClaimsState, ticketId: TicketId, before?: EventId): readonly OpenClaim[] {
  const mine = before === undefined ? undefined : state.own.get(before)?.claim;
  const open: OpenClaim[] = [];
  for (const entry of state.own.values()) if (entry.ticketId === ticketId) open.push(entry.claim);
  for (const entry of state.others.values()) if (entry.ticketId === ticketId) open.push(entry.claim);
  return mine === undefined ? open : open.filter((other) => other.scanId !== mine.scanId && comesFirst(other, mine));
}

export function asPastEntry({ scanId, machine, lane, at }: OpenClaim): PastEntry {
  return { scanId, machine, lane, at: instant(at) };
}

/** A gate that knows its outcome does not ask again: whatever its place, its admission will stand. */
function comesFirst(other: OpenClaim, mine: OpenClaim): boolean {
  if (other.held && !mine.held) return true;
  if (other.stamp !== mine.stamp) return other.stamp < mine.stamp;
  return other.machine === mine.machine ? other.scanId < mine.scanId : other.machine < mine.machine;
}

function quiet(state: ClaimsState): ClaimsStep {
  return { state, effects: [] };
}

function ask(state: ClaimsState, { request, used, at }: Extract<ClaimsInput, { kind: 'ask' }>): ClaimsStep {
  const { scanId, ticketId, lane, admits } = request;
  const alone: ClaimsEffect = { kind: 'answered', scanId, outcome: { kind: 'alone' } };
  // Nothing to remember: the lane writes its admission before it does anything else.
  if (state.members.size === 0) return { state, effects: [alone] };
  const stamp = state.stamp + 1;
  const claim: OpenClaim = { scanId, machine: state.machine, lane, at: request.at, stamp, held: false };
  const waiting: MachineId[] = [];
  const missing: MachineId[] = [];
  for (const [machine, isReachable] of state.members) (isReachable ? waiting : missing).push(machine);
  const mine: OwnClaim = { ticketId, claim, places: admits, used, waiting, missing, expires: undefined };
  const asking: ClaimsState = { ...state, stamp, own: withEntry(state.own, scanId, mine) };
  const judged = judge(asking, scanId, at);
  // Decided before anybody was asked: nobody has to hear of its end.
  if (judged.effects.length > 0) return { state: judged.state, effects: judged.effects.filter(({ kind }) => kind === 'answered') };
  return {
    state: judged.state,
    effects: [...waiting.map((to) => ({ kind: 'ask', to, ticketId, claim }) as const), { kind: 'arm', scanId }],
  };
}

/** Lost as soon as nothing can win it any more; otherwise decided when everybody who can be has been heard. */
function judge(state: ClaimsState, scanId: EventId, at: Monotonic, isSpent = false): ClaimsStep {
  const mine = state.own.get(scanId);
  if (mine === undefined || mine.expires !== undefined) return quiet(state);
  const stand = mine.used + openClaims(state, mine.ticketId, scanId).length;
  if (stand >= mine.places) {
    const lost = end(state, scanId);
    return { state: lost.state, effects: [{ kind: 'disarm', scanId }, { kind: 'answered', scanId, outcome: { kind: 'taken' } }, ...lost.effects] };
  }
  if (mine.waiting.length > 0 && !isSpent) return quiet(state);
  const [first, ...rest] = [...mine.missing, ...mine.waiting];
  const outcome: Judgement = first === undefined ? { kind: 'granted' } : { kind: 'unanswered', missing: [first, ...rest] };
  const held: OwnClaim = { ...mine, claim: { ...mine.claim, held: true }, expires: plus(at, LIMITS.site.grantLife) };
  return {
    state: { ...state, own: withEntry(state.own, scanId, held) },
    effects: [
      { kind: 'disarm', scanId },
      { kind: 'answered', scanId, outcome },
    ],
  };
}

function budgetSpent(state: ClaimsState, scanId: EventId, at: Monotonic): ClaimsStep {
  return judge(state, scanId, at, true);
}

/** An own claim that will not become an admission; whoever was asked, or could have heard of it, is told. */
function end(state: ClaimsState, scanId: EventId): ClaimsStep {
  const own = new Map(state.own);
  own.delete(scanId);
  const effects: ClaimsEffect[] = [];
  for (const [to, isReachable] of state.members) if (isReachable) effects.push({ kind: 'tell-withdrawn', to, scanId });
  return { state: { ...state, own }, effects };
}

function asked(state: ClaimsState, { from, ticketId, claim, at }: Extract<ClaimsInput, { kind: 'asked' }>): ClaimsStep {
  const stamp = Math.max(state.stamp, claim.stamp);
  const claims = openClaims(state, ticketId).filter(({ scanId }) => scanId !== claim.scanId);
  const tell: ClaimsEffect = { kind: 'tell', to: from, scanId: claim.scanId, ticketId, claims: claims.slice(0, CLAIMS_TOLD_MAX) };
  // Whoever floods us gets no answer, and decides alone.
  if (state.others.size >= LIMITS.site.openClaimsMax && !state.others.has(claim.scanId)) return quiet({ ...state, stamp });
  const known: ClaimsState = {
    ...state,
    stamp,
    others: withEntry(state.others, claim.scanId, { ticketId, claim, expires: plus(at, LIMITS.site.grantLife) }),
  };
  const judged = judgeAllOf(known, ticketId, at);
  return { state: judged.state, effects: [tell, ...judged.effects] };
}

/** As many as the contract lets one answer carry. */
const CLAIMS_TOLD_MAX = 64;

function told(state: ClaimsState, { from, scanId, stamp, claims, used, at }: Extract<ClaimsInput, { kind: 'told' }>): ClaimsStep {
  const mine = state.own.get(scanId);
  const seen: ClaimsState = { ...state, stamp: Math.max(state.stamp, stamp) };
  if (mine === undefined || !mine.waiting.includes(from)) return quiet(seen);
  const others = new Map(seen.others);
  const expires = plus(at, LIMITS.site.grantLife);
  for (const claim of claims) {
    // A gate that we reach ourselves tells us of its claims, and of their ends, itself.
    const isTheirs = claim.machine === from || (claim.machine !== state.machine && state.members.get(claim.machine) !== true);
    if (isTheirs) others.set(claim.scanId, { ticketId: mine.ticketId, claim, expires });
  }
  const heard: OwnClaim = { ...mine, used, waiting: mine.waiting.filter((machine) => machine !== from) };
  return judge({ ...seen, others, own: withEntry(seen.own, scanId, heard) }, scanId, at);
}

function ended(state: ClaimsState, { scanId, how, by }: Extract<ClaimsInput, { kind: 'ended' }>): ClaimsStep {
  const other = state.others.get(scanId);
  if (other !== undefined && (how === 'written' || other.claim.machine === by)) {
    const others = new Map(state.others);
    others.delete(scanId);
    return quiet({ ...state, others });
  }
  if (!state.own.has(scanId) || by !== state.machine) return quiet(state);
  if (how === 'withdrawn') return end(state, scanId);
  const own = new Map(state.own);
  own.delete(scanId);
  return quiet({ ...state, own });
}

function reachable(state: ClaimsState, { machine, isReachable, at }: Extract<ClaimsInput, { kind: 'reachable' }>): ClaimsStep {
  if (!state.members.has(machine)) return quiet(state);
  let next: ClaimsState = { ...state, members: withEntry(state.members, machine, isReachable) };
  if (isReachable) return quiet(next);
  const effects: ClaimsEffect[] = [];
  for (const [scanId, mine] of state.own) {
    if (!mine.waiting.includes(machine)) continue;
    const lost: OwnClaim = { ...mine, waiting: mine.waiting.filter((other) => other !== machine), missing: [...mine.missing, machine] };
    const judged = judge({ ...next, own: withEntry(next.own, scanId, lost) }, scanId, at);
    next = judged.state;
    effects.push(...judged.effects);
  }
  return { state: next, effects };
}

function judgeAllOf(state: ClaimsState, ticketId: TicketId, at: Monotonic): ClaimsStep {
  let next = state;
  const effects: ClaimsEffect[] = [];
  for (const [scanId, mine] of state.own) {
    if (mine.ticketId !== ticketId) continue;
    const judged = judge(next, scanId, at);
    next = judged.state;
    effects.push(...judged.effects);
  }
  return { state: next, effects };
}

function forget(state: ClaimsState, at: Monotonic): ClaimsStep {
  if (state.others.size + state.own.size === 0) return quiet(state);
  const others = new Map([...state.others].filter(([, { expires }]) => expires > at));
  const own = new Map([...state.own].filter(([, { expires }]) => expires === undefined || expires > at));
  if (others.size === state.others.size && own.size === state.own.size) return quiet(state);
  return quiet({ ...state, others, own });
}

function withEntry<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key, value: Value): ReadonlyMap<Key, Value> {
  return new Map(map).set(key, value);
}
