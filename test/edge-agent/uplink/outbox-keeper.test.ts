import { expect, onTestFinished, test } from 'vitest';
import { openLedger } from '#agent/ledger/ledger.ts';
import { createOutbox, type Outbox } from '#agent/ledger/outbox.ts';
import { createTelemetryRing } from '#agent/ledger/telemetry-ring.ts';
import { systemRandom } from '#agent/runtime/clock.ts';
import { silentLog } from '#agent/runtime/log.ts';
import { StoreUnknownError } from '#agent/store/transactor.ts';
import { createOutboxKeeper, type OutboxKeeper } from '#agent/uplink/outbox-keeper.ts';
import { FaultError } from '#core/base/fault.ts';
import { days, hours, seconds } from '#core/base/time.ts';
import { createVirtualTime, type VirtualTime } from '#test/support/virtual-time.ts';
import { sale } from './lobby-wire.ts';

const FULL = new FaultError({ code: 'E-STO-FULL', owner: 'store', message: 'The disk is full.' });

/** A real outbox of ten events, whose writing fails with `failure` while there is one. */
function setUp(): { outbox: Outbox; keeper: OutboxKeeper; time: VirtualTime; fail: (failure: Error | undefined) => void } {
  const time = createVirtualTime();
  const ledger = openLedger(':memory:', { clock: time.clock, random: systemRandom, boot: 'boot-1' });
  ledger.transaction(() => Array.from({ length: 10 }, (_, i) => ledger.append(sale(`sale-${i}`))));
  const outbox = createOutbox(ledger);
  let failure: Error | undefined;
  const guard = (): void => {
    if (failure !== undefined) throw failure;
  };
  const keeper = createOutboxKeeper(
    {
      ...outbox,
      record: (...parameters) => {
        guard();
        return outbox.record(...parameters);
      },
      prune: (...parameters) => {
        guard();
        return outbox.prune(...parameters);
      },
    },
    createTelemetryRing(ledger),
    time.clock,
    time.timers,
    silentLog,
  );
  onTestFinished(() => {
    keeper.stop();
    ledger.close();
  });
  return {
    outbox,
    keeper,
    time,
    fail: (next) => {
      failure = next;
    },
  };
}

test('acknowledgements that a full disk cannot take are owed, rejections with them, and written when there is room', async () => {
  const { outbox, keeper, time, fail } = setUp();
  fail(FULL);
  keeper.record('p0', 3, [{ seq: 2, code: 'no' }]);
  keeper.record('p0', 5, []);
  expect(outbox.lanes()[0]).toMatchObject({ through: 0, dead: 0 });
  await time.advance(seconds(10));
  expect(outbox.lanes()[0]).toMatchObject({ through: 0, dead: 0 });
  fail(undefined);
  await time.advance(seconds(10));
  expect(outbox.lanes()[0]).toMatchObject({ through: 5, dead: 1 });
  expect(keeper.deadLetters()).toBe(1);
});

test('a store whose outcome is unknown is not ours to handle', () => {
  const { keeper, fail } = setUp();
  fail(new StoreUnknownError('fsync failed'));
  expect(() => keeper.record('p0', 3, [])).toThrow(StoreUnknownError);
});

test('old acknowledged events go within the hour, a full disk notwithstanding', async () => {
  const { outbox, keeper, time, fail } = setUp();
  keeper.record('p0', 10, []);
  await time.advance(days(29));
  expect(outbox.recent(20)).toHaveLength(10);
  fail(FULL);
  await time.advance(days(2));
  expect(outbox.recent(20)).toHaveLength(10);
  fail(undefined);
  await time.advance(hours(1));
  expect(outbox.recent(20)).toEqual([]);
});

test('stopping leaves no timer behind', () => {
  const { keeper, time, fail } = setUp();
  fail(FULL);
  keeper.record('p0', 3, []);
  keeper.stop();
  expect(time.pendingTimers()).toBe(0);
});
