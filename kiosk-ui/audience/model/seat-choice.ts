import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { type Duration, milliseconds } from '#core/base/time.ts';
import type { PlanSeat, SeatPicture, SeatPlan, Show, TicketTypeId } from '#core/contract/box-office/programme.ts';
import type { SeatId, ShowId } from '#core/contract/identifiers.ts';
import { bestAvailable } from '#core/seating/best-available.ts';
import { selectSeat } from '#core/seating/couple-seats.ts';
import { judgeSelection, relaxesSingleGap } from '#core/seating/single-gap.ts';
import type { Agent } from '../../agent/agent.ts';
import { type Amount, type ChosenLine, ordinaryPrice, priceOf, totalOf } from './prices.ts';
import { createSeatFeed, type House } from './seat-feed.ts';
import { type ConfirmRefusal, meaningOf, type SeatNotice } from './seat-refusal.ts';

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
  const selected = signal<readonly SeatId[]>([]);
  const types = signal<ReadonlyMap<SeatId, TicketTypeId>>(new Map());
  const notice = signal<SeatNotice | undefined>(undefined);

  /** Seats that went while they were only chosen are told by name; those that stayed stay. */
  const loseTaken = (fresh: SeatPicture): void => {
    const gone = selected.value.filter((seatId) => !isFree(seatId));
    const plan = house.value?.plan;
    if (gone.length === 0 || !plan) return;
    const offer = bestAvailable(plan, fresh.states, selected.value.length, { near: selected.value });
    selected.value = selected.value.filter((seatId) => !gone.includes(seatId));
    notice.value = { kind: 'lost', seats: gone, offer };
  };

  const feed = createSeatFeed(agent, loseTaken);
  const { house, picture, unreadable, stale } = feed;

  const lines = computed(() => (house.value ? linesOf(house.value, selected.value, types.value) : []));
  const total = computed(() => totalOf(lines.value));

  const isFree = (seatId: SeatId): boolean => {
    const index = house.value?.plan.seats.findIndex((seat) => seat.id === seatId) ?? -1;
    return index >= 0 && picture.value?.states[index] === 'F';
  };

  const forgetChoice = (): void => {
    selected.value = [];
    types.value = new Map();
    notice.value = undefined;
  };

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
      if (!feed.follows(showId)) forgetChoice();
      await feed.follow(showId);
    },
    tick: feed.tick,
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
      const meaning = meaningOf(refusal, total.value);
      if (meaning.picture) feed.adopt(meaning.picture);
      selected.value = selected.value.filter((seatId) => !meaning.lost.includes(seatId));
      notice.value = meaning.notice;
      if (meaning.readAgain) feed.readAgain();
      return meaning.onMap;
    },
    clear() {
      feed.forget();
      forgetChoice();
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
