import { expect } from 'vitest';
import { parseBusinessDay } from '#core/base/business-day.ts';
import { instant } from '#core/base/time.ts';
import type { HoldRecord, OrderRecord, ShowRecord, TakenSeat } from '#core/box-office/records.ts';
import { IdempotencyKey, MachineId, OrderId, PickUpCode, SeatId, ShowId } from '#core/contract/identifiers.ts';
import { smallCinema } from '#test/edge-agent/box-office/small-cinema.ts';

/** Records of a small cinema, to be kept by a store. */
export const AT = instant(Date.UTC(2026, 9, 31, 11));
export const DAY = parseBusinessDay('2026-10-31') ?? expect.unreachable('a date');
export const SHOWS: readonly ShowRecord[] = smallCinema(AT)
  .showsOn(DAY)
  .map((show) => ({ show, pictureVersion: 0 }));
export const SHOW = ShowId.parse('100');
export const MACHINE = MachineId.parse('kiosk-1');
export const seatId = (text: string): SeatId => SeatId.parse(text);
export const key = (text: string): IdempotencyKey => IdempotencyKey.parse(text.padEnd(8, '-'));

export const held = (holdId: string, ...ids: readonly string[]): TakenSeat[] =>
  ids.map((id) => ({ showId: SHOW, seatId: seatId(id), state: 'H', holdId }));

export function holdRecord(id: string, changes: Partial<HoldRecord> = {}): HoldRecord {
  return { id, key: key(id), digest: 'd', token: 1, showId: SHOW, seats: [seatId('1_1')], machine: MACHINE, until: AT, status: 'held', ...changes };
}

export function orderRecord(number: number, changes: Partial<OrderRecord> = {}): OrderRecord {
  return {
    id: OrderId.parse(`261031-${number}`),
    key: key(`order-${number}`),
    digest: 'd',
    holdId: `H${number}`,
    showId: SHOW,
    machine: MACHINE,
    status: 'unpaid',
    lines: [],
    total: { minor: 100, currency: 'CNY' },
    createdAt: AT,
    holdUntil: AT,
    pickUpCode: PickUpCode.parse(String(100_000_000_000 + number)),
    givenUp: false,
    ...changes,
  };
}
