import { describe, expect, it } from 'vitest';
import { createProgramme } from '#agent/box-office/programme/built-in-programme.ts';
import { planFromDrawing } from '#agent/box-office/programme/plan-drawing.ts';
import type { SeatPlan } from '#core/contract/box-office/programme.ts';
import { coupleHalf } from '#core/seating/couple-seats.ts';

const { plans } = createProgramme();
const each = plans.map((plan) => [plan.name.en, plan] as const);

function at(plan: SeatPlan, x: number, y: number) {
  return plan.seats.find((seat) => seat.x === x && seat.y === y);
}

describe('the seat plans', () => {
  it.each(each)('%s has every seat once, at a place of its own within the grid', (_, plan) => {
    expect(new Set(plan.seats.map((seat) => seat.id)).size).toBe(plan.seats.length);
    expect(new Set(plan.seats.map((seat) => `${seat.x} ${seat.y}`)).size).toBe(plan.seats.length);
    for (const seat of plan.seats) {
      expect(seat.x).toBeLessThan(plan.width);
      expect(seat.y).toBeLessThan(plan.height);
      expect(plan.zones.map((zone) => zone.id)).toContain(seat.zone);
    }
  });

  it.each(each)('%s has its couple seats in whole pairs and a companion beside every wheelchair', (_, plan) => {
    for (const seat of plan.seats) {
      if (seat.kind === 'couple-left' || seat.kind === 'couple-right') {
        const half = coupleHalf(plan, seat.id);
        expect(half).toBeDefined();
        expect(half === undefined ? undefined : coupleHalf(plan, half)).toBe(seat.id);
      }
      const beside = [at(plan, seat.x - 1, seat.y)?.kind, at(plan, seat.x + 1, seat.y)?.kind];
      if (seat.kind === 'wheelchair') expect(beside).toContain('companion');
      if (seat.kind === 'companion') expect(beside).toContain('wheelchair');
    }
    expect(plan.seats.length).toBeGreaterThan(0);
  });

  it.each(each)('%s has seat numbers that run one way and are never used twice in a row', (_, plan) => {
    for (const label of new Set(plan.seats.map((seat) => seat.row))) {
      const row = plan.seats.filter((seat) => seat.row === label);
      const numbers = row.sort((a, b) => a.x - b.x).map((seat) => Number(seat.number));
      const rising = [...numbers].sort((a, b) => a - b);
      expect([rising, [...rising].reverse()]).toContainEqual(numbers);
      expect(new Set(row.map((seat) => seat.y)).size).toBe(1);
    }
  });

  it('are of every size: one below 60, several of 120 to 180, one of 300 and more', () => {
    const sizes = plans.map((plan) => plan.seats.length);
    expect(sizes.filter((size) => size < 60).length).toBeGreaterThanOrEqual(1);
    expect(sizes.filter((size) => size >= 120 && size <= 180).length).toBeGreaterThanOrEqual(3);
    expect(sizes.filter((size) => size >= 300)).toHaveLength(1);
    expect(sizes.length).toBeGreaterThanOrEqual(5);
  });

  it('show what a map has to cope with: skipped labels, labels from the right, aisles, every zone and kind', () => {
    const [imax, laser, dolby] = plans;
    const rows = new Set(imax?.seats.map((seat) => seat.row));
    expect([rows.has('3'), rows.has('4'), rows.has('5'), rows.has('13')]).toEqual([true, false, true, false]);
    expect(laser?.seats.slice(0, 2).map((seat) => Number(seat.number))).toEqual([12, 11]);
    expect(dolby?.seats.some((seat) => ['4', '13', '14'].includes(seat.number))).toBe(false);
    expect(imax?.zones.map((zone) => zone.id)).toEqual(['front', 'standard', 'premium', 'couple']);
    expect(new Set(imax?.seats.map((seat) => seat.kind))).toEqual(new Set(['standard', 'couple-left', 'couple-right', 'wheelchair', 'companion']));
    const firstRow = imax?.seats.filter((seat) => seat.y === 1).map((seat) => seat.x) ?? [];
    expect(firstRow.filter((x, index) => index > 0 && x - (firstRow[index - 1] ?? 0) > 1)).toHaveLength(2);
  });

  it('refuse a drawing that names a seat which it does not have', () => {
    const drawing = {
      screenId: '9',
      name: { zh: '九', en: 'Nine' },
      rows: ['ss'],
      rowLabels: { style: 'numbers' },
      seatLabels: { from: 'left' },
      broken: ['1-3'],
    } as const;
    expect(() => planFromDrawing(drawing)).toThrow('screen 9 has no seat 1-3');
    expect(() => planFromDrawing({ ...drawing, rows: ['sq'] })).toThrow('no letter q');
  });
});
