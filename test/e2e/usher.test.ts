import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { localApi } from '#core/contract/local/api.ts';
import { createDice, drawFrame, FARTHEST_TILT } from '../kiosk-ui/usher/camera/draw-code.ts';
import { lobbyConfiguration } from '../support/running-lobby.ts';
import { mustAnswer } from '../support/screens-client.ts';
import { expectAccessible, expectAccessibleInBothLanguages } from './accessibility.ts';
import { filmCode, filmStill, filmWall } from './camera-film.ts';
import { shownText } from './guest.ts';
import { type OpenOptions, useLobby } from './lobby-under-test.ts';
import { codesOf, orderByPhone, refund, showOfTomorrow, showWithOpenDoors } from './orders.ts';

const folder = mkdtempSync(join(tmpdir(), 'foyer-film-'));
const FILM = join(folder, 'camera.y4m');
filmWall(FILM);

const lobby = useLobby({
  configuration: lobbyConfiguration().replace('gate:\n', 'gate:\n  handheld: { id: hand-1, name: Hand-held }\n'),
  browser: ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', `--use-file-for-fake-video-capture=${FILM}`],
});
afterEach(() => filmWall(FILM));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PHONE: OpenOptions = { viewport: { width: 390, height: 844 }, hasTouch: true, permissions: ['camera'] };
const TABLET: OpenOptions = { viewport: { width: 820, height: 1180 }, hasTouch: true, permissions: ['camera'] };

type Who = 'usher' | 'duty manager';

/** A lobby of simulated devices tells its demo PINs where it was started. */
function pinOf(who: Who): string {
  const [, pin] = new RegExp(`PIN of the demo ${who}\\s+(\\d{6})`).exec(lobby.running.output()) ?? [];
  if (pin === undefined) throw new Error(`the lobby has told no PIN of the ${who}`);
  return pin;
}

const wrongPin = (): string => (pinOf('usher') === '000000' || pinOf('duty manager') === '000000' ? '111111' : '000000');

async function press(page: Page, pin: string): Promise<void> {
  for (const digit of pin) await page.getByRole('button', { name: digit, exact: true }).click();
}

const button = (page: Page, name: string | RegExp): Locator => page.getByRole('button', { name });
const heading = (page: Page, name: string | RegExp): Locator => page.getByRole('heading', { name });
const verdict = (page: Page, name: string): Promise<void> => page.getByRole('heading', { level: 1, name }).waitFor();

async function signIn(options: OpenOptions = PHONE): Promise<Page> {
  const page = await lobby.open('/usher', options);
  await heading(page, '输入员工密码').waitFor();
  await press(page, pinOf('usher'));
  await page.getByText('Demo usher').waitFor();
  return page;
}

async function typeCode(page: Page, code: string): Promise<void> {
  const field = page.getByLabel('影票上的号码或内容');
  if (!(await field.isVisible())) await button(page, '输入票码').click();
  await field.fill(code);
  await button(page, '检票').click();
}

async function oneTicket(): Promise<{ readonly code: string; readonly id: string; readonly orderId: string }> {
  const order = await orderByPhone(lobby, await showWithOpenDoors(lobby), 1);
  const [code = ''] = await codesOf(lobby, order);
  return { code, id: order.tickets[0]?.id ?? '', orderId: order.id };
}

describe("the usher's page", () => {
  it('is nobody’s until a PIN is right, and says how many tries are left', async () => {
    const page = await lobby.open('/usher', PHONE);
    await heading(page, '输入员工密码').waitFor();
    await expectAccessibleInBothLanguages(page, 'sign-in');
    await press(page, wrongPin());
    await page.getByText('密码不对，还可以试 4 次').waitFor();
    await press(page, pinOf('usher'));
    await page.getByText('Demo usher').waitFor();
    await expectAccessibleInBothLanguages(page, 'scan');
    await button(page, '退出登录').click();
    await heading(page, '输入员工密码').waitFor();
    expect(await shownText(page.locator('body'))).not.toContain('Demo usher');
  });

  it('reads a ticket with the camera, once, and takes it back while it may', async () => {
    const { code } = await oneTicket();
    filmCode(FILM, code);
    const page = await signIn();
    await verdict(page, '请通行');
    await expectAccessible(page, 'let in');
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^撤销放行/ })
      .click();
    await page.getByText('已撤销，此票可再次使用').waitFor();
    await page.getByText('已撤销', { exact: true }).waitFor();
    filmWall(FILM);
    await page.reload();
    await page.getByText('对准票上的二维码').waitFor();
    await typeCode(page, code);
    await verdict(page, '请通行');
  });

  it('reads what is tilted too far for its first reader with the second one, under the policy of its pages', async () => {
    const { code } = await oneTicket();
    filmStill(FILM, (side) => drawFrame(code, side, FARTHEST_TILT, createDice(1)).luminance);
    const page = await signIn();
    await verdict(page, '请通行');
    // Its worker compiled WebAssembly; the page itself may not, not even the empty module.
    expect(await page.evaluate(() => WebAssembly.compile(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)).then(String, String))).toMatch(
      /^CompileError/,
    );
  });

  it('lets a typed ticket in once, and a duty manager against the rules with a reason', async () => {
    const { code } = await oneTicket();
    const page = await signIn();
    await typeCode(page, code);
    await verdict(page, '请通行');
    await button(page, '下一位').click();
    // The same scan within five seconds is told again, not decided again.
    await expect.poll(() => refusedAgain(page, code), { timeout: 100_000, interval: 1_500 }).toBe(true);
    expect(await shownText(page.getByRole('dialog'))).toMatch(/\d+ 秒前 · .*\d\d:\d\d/);
    await expectAccessible(page, 'used before');
    await button(page, '破例放行').click();
    await expectAccessible(page, 'override');
    await button(page, '经理决定').click();
    await page.getByLabel('备注（可不填）').fill('left his phone at the counter');
    const question = page.getByRole('dialog', { name: '破例放行' });
    for (const digit of wrongPin()) await question.getByRole('button', { name: digit, exact: true }).click();
    await question.getByText(/^密码不对/).waitFor();
    for (const digit of pinOf('usher')) await question.getByRole('button', { name: digit, exact: true }).click();
    await question.getByText('需要值班经理的密码').waitFor();
    await expectAccessible(page, 'override with a PIN');
    for (const digit of pinOf('duty manager')) await question.getByRole('button', { name: digit, exact: true }).click();
    await verdict(page, '请通行');
    await button(page, '下一位').click();
    await page.getByRole('navigation').getByRole('button', { name: '记录' }).click();
    await page.getByText('Demo manager 破例放行').waitFor();
    await expectAccessibleInBothLanguages(page, 'log');
  });

  it('says why a ticket of tomorrow and a refunded one stay outside, and what a payment code is', async () => {
    const [early = ''] = await codesOf(lobby, await orderByPhone(lobby, await showOfTomorrow(lobby), 1));
    const order = await orderByPhone(lobby, await showWithOpenDoors(lobby), 1);
    const [refunded = ''] = await codesOf(lobby, order);
    await refund(lobby, order);
    const page = await signIn(TABLET);
    await typeCode(page, early);
    await verdict(page, '还没到入场时间');
    await page.keyboard.press('Escape');
    await typeCode(page, refunded);
    await verdict(page, '此票已退');
    await button(page, '下一位').click();
    await typeCode(page, '134567890123456789');
    await verdict(page, '这是付款码');
    await expectAccessible(page, 'a payment code on a tablet');
    await button(page, '按票号查找').click();
    await heading(page, '查票').waitFor();
  });

  it('finds a ticket by its number and its order, and asks for a duty manager before it is let in', async () => {
    const { id, orderId } = await oneTicket();
    const page = await signIn();
    await page.getByRole('navigation').getByRole('button', { name: '查票' }).click();
    await expectAccessible(page, 'search, empty');
    for (const query of [id, orderId]) {
      await page.getByLabel('票号、订单号或票码').fill(query);
      await button(page, '查找').click();
      await page.getByText('找到 1 张').waitFor();
      await page.getByText('未入场').waitFor();
    }
    await expectAccessibleInBothLanguages(page, 'search');
    await button(page, '破例放行').click();
    await button(page, '码读不出来').click();
    const question = page.getByRole('dialog', { name: '破例放行' });
    for (const digit of pinOf('duty manager')) await question.getByRole('button', { name: digit, exact: true }).click();
    await verdict(page, '请通行');
    await button(page, '下一位').click();
    await page.getByRole('navigation').getByRole('button', { name: '影厅' }).click();
    await page.getByRole('meter').first().waitFor();
    // So low that the halls of every hour scroll.
    await page.setViewportSize({ width: 390, height: 360 });
    await expectAccessibleInBothLanguages(page, 'halls');
  });

  it('goes on from its own list while the network is cut, and says how old the list is and what is not sent', async () => {
    const { code } = await oneTicket();
    const page = await signIn();
    await mustAnswer(lobby.screens, localApi.setNetwork, { body: { broker: false, boxOffice: false } });
    await page.getByText(/离线检票.*票单更新于/).waitFor();
    await typeCode(page, code);
    await verdict(page, '请通行');
    await page.getByText('离线核验').waitFor();
    await button(page, '下一位').click();
    await page.getByText(/\d+ 条未上传/).waitFor();
    await expectAccessible(page, 'offline');
  });

  it('can be used by keys alone, in English', async () => {
    const { code } = await oneTicket();
    const page = await lobby.open('/usher', PHONE);
    await button(page, 'English').press('Enter');
    await heading(page, 'Enter your PIN').waitFor();
    await page.keyboard.type(pinOf('usher'));
    await page.getByText('Demo usher').waitFor();
    await button(page, 'Type a code').press('Enter');
    await page.keyboard.type(code);
    await page.keyboard.press('Enter');
    await verdict(page, 'Please enter');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await button(page, 'Log').press('Enter');
    await heading(page, 'Latest checks').waitFor();
    expect(await page.getByRole('listitem').first().textContent()).toContain('Please enter');
  });
});

/** Types the code once more, and tells whether it was decided anew. */
async function refusedAgain(page: Page, code: string): Promise<boolean> {
  await typeCode(page, code);
  await page.getByRole('dialog').waitFor();
  if (await heading(page, '此票已入场').isVisible()) return true;
  await button(page, '下一位').click();
  return false;
}
