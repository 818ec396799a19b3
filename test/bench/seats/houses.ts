import type { PlanSeat, ShowSeats } from '#core/contract/box-office/programme.ts';
import { SeatId } from '#core/contract/identifiers.ts';
import { localApi } from '#core/contract/local/api.ts';
import { createScreensClient, mustAnswer } from '#test/support/screens-client.ts';

/** The largest hall of the built-in cinema, with all its seats free. */
export async function largestHouse(screens: string): Promise<ShowSeats> {
  const client = createScreensClient(screens);
  const { shows } = await mustAnswer(client, localApi.readProgramme);
  const show = shows.filter(({ status }) => status === 'on-sale').reduce((a, b) => (b.seatsTotal > a.seatsTotal ? b : a));
  const house = await mustAnswer(client, localApi.readShowSeats, { params: { showId: show.id } });
  return withStates(house, house.plan.seats);
}

const ROWS = 24;
const SEATS_A_ROW = 25;

/** The same show in a hall of 24 rows of 25 seats with an aisle in the middle. */
export function hallOf600(house: ShowSeats): ShowSeats {
  const zone = house.plan.zones[0]?.id ?? '';
  const seats: PlanSeat[] = [];
  for (let y = 0; y < ROWS; y++) {
    for (let place = 0; place < SEATS_A_ROW; place++) {
      const x = place < 12 ? place : place + 1;
      seats.push({ id: SeatId.parse(`${y + 1}-${place + 1}`), row: `${y + 1}`, number: `${place + 1}`, x, y, zone, kind: 'standard' });
    }
  }
  const plan = { ...house.plan, width: SEATS_A_ROW + 1, height: ROWS, focalPoint: { x: 13, y: 15 }, seats };
  return withStates({ ...house, plan }, seats);
}

/** Every fifth seat is sold, as on an ordinary evening. */
function withStates(house: ShowSeats, seats: readonly PlanSeat[]): ShowSeats {
  return { ...house, picture: { ...house.picture, states: seats.map((_, index) => (index % 5 === 4 ? 'S' : 'F')).join('') } };
}

/** The answer of the agent for whichever show the guest chose. */
export function answerFor({ show, picture, ...rest }: ShowSeats, showId: string): string {
  return JSON.stringify({ ...rest, show: { ...show, id: showId }, picture: { ...picture, showId } });
}
