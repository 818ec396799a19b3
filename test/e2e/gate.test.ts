import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { Order } from '#core/contract/box-office/sales.ts';
import { DeviceId, MachineId } from '#core/contract/identifiers.ts';
import { localApi } from '#core/contract/local/api.ts';
import type { LiveMessage } from '#core/contract/local/live.ts';
import { lobbyConfiguration } from '../support/running-lobby.ts';
import { mustAnswer } from '../support/screens-client.ts';
import { expectAccessible } from './accessibility.ts';
import { shownText, siteTime } from './guest.ts';
import { GATE, GATE_SCANNER, useLobby } from './lobby-under-test.ts';
import { codesOf, orderByPhone, refund, showOfTomorrow, showWithOpenDoors } from './orders.ts';
import { presentAgain } from './present.ts';
import { mainColour } from './screen-reader.ts';

/** A second lane belongs to the largest screen alone. */
const SECOND_LANE = `    - { id: lane-2, name: Gate 2, scanner: gate-scanner-2, gate: gate-controller-2, screens: ["1"] }
devices:
  - { id: gate-scanner-2, driver: serial-scanner, link: { kind: simulated } }
  - { id: gate-controller-2, driver: modbus-gate, link: { kind: simulated } }
`;
const GATE_SCANNER_2 = DeviceId.parse('gate-scanner-2');

const lobby = useLobby({ configuration: lobbyConfiguration().replace('devices:\n', SECOND_LANE) });

/** Okabe and Ito's colours, as the design has them. */
const COLOUR = { navy: '#1b2a49', green: '#009e73', blue: '#0072b2', orange: '#e69f00', vermillion: '#d55e00', grey: '#595959' } as const;

async function openGate(lane = 'lane-1'): Promise<Page> {
  const page = await lobby.open(`/gate?lane=${lane}`);
  await verdict(page, '请扫码', 'Scan your ticket');
  return page;
}

/** The largest words, in both languages at once. */
async function verdict(page: Page, zh: string, en: string): Promise<void> {
  await page.getByRole('heading', { level: 1 }).filter({ hasText: zh }).filter({ hasText: en }).waitFor();
}

interface Face {
  readonly zh: string;
  readonly en: string;
  readonly colour: keyof typeof COLOUR;
  /** What else stands there. */
  readonly fact?: string | RegExp;
}

/** A verdict stays for five seconds: picture and words are taken at once, and judged afterwards. */
async function expectFace(page: Page, { zh, en, colour, fact }: Face): Promise<void> {
  await verdict(page, zh, en);
  const [picture, words] = await Promise.all([page.screenshot({ animations: 'disabled' }), shownText(page.getByRole('main'))]);
  expect(words).toContain(zh);
  if (fact !== undefined) expect(words).toMatch(fact);
  expect(mainColour(picture), `colour of "${en}"`).toBe(COLOUR[colour]);
  await expectAccessible(page, `the gate: ${en}`);
}

const seatWords = ({ lines }: Order): string => `${lines[0]?.row}排${lines[0]?.number}座`;

describe('the gate screen', () => {
  it('lets a ticket in once, with its seat, and says when and where it was used the second time', async () => {
    const order = await orderByPhone(lobby, await showWithOpenDoors(lobby), 1);
    const [code = ''] = await codesOf(lobby, order);
    const page = await openGate();
    await expectFace(page, { zh: '请扫码', en: 'Scan your ticket', colour: 'navy' });
    await lobby.present(GATE_SCANNER, code);
    await expectFace(page, { zh: '请通行', en: 'Please enter', colour: 'green', fact: seatWords(order) });
    await verdict(page, '请扫码', 'Scan your ticket');
    await presentAgain(lobby, GATE_SCANNER, code, page.getByRole('heading', { name: '此票已入场' }));
    await expectFace(page, { zh: '此票已入场', en: 'Already used', colour: 'orange', fact: /\d+ 秒前 · Gate 1 \d\d:\d\d/ });
    expect((await lobby.device(GATE, 'gate-controller')).passed, 'bodies that went through').toBe(1);
  });

  it('sends a guest of tomorrow away with the time from which he may enter', async () => {
    const where = await showOfTomorrow(lobby);
    const [code = ''] = await codesOf(lobby, await orderByPhone(lobby, where, 1));
    const page = await openGate();
    await lobby.present(GATE_SCANNER, code);
    const from = siteTime(new Date(Date.parse(where.show.startsAt) - 40 * 60_000).toISOString());
    await expectFace(page, { zh: '还没到入场时间', en: 'Too early', colour: 'blue', fact: new RegExp(`Entry from .*${from}`) });
  });

  it('sends a guest of another screen to the entrance of his own', async () => {
    const where = await showWithOpenDoors(lobby);
    const [code = ''] = await codesOf(lobby, await orderByPhone(lobby, where, 1));
    const page = await openGate('lane-2');
    await lobby.present(GATE_SCANNER_2, code);
    await expectFace(page, { zh: '影厅不符', en: 'Other screen', colour: 'blue', fact: `请到 ${where.show.screenName.zh}` });
  });

  it('refuses a ticket whose money went back', async () => {
    const order = await orderByPhone(lobby, await showWithOpenDoors(lobby), 1);
    const [code = ''] = await codesOf(lobby, order);
    await refund(lobby, order);
    const page = await openGate();
    await lobby.present(GATE_SCANNER, code);
    await expectFace(page, { zh: '此票已退', en: 'Ticket refunded', colour: 'vermillion' });
  });

  it('tells a payment code from a ticket, and that nothing was charged', async () => {
    const page = await openGate();
    await lobby.present(GATE_SCANNER, '134567890123456789');
    await expectFace(page, { zh: '这是付款码', en: 'That is a payment code', colour: 'navy', fact: '未扣款，请打开影票码' });
    expect(await shownText(page.getByRole('main'))).not.toContain('134567890123456789');
  });

  it.each([
    ['a torn ticket', 'FY1:6BF+70', '没有读清', 'Could not read it', 'navy'],
    ['a pick-up code', '482917305662', '这是取票码', 'That is a pick-up code', 'navy'],
    ['a link', 'https://example.com/', '这不是影票码', 'That is not a ticket', 'navy'],
  ] as const)('says what %s is', async (_, text, zh, en, colour) => {
    const page = await openGate();
    await lobby.present(GATE_SCANNER, text);
    await expectFace(page, { zh, en, colour });
  });

  it('takes back the admission of a guest who did not walk through', async () => {
    const [code = ''] = await codesOf(lobby, await orderByPhone(lobby, await showWithOpenDoors(lobby), 1));
    await mustAnswer(lobby.screens, localApi.setPerson, { params: { device: GATE }, body: { person: 'walks-away' } });
    const page = await openGate();
    await lobby.present(GATE_SCANNER, code);
    await verdict(page, '请通行', 'Please enter');
    await verdict(page, '未通行，请重新扫码', 'Nobody passed');
    await mustAnswer(lobby.screens, localApi.setPerson, { params: { device: GATE }, body: { person: 'walks-through' } });
    await lobby.present(GATE_SCANNER, code);
    await verdict(page, '请通行', 'Please enter');
    await verdict(page, '请扫码', 'Scan your ticket');
    expect(await page.getByText('已通行').count()).toBe(1);
  });

  it('sends guests to another lane while the barrier is gone, and out while there is a fire', async () => {
    const page = await openGate();
    await lobby.breakDevice(GATE, 'unplugged');
    await expectFace(page, { zh: '请走旁边通道', en: 'Please use another lane', colour: 'grey' });
    await lobby.breakDevice(GATE, 'unplugged', false);
    await verdict(page, '请扫码', 'Scan your ticket');
    await lobby.breakDevice(GATE, 'fire-alarm');
    await expectFace(page, { zh: '请从这里离开', en: 'Leave this way', colour: 'green' });
    await lobby.breakDevice(GATE, 'fire-alarm', false);
    await verdict(page, '请扫码', 'Scan your ticket');
  });

  it('admits from local data while the network is cut, and says that it did', async () => {
    const [code = ''] = await codesOf(lobby, await orderByPhone(lobby, await showWithOpenDoors(lobby), 1));
    const page = await openGate();
    await mustAnswer(lobby.screens, localApi.setNetwork, { body: { broker: false, boxOffice: false } });
    await page.getByText('离线').first().waitFor();
    await lobby.present(GATE_SCANNER, code);
    await verdict(page, '请通行', 'Please enter');
    await page.getByText('离线核验').waitFor();
    await expectAccessible(page, 'enter, offline');
  });

  it('tells of gates that cannot be reached and of tickets let in twice, beside the verdict and never in its place', async () => {
    const page = await lobby.open('about:blank');
    // One agent has nobody to lose; what it says is completed on its way to the page.
    await page.routeWebSocket(/\/api\/live/, (socket) => {
      const agent = socket.connectToServer();
      agent.onMessage((text) => {
        const message: LiveMessage = JSON.parse(String(text));
        const doctored = { missingGates: [MachineId.parse('gate-02'), MachineId.parse('gate-03')], openConflicts: 2 };
        socket.send(JSON.stringify(message.kind === 'gate' ? { ...message, gate: { ...message.gate, ...doctored } } : message));
      });
    });
    await page.goto(`${lobby.running.addresses.screens}/gate?lane=lane-1`);
    await page.getByText('Cannot reach gate-02 · gate-03').waitFor();
    await page.getByText('2 张票重复入场').waitFor();
    await expectFace(page, { zh: '请扫码', en: 'Scan your ticket', colour: 'navy' });
  });

  it('asks which lane it is on a machine with two, by links that keys can reach', async () => {
    const page = await lobby.open('/gate');
    await page.getByRole('heading', { name: '请选择检票口' }).waitFor();
    await expectAccessible(page, 'choice of lanes');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await verdict(page, '请扫码', 'Scan your ticket');
    expect(await page.getByText('Gate 2').count()).toBe(1);
  });
});
