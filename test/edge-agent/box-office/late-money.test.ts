import { expect, test } from 'vitest';
import type { BoxOfficeStore } from '#agent/box-office/store/box-office-store.ts';
import { createMemoryBoxOfficeStore } from '#agent/box-office/store/memory/memory-box-office-store.ts';
import { FaultError } from '#core/base/fault.ts';
import { minutes, seconds } from '#core/base/time.ts';
import { createVirtualTime } from '#test/support/virtual-time.ts';
import { faultOf, openBoxOffice, order, readOrder, startPaying } from './open-box-office.ts';
import { createScriptedProvider } from './scripted-provider.ts';

/** Money that comes after a payment was closed: it is asked about a few times more, whatever happens to the box office meanwhile. */

test('starts do not use up the questions about a payment that has ended', async () => {
  const time = createVirtualTime();
  const store = createMemoryBoxOfficeStore();
  const { provider, pay } = createScriptedProvider();
  let office = await openBoxOffice({ time, store, provider });
  const { id } = await order(office, '1_1', '1_2');
  const key = await startPaying(office, id);
  await office.kiosk.cancelOrder({ params: { orderId: id } });
  expect((await readOrder(office, id)).status).toBe('cancelled');
  for (let starts = 0; starts < 4; starts++) {
    await office.boxOffice.stop();
    office = await openBoxOffice({ time, store, provider });
    await time.advance(seconds(2));
  }
  pay(key);
  await time.advance(minutes(17));
  expect((await readOrder(office, id)).status).toBe('refunded');
});

test('a disk that is full right after a payment was closed does not end the questions', async () => {
  const time = createVirtualTime();
  const { provider, pay } = createScriptedProvider();
  const disk = fullAfterClosing();
  const office = await openBoxOffice({
    time,
    store: disk.store,
    provider: {
      ...provider,
      close: async (merchantOrder) => {
        const answer = await provider.close(merchantOrder);
        disk.closed();
        return answer;
      },
    },
  });
  const { id } = await order(office, '1_1', '1_2');
  const key = await startPaying(office, id);
  expect(faultOf(await office.kiosk.cancelOrder({ params: { orderId: id } }))).toBe('E-BOX-UNAVAILABLE');
  pay(key);
  await time.advance(minutes(17));
  expect((await readOrder(office, id)).status).toBe('confirmed');
});

/** The transaction that takes the closing in is kept; the one after it meets a full disk. */
function fullAfterClosing(): { readonly store: BoxOfficeStore; closed(): void } {
  const real = createMemoryBoxOfficeStore();
  let kept: number | undefined;
  return {
    closed: () => {
      kept = 1;
    },
    store: {
      ...real,
      transaction: async (work) => {
        if (kept === 0) {
          kept = undefined;
          throw new FaultError({ code: 'E-STO-FULL', owner: 'store', message: 'The disk is full.' });
        }
        if (kept !== undefined) kept--;
        return real.transaction(work);
      },
    },
  };
}
