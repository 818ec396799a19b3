import { createProgramme } from '#agent/box-office/programme/built-in-programme.ts';
import { addDays, businessDayOf } from '#core/base/business-day.ts';
import { type Instant, instant, toIso } from '#core/base/time.ts';
import type { PlannedShow } from '#core/box-office/programme-source.ts';
import type { Programme, SeatPlan, Show, ShowSeats } from '#core/contract/box-office/programme.ts';
import { MachineId, OrderId, PickUpCode, type SeatId, TicketId } from '#core/contract/identifiers.ts';
import type { Flow, SessionOrder } from '#core/contract/local/kiosk.ts';
import type { CallValue } from '../../../kiosk-ui/agent/call.ts';

/** The built-in cinema as an agent would answer about it: for looking at the screens, and for testing their models, without a box office. */

const source = createProgramme();
const { site } = source;

export const FLOWS: readonly Flow[] = (['buy', 'collect', 'scan', 'print', 'check'] as const).map((name) => ({ name, available: true, lost: [] }));

export const LOBBY: CallValue<'readLobby'> = {
  site,
  machine: MachineId.parse('kiosk-01'),
  roles: ['kiosk'],
  lanes: [],
  simulated: true,
  flows: [...FLOWS],
  pixelsPerMm: 4.03,
};

function planOf(show: PlannedShow): SeatPlan {
  const plan = source.plans.find((candidate) => candidate.screenId === show.screenId);
  if (!plan) throw new Error(`no plan for screen ${show.screenId}`);
  return plan;
}

/** One letter a seat, as the crowd of the built-in cinema leaves them. */
function statesOf(show: PlannedShow): string {
  const withheld = new Map(source.withheld(show).map(({ seatId, state }) => [seatId, state]));
  return planOf(show)
    .seats.map((seat) => withheld.get(seat.id) ?? 'F')
    .join('');
}

function publish(show: PlannedShow, now: Instant): Show {
  const states = statesOf(show);
  return {
    ...show,
    prices: [...show.prices],
    seatsTotal: states.length,
    seatsLeft: [...states].filter((state) => state === 'F').length,
    status: Date.parse(show.saleEndsAt) <= now ? 'sale-ended' : 'on-sale',
  };
}

export function programmeAt(now: Instant): Programme {
  const today = businessDayOf(now, site.timeZone);
  const days = Array.from({ length: 7 }, (_, index) => addDays(today, index));
  const shows = days.flatMap((day) => source.showsOn(day)).map((show) => publish(show, now));
  return { days, films: [...source.films], shows: shows.sort((a, b) => a.startsAt.localeCompare(b.startsAt)) };
}

export function showSeats(show: Show): ShowSeats {
  const film = source.films.find((candidate) => candidate.id === show.filmId);
  if (!film) throw new Error(`no film ${show.filmId}`);
  return { show, film, plan: planOf(show), picture: { showId: show.id, version: 1, states: statesOf(show) } };
}

/** An order for these seats, adults all of them. */
export function orderFor(seats: ShowSeats, chosen: readonly SeatId[], now: Instant): SessionOrder {
  const lines = chosen.flatMap((seatId, index) => {
    const seat = seats.plan.seats.find((candidate) => candidate.id === seatId);
    const price = seats.show.prices.find((candidate) => candidate.zone === seat?.zone && candidate.ticketType === 'adult');
    if (!seat || !price) return [];
    return [
      {
        seatId,
        row: seat.row,
        number: seat.number,
        ticketType: price.ticketType,
        price: price.price,
        fee: price.fee,
        ticketId: TicketId.parse(`360907020000000${index}`),
      },
    ];
  });
  return {
    orderId: OrderId.parse('K01-261122-00482'),
    status: 'unpaid',
    film: seats.film.title,
    screenName: seats.show.screenName,
    startsAt: seats.show.startsAt,
    showId: seats.show.id,
    lines,
    total: { minor: lines.reduce((sum, line) => sum + line.price.minor + line.fee.minor, 0), currency: site.currency },
    holdUntil: toIso(instant(now + 600_000)),
    pickUpCode: PickUpCode.parse('482917305662'),
  };
}
