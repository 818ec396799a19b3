import { unreachable } from '#core/base/fault.ts';
import type { RefusalReason, Verdict } from '#core/contract/admission.ts';
import type { GateView } from '#core/contract/local/live.ts';
import type { BothLanguages } from '#core/contract/values.ts';
import type { LinkState } from '../agent/live.ts';
import { formatDate, formatTime } from '../text/format.ts';
import { FACE_TITLE, gate, REFUSAL_ADVICE, REFUSAL_TITLE } from '../text/gate.ts';
import { type FaceName, faceOf } from './faces.ts';

/** What stands on the screen at one moment: which face, and the words on it. Pure; the page only draws it. */
export interface GateMessage {
  readonly face: FaceName;
  readonly title: BothLanguages;
  /** The fact that settles it: a seat, a time, another screen. */
  readonly fact?: BothLanguages;
  /** What to do, or which film. */
  readonly more?: BothLanguages;
  /** Decided without the network: drawn as stripes and a cloud. */
  readonly offline: boolean;
  /** Let in though at least one other gate could not be asked: a double may come to light later. */
  readonly unconfirmed: boolean;
  /** Changes whenever something new was said, so that it is drawn, spoken and sounded anew. */
  readonly key: string;
}

export interface MessageSurroundings {
  readonly timeZone: string;
  /** What a lane is called, for "used at gate 1". */
  readonly laneName: (lane: string) => string;
  /** What another machine of the site is called; its own name when nobody knows a better one. */
  readonly machineName: (machine: string) => string;
  /** The machine that this screen belongs to: its own lanes go without its name. */
  readonly machine: string | undefined;
}

/** A check that ends within this time is not shown at all: a screen that flickers says nothing. */
export const CHECKING_SHOWN_AFTER_MS = 300;

/** @param checkingMs how long the lane has been checking */
export function messageOf(view: GateView | undefined, link: LinkState, checkingMs: number, around: MessageSurroundings): GateMessage {
  // An agent that is silent may have changed its mind: an old green must not stay.
  if (link === 'lost') return plain('out-of-service', gate.outOfServiceMore);
  if (link !== 'live' || view === undefined) return plain('no-link', gate.noLinkMore);
  switch (view.state) {
    case 'fire':
      return plain('fire');
    case 'out-of-service':
      return plain('out-of-service', gate.outOfServiceMore);
    case 'checking':
      return plain(checkingMs >= CHECKING_SHOWN_AFTER_MS ? 'checking' : 'ready');
    case 'verdict':
      return view.verdict === undefined ? plain('ready') : verdictMessage(view.verdict, around);
    case 'ready':
      return restingMessage(view.barrier);
    default:
      return unreachable(view.state);
  }
}

function plain(face: FaceName, more?: BothLanguages): GateMessage {
  return { face, title: FACE_TITLE[face], offline: false, unconfirmed: false, key: face, ...(more && { more }) };
}

/** Between two guests the barrier's own last word is shown, for as long as the agent keeps it. */
function restingMessage(barrier: GateView['barrier']): GateMessage {
  switch (barrier) {
    case 'not-passed':
      return plain('not-passed');
    case 'forced':
      return plain('forced');
    case 'unavailable':
      return plain('not-released', gate.notReleasedMore);
    // Somebody stands in the passage: the next guest waits.
    case 'held':
      return plain('checking');
    case 'closed':
    case 'released':
    case 'passed':
      return plain('ready');
    default:
      return unreachable(barrier);
  }
}

/** One verdict in words, for a gate's screen and for an usher's hand. */
export function verdictMessage(verdict: Verdict, around: MessageSurroundings): GateMessage {
  const { reason } = verdict;
  const common = {
    offline: verdict.offline,
    unconfirmed: reason === undefined && verdict.confirmation === 'unconfirmed',
    key: `${verdict.scanId} ${verdict.kind} ${verdict.ticket?.used ?? ''}`,
  };
  if (reason === undefined) return { ...common, ...admission(verdict) };
  const fact = factOf(reason, verdict, around);
  return {
    ...common,
    face: faceOf(verdict.kind, reason),
    title: REFUSAL_TITLE[reason],
    more: REFUSAL_ADVICE[reason],
    ...(fact && { fact }),
  };
}

function admission(verdict: Verdict): Pick<GateMessage, 'face' | 'title' | 'fact' | 'more'> {
  const { ticket, kind, direction } = verdict;
  const title = direction === 'exit' && kind === 'enter' ? gate.exit : FACE_TITLE[kind];
  if (ticket === undefined) return { face: kind, title };
  const seat = join(ticket.screenName, seatWords(ticket.seatLabel));
  const party = ticket.admits > 1 ? gate.person(String(ticket.used), String(ticket.admits)) : undefined;
  const fact = party ? join(party, seat) : seat;
  return { face: kind, title, ...(fact && { fact }), ...(ticket.filmTitle && { more: ticket.filmTitle }) };
}

/** `5-08` is row 5, seat 08; a label of any other form is shown as it is. */
export function seatWords(label: string): BothLanguages | undefined {
  const [, row, number] = /^([^-]+)-([^-]+)$/.exec(label) ?? [];
  if (row !== undefined && number !== undefined) return gate.seat(row, number);
  return label === '' ? undefined : { zh: label, en: label };
}

function join(...parts: readonly (BothLanguages | undefined)[]): BothLanguages | undefined {
  const known = parts.filter((part) => part !== undefined);
  if (known.length === 0) return undefined;
  return { zh: unbroken(known.map(({ zh }) => zh)), en: unbroken(known.map(({ en }) => en)) };
}

/** A line may break between two facts, never within one. */
function unbroken(facts: readonly string[]): string {
  return facts.map((fact) => fact.replaceAll(' ', '\u00a0')).join('\u00a0· ');
}

function factOf(
  reason: RefusalReason,
  { ticket, usedBefore, homeGate, escortHasTicket, at }: Verdict,
  around: MessageSurroundings,
): BothLanguages | undefined {
  switch (reason) {
    case 'already-used':
    case 'no-reentry':
      return usedBefore && join(agoWords(Date.parse(at) - Date.parse(usedBefore.at)), whereAndWhen(usedBefore, at, around));
    case 'too-early':
      return ticket?.entryFrom === undefined ? undefined : inBoth(clock(ticket.entryFrom, at, around), gate.from);
    case 'too-late':
    case 'wrong-show':
      return ticket?.startsAt === undefined ? undefined : join(inBoth(clock(ticket.startsAt, at, around), gate.show), ticket.screenName);
    case 'wrong-screen':
      return ticket?.screenName && { zh: gate.goTo(ticket.screenName.zh).zh, en: gate.goTo(ticket.screenName.en).en };
    case 'not-home-gate':
      return homeGate === undefined ? undefined : gate.goToGate(around.machineName(homeGate));
    case 'house-full':
      return ticket?.screenName;
    case 'needs-escort':
      return escortHasTicket === true ? gate.grownUpFirst : undefined;
    case 'refunded':
    case 'cancelled':
    case 'revoked':
    case 'blocked':
    case 'unpaid':
    case 'not-confirmed':
      return join(ticket?.screenName, seatWords(ticket?.seatLabel ?? ''));
    case 'unreadable':
    case 'payment-code':
    case 'pick-up-code':
    case 'member-card':
    case 'not-a-ticket':
    case 'bad-signature':
    case 'unknown-key':
    case 'key-out-of-time':
    case 'stale-code':
    case 'wrong-form':
    case 'wrong-class':
    case 'other-site':
    case 'cannot-verify':
    case 'unknown-ticket':
    case 'data-too-old':
    case 'clock-untrusted':
    case 'site-split':
      return undefined;
    default:
      return unreachable(reason);
  }
}

/** A lane of this machine goes by its name alone; one of another machine by that machine's, since every machine may have a "lane-1". */
function whereAndWhen({ at, lane, machine }: NonNullable<Verdict['usedBefore']>, scannedAt: string, around: MessageSurroundings): BothLanguages {
  const name = machine === around.machine ? around.laneName(lane) : around.machineName(machine);
  const time = clock(at, scannedAt, around);
  return { zh: `${name} ${time.zh}`, en: `${name}, ${time.en}` };
}

function inBoth(words: BothLanguages, say: (word: string) => BothLanguages): BothLanguages {
  return { zh: say(words.zh).zh, en: say(words.en).en };
}

/** `19:10`, with the day in front of it when it is not the day of the scan. */
function clock(iso: string, scannedAt: string, { timeZone }: MessageSurroundings): BothLanguages {
  const time = formatTime(iso, timeZone, 'en');
  if (formatDate(iso, timeZone, 'en') === formatDate(scannedAt, timeZone, 'en')) return { zh: time, en: time };
  return { zh: `${formatDate(iso, timeZone, 'zh')} ${time}`, en: `${formatDate(iso, timeZone, 'en')} ${time}` };
}

/** How long ago, in the largest unit that fits; a clock that was set back makes it "0 s ago", never a negative time. */
export function agoWords(ms: number): BothLanguages {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < 60) return gate.secondsAgo(String(seconds));
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return gate.minutesAgo(String(minutes));
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? gate.hoursAgo(String(hours)) : gate.daysAgo(String(Math.floor(hours / 24)));
}
