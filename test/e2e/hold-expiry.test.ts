import { expect, it } from 'vitest';
import { lobbyConfiguration } from '../support/running-lobby.ts';
import { expectAccessibleInBothLanguages } from './accessibility.ts';
import { approach, button, buyUpToReview, heading, shownText } from './guest.ts';
import { useLobby } from './lobby-under-test.ts';
import { becomesFree, showWithOpenDoors, stateOfSeat } from './orders.ts';
import { seatButton } from './seats.ts';
import { ZH } from './words.ts';

/** A short hold: half a minute to read the review, of which a busy machine needs some to show it, then two minutes that only a payment may use. */
const lobby = useLobby({ configuration: lobbyConfiguration().replace('payments: 0', 'payments: 0, holdSeconds: 150') });

it('tells a guest who reads for too long that the seats are gone and nothing was charged, and lets him choose again', {
  timeout: 120_000,
}, async () => {
  const where = await showWithOpenDoors(lobby);
  const guest = await approach(await lobby.open('/'), ZH);
  const { page } = guest;
  await buyUpToReview(guest, where, 1);
  const [, row = '', number = ''] = /(\d+)排(\d+)座/.exec(await shownText(page.getByRole('main'))) ?? [];
  expect(await stateOfSeat(lobby, where, row, number)).toBe('H');

  await heading(guest, '锁座时间已到').waitFor({ timeout: 60_000 });
  await page.getByText('未扣款', { exact: true }).waitFor();
  await page.getByText('座位已经放回，可以重新选。').waitFor();
  await becomesFree(lobby, where, row, number);
  expect(await button(guest, ZH.pay).count()).toBe(0);
  await expectAccessibleInBothLanguages(page, 'hold expired');

  await button(guest, '重新选座').tap();
  await heading(guest, ZH.seats).waitFor();
  await seatButton(guest, { row, number }).waitFor();
});
