import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Monotonic } from '#core/base/time.ts';
import { type Duration, milliseconds, seconds } from '#core/base/time.ts';
import type { Film, PlanSeat, SeatPicture, SeatPlan, Show, TicketTypeId } from '#core/contract/box-office/programme.ts';
import type { SeatId, ShowId } from '#core/contract/identifiers.ts';
import { bestAvailable } from '#core/seating/best-available.ts';
import { selectSeat } from '#core/seating/couple-seats.ts';
import { judgeSelection, relaxesSingleGap } from '#core/seating/single-gap.ts';
import type { Agent } from '../../agent/agent.ts';
import type { CallRefusal } from '../../agent/call.ts';
import { type Amount, type ChosenLine, ordinaryPrice, priceOf, totalOf, typesIn } from './prices.ts';

/** What the seat screen has to say about the last wish. Each is one banner with at most one button that puts it right. */
export type SeatNotice =
  | { readonly kind: 'gap'; readonly seats: readonly SeatId[]; readonly offer: readonly SeatId[] }
  | { readonly kind: 'lost'; readonly seats: readonly SeatId[]; readonly offer: readonly SeatId[] }
  | { readonly kind: 'couple'; readonly offer: readonly SeatId[] }
  | { readonly kind: 'limit'; readonly limit: number }
  | { readonly kind: 'none-left'; readonly count: number }
  | { readonly kind: 'price'; readonly from: Amount; readonly to: Amount }
  | { readonly kind: 'hold-gone' }
  | { readonly kind: 'sale-ended' }
  | { readonly kind: 'unavailable' };

/** A show and the room it is in: what stays the same while seats come and go. */
export interface House {
  readonly show: Show;
  readonly film: Film;
  readonly plan: SeatPlan;
}

export type ConfirmRefusal = CallRefusal<'confirmSeats'>;

/** The picture of the seats is asked for this often while it is shown. */
export const REFRESH_EVERY = seconds(8);
/** A picture older than this is drawn as doubtful. */
export const STALE_AFTER = seconds(20);

export interface SeatChoice {
  readonly house: ReadonlySignal<House | undefined>;
  readonly picture: ReadonlySignal<SeatPicture | undefined>;
  /** The seats could not be read at all. */
  readonly unreadable: ReadonlySignal<boolean>;
  readonly stale: ReadonlySignal<boolean>;
  readonly selected: ReadonlySignal<readonly SeatId[]>;
  readonly lines: ReadonlySignal<readonly ChosenLine[]>;
  readonly total: ReadonlySignal<Amount | undefined>;
  readonly notice: Signal<SeatNotice | undefined>;
  open(showId: ShowId): Promise<void>;
  /** To be called every second while the map is shown. */
  tick(): void;
  tap(seatId: SeatId): void;
  pick(count: number): void;
  take(seats: readonly SeatId[]): void;
  setType(seatId: SeatId, ticketType: TicketTypeId): void;
  /** The single-gap rule on what is chosen now; false leaves a notice with the way out. */
  judge(): boolean;
  /** The box office said no: keeps what is still free and says what to do. Returns whether the map has to be shown for it. */
  refused(refusal: ConfirmRefusal): boolean;
  clear(): void;
}

interface Surroundings {
  readonly agent: Agent;
  /** Most seats in one order. */
  readonly limit: () => number;
}

export function createSeatChoice({ agent, limit }: Surroundings): SeatChoice {
  const house = signal<House | undefined>(undefined);
  const picture = signal<SeatPicture | undefined>(undefined);
  const unreadable = signal(false);
  const readAt = signal<Monotonic | undefined>(undefined);
  const askedAt = signal<Monotonic | undefined>(undefined);
  const stale = signal(false);
  const selected = signal<readonly SeatId[]>([]);
  const types = signal<ReadonlyMap<SeatId, TicketTypeId>>(new Map());
  const notice = signal<SeatNotice | undefined>(undefined);

  const lines = computed(() => (house.value ? linesOf(house.value, selected.value, types.value) : []));
  const total = computed(() => totalOf(lines.value));

  const isFree = (seatId: SeatId): boolean => {
    const index = house.value?.plan.seats.findIndex((seat) => seat.id === seatId) ?? -1;
    return index >= 0 && picture.value?.states[index] === 'F';
  };

  /** Seats that went while they were only chosen are told by name; those that stayed stay. */
  const adopt = (fresh: SeatPicture): void => {
    const known = picture.value;
    if (known && known.showId === fresh.showId && fresh.version < known.version) return;
    picture.value = fresh;
    stale.value = false;
    readAt.value = agent.clock.monotonic();
    const gone = selected.value.filter((seatId) => !isFree(seatId));
    const plan = house.value?.plan;
    if (gone.length === 0 || !plan) return;
    const offer = bestAvailable(plan, fresh.states, selected.value.length, { near: selected.value });
    selected.value = selected.value.filter((seatId) => !gone.includes(seatId));
    notice.value = { kind: 'lost', seats: gone, offer };
  };

  const read = async (showId: ShowId): Promise<void> => {
    askedAt.value = agent.clock.monotonic();
    const answer = await agent.call('readShowSeats', { params: { showId } });
    // Meanwhile the guest may have gone to another show, or gone altogether.
    if (askedShow !== showId) return;
    if (answer.kind === 'done') {
      const { show, film, plan, picture: fresh } = answer.value;
      const known = house.value;
      // The plan does not change while it is shown: keeping the object keeps the map's elements.
      house.value = { show, film, plan: known?.show.id === showId ? known.plan : plan };
      unreadable.value = false;
      adopt(fresh);
    } else if (!house.value) {
      unreadable.value = true;
    }
  };

  let askedShow: ShowId | undefined;

  const take = (seats: readonly SeatId[]): void => {
    selected.value = seats.filter(isFree);
    notice.value = undefined;
  };

  return {
    house,
    picture,
    unreadable,
    stale,
    selected,
    lines,
    total,
    notice,
    take,
    async open(showId) {
      if (askedShow !== showId) {
        house.value = undefined;
        picture.value = undefined;
        selected.value = [];
        types.value = new Map();
        notice.value = undefined;
      }
      askedShow = showId;
      unreadable.value = false;
      await read(showId);
    },
    tick() {
      const now = agent.clock.monotonic();
      if (readAt.value !== undefined) stale.value = now - readAt.value >= STALE_AFTER;
      if (askedShow !== undefined && askedAt.value !== undefined && now - askedAt.value >= REFRESH_EVERY) void read(askedShow);
    },
    tap(seatId) {
      const plan = house.value?.plan;
      if (!plan) return;
      const after = selectSeat(plan, selected.value, seatId);
      const added = after.filter((id) => !selected.value.includes(id));
      if (!added.every(isFree)) return;
      if (after.length > limit() && added.length > 0) {
        notice.value = { kind: 'limit', limit: limit() };
        return;
      }
      selected.value = after;
      notice.value = undefined;
    },
    pick(count) {
      const plan = house.value?.plan;
      const states = picture.value?.states;
      if (!plan || states === undefined) return;
      const seats = bestAvailable(plan, states, count);
      if (seats.length === count) take(seats);
      else notice.value = { kind: 'none-left', count };
    },
    setType(seatId, ticketType) {
      types.value = new Map(types.value).set(seatId, ticketType);
    },
    judge() {
      const states = picture.value?.states;
      if (!house.value || states === undefined) return false;
      const verdict = judgeSelection(house.value.plan, states, selected.value, {
        relaxed: relaxesSingleGap(states, untilStart(house.value.show, agent)),
      });
      if (verdict.allowed) return true;
      notice.value = { kind: 'gap', seats: verdict.stranded, offer: verdict.fix };
      return false;
    },
    refused(refusal) {
      switch (refusal.code) {
        case 'seats-lost':
          adopt(refusal.picture);
          selected.value = selected.value.filter((seatId) => !refusal.lost.includes(seatId));
          notice.value = { kind: 'lost', seats: refusal.lost, offer: refusal.offer };
          return true;
        case 'single-gap':
          adopt(refusal.picture);
          notice.value = { kind: 'gap', seats: refusal.stranded, offer: refusal.offer };
          return true;
        case 'couple-split':
          adopt(refusal.picture);
          notice.value = { kind: 'couple', offer: refusal.offer };
          return true;
        case 'too-many-seats':
          notice.value = { kind: 'limit', limit: refusal.limit };
          return true;
        case 'price-changed':
          notice.value = { kind: 'price', from: total.value ?? refusal.total, to: refusal.total };
          if (askedShow !== undefined) void read(askedShow);
          return false;
        case 'sale-ended':
          notice.value = { kind: 'sale-ended' };
          return false;
        case 'hold-gone':
        case 'lines-differ-from-hold':
        case 'no-such-seat':
          notice.value = { kind: 'hold-gone' };
          if (askedShow !== undefined) void read(askedShow);
          return true;
        case 'unavailable':
          notice.value = { kind: 'unavailable' };
          return false;
        case 'not-now':
          return false;
      }
    },
    clear() {
      askedShow = undefined;
      house.value = undefined;
      picture.value = undefined;
      readAt.value = undefined;
      askedAt.value = undefined;
      stale.value = false;
      unreadable.value = false;
      selected.value = [];
      types.value = new Map();
      notice.value = undefined;
    },
  };
}

function untilStart(show: Show, agent: Agent): Duration {
  return milliseconds(Date.parse(show.startsAt) - agent.clock.wall());
}

function linesOf({ plan, show }: House, selected: readonly SeatId[], types: ReadonlyMap<SeatId, TicketTypeId>): ChosenLine[] {
  return selected.flatMap((seatId) => {
    const seat = plan.seats.find((candidate) => candidate.id === seatId);
    if (!seat) return [];
    const wanted = types.get(seatId);
    const price = (wanted && priceOf(show, seat.zone, wanted)) ?? ordinaryPrice(show, seat.zone);
    return price ? [{ seat, ticketType: price.ticketType, price }] : [];
  });
}

/** The seats of a plan by id, in the given order: for naming them. */
export function seatsOf(plan: SeatPlan, ids: readonly SeatId[]): PlanSeat[] {
  return ids.flatMap((id) => plan.seats.filter((seat) => seat.id === id));
}

export function hasTypesToChoose(house: House, lines: readonly ChosenLine[]): boolean {
  return lines.some((line) => typesIn(house.show, line.seat.zone).length > 1);
}
