/** A guest's phone: opens the address of the payment code and presses one of the buttons of its page. */
export async function payByPhone(codeUrl: string, action: 'pay' | 'refuse' | 'pay-late' | 'let-expire'): Promise<void> {
  const page = await fetch(codeUrl);
  const text = await page.text();
  const path = new RegExp(`action="([^"]+/${action})"`).exec(text)?.[1];
  if (!page.ok || path === undefined) throw new Error(`the payment page answered ${page.status} and has no button ${action}`);
  const paid = await fetch(new URL(path, codeUrl), { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' } });
  if (!paid.ok) throw new Error(`pressing ${action} answered ${paid.status}`);
}
