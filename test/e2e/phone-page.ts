import type { Page } from 'playwright-core';

type PhoneButton = '确认支付' | '拒绝支付' | '支付，但渠道延迟答复';

/** A phone beside the kiosk opens the address that it scanned, and its owner presses a button. */
export async function pressOnPhone(kiosk: Page, url: string, name: PhoneButton): Promise<void> {
  const phone = await openPhone(kiosk, url);
  await phone.getByRole('button', { name: new RegExp(`^${name}`) }).click();
  await phone.context().close();
}

export async function openPhone(kiosk: Page, url: string): Promise<Page> {
  const browser = kiosk.context().browser();
  if (browser === null) throw new Error('the kiosk has no browser');
  const profile = await browser.newContext({ viewport: { width: 390, height: 844 }, isMobile: true });
  const phone = await profile.newPage();
  await phone.goto(url);
  return phone;
}
