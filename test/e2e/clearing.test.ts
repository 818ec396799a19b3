import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { expectAccessible } from './accessibility.ts';
import { approach, askForPaymentCode, atStart, browseToSeats, button, buyUpToReview, heading, shownText } from './guest.ts';
import { useLobby } from './lobby-under-test.ts';
import { becomesFree, orderByPhone, showWithOpenDoors, stateOfSeat } from './orders.ts';
import { pressOnPhone } from './phone-page.ts';
import { EN, ZH } from './words.ts';

const lobby = useLobby();

/** Everything that a page could keep of somebody: what it shows, what it stores, and every string in its memory. */
async function everythingIn(page: Page): Promise<string> {
  const stored = await page.evaluate(async () =>
    JSON.stringify([
      document.documentElement.outerHTML,
      { ...localStorage },
      { ...sessionStorage },
      document.cookie,
      await indexedDB.databases(),
      await caches.keys(),
      history.state,
      location.href,
    ]),
  );
  const chunks: string[] = [stored];
  const session = await page.context().newCDPSession(page);
  session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk));
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  await session.detach();
  return chunks.join('');
}

describe('a guest who walks away', () => {
  it('from the review is asked, and then leaves nothing behind: not on the screen, not in memory, and the seat is free', async () => {
    const where = await showWithOpenDoors(lobby);
    const page = await lobby.open('/');
    await page.clock.install();
    const guest = await approach(page, EN);
    await button(guest, 'Large text').click();
    await buyUpToReview(guest, where, 1);
    const main = await shownText(page.getByRole('main'));
    const [, row = '', number = ''] = /Row (\S+) Seat (\S+)/.exec(main) ?? [];
    expect(await stateOfSeat(lobby, where, row, number)).toBe('H');

    await page.clock.fastForward(89_000);
    await page.getByRole('dialog', { name: 'Are you still there?' }).waitFor();
    await expectAccessible(page, 'idle question');
    await button(guest, 'I am still here').click();
    await heading(guest, EN.review).waitFor();
    await page.clock.fastForward(91_000);
    await page.getByRole('timer').waitFor();
    await page.clock.fastForward(31_000);

    await atStart(page);
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
    expect(await page.getByRole('button', { name: '大字', pressed: false }).count()).toBe(1);
    await becomesFree(lobby, where, row, number);
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  it('with the tickets leaves no order number and no pick-up code, in the page, its stores or its memory', async () => {
    const order = await orderByPhone(lobby, await showWithOpenDoors(lobby), 1);
    const page = await lobby.open('/');
    await page.clock.install();
    const guest = await approach(page, EN);
    await button(guest, /^Collect tickets/).click();
    await heading(guest, EN.enterCode).waitFor();
    await page.keyboard.type(order.pickUpCode);
    await button(guest, EN.find).click();
    await heading(guest, EN.found).waitFor();
    expect(await everythingIn(page), 'the order, while it is shown').toContain(order.id);
    await button(guest, EN.print(1)).click();
    await heading(guest, EN.done).waitFor();
    await page.clock.fastForward(21_000);
    await atStart(page);
    const left = await everythingIn(page);
    expect(left.includes(order.pickUpCode), 'the pick-up code').toBe(false);
    expect(left.includes(order.id), 'the order').toBe(false);
  });

  it('in the middle of choosing leaves no choice', async () => {
    const where = await showWithOpenDoors(lobby);
    const page = await lobby.open('/');
    await page.clock.install();
    const guest = await approach(page, EN);
    await browseToSeats(guest, where);
    await button(guest, EN.pick(2)).click();
    await page.clock.fastForward(61_000);
    await page.getByRole('dialog', { name: 'Are you still there?' }).waitFor();
    await page.clock.fastForward(31_000);
    await atStart(page);
    const next = await approach(page, ZH);
    await browseToSeats(next, where);
    await page.getByText('还没有选座位').waitFor();
    expect(await button(next, ZH.next).isDisabled()).toBe(true);
  });

  it('while paying is waited for: money decides, not the clock', async () => {
    const page = await lobby.open('/');
    await page.clock.install();
    const guest = await approach(page, EN);
    await buyUpToReview(guest, await showWithOpenDoors(lobby), 1);
    const phone = await askForPaymentCode(guest);
    await page.clock.fastForward(180_000);
    await heading(guest, EN.scanToPay).waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
    await pressOnPhone(page, phone, '确认支付');
    await heading(guest, EN.done).waitFor();
  });
});
