import type { ReadonlySignal, Signal } from '@preact/signals';
import { LIMITS } from '#core/base/limits.ts';
import type { Instant } from '#core/base/time.ts';
import type { Programme } from '#core/contract/box-office/programme.ts';
import type { FilmId, ShowId } from '#core/contract/identifiers.ts';
import type { Flow, KioskSession, PaymentTile, ScanNotice } from '#core/contract/local/kiosk.ts';
import type { Agent } from '../../agent/agent.ts';
import type { CallValue } from '../../agent/call.ts';
import type { LiveLink } from '../../agent/live.ts';
import type { CodeEntry } from './code-entry.ts';
import type { IdleWatch } from './idle.ts';
import type { Amount } from './prices.ts';
import type { Browse, ScreenName } from './screen.ts';
import type { SeatChoice } from './seat-choice.ts';

export type Lobby = CallValue<'readLobby'>;

/** What a scan or a typed code led to, when it led nowhere. */
export type CodeProblem = ScanNotice['problem'];

/** One kiosk as its screens see it: what the agent says, where the guest is, and everything the guest can do. */
export interface Kiosk {
  readonly lobby: ReadonlySignal<Lobby | undefined>;
  readonly programme: ReadonlySignal<Programme | undefined>;
  readonly programmeGone: ReadonlySignal<boolean>;
  readonly session: ReadonlySignal<KioskSession>;
  readonly flows: ReadonlySignal<readonly Flow[]>;
  readonly browse: ReadonlySignal<Browse>;
  readonly screen: ReadonlySignal<ScreenName>;
  readonly notice: ReadonlySignal<CodeProblem | undefined>;
  /** A command is under way: nothing else can be begun. */
  readonly busy: ReadonlySignal<boolean>;
  /** The last command got no answer, or the answer that the box office is away. */
  readonly trouble: ReadonlySignal<boolean>;
  /** The agent's link; its own screens cover everything when it is gone. */
  readonly link: LiveLink;
  readonly now: ReadonlySignal<Instant>;
  readonly seats: SeatChoice;
  readonly code: CodeEntry;
  readonly idle: IdleWatch;
  readonly settings: { readonly largeText: Signal<boolean>; readonly highContrast: Signal<boolean> };
  flow(name: Flow['name']): Flow;
  go(to: Browse): void;
  back(): void;
  openShow(filmId: FilmId, day: string, showId: ShowId): void;
  toTypes(): void;
  confirmSeats(): Promise<void>;
  acceptPrice(to: Amount): Promise<void>;
  pay(): Promise<void>;
  choosePayment(tile: PaymentTile): Promise<void>;
  /** The sixteen digits of a member's card, as typed. */
  giveMemberCard(digits: string): Promise<void>;
  giveMemberPin(pin: string): Promise<void>;
  confirmMember(): Promise<void>;
  /** Gives up the order; `seats` leads back to the map with the same seats still chosen. */
  cancel(to: 'seats' | 'start'): Promise<void>;
  find(): Promise<void>;
  print(): Promise<void>;
  resume(): Promise<void>;
  claimSlip(): Promise<void>;
  receipt(): Promise<void>;
  /** The guest is finished, or gone: nothing of the guest stays behind. */
  leave(): Promise<void>;
  chooseAgain(): Promise<void>;
  close(): void;
}

export interface KioskOptions {
  readonly agent: Agent;
  /** Language, zoom and whatever else belongs to the page: set back when the guest is gone. */
  readonly onCleared: () => void;
}

/** Total of seconds that is shown of a hold: 15 s less than the truth, so that a touch in the last second still counts. */
export function holdShown(holdUntil: string, now: Instant): number {
  return Math.max(0, (Date.parse(holdUntil) - now - LIMITS.sale.holdShownShort) / 1_000);
}

export function secondsUntil(iso: string, now: Instant): number {
  return Math.max(0, Math.ceil((Date.parse(iso) - now) / 1_000));
}
