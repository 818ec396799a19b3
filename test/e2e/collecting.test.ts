import { describe, expect, it } from 'vitest';
import { approach, atStart, button, finish, heading, shownText } from './guest.ts';
import { KIOSK_SCANNER, useLobby } from './lobby-under-test.ts';
import { orderByPhone, showWithOpenDoors } from './orders.ts';
import { codesOnPaper } from './paper.ts';
import { presentAgain } from './present.ts';
import { EN, ZH } from './words.ts';

const lobby = useLobby();

describe('a guest collects tickets that were bought by phone', () => {
  it('by typing the code on the pad', async () => {
    const order = await orderByPhone(lobby, await showWithOpenDoors(lobby), 2);
    const guest = await approach(await lobby.open('/'), ZH);
    await button(guest, /^取票/).tap();
    await heading(guest, '取票').waitFor();
    expect(await button(guest, '查找').isDisabled()).toBe(true);
    for (const digit of order.pickUpCode) await button(guest, digit).tap();
    await button(guest, '查找').tap();
    await heading(guest, '您的影票').waitFor();
    await button(guest, '打印 2 张票').tap();
    await heading(guest, /^正在出票/).waitFor();
    await heading(guest, ZH.done).waitFor();
    expect(new Set(await codesOnPaper(lobby)).size).toBe(2);
    await finish(guest);
  });

  it('by holding the code to the reader on the first screen, in two touches', async () => {
    const order = await orderByPhone(lobby, await showWithOpenDoors(lobby), 1);
    const guest = await approach(await lobby.open('/'), EN);
    await lobby.present(KIOSK_SCANNER, order.pickUpCode);
    await heading(guest, 'Your tickets').waitFor();
    await button(guest, 'Print the ticket').click();
    await heading(guest, EN.done).waitFor();
    await guest.page.getByText('1 ticket printed.').waitFor();
    expect(await codesOnPaper(lobby)).toHaveLength(1);
    await finish(guest);

    const notice = guest.page.getByRole('alert').filter({ hasText: /\S/ });
    await presentAgain(lobby, KIOSK_SCANNER, order.pickUpCode, notice);
    expect(await shownText(notice)).toMatch(/票已于 \d\d:\d\d 在 .+ 取走/);
  });
});

describe('a code that leads nowhere says so in a line and changes nothing', () => {
  it('typed: no such order', async () => {
    const guest = await approach(await lobby.open('/'), EN);
    await button(guest, /^Collect tickets/).click();
    await heading(guest, EN.enterCode).waitFor();
    await guest.page.keyboard.type('123456123456');
    await button(guest, 'Find').click();
    await guest.page.getByText('No order found. Please check the code').waitFor();
    await button(guest, 'Delete').click();
    expect(await button(guest, 'Find').isDisabled()).toBe(true);
  });

  it.each([
    ['a payment code', '134567890123456789', '这是付款码，请打开取票码'],
    ['a link', 'https://example.com/?a=1', '这不是取票码'],
    ['markup', '<img src=x onerror=alert(1)>', '这不是取票码'],
  ])('scanned: %s', async (_, text, words) => {
    const page = await lobby.open('/');
    await atStart(page);
    await lobby.present(KIOSK_SCANNER, text);
    await page.getByRole('alert').filter({ hasText: words }).waitFor();
    expect(await shownText(page.getByRole('main'))).not.toContain(text);
    await atStart(page);
  });
});

it('says that only typing is left when the reader is unplugged, and takes it back when it is there again', async () => {
  const guest = await approach(await lobby.open('/'), EN);
  await button(guest, /^Collect tickets/).click();
  await guest.page.getByText('Hold your QR code to the reader').waitFor();
  await lobby.breakDevice(KIOSK_SCANNER, 'unplugged');
  await guest.page.getByText('The reader is not working. Please type your 12-digit code').waitFor();
  await lobby.breakDevice(KIOSK_SCANNER, 'unplugged', false);
  await guest.page.getByText('Hold your QR code to the reader').waitFor();
  expect(await button(guest, '7').isEnabled()).toBe(true);
});
