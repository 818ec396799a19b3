import { expect, onTestFinished, test } from 'vitest';
import { createDayCounts } from '#agent/lanes/lane-counts.ts';
import { openLedger } from '#agent/ledger/ledger.ts';
import { type Instant, instant } from '#core/base/time.ts';
import type { EventId, LaneId, TicketId } from '#core/contract/identifiers.ts';
import type { GateView } from '#core/contract/local/live.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';
import { testRandom } from '../validity/scratch-ledger.ts';

const LANE = 'lane-1' as LaneId;
/** Six in the morning of 31 October 2026 in Shanghai. */
const MORNING = Date.UTC(2026, 9, 30, 22);

test('the day is counted from its first millisecond on, wherever in the outbox its events stand, and nothing older is', () => {
  let wall: Instant = instant(MORNING);
  const time = createVirtualTime();
  const ledger = openLedger(':memory:', { clock: { ...time.clock, wall: () => wall }, random: testRandom, boot: 'boot-1' });
  onTestFinished(() => ledger.close());
  const admit = (at: number): void => {
    wall = instant(at);
    ledger.transaction(() =>
      ledger.append({
        t: 'scan',
        d: {
          ...{ scanId: '01ARZ3NDEKTSV4RRFFQ69G5FAV' as EventId, lane: LANE, direction: 'entry', verdict: 'admit', reasons: [] },
          ...{ ticketId: '3609070200000001' as TicketId, codeHash: 'abcdef', dataVersion: 1, dataAgeSeconds: 3, clockErrorMs: 20 },
          ...{ offline: false, confirmation: 'alone' },
        },
      }),
    );
  };
  // The clock was wrong for a while in the middle of the day.
  for (const at of [MORNING - 1, MORNING, MORNING + 5_000, MORNING - 86_400_000, MORNING + 6_000]) admit(at);
  const told: GateView['counts'][] = [];
  const day = createDayCounts({
    ledger,
    lanes: [{ id: LANE, setCounts: (counts) => told.push(counts) }],
    now: () => instant(MORNING + 7_000),
    timeZone: () => 'Asia/Shanghai',
    timers: time.timers,
  });
  day.count();
  expect(told.map(({ admitted }) => admitted)).toEqual([3]);
});
