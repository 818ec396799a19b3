import { assert } from '#core/base/fault.ts';
import type { Duration } from '#core/base/time.ts';
import { orderView } from '#core/box-office/order-view.ts';
import { type PlannedShow, type ProgrammeSource, planOf } from '#core/box-office/programme-source.ts';
import type { OrderRecord, ShowRecord } from '#core/box-office/records.ts';
import type { Film, SeatPlan } from '#core/contract/box-office/programme.ts';
import type { Order } from '#core/contract/box-office/sales.ts';
import type { ShowId } from '#core/contract/identifiers.ts';
import type { Random } from '#core/ports/clock.ts';
import type { Log } from '../runtime/log.ts';
import type { PinCrypto } from '../staff/pin.ts';
import type { ProviderList } from './payments/provider-list.ts';
import { RequestProblem } from './request-problem.ts';
import type { RunUnit, Unit } from './unit-of-work.ts';
import type { BoxOfficeKeys } from './validity/keys.ts';

/** What every operation of the box office works with. */
export interface Office {
  readonly run: RunUnit;
  readonly programme: ProgrammeSource;
  readonly random: Random;
  readonly keys: BoxOfficeKeys;
  readonly log: Log;
  readonly providers: ProviderList;
  /** How long seats are kept for a guest who has not paid. */
  readonly holdFor: Duration;
  /** Of members' cards. */
  readonly pins: Pick<PinCrypto, 'derive'>;
}

/** @throws InvariantError when the programme has shows of films that it does not have */
export function filmOf(office: Office, show: PlannedShow): Film {
  const film = office.programme.films.find(({ id }) => id === show.filmId);
  assert(film !== undefined, `show ${show.id} is of film ${show.filmId}, which the programme does not have`);
  return film;
}

export function planOfShow(office: Office, show: PlannedShow): SeatPlan {
  const plan = planOf(office.programme, show.screenId);
  assert(plan !== undefined, `show ${show.id} is on screen ${show.screenId}, which has no plan`);
  return plan;
}

/** @throws RequestProblem 404 */
export async function knownShow(unit: Unit, showId: ShowId): Promise<ShowRecord> {
  const record = await unit.tx.shows.find(showId);
  if (record === undefined) throw new RequestProblem(404, 'not-found', `There is no show ${showId}.`);
  return record;
}

/** @throws RequestProblem 404 */
export async function knownOrder(unit: Unit, orderId: OrderRecord['id']): Promise<OrderRecord> {
  const order = await unit.tx.orders.find(orderId);
  if (order === undefined) throw new RequestProblem(404, 'not-found', 'There is no such order.');
  return order;
}

export async function viewOrder(unit: Unit, order: OrderRecord): Promise<Order> {
  return orderView(order, await unit.tx.tickets.ofOrder(order.id), await unit.tx.attempts.ofOrder(order.id));
}
