import { err, ok, type Result } from '#core/base/result.ts';
import { plus } from '#core/base/time.ts';
import { judgeHold, lostRefusal } from '#core/box-office/judge-hold.ts';
import { newReference } from '#core/box-office/numbers.ts';
import { holdView } from '#core/box-office/order-view.ts';
import type { HoldRecord, ShowRecord } from '#core/box-office/records.ts';
import { seatStates } from '#core/box-office/seat-states.ts';
import type { SeatPicture } from '#core/contract/box-office/programme.ts';
import type { Hold, HoldRefusal, HoldRequest } from '#core/contract/box-office/sales.ts';
import type { MachineId } from '#core/contract/identifiers.ts';
import { knownShow, type Office, planOfShow } from '../office.ts';
import type { Unit } from '../unit-of-work.ts';
import { digestOf, refuseOtherWish } from './digest.ts';
import { cancelUnpaid, expireLapsed, releaseSeats } from './release.ts';

export async function pictureOf(unit: Unit, office: Office, record: ShowRecord): Promise<SeatPicture> {
  const taken = await unit.tx.seats.ofShow(record.show.id);
  return { showId: record.show.id, version: record.pictureVersion, states: seatStates(planOfShow(office, record.show), taken) };
}

/** Keeps seats for one guest: all of them or none, until the hold ends. */
export function holdSeats(office: Office, request: HoldRequest): Promise<Result<Hold, HoldRefusal>> {
  return office.run(async (unit) => {
    const digest = digestOf(request);
    const known = await unit.tx.holds.findByKey(request.holdKey);
    if (known !== undefined) {
      refuseOtherWish(known, digest, 'hold key');
      return ok(holdView(known));
    }
    await expireLapsed(unit);
    const record = await knownShow(unit, request.showId);
    const seats = [...new Set(request.seats)];
    const plan = planOfShow(office, record.show);
    const picture = await pictureOf(unit, office, record);
    const { seatsPerOrder } = office.programme.site;
    const refusal = judgeHold({ show: record.show, plan, picture, seats, seatsPerOrder, now: unit.now });
    if (refusal !== undefined) return err(refusal);
    const hold: HoldRecord = {
      id: newReference(office.random, 'H'),
      key: request.holdKey,
      digest,
      token: await unit.tx.counters.next('hold-token'),
      showId: request.showId,
      seats,
      machine: request.machine,
      until: plus(unit.now, office.holdFor),
      status: 'held',
    };
    // The picture was read in the same transaction, but it is this write that decides.
    const lost = await unit.tx.seats.take(seats.map((seatId) => ({ showId: request.showId, seatId, state: 'H', holdId: hold.id })));
    if (lost.length > 0) return err(lostRefusal(plan, picture, seats, lost));
    await unit.tx.holds.put(hold);
    await unit.tx.shows.touch(request.showId);
    return ok(holdView(hold));
  });
}

/**
 * Frees the seats of this very hold, and of no newer one. A machine that has not heard of the order that the hold became gives that up with it, as long as
 * nobody has begun to pay. Everything else is left alone, which is an answer and no error.
 */
export function releaseHold(office: Office, holdId: string, token: number, machine: MachineId): Promise<{ released: boolean }> {
  return office.run(async (unit) => {
    const hold = await unit.tx.holds.find(holdId);
    if (hold === undefined || hold.token !== token || hold.machine !== machine) return { released: false };
    if (hold.status === 'held') {
      await releaseSeats(unit, hold, 'released');
      return { released: true };
    }
    const order = hold.status === 'ordered' && hold.orderId !== undefined ? await unit.tx.orders.find(hold.orderId) : undefined;
    if (order?.status !== 'unpaid') return { released: false };
    await cancelUnpaid(unit, order);
    return { released: true };
  });
}
