import { expect, it } from 'vitest';
import { silentLog } from '#agent/runtime/log.ts';
import { createRestoredDisk } from '#agent/site/restored-disk.ts';
import { FaultError } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { instant } from '#core/base/time.ts';
import type { EventId, LaneId, MachineId, TicketId } from '#core/contract/identifiers.ts';
import type { SiteRow } from '#core/contract/wire/site.ts';

const HERE = 'gate-a' as MachineId;
const OTHER = 'gate-b' as MachineId;
const NOW = instant(1_793_000_000_000);
const ORIGIN = { machine: HERE, epoch: '0011223344556677' };

const row = (change: Partial<SiteRow> = {}): SiteRow => ({
  ...{ ...ORIGIN, n: 8, rev: 0, scanId: '01ARZ3NDEKTSV4RRFFQ69G1001' as EventId, ticketId: '3609070200000001' as TicketId, showId: null },
  ...{ lane: 'lane-1' as LaneId, direction: 'entry', at: NOW - 60_000, outcome: null, admits: 1, reentry: false, clockErrorMs: 20 },
  ...{ dataVersion: 1, dataAgeSeconds: 1, confirmation: 'confirmed', step: null, override: null },
  ...change,
});

function disk() {
  const state = { through: 5, isFull: false, begun: 0 };
  const restored = createRestoredDisk({
    machine: HERE,
    rows: {
      through: () => state.through,
      beginAgain: () => {
        if (state.isFull) throw new FaultError({ code: 'E-STO-FULL', owner: 'store', message: 'full' });
        state.begun += 1;
      },
    },
    now: () => NOW,
    log: silentLog,
  });
  return { state, restored };
}

it('is restoring from the moment that another knows more until it knows as much', () => {
  const { state, restored } = disk();
  restored.compare([
    { ...ORIGIN, through: 5 },
    { ...ORIGIN, machine: OTHER, through: 900 },
  ]);
  expect(restored.isRestoring()).toBe(false);
  restored.compare([{ ...ORIGIN, through: 9 }]);
  state.through = 8;
  restored.settle();
  expect(restored.isRestoring()).toBe(true);
  state.through = 9;
  restored.settle();
  expect(restored.isRestoring()).toBe(false);
});

it('begins a new epoch once, for a row of its own that it has not known', () => {
  const { state, restored } = disk();
  restored.examine(OTHER, [row({ n: 5 }), row({ machine: OTHER })]);
  expect(state.begun).toBe(0);
  restored.examine(OTHER, [row()]);
  restored.examine(OTHER, [row({ n: 9 })]);
  restored.tick();
  expect(state.begun).toBe(1);
});

it('tries again after a full disk', () => {
  const { state, restored } = disk();
  state.isFull = true;
  restored.examine(OTHER, [row()]);
  restored.tick();
  expect(state.begun).toBe(0);
  state.isFull = false;
  restored.tick();
  expect(state.begun).toBe(1);
});

it('takes no row for a proof that is old enough to have been pruned here', () => {
  const { state, restored } = disk();
  restored.examine(OTHER, [row({ at: NOW - LIMITS.site.rowsKept - 1 })]);
  expect(state.begun).toBe(0);
});
