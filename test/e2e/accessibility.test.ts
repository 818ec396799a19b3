import { describe, it } from 'vitest';
import { expectAccessible, expectAccessibleInBothLanguages } from './accessibility.ts';
import { approach, askForPaymentCode, browseToSeats, button, filmButton, heading, openDay, showButton } from './guest.ts';
import { KIOSK_SCANNER, type OpenOptions, PRINTER, useLobby } from './lobby-under-test.ts';
import { findShow, orderByPhone, showWithOpenDoors } from './orders.ts';
import { openPhone, pressOnPhone } from './phone-page.ts';
import { ZH } from './words.ts';

const lobby = useLobby();

/** Recovery screens, verdicts and the pages of the house are judged where the other tests reach them. */
describe('axe-core finds nothing on the way of a guest', () => {
  // Every screen of a purchase in two languages: two minutes on a machine that does other things as well.
  it('who buys', { timeout: 120_000 }, async () => {
    const where = await showWithOpenDoors(lobby);
    const page = await lobby.open('/');
    const guest = await approach(page, ZH);
    const judge = (what: string): Promise<void> => expectAccessibleInBothLanguages(page, what);
    await judge('K0');
    await button(guest, /^购票/).click();
    await heading(guest, ZH.films).waitFor();
    await judge('K1');
    await filmButton(guest, where.film.title.zh).click();
    await heading(guest, ZH.shows).waitFor();
    await judge('K2');
    await openDay(guest, where);
    await showButton(guest, where).click();
    await button(guest, ZH.pick(2)).click();
    await judge('K3');
    await button(guest, ZH.next).click();
    await heading(guest, ZH.types).waitFor();
    await judge('K4');
    await button(guest, ZH.keep).click();
    await heading(guest, ZH.review).waitFor();
    await judge('K5');
    await button(guest, '重新开始').click();
    await page.getByRole('dialog').waitFor();
    await expectAccessible(page, 'start again');
    await page.keyboard.press('Escape');
    const phone = await askForPaymentCode(guest);
    await judge('K6');
    await (await openPhone(page, phone)).context().close();
    await heading(guest, '请在手机上完成支付').waitFor();
    await judge('K6, on the phone');
    // Confirmations that get lost keep the printing screen in its place.
    await lobby.breakDevice(PRINTER, 'echo-lost');
    await pressOnPhone(page, phone, '确认支付');
    await heading(guest, /^正在出票/).waitFor();
    await judge('K8');
  });

  it('who collects, with large text and high contrast', async () => {
    const order = await orderByPhone(lobby, await showWithOpenDoors(lobby), 2);
    const page = await lobby.open('/');
    const guest = await approach(page, ZH);
    await button(guest, '大字').click();
    await button(guest, '高对比度').click();
    await expectAccessibleInBothLanguages(page, 'K0, large and high in contrast');
    await button(guest, /^取票/).click();
    await heading(guest, ZH.enterCode).waitFor();
    await expectAccessibleInBothLanguages(page, 'K10');
    await lobby.present(KIOSK_SCANNER, '134567890123456789');
    await page.getByText('这是付款码').waitFor();
    await expectAccessible(page, 'K10 with a notice');
    await lobby.present(KIOSK_SCANNER, order.pickUpCode);
    await heading(guest, ZH.found).waitFor();
    await expectAccessibleInBothLanguages(page, 'K11');
    await button(guest, ZH.print(2)).click();
    await heading(guest, ZH.done).waitFor();
    await expectAccessible(page, 'K9');
  });

  it.each([
    ['on a laptop', { viewport: { width: 1366, height: 768 }, hasTouch: false }],
    ['on a phone', { viewport: { width: 390, height: 844 }, hasTouch: true }],
  ] as const satisfies readonly (readonly [string, OpenOptions])[])('who looks at the largest room %s', async (what, options) => {
    const where = await findShow(lobby, 'in the largest room', ({ screenId }) => screenId === '1');
    const page = await lobby.open('/', options);
    const guest = await approach(page, ZH);
    await expectAccessible(page, `K0 ${what}`);
    await browseToSeats(guest, where);
    await button(guest, ZH.pick(4)).click();
    await expectAccessible(page, `K3 ${what}`);
  });
});
