import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { approach, askForPaymentCode, atStart, buyUpToReview, heading, shownText } from './guest.ts';
import { useLobby } from './lobby-under-test.ts';
import { showWithOpenDoors } from './orders.ts';
import { EN, ZH } from './words.ts';

const lobby = useLobby();

/** Notices every window and every address that a page opens. */
function watch(page: Page): { readonly windows: string[]; readonly places: string[] } {
  const seen = { windows: [] as string[], places: [] as string[] };
  page.context().on('page', (opened) => seen.windows.push(opened.url()));
  page.on('framenavigated', (frame) => seen.places.push(frame.url()));
  return seen;
}

describe("the kiosk's page", () => {
  it('stays one address from the first screen to the payment, so that nothing is left in the history', async () => {
    const page = await lobby.open('/');
    const guest = await approach(page, EN);
    const seen = watch(page);
    const length = await page.evaluate(() => history.length);
    await buyUpToReview(guest, await showWithOpenDoors(lobby), 1);
    await askForPaymentCode(guest);
    expect(seen).toEqual({ windows: [], places: [] });
    expect(await page.evaluate(() => history.length)).toBe(length);
    expect(new URL(page.url()).search + new URL(page.url()).hash).toBe('');
  });

  it('gives a finger no menu, no text to mark, nothing to drag and nothing to open', async () => {
    const page = await lobby.open('/');
    await atStart(page);
    const seen = watch(page);
    const prevented = await page.evaluate(() =>
      ['contextmenu', 'dragstart', 'gesturestart'].map((name) => !document.body.dispatchEvent(new Event(name, { bubbles: true, cancelable: true }))),
    );
    expect(prevented).toEqual([true, true, true]);
    expect(await page.evaluate(() => getComputedStyle(document.querySelector('main') ?? document.body).userSelect)).toBe('none');
    expect(await page.getByRole('link').count(), 'links on the first screen').toBe(0);
    expect(await page.getByRole('textbox').count(), 'fields that a browser would fill in').toBe(0);
    expect(seen).toEqual({ windows: [], places: [] });
  });

  it('loads nothing from anywhere else, and says so to the browser', async () => {
    const page = await lobby.open('/');
    const strangers: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(lobby.running.addresses.screens)) strangers.push(request.url());
    });
    const answer = await page.reload();
    await atStart(page);
    await heading(await approach(page, ZH), /欢迎光临/).waitFor();
    expect(strangers).toEqual([]);
    expect(answer?.headers()['content-security-policy']).toMatch(/default-src 'self'/);
    expect(answer?.headers()['content-security-policy']).toMatch(/frame-ancestors 'none'/);
  });

  it.each(['/nonsense', '/%2e%2e/%2e%2e/etc/passwd', '/?next=https://example.com/', '/#/technician'])(
    'shows the first screen or nothing at all at %s',
    async (path) => {
      const page = await lobby.open(path, { mayComplain: /status of 404/ });
      const text = await shownText(page.locator('body'));
      expect(text).not.toContain('root:');
      expect(new URL(page.url()).origin).toBe(new URL(lobby.running.addresses.screens).origin);
      expect(await page.getByRole('heading', { name: /设备维护|Technician/ }).count()).toBe(0);
    },
  );
});
