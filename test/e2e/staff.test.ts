import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { runStaffCommand } from '#agent/staff/staff-command.ts';
import { LIMITS } from '#core/base/limits.ts';
import { CommandState } from '#core/contract/box-office/people.ts';
import type { Order } from '#core/contract/box-office/sales.ts';
import { localApi } from '#core/contract/local/api.ts';
import { mustAnswer } from '../support/screens-client.ts';
import { expectAccessible, expectAccessibleInBothLanguages } from './accessibility.ts';
import { approach, askForPaymentCode, button, buyUpToReview, heading } from './guest.ts';
import { KIOSK_SCANNER, NOBODY_THERE, PRINTER, TERMINAL, useLobby } from './lobby-under-test.ts';
import { type Outing, orderByPhone, orderLeftToPerson, showOfTomorrow } from './orders.ts';
import { codesOnPaper } from './paper.ts';
import { pressOnPhone } from './phone-page.ts';
import { EN, ZH } from './words.ts';

const lobby = useLobby();

const pinOf = (who: string): string => new RegExp(`PIN of the demo ${who}\\s+(\\d{6})`).exec(lobby.running.output())?.[1] ?? '';

/** Nobody's. */
const wrongPin = (): string => ['000000', '111111', '222222'].find((pin) => !['usher', 'cashier', 'duty manager'].map(pinOf).includes(pin)) ?? '';

async function type(page: Page, pin: string): Promise<void> {
  for (const digit of pin) await page.getByRole('button', { name: digit, exact: true }).tap();
}

async function signIn(who: string, pin = pinOf(who)): Promise<Page> {
  const page = await lobby.open('/staff');
  await heading({ page, words: ZH }, '请输入密码').waitFor();
  await type(page, pin);
  await page.getByRole('heading', { name: /^款项与出票/ }).waitFor();
  return page;
}

/** Two tickets of an order bought by phone, and the paper ends in the middle of the first. */
async function jammed(where: Outing): Promise<Order> {
  const order = await orderByPhone(lobby, where, 2);
  const guest = await approach(await lobby.open('/'), EN);
  await lobby.breakDevice(PRINTER, 'paper-out-mid-ticket');
  await lobby.present(KIOSK_SCANNER, order.pickUpCode);
  await button(guest, 'Print 2 tickets').tap();
  await heading(guest, 'Your tickets are not printed yet').waitFor();
  await lobby.refill();
  // What came out of the first is half a ticket.
  await mustAnswer(lobby.screens, localApi.tearOff, { params: { device: PRINTER } });
  return order;
}

/** The one whose doubt it is, as the page shows it; the event has to reach the box office first. */
async function settle(page: Page): Promise<void> {
  await page.getByRole('button', { name: '确认是否出票' }).tap({ timeout: 100_000 });
  await page.getByRole('button', { name: /^没有出来/ }).tap();
  await page.getByText('已完成', { exact: true }).waitFor();
}

async function look(page: Page, order: Order): Promise<void> {
  await page.getByRole('button', { name: new RegExp(`${order.id}$`) }).tap();
  await page.getByRole('heading', { name: `订单 ${order.id}` }).waitFor();
}

const boxOfficeFile = (): string => join(lobby.running.data, 'box-office', 'box-office.db');

/** The store as a backup of this moment has it. */
async function copyBoxOffice(to: string): Promise<void> {
  const open = new Database(boxOfficeFile(), { readonly: true });
  await open.backup(to);
  open.close();
}

/** What a machine does whose disk was lost and came back from a backup, with what lay beside the old file gone. */
function putBack(copy: string): void {
  for (const beside of ['', '-wal', '-shm']) rmSync(boxOfficeFile() + beside, { force: true });
  copyFileSync(copy, boxOfficeFile());
}

const standing = async (order: Order): Promise<string> => {
  const read = await lobby.boxOffice.readOrder({ params: { orderId: order.id } });
  return read.ok ? `${read.value.status} ${read.value.tickets.map(({ printState }) => printState).join(' ')}` : 'away';
};

describe('staff at a kiosk', () => {
  it('come in by holding the name in the corner and by a PIN, and see that nothing is open', async () => {
    const page = await lobby.open('/');
    const guest = await approach(page, ZH);
    const name = page.locator('.masthead-name');
    await name.click({ delay: 300 });
    await button(guest, /^购票/).waitFor();
    await name.click({ delay: 3_500 });
    await heading(guest, '请输入密码').waitFor();
    await expectAccessibleInBothLanguages(page, 'K12, nobody');
    await type(page, pinOf('duty manager') === '000000' ? '000001' : '000000');
    await page.getByText('密码不对，还可试 4 次').waitFor();
    await type(page, pinOf('duty manager'));
    await page.getByText('没有待处理的款项，也没有未出的票').waitFor();
    await expectAccessibleInBothLanguages(page, 'K12, signed in');
    await page.getByRole('button', { name: '退出' }).tap();
    await button(guest, /^购票/).waitFor();
  });

  it('say that a jammed ticket did not come out, and print both of the order here', async () => {
    const order = await jammed(await showOfTomorrow(lobby));
    const page = await signIn('cashier');
    await page.getByText('不确定是否已出票').waitFor({ timeout: 100_000 });
    await expectAccessibleInBothLanguages(page, 'K12, a doubt');
    await settle(page);
    await look(page, order);
    await page.getByRole('button', { name: '在本机出票' }).first().tap();
    await expect.poll(() => standing(order), { timeout: 100_000 }).toBe('confirmed printed printed');
    expect(new Set(await codesOnPaper(lobby)).size).toBe(2);
  });

  it('give the money of a jammed order back, within the policy', async () => {
    const order = await jammed(await showOfTomorrow(lobby));
    const page = await signIn('cashier');
    await settle(page);
    await look(page, order);
    await page.getByRole('button', { name: '退款' }).first().tap();
    await page.getByRole('button', { name: '买错场次' }).tap();
    await expect.poll(() => standing(order), { timeout: 100_000 }).toMatch(/^refunded/);
  });

  it('find an old order by what was typed, and by a code under the scanner', async () => {
    const order = await orderByPhone(lobby, await showOfTomorrow(lobby), 1);
    const page = await signIn('cashier');
    await page.getByRole('button', { name: '输入或扫码' }).tap();
    await type(page, '100000000000');
    await page.getByRole('button', { name: '查找', exact: true }).tap();
    await page.getByText('没有找到这个订单，请核对号码').waitFor();
    await expectAccessibleInBothLanguages(page, 'K12, an order is looked for');
    await page.getByRole('textbox').fill('');
    await type(page, order.id);
    await page.getByRole('button', { name: '查找', exact: true }).tap();
    await page.getByRole('heading', { name: `订单 ${order.id}` }).waitFor();
    await expectAccessibleInBothLanguages(page, 'K12, an order that was found');
    expect(await page.content()).not.toContain(order.pickUpCode);
    await page.getByRole('button', { name: '关闭' }).tap();
    await page.getByRole('button', { name: '输入或扫码' }).tap();
    await page.getByRole('button', { name: '用本机扫码' }).tap();
    await page.getByText('请把码放到扫码口').waitFor();
    await lobby.present(KIOSK_SCANNER, order.pickUpCode);
    await page.getByRole('heading', { name: `订单 ${order.id}` }).waitFor();
    // The guests' screen has not heard of it.
    expect((await mustAnswer(lobby.screens, localApi.readSession)).session.phase).toBe('idle');
  });

  it('say of a card payment that nobody could settle that it was booked, print its tickets, and ask the guest when it was not', async () => {
    await lobby.breakDevice(TERMINAL, 'unplugged');
    const { order, prove } = await orderLeftToPerson(lobby, await showOfTomorrow(lobby), 1);
    const page = await signIn('cashier');
    await page.getByText('付款结果查不到').waitFor({ timeout: 100_000 });
    await expectAccessibleInBothLanguages(page, 'K12, a card payment that was left to a person');
    await page.getByRole('button', { name: '说明查到的结果' }).tap();
    await page.getByRole('dialog', { name: '这笔刷卡付款查得怎样？' }).waitFor();
    await expectAccessible(page, 'K12, what became of a card payment');
    await page.getByRole('button', { name: /^刷卡机已记账/ }).tap();
    await page.getByRole('heading', { name: `订单 ${order.id}` }).waitFor();
    await page.getByText('已付款，票有效').waitFor();
    await page.getByRole('button', { name: '在本机出票' }).first().tap();
    await expect.poll(() => standing(order), { timeout: 100_000 }).toBe('confirmed printed');
    // She was wrong.
    expect(await prove('failed')).toMatchObject({ ok: false, error: { kind: 'refused' } });
    await page.getByText('刷卡机没有这笔款，票已出：请向客人收款').waitFor({ timeout: 100_000 });
    await page.getByRole('button', { name: '说明查到的结果' }).tap();
    await page.getByRole('button', { name: /^客人已补付/ }).tap();
    await page.getByText('没有待处理的款项，也没有未出的票').waitFor({ timeout: 100_000 });
    const { events } = await mustAnswer(lobby.screens, localApi.readTechnician);
    const said = events.map(({ text }) => text.en).filter((text) => text.includes('card payment settled (Demo cashier)'));
    expect(said.map((text) => text.split(' ').at(-1))).toEqual(expect.arrayContaining(['booked', 'guest-paid']));
  });

  it('take the machine out of service and back, and guests see it at once', async () => {
    const guests = await lobby.open('/');
    await approach(guests, ZH);
    const page = await signIn('duty manager');
    await page.getByRole('button', { name: '暂停服务' }).tap();
    await page.getByRole('button', { name: '维修' }).tap();
    await page.getByText('已由 Demo manager 停用 · 维修').waitFor();
    await guests.getByText('请使用旁边的机器，或到服务台办理').waitFor();
    expect(await guests.getByRole('button', { name: /^购票/ }).count()).toBe(0);
    await page.getByRole('button', { name: '恢复服务' }).tap();
    await guests.getByRole('button', { name: /^购票/ }).waitFor();
    const { events } = await mustAnswer(lobby.screens, localApi.readTechnician);
    expect(events.map(({ text }) => text.en)).toEqual(
      expect.arrayContaining([
        expect.stringContaining('kiosk closed (Demo manager): repair'),
        expect.stringContaining('kiosk opened (Demo manager)'),
      ]),
    );
  });

  it('take the lock back after wrong PINs on another page, and the audit says who', async () => {
    const tryPin = () => lobby.screens.call(localApi.signIn, { body: { pin: wrongPin() } });
    for (let tries = 0; tries < LIMITS.staff.triesMax; tries++) await tryPin();
    expect(await tryPin()).toMatchObject({ status: 409, body: { code: 'locked' } });
    const page = await signIn('duty manager');
    await page.getByRole('button', { name: '解除锁定' }).tap();
    await page.getByRole('button', { name: 'lobby-1', exact: true }).tap();
    await page.getByText('已解除，可以再输密码').waitFor({ timeout: 100_000 });
    await expectAccessibleInBothLanguages(page, '/staff');
    expect(await tryPin()).toMatchObject({ status: 409, body: { code: 'wrong-pin' } });
    const { events } = await mustAnswer(lobby.screens, localApi.readTechnician);
    const said = events.map(({ text }) => text.en);
    expect(said).toContainEqual(expect.stringContaining('command sent (Demo manager): lobby-1 release-pin-locks'));
    expect(said).toContainEqual(expect.stringContaining('staff changed (Demo manager): the lock of the usher-page was taken back'));
  });

  it('see the lock of their own page count down in their language, and need no shell to wait for its end', async () => {
    const page = await lobby.open('/staff');
    await heading({ page, words: ZH }, '请输入密码').waitFor();
    for (let tries = 1; tries <= LIMITS.staff.triesMax; tries++) {
      await type(page, wrongPin());
      if (tries < LIMITS.staff.triesMax) await page.getByText(`密码不对，还可试 ${LIMITS.staff.triesMax - tries} 次`).waitFor();
    }
    await page.getByText(/^已锁定，\d:\d\d 后再试$/).waitFor();
    await page.getByText(/^已锁定，[0-4]:\d\d 后再试$/).waitFor();
    expect(await page.getByRole('button', { name: '1', exact: true }).getAttribute('aria-disabled')).toBe('true');
    await button({ page, words: EN }, 'English').tap();
    await page.getByText(/^Locked for [0-4]:\d\d$/).waitFor();
    await expectAccessibleInBothLanguages(page, '/staff, locked');
    // Whoever has a shell need not wait.
    await runStaffCommand(['unlock'], undefined, lobby.running.data);
    await signIn('duty manager');
  });

  it('have the box office command this machine over HTTP, and see how it ended', async () => {
    const { data, addresses } = lobby.running;
    await runStaffCommand(['add', 'Mei'], 'duty-manager', data);
    const [, token = ''] = /: (\S{43})\n/.exec((await runStaffCommand(['token', 'Mei'], undefined, data)).text) ?? [];
    const commands = `${addresses.boxOffice}/v1/machines/lobby-1/commands`;
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ commandKey: 'command-00000001', kind: 'report-health', reason: 'a look' });
    const { id } = CommandState.parse(await (await fetch(commands, { method: 'POST', headers, body })).json());
    const stage = async () => CommandState.parse(await (await fetch(`${commands}/${id}`, { headers })).json()).stage;
    await expect.poll(stage, { timeout: 100_000 }).toBe('succeeded');
    const { events } = await mustAnswer(lobby.screens, localApi.readTechnician);
    expect(events.map(({ text }) => text.en)).toEqual(
      expect.arrayContaining([expect.stringContaining('command sent (Mei): lobby-1 report-health: a look')]),
    );
  });

  // The last: the box office of this lobby has forgotten something afterwards.
  it('settle an order that a restored box office has lost, which a machine had tickets of', async () => {
    const pin = pinOf('duty manager');
    const copy = join(lobby.running.data, '..', 'older.db');
    await copyBoxOffice(copy);
    const page = await lobby.open('/', NOBODY_THERE);
    const guest = await approach(page, EN);
    await lobby.breakDevice(PRINTER, 'paper-out-mid-ticket');
    await buyUpToReview(guest, await showOfTomorrow(lobby), 2);
    await pressOnPhone(page, await askForPaymentCode(guest), '确认支付');
    await heading(guest, 'Your tickets are not printed yet').waitFor();
    const { back } = await lobby.powerCut();
    putBack(copy);
    await back();
    await lobby.refill();
    const staff = await signIn('duty manager', pin);
    await staff.getByText('影院系统不认识此订单：请查收款').waitFor({ timeout: 100_000 });
    await expectAccessibleInBothLanguages(staff, 'K12, an order that was lost');
    await staff.getByRole('button', { name: '说明查到的结果' }).tap();
    await staff.getByRole('dialog', { name: '这笔款查得怎样？' }).waitFor();
    await expectAccessible(staff, 'K12, what became of its money');
    // A box office that is away need not be waited for: the word is noted, and is told when it is back.
    await mustAnswer(lobby.screens, localApi.setNetwork, { body: { broker: false, boxOffice: false } });
    await staff.getByRole('button', { name: '收过款，已退给客人' }).tap();
    await staff.getByText('已记下，会通知影院系统').waitFor();
    await staff.getByText(/Demo manager 已记下：收过款，已退给客人/).waitFor();
    expect(await staff.getByRole('button', { name: '说明查到的结果' }).count()).toBe(0);
    await expectAccessibleInBothLanguages(staff, 'K12, a lost order that was noted');
    await mustAnswer(lobby.screens, localApi.setNetwork, { body: { broker: true, boxOffice: true } });
    await staff.getByText('影院系统不认识此订单：请查收款').waitFor({ state: 'detached', timeout: 100_000 });
    const { events } = await mustAnswer(lobby.screens, localApi.readTechnician);
    expect(events.map(({ text }) => text.en)).toContainEqual(
      expect.stringMatching(/unknown order settled \(Demo manager\): \d{6}-\S{8} money-returned/),
    );
  });
});
