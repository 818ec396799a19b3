import type { Locator, Page } from 'playwright-core';

import type { Outing } from './orders.ts';
import { readScreen } from './screen-reader.ts';
import { EN, type Words, ZH } from './words.ts';

/** A guest in front of the kiosk: finds everything by its name or its words, touches it, and waits for what the next screen is called. */
export interface Guest {
  readonly page: Page;
  readonly words: Words;
}

const SITE_TIME_ZONE = 'Asia/Shanghai';

export const heading = ({ page }: Guest, name: string | RegExp): Locator =>
  page.getByRole('heading', { level: 1, name, exact: typeof name === 'string' });
export const button = ({ page }: Guest, name: string | RegExp): Locator => page.getByRole('button', { name, exact: typeof name === 'string' });

/** `19:30`, as the cinema's clocks show it. */
export const siteTime = (iso: string): string =>
  new Intl.DateTimeFormat('en-GB', { timeZone: SITE_TIME_ZONE, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(iso));

/** The words as an eye reads them: with the breaks and the spaces that the layout makes, whichever kind of space. */
export async function shownText(place: Locator): Promise<string> {
  // biome-ignore lint/performance/useDomNodeTextContent: the text of the nodes alone runs the lines of a screen together
  return (await place.innerText()).replaceAll('\u00a0', ' ');
}

/** Waits for the first screen, in the language of the guest. */
export async function approach(page: Page, words: Words): Promise<Guest> {
  const guest: Guest = { page, words };
  await button({ page, words: ZH }, /^购票/).waitFor();
  if (words === EN) await button(guest, 'English').click();
  await button(guest, new RegExp(`^${words.buy}`)).waitFor();
  return guest;
}

export async function browseToSeats(guest: Guest, where: Outing): Promise<void> {
  await browseToShows(guest, where);
  await showButton(guest, where).click();
  await heading(guest, guest.words.seats).waitFor();
  await guest.page.getByRole('group', { name: guest.words.seatMap }).waitFor();
}

export async function browseToShows(guest: Guest, where: Outing): Promise<void> {
  const { words } = guest;
  await button(guest, new RegExp(`^${words.buy}`)).click();
  await heading(guest, words.films).waitFor();
  await filmButton(guest, where.film.title[words.language]).click();
  await heading(guest, words.shows).waitFor();
  await openDay(guest, where);
}

/** The day of the show, which in the last minutes of a business day is the next one even for a show whose doors are open. */
export async function openDay({ page, words }: Guest, { day }: Outing): Promise<void> {
  const tab = page.getByRole('group', { name: words.days }).getByRole('button').nth(day);
  if ((await tab.getAttribute('aria-pressed')) !== 'true') await tab.click();
}

export const filmButton = (guest: Guest, title: string): Locator =>
  guest.page.getByRole('button').filter({ has: guest.page.getByText(title, { exact: true }) });

export const showButton = ({ page, words }: Guest, { show }: Outing): Locator =>
  page
    .getByRole('button')
    .filter({ has: page.getByText(siteTime(show.startsAt), { exact: true }) })
    .filter({ hasText: show.screenName[words.language] });

/** Lets the machine choose, and goes on to the review. */
export async function takeSeats(guest: Guest, count: number): Promise<void> {
  await button(guest, guest.words.pick(count)).click();
  await confirmSeats(guest);
}

export async function confirmSeats(guest: Guest): Promise<void> {
  const { words } = guest;
  await button(guest, words.next).click();
  await heading(guest, words.types).waitFor();
  await button(guest, words.keep).click();
  await heading(guest, words.review).waitFor();
}

export async function buyUpToReview(guest: Guest, where: Outing, count: number): Promise<void> {
  await browseToSeats(guest, where);
  await takeSeats(guest, count);
}

/** Agrees, and returns the address that a phone reads off the screen. */
export async function askForPaymentCode(guest: Guest): Promise<string> {
  await button(guest, guest.words.pay).click();
  await choosePhone(guest);
  const code = guest.page.getByRole('img', { name: guest.words.paymentCode });
  await code.waitFor();
  return readScreen(await code.screenshot());
}

/** Among the ways to pay: the code that a phone scans. */
export async function choosePhone(guest: Guest): Promise<void> {
  await heading(guest, guest.words.howToPay).waitFor();
  await button(guest, guest.words.simulatedPhone).click();
  await heading(guest, guest.words.scanToPay).waitFor();
}

export async function finish(guest: Guest): Promise<void> {
  await button(guest, guest.words.finish).click();
  await atStart(guest.page);
}

/** The first screen speaks Chinese again, whoever was here. */
export async function atStart(page: Page): Promise<void> {
  await button({ page, words: ZH }, /^购票/).waitFor();
}
