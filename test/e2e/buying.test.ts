import { describe, expect, it } from 'vitest';
import { formatPrice } from './format-price.ts';
import {
  approach,
  askForPaymentCode,
  browseToSeats,
  browseToShows,
  button,
  buyUpToReview,
  choosePhone,
  confirmSeats,
  filmButton,
  finish,
  heading,
  openDay,
  showButton,
  shownText,
  siteTime,
  takeSeats,
} from './guest.ts';
import { useLobby } from './lobby-under-test.ts';
import { becomesFree, holdElsewhere, readSeats, showOfTomorrow, showWithOpenDoors, stateOfSeat } from './orders.ts';
import { codesOnPaper } from './paper.ts';
import { pressOnPhone } from './phone-page.ts';
import { seatButton, seatsAtWall } from './seats.ts';
import { EN, ZH } from './words.ts';

const lobby = useLobby();

describe('a guest buys two seats', () => {
  it('in Chinese, by touch, and pays on a phone that scanned the screen', async () => {
    const where = await showWithOpenDoors(lobby);
    const guest = await approach(await lobby.open('/'), ZH);
    const { page } = guest;
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
    await button(guest, /^购票/).tap();
    await heading(guest, '选择影片').waitFor();
    await filmButton(guest, where.film.title.zh).tap();
    await heading(guest, '选择场次').waitFor();
    await openDay(guest, where);
    await showButton(guest, where).tap();
    await heading(guest, '选择座位').waitFor();
    expect(await button(guest, '下一步').isDisabled()).toBe(true);
    await button(guest, '帮我选 2 个座位').tap();
    await page.getByText('已选 2 座').waitFor();
    await button(guest, '下一步').tap();
    await heading(guest, '选择票种').waitFor();
    expect(await page.getByRole('button', { name: /^成人/, pressed: true }).count()).toBe(2);
    await button(guest, '锁定座位').tap();
    await heading(guest, '请核对').waitFor();
    await page.getByText(/座位为您保留 \d:\d\d/).waitFor();
    await page.getByRole('heading', { name: '退改规则' }).waitFor();
    await page.getByText('代售服务费 × 2').waitFor();

    const phone = await askForPaymentCode(guest);
    await pressOnPhone(page, phone, '确认支付');
    await heading(guest, /^正在出票 [12] \/ 2$/).waitFor();
    await heading(guest, '祝您观影愉快').waitFor();
    await page.getByText('已出票 2 张，请带好随身物品').waitFor();
    expect(new Set(await codesOnPaper(lobby)).size, 'different codes on the two tickets').toBe(2);
    await button(guest, '完成').tap();
    await button(guest, /^购票/).waitFor();
  });

  it('in English, by mouse, one of them for a child, and sees what it costs at every step', async () => {
    const where = await showWithOpenDoors(lobby);
    const guest = await approach(await lobby.open('/'), EN);
    const { page } = guest;
    expect(await page.locator('html').getAttribute('lang')).toBe('en-GB');
    await browseToSeats(guest, where);
    const adult = where.show.prices.find(({ ticketType }) => ticketType === 'adult');
    const child = where.show.prices.find(({ ticketType }) => ticketType === 'child');
    if (adult === undefined || child === undefined) throw new Error('the show has no prices for adults and children');
    const both = formatPrice(2 * (adult.price.minor + adult.fee.minor));
    const withChild = formatPrice(adult.price.minor + adult.fee.minor + child.price.minor + child.fee.minor);
    await button(guest, 'Pick 2 seats for me').click();
    await page.getByText(both, { exact: true }).waitFor();
    await button(guest, 'Continue').click();
    await page
      .getByRole('button', { name: /^Child/ })
      .first()
      .click();
    await page.getByText(withChild, { exact: true }).waitFor();
    await button(guest, 'Keep these seats').click();
    await heading(guest, 'Please check').waitFor();
    expect(await page.getByText(withChild, { exact: true }).count(), 'the total, on the bill and beside the button').toBe(2);
    const phone = await askForPaymentCode(guest);
    await page.getByText(withChild, { exact: true }).waitFor();
    await pressOnPhone(page, phone, '确认支付');
    await heading(guest, 'Enjoy the film').waitFor();
    await page.getByText('2 tickets printed.').waitFor();
    await page.getByText(siteTime(where.show.startsAt), { exact: true }).waitFor();
    await finish(guest);
  });

  it('and may pay again when the phone refused', async () => {
    const guest = await approach(await lobby.open('/'), EN);
    await buyUpToReview(guest, await showWithOpenDoors(lobby), 1);
    await pressOnPhone(guest.page, await askForPaymentCode(guest), '拒绝支付');
    await heading(guest, 'The payment did not go through').waitFor();
    await guest.page.getByText(EN.notCharged, { exact: true }).waitFor();
    await button(guest, 'Pay again').click();
    await choosePhone(guest);
    await guest.page.getByRole('img', { name: EN.paymentCode }).waitFor();
    await button(guest, 'Cancel').click();
    await button(guest, /^购票/).waitFor();
    expect(await codesOnPaper(lobby)).toEqual([]);
  });

  it('and finds the same payment after the page was loaded again in the middle of it', async () => {
    const guest = await approach(await lobby.open('/'), ZH);
    const { page } = guest;
    await buyUpToReview(guest, await showWithOpenDoors(lobby), 2);
    const before = await askForPaymentCode(guest);
    await page.reload();
    await heading(guest, ZH.scanToPay).waitFor();
    await pressOnPhone(page, before, '确认支付');
    await heading(guest, ZH.done).waitFor();
    expect(await codesOnPaper(lobby)).toHaveLength(2);
  });
});

describe('seats', () => {
  it('that would be left alone are refused, and one touch puts it right', async () => {
    const where = await showOfTomorrow(lobby);
    const guest = await approach(await lobby.open('/'), EN);
    const { page } = guest;
    await browseToSeats(guest, where);
    const [atWall, beside] = await seatsAtWall(lobby, where);
    await seatButton(guest, beside).click();
    await button(guest, EN.next).click();
    const notice = page.getByRole('alert').filter({ hasText: 'would be left alone' });
    await notice.waitFor();
    expect(await shownText(notice)).toContain(`Row ${atWall.row} Seat ${atWall.number} would be left alone`);
    await notice.getByRole('button', { name: /^Take Row .* instead$/ }).click();
    await confirmSeats(guest);
    expect(await stateOfSeat(lobby, where, beside.row, beside.number), 'the seat that was not allowed').toBe('F');
  });

  it('that another guest was quicker to take are named, with the nearest that are free', async () => {
    const where = await showOfTomorrow(lobby);
    const guest = await approach(await lobby.open('/'), ZH);
    const { page } = guest;
    await browseToSeats(guest, where);
    await button(guest, ZH.pick(2)).click();
    await button(guest, ZH.next).click();
    await heading(guest, ZH.types).waitFor();
    const names = await page.getByRole('heading', { level: 2 }).allInnerTexts();
    const { plan } = await readSeats(lobby, where);
    const wanted = plan.seats.filter(({ row, number }) => names.includes(`${row}排${number}座`)).map(({ id }) => id);
    expect(wanted).toHaveLength(2);
    await holdElsewhere(lobby, where, wanted);
    await button(guest, ZH.keep).click();
    const notice = page.getByRole('alert').filter({ hasText: '刚刚被别人选走了' });
    await notice.waitFor();
    await notice.getByRole('button', { name: /^改选最近的/ }).click();
    await confirmSeats(guest);
    expect(await page.getByText(names[0] ?? '').count(), 'the lost seat on the bill').toBe(0);
  });

  it('may be changed after the review, and are free again for everybody', async () => {
    const where = await showOfTomorrow(lobby);
    const guest = await approach(await lobby.open('/'), EN);
    await browseToShows(guest, where);
    await showButton(guest, where).click();
    await takeSeats(guest, 1);
    const [, row = '', number = ''] = /Row (\S+) Seat (\S+)/.exec(await shownText(guest.page.getByRole('main'))) ?? [];
    expect(await stateOfSeat(lobby, where, row, number)).toBe('H');
    await button(guest, 'Change seats').click();
    await heading(guest, EN.seats).waitFor();
    await becomesFree(lobby, where, row, number);
    await button(guest, EN.next).waitFor();
    expect(await seatButton(guest, { row, number }).getAttribute('aria-pressed')).toBe('true');
  });
});
