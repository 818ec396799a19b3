import { describe, expect, it } from 'vitest';
import { expectAccessibleInBothLanguages } from './accessibility.ts';
import { approach, askForPaymentCode, atStart, button, buyUpToReview, finish, heading, shownText } from './guest.ts';
import { KIOSK_SCANNER, PRINTER, useLobby } from './lobby-under-test.ts';
import { showWithOpenDoors } from './orders.ts';
import { codeOnNewestPaper, codesOnPaper } from './paper.ts';
import { pressOnPhone } from './phone-page.ts';
import { EN, ZH } from './words.ts';

const lobby = useLobby();

describe('money', () => {
  it('is being asked for while nobody knows, and the tickets come when the provider answers late', async () => {
    const guest = await approach(await lobby.open('/'), ZH);
    const { page } = guest;
    await buyUpToReview(guest, await showWithOpenDoors(lobby), 2);
    await pressOnPhone(page, await askForPaymentCode(guest), '支付，但渠道延迟答复');
    await heading(guest, '正在核实付款').waitFor();
    await page.getByText('正在核实是否扣款', { exact: true }).waitFor();
    await page.getByText('请不要再次付款').waitFor();
    await page.getByText(/^最多再等 \d:\d\d$/).waitFor();
    expect(await button(guest, /支付|付款|再付/).count(), 'ways to pay again').toBe(0);
    await expectAccessibleInBothLanguages(page, 'K20');
    await heading(guest, ZH.done).waitFor({ timeout: 100_000 });
    expect(new Set(await codesOnPaper(lobby)).size).toBe(2);
    await finish(guest);
  });

  it('that came after the guest had given up goes back, and the guest reads how much', async () => {
    const guest = await approach(await lobby.open('/'), EN);
    const { page } = guest;
    await buyUpToReview(guest, await showWithOpenDoors(lobby), 1);
    await pressOnPhone(page, await askForPaymentCode(guest), '支付，但渠道延迟答复');
    await button(guest, 'Cancel').click();
    await heading(guest, /^(Your money is on its way back|Your money was returned)$/).waitFor({ timeout: 100_000 });
    await page.getByText(/^¥\d+\.\d\d was (paid and is being )?returned to where it came from\.$/).waitFor();
    await expectAccessibleInBothLanguages(page, 'refund');
    expect(await codesOnPaper(lobby)).toEqual([]);
    await finish(guest);
  });
});

describe('paper that ends in the middle of ticket 1 of 2', () => {
  it('stops honestly, keeps the seats, and goes on after new paper', async () => {
    const guest = await approach(await lobby.open('/'), ZH);
    const { page } = guest;
    await lobby.breakDevice(PRINTER, 'paper-out-mid-ticket');
    await buyUpToReview(guest, await showWithOpenDoors(lobby), 2);
    await pressOnPhone(page, await askForPaymentCode(guest), '确认支付');
    await heading(guest, '票还没有打出来').waitFor();
    await page.getByText('已扣款，座位已保留', { exact: true }).waitFor();
    await page.getByText('票纸用完了，工作人员马上来换').waitFor();
    await page.getByText('有 1 张票可能没打好，请找工作人员查看').waitFor();
    const code = (await shownText(page.getByText(/^\d{3} \d{3} \d{3} \d{3}$/))).replaceAll(' ', '');
    expect(code).toMatch(/^\d{12}$/);
    expect(await button(guest, '继续出票').count(), 'going on without paper').toBe(0);
    await expectAccessibleInBothLanguages(page, 'K22');

    await lobby.refill();
    await button(guest, '继续出票').tap();
    // The second ticket is proven; the first stays a matter for a person and is not printed again by itself.
    await heading(guest, '已出票 1 / 2').waitFor();
    await page.getByText('有 1 张票可能没打好，请找工作人员查看').waitFor();
    await page.getByText('已扣款，座位已保留', { exact: true }).waitFor();
    // Nothing is left to touch, so the way to the rest comes out on paper as well.
    await page.getByText('已打印取票凭据，请取走', { exact: true }).waitFor();
    expect(await codeOnNewestPaper(lobby)).toBe(code);
    await expectAccessibleInBothLanguages(page, 'K22 with a slip');
    await finish(guest);

    await lobby.present(KIOSK_SCANNER, code);
    await page.getByRole('alert').filter({ hasText: '工作人员' }).or(button(guest, /^打印/)).first().waitFor();
    expect(await button(guest, /^打印/).and(page.locator(':enabled')).count(), 'printing the doubtful ticket again').toBe(0);
  });
});

it('prints a receipt when the guest asks, once, and reads it aloud', async () => {
  const guest = await approach(await lobby.open('/'), EN);
  const { page } = guest;
  const paperCount = async (): Promise<number> => (await lobby.device(PRINTER, 'ticket-printer')).papers.length;
  const before = await paperCount();
  await buyUpToReview(guest, await showWithOpenDoors(lobby), 1);
  await pressOnPhone(page, await askForPaymentCode(guest), '确认支付');
  await heading(guest, EN.done).waitFor();
  await button(guest, 'Print a receipt').tap();
  await page.getByText('The receipt is printed', { exact: true }).waitFor();
  expect((await paperCount()) - before, 'a ticket and a receipt').toBe(2);
  expect(await button(guest, 'Print a receipt').count(), 'a second receipt').toBe(0);
  await page
    .getByRole('status', { name: 'What is on the receipt' })
    .getByText(/^.*Receipt\. .*Paid by .*Not a ticket\.$/)
    .waitFor();
  await expectAccessibleInBothLanguages(page, 'K9 with a receipt');
  await finish(guest);
});

it('takes buying away, with the reason, while there is no paper, and gives it back', async () => {
  const page = await lobby.open('/');
  await atStart(page);
  await lobby.breakDevice(PRINTER, 'paper-out');
  await page.getByText('本机暂时不能购票和取票').waitFor();
  await page.getByText('票纸用完了').waitFor();
  expect(await page.getByRole('button', { name: /^(购票|取票)/ }).count()).toBe(0);
  await expectAccessibleInBothLanguages(page, 'K0 without paper');
  await lobby.refill();
  await atStart(page);
  expect(await page.getByText('票纸用完了').count()).toBe(0);
});
