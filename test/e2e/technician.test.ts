import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { expectAccessibleInBothLanguages } from './accessibility.ts';
import { GATE, GATE_SCANNER, PRINTER, useLobby } from './lobby-under-test.ts';

const lobby = useLobby();

const device = (page: Page, id: string): Locator => page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: id }) });

async function openTechnician(): Promise<Page> {
  const page = await lobby.open('/technician', { viewport: { width: 1366, height: 900 }, hasTouch: false });
  const english = page.getByRole('button', { name: 'English' });
  await english.click();
  await page.getByRole('heading', { level: 1, name: 'All is well' }).waitFor();
  return page;
}

describe('the technician page', () => {
  it('says in words that the scanner was unplugged, what to do, and that it is back', async () => {
    const page = await openTechnician();
    const scanner = device(page, GATE_SCANNER);
    await scanner.getByText('Ready').waitFor();
    await lobby.breakDevice(GATE_SCANNER, 'unplugged');
    await scanner.getByText('Not there').waitFor();
    await scanner.getByText(/Check the data cable|Plug in the cable/).waitFor();
    await page.getByRole('heading', { level: 1, name: '1 to look at' }).waitFor();
    const [worst] = await page.getByRole('heading', { level: 3 }).allTextContents();
    expect(worst, 'the first device of the list').toContain(GATE_SCANNER);
    await expectAccessibleInBothLanguages(page, 'technician, scanner unplugged');
    await lobby.breakDevice(GATE_SCANNER, 'unplugged', false);
    await scanner.getByText('Ready').waitFor();
    await page.getByRole('heading', { level: 1, name: 'All is well' }).waitFor();
  });

  it('prints one page marked VOID after asking', async () => {
    const page = await openTechnician();
    const printer = device(page, PRINTER);
    await printer.getByRole('button', { name: 'Test print' }).click();
    await printer.getByText('Print one page marked VOID?').waitFor();
    await expectAccessibleInBothLanguages(page, 'technician, test asked');
    await printer.getByRole('button', { name: 'Print', exact: true }).click();
    await printer.getByText('Test passed').waitFor();
    expect((await lobby.device(PRINTER, 'ticket-printer')).papers.filter(({ cut }) => cut)).toHaveLength(1);
    await printer.getByRole('button', { name: 'Dismiss' }).click();
    await printer.getByRole('button', { name: 'Test print' }).waitFor();
  });

  it('says that a test print failed when there is no paper', async () => {
    const page = await openTechnician();
    await lobby.breakDevice(PRINTER, 'paper-out');
    const printer = device(page, PRINTER);
    await printer.getByText('Paper out').waitFor();
    await printer.getByRole('button', { name: 'Test print' }).click();
    await printer.getByRole('button', { name: 'Print', exact: true }).click();
    await printer.getByText('Test failed').waitFor();
    await printer.getByText('the printer is out of paper').waitFor();
    await page.getByRole('button', { name: '中文' }).click();
    await printer.getByText('打印机缺纸').waitFor();
    await printer.getByText('换上新纸卷，合上机盖。').waitFor();
    expect(await printer.getByText('测试成功').count()).toBe(0);
  });

  it('releases the barrier once after asking, and writes it down', async () => {
    const page = await openTechnician();
    const gate = device(page, GATE);
    const { passed } = await lobby.device(GATE, 'gate-controller');
    await gate.getByRole('button', { name: 'Test release' }).click();
    await gate.getByText('Is the lane clear?').waitFor();
    await gate.getByRole('button', { name: 'Cancel' }).click();
    expect((await lobby.device(GATE, 'gate-controller')).passed, 'after cancelling').toBe(passed);
    await gate.getByRole('button', { name: 'Test release' }).click();
    await gate.getByRole('button', { name: 'Release', exact: true }).click();
    await gate.getByText('Test passed').waitFor();
    const events = page.getByRole('region', { name: 'Latest events' });
    await events.getByText('Audit').first().waitFor();
    await events.getByText(`test release (technician): ${GATE}`).first().waitFor();
    await page.getByRole('button', { name: '中文' }).click();
    await page.getByRole('region', { name: '最近事件' }).getByText(`测试开闸（技术员）：${GATE}`).first().waitFor();
  });

  it('says which of the other gates is of another build, and what to do', async () => {
    const page = await openTechnician();
    const since = new Date().toISOString();
    const site = {
      state: 'split',
      members: [
        { machine: 'gate-b', reachable: true, since, software: '9.1.0', later: { messages: 7, first: 'hello.lanes' } },
        { machine: 'gate-c', reachable: false, since, software: '9.2.0', protocol: 9 },
      ],
    };
    // This lobby has no other gates: what it says of itself is told as by a machine that has.
    await page.route('**/api/technician', async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, json: { ...(await answer.json()), site } });
    });
    await page.routeWebSocket(/./, (socket) => {
      const agent = socket.connectToServer();
      agent.onMessage((text) => {
        const message = JSON.parse(String(text));
        socket.send(JSON.stringify(message.kind === 'technician' ? { ...message, state: { ...message.state, site } } : message));
      });
    });
    await page.reload();
    await page.getByRole('button', { name: 'English' }).click();
    const gate = (name: string): Locator => page.getByRole('listitem').filter({ hasText: name });
    await gate('gate-b').getByText('build 9.1.0').waitFor();
    await gate('gate-b')
      .getByText(/7 of its messages .*hello\.lanes.*Update this machine/)
      .waitFor();
    await gate('gate-c')
      .getByText(/version 9 of the protocol.*Update both/)
      .waitFor();
    await expectAccessibleInBothLanguages(page, 'technician, gates of three builds');
    await page.getByRole('button', { name: '中文' }).click();
    await gate('gate-b')
      .getByText(/有 7 条消息含本机不认识的内容（hello\.lanes）/)
      .waitFor();
    await gate('gate-c')
      .getByText(/协议版本 9/)
      .waitFor();
  });
});

describe('the device bench', () => {
  it('lets a newcomer play the lobby: a sample at the gate, a broken printer, cut wires', async () => {
    const page = await lobby.open('/bench', { viewport: { width: 1366, height: 900 }, hasTouch: false });
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { level: 1, name: 'The whole lobby on one page' }).waitFor();
    await expectAccessibleInBothLanguages(page, 'bench');

    await page.getByRole('button', { name: 'WeChat payment code' }).click();
    await page.getByRole('button', { name: 'Present', exact: true }).click();
    await page.getByRole('figure').getByText('That is a payment code').waitFor();

    const coverSwitch = page.getByRole('switch', { name: 'Cover open' });
    await coverSwitch.click();
    await page.getByRole('switch', { name: 'Cover open', checked: true }).waitFor();
    expect((await lobby.device(PRINTER, 'ticket-printer')).faults.find(({ name }) => name === 'cover-open')?.on).toBe(true);
    await coverSwitch.click();

    await page.getByRole('switch', { name: /broker/i }).click();
    await page.getByText('cut', { exact: true }).first().waitFor();
    await page.getByRole('switch', { name: /broker/i }).click();
    await page.getByText('cut', { exact: true }).first().waitFor({ state: 'detached' });
  });
});
