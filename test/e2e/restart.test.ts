import { expect, it } from 'vitest';
import { approach, askForPaymentCode, atStart, button, buyUpToReview, heading } from './guest.ts';
import { NOBODY_THERE, useLobby } from './lobby-under-test.ts';
import { showWithOpenDoors } from './orders.ts';
import { codesOnPaper } from './paper.ts';
import { pressOnPhone } from './phone-page.ts';
import { ZH } from './words.ts';

const lobby = useLobby();

it('says "one moment" and then "out of service" when the agent is killed, on every page, and is back by itself', async () => {
  const kiosk = await lobby.open('/', NOBODY_THERE);
  const guest = await approach(kiosk, ZH);
  await button(guest, /^购票/).click();
  await heading(guest, ZH.films).waitFor();
  const gate = await lobby.open('/gate', NOBODY_THERE);
  await gate.getByRole('heading', { name: '请扫码' }).waitFor();
  const technician = await lobby.open('/technician', NOBODY_THERE);
  await technician.getByRole('heading', { level: 1, name: '一切正常' }).waitFor();

  const { back } = await lobby.powerCut();
  await kiosk.getByRole('alert').filter({ hasText: '请稍候' }).waitFor();
  expect(await button(guest, /返回/).and(kiosk.locator('[inert] *')).count(), 'buttons that nobody would hear').toBe(1);
  await kiosk.getByRole('alert').filter({ hasText: '本机暂停服务' }).waitFor();
  await gate.getByRole('heading', { name: '请走旁边通道' }).waitFor();
  await technician.getByText('与本机系统的连接中断').waitFor();

  await back();
  await heading(guest, ZH.films).waitFor();
  await kiosk.getByRole('alert').filter({ hasText: '本机暂停服务' }).waitFor({ state: 'detached' });
  await gate.getByRole('heading', { name: '请扫码' }).waitFor();
  await technician.getByText('与本机系统的连接中断').waitFor({ state: 'detached' });
  await button(guest, ZH.back).click();
  await atStart(kiosk);
});

it('keeps the payment through a power cut: money that came meanwhile becomes tickets', async () => {
  const page = await lobby.open('/', NOBODY_THERE);
  const guest = await approach(page, ZH);
  await buyUpToReview(guest, await showWithOpenDoors(lobby), 2);
  const phone = await askForPaymentCode(guest);
  const { back } = await lobby.powerCut();
  await page.getByRole('alert').filter({ hasText: '请稍候' }).waitFor();
  await back();
  await pressOnPhone(page, phone, '确认支付');
  await heading(guest, ZH.done).waitFor({ timeout: 100_000 });
  expect(new Set(await codesOnPaper(lobby)).size).toBe(2);
});
