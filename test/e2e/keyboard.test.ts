import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { approach, type Guest, heading } from './guest.ts';
import { useLobby } from './lobby-under-test.ts';
import { orderByPhone, showWithOpenDoors } from './orders.ts';
import { pressOnPhone } from './phone-page.ts';
import { readScreen } from './screen-reader.ts';
import { EN } from './words.ts';

const lobby = useLobby();

/** What has the focus now: its name, where it stands, and whether an eye can see that it has the focus. */
interface Focus {
  readonly name: string;
  readonly tag: string;
  readonly top: number;
  readonly isMarked: boolean;
}

async function focus(page: Page): Promise<Focus> {
  return page.evaluate(() => {
    const element = document.activeElement ?? document.body;
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
    return {
      name: (element.getAttribute('aria-label') ?? element.textContent).replace(/\s+/g, ' ').trim(),
      tag: element.tagName.toLowerCase(),
      top: Math.round(element.getBoundingClientRect().top),
      isMarked: (outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2) || boxShadow !== 'none',
    };
  });
}

/** Presses Tab until something with this name has the focus; on the way everything that gets it must show it. */
async function tabTo({ page }: Guest, name: RegExp): Promise<Focus> {
  const passed: string[] = [];
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab');
    const now = await focus(page);
    if (now.tag !== 'body') expect(now.isMarked, `"${now.name}" shows that it has the focus, after ${passed.join(' | ')}`).toBe(true);
    if (now.tag !== 'body' && name.test(now.name)) return now;
    passed.push(now.name);
  }
  throw new Error(`Tab never reached ${name}; it passed ${passed.join(' | ')}`);
}

async function press(guest: Guest, name: RegExp, next: string | RegExp, key = 'Enter'): Promise<void> {
  await tabTo(guest, name);
  await guest.page.keyboard.press(key);
  await heading(guest, next).waitFor();
  await headingHasFocus(guest);
}

/** Speech begins with the name of the screen, and Tab goes on from there. */
async function headingHasFocus({ page }: Guest): Promise<void> {
  await expect.poll(async () => (await focus(page)).tag).toBe('h1');
}

describe('with keys alone', () => {
  it('a guest buys, from the first screen to the last', async () => {
    const { film, show } = await showWithOpenDoors(lobby);
    const guest = await approach(await lobby.open('/'), EN);
    const { page } = guest;
    await press(guest, /^Buy tickets/, EN.films);
    await press(guest, new RegExp(`^${film.title.en}`), EN.shows, 'Space');
    await press(guest, new RegExp(`${show.screenName.en}.*seats left`), EN.seats);

    // The map is one stop; arrows move inside it and never to a seat that is taken.
    const first = await tabTo(guest, /^Row \S+ Seat \S+, .*Free/);
    await page.keyboard.press('ArrowRight');
    const second = await focus(page);
    expect(second.name).toMatch(/^Row \S+ Seat \S+, .*Free/);
    expect(second.name).not.toBe(first.name);
    expect(second.isMarked).toBe(true);
    await page.keyboard.press('ArrowUp');
    expect((await focus(page)).top).toBeLessThan(second.top);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    await page.getByText(/^1 seat · Row/).waitFor();
    expect((await focus(page)).name, 'the focus stays on the chosen seat').toMatch(/Yours/);
    await page.keyboard.press('Space');
    await page.getByText('No seats chosen yet').waitFor();

    // Escape leads back, one screen at a time, and forward again nothing has to be learned anew.
    await page.keyboard.press('Escape');
    await heading(guest, EN.shows).waitFor();
    await press(guest, new RegExp(`${show.screenName.en}.*seats left`), EN.seats);
    await tabTo(guest, /^Pick 1 seat for me$/);
    await page.keyboard.press('Enter');
    await press(guest, /^Continue$/, EN.types);
    await press(guest, /^Keep these seats$/, EN.review);
    await press(guest, /^Agree and pay$/, EN.howToPay);
    await press(guest, EN.simulatedPhone, EN.scanToPay);
    const code = page.getByRole('img', { name: EN.paymentCode });
    await code.waitFor();
    await pressOnPhone(page, readScreen(await code.screenshot()), '确认支付');
    await heading(guest, EN.done).waitFor();
    await tabTo(guest, /^Finish$/);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /^购票/ }).waitFor();
  });

  it('a guest collects', async () => {
    const order = await orderByPhone(lobby, await showWithOpenDoors(lobby), 1);
    const guest = await approach(await lobby.open('/'), EN);
    await press(guest, /^Collect tickets/, EN.enterCode);
    await guest.page.keyboard.type(order.pickUpCode);
    await guest.page.keyboard.press('Enter');
    await heading(guest, EN.found).waitFor();
    await press(guest, /^Print the ticket$/, /^(Printing|Enjoy)/);
    await heading(guest, EN.done).waitFor();
  });

  it('a guest starts again, is asked once, and the harmless answer has the focus', async () => {
    const guest = await approach(await lobby.open('/'), EN);
    const { page } = guest;
    await press(guest, /^Buy tickets/, EN.films);
    await tabTo(guest, /^Start again$/);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    expect((await focus(page)).name).toBe('No, go on');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await heading(guest, EN.films).waitFor();
    expect((await focus(page)).name, 'the focus goes back to where it was').toBe('Start again');
    await page.keyboard.press('Enter');
    await tabTo(guest, /^Yes, start again$/);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /^购票/ }).waitFor();
  });

  it.each([
    ['/technician', /^Test (print|release)$/, 'Technician'],
    ['/bench', /^Paper out/, 'bench'],
  ])('everything on %s can be reached, in the order in which it stands', async (path, last) => {
    const page = await lobby.open(path, { viewport: { width: 1366, height: 900 }, hasTouch: false });
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { level: 1 }).waitFor();
    await tabTo({ page, words: EN }, last);
  });
});
