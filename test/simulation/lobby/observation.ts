import type { MemberEntry } from '#core/box-office/member-account.ts';
import type { AttemptRecord, HoldRecord, OrderRecord, TakenSeat, TicketRecord } from '#core/box-office/records.ts';
import type { CommittedEvent } from '../world/committed-event.ts';
import type { LobbyPlan } from './plan.ts';

/**
 * What can be seen of a lobby from outside its programs, and those who watch it: disks, what the box office has committed, the provider's own books, and the
 * paper that came out. A checker believes no program.
 */

/** A piece of paper that came out of a printer. */
export interface Paper {
  readonly machine: string;
  readonly jobId: string;
  readonly ticketId: string;
  /** `ruined`: some of it is on paper. */
  readonly kind: 'whole' | 'ruined';
  readonly at: number;
  /** A person has asked for it although there was one before. */
  readonly staffReason: string | undefined;
}

/** One payment in the books of whoever took the money: the provider, a card terminal, the box office for a member. */
export interface Charge {
  readonly merchantOrder: string;
  readonly amount: number;
  readonly state: 'open' | 'user-paying' | 'paid' | 'failed' | 'closed';
  readonly paidAt: number | undefined;
  /** Given back so far. */
  readonly returned: number;
  /** Somebody outside of the provider has its address, so that it may be paid. */
  readonly isKnown: boolean;
  /** A card terminal took its money back, and nobody had asked for it. */
  readonly byItself?: boolean;
}

/** What stands in a kiosk's sale journal. */
export interface StoredSale {
  readonly saleId: string;
  readonly stage: string;
  readonly ending: string | null;
  readonly orderId: string | null;
  readonly total: number;
}

export interface StoredJob {
  readonly jobId: string;
  readonly ticketId: string;
  readonly state: string;
  readonly settled: boolean;
}

export interface KioskView {
  readonly machine: string;
  isUp(): boolean;
  /** Nobody's affair is on its screen, and it answers. */
  isFree(): boolean;
  wasRestored(): boolean;
  outboxWaiting(): readonly string[];
  sales(): readonly StoredSale[];
  jobs(): readonly StoredJob[];
  /** Sales that were written down although its disk had been short for longer than the program may take to notice. */
  begunWithoutRoom(): number;
  /** It would sell, and its ballast is kept. */
  hasRoomAgain(): boolean;
  /** Payments at its terminal that it has told a person of. */
  leftToPerson(): readonly string[];
}

/** What the box office has committed. */
export interface OfficeBooks {
  readonly orders: ReadonlyMap<string, OrderRecord>;
  readonly attempts: ReadonlyMap<string, AttemptRecord>;
  /** Attempts by the number under which the provider knows them. */
  readonly numbers: ReadonlyMap<string, AttemptRecord>;
  readonly tickets: ReadonlyMap<string, TicketRecord>;
  readonly holds: ReadonlyMap<string, HoldRecord>;
  /** By show and seat. */
  readonly seats: ReadonlyMap<string, TakenSeat>;
  /** What was taken from members and given back to them, in its order. */
  readonly memberEntries: readonly MemberEntry[];
}

export interface KeptEvent {
  readonly machine: string;
  readonly epoch: string;
  readonly lane: string;
  readonly seq: number;
  readonly id: string;
  readonly disposition: string;
  readonly text: string;
}

export interface LobbyView {
  readonly plan: LobbyPlan;
  now(): number;
  readonly kiosks: readonly KioskView[];
  readonly books: OfficeBooks;
  /** All events that the box office has, in the order in which they came. Complete at the end only. */
  kept(): readonly KeptEvent[];
  charges(): readonly Charge[];
  charge(merchantOrder: string): Charge | undefined;
  /** What the provider has for the attempt that paid this order. */
  chargeOf(order: OrderRecord): Charge | undefined;
  papers(): readonly Paper[];
  /**
   * A payment at a card terminal that only a person can end: the kiosk has said so (a booking that the terminal does not turn back, or turned back by itself), or
   * the terminal's newest booking cannot be told from it, because the disk that knew is lost or the kiosk's clock is wrong (E-TRM-OTHER-BOOKING).
   */
  isLeftToPerson(attemptKey: string): boolean;
}

export interface LobbyChecker {
  readonly name: string;
  /** The sentence that it proves. */
  readonly promise: string;
  /** A kiosk has committed an event. */
  committed?(event: CommittedEvent): void;
  restored?(machine: string): void;
  /** The box office has committed something. `freed`: holds whose seats were given free by it. */
  office?(freed: readonly string[]): void;
  paper?(paper: Paper): void;
  minute?(sinceHeal: number): void;
  finished?(): void;
}

export interface LobbyCheckerContext {
  readonly world: LobbyView;
  broken(how: string): void;
}
