import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { DeviceId } from '#core/contract/identifiers.ts';
import type { LampColour } from '#core/ports/indicator.ts';
import { lobbyConfiguration } from '../support/running-lobby.ts';
import { expectAccessible } from './accessibility.ts';
import { GATE, GATE_SCANNER, useLobby } from './lobby-under-test.ts';
import { codesOf, orderByPhone, refund, showWithOpenDoors } from './orders.ts';
import { presentAgain } from './present.ts';

const LIGHT = DeviceId.parse('gate-light');

/** A barrier of no lane stands first: what belongs to a lane is not a matter of the order. */
const SPARE = 'spare-gate';

const lobby = useLobby({
  configuration: `${lobbyConfiguration()
    .replace('gate: gate-controller }', `gate: gate-controller, indicator: ${LIGHT} }`)
    .replace('devices:', `devices:\n  - { id: ${SPARE}, driver: hid-relay-gate, link: { kind: simulated } }`)}
  - { id: ${LIGHT}, driver: modbus-tower, link: { kind: simulated }, lamps: { red: 0, amber: 1, green: 2, white: 3, buzzer: 4 } }
`,
});

/** The lamp shines at a moment; one that blinks does so within the second. */
const shines = (page: Page, colour: LampColour): Promise<void> =>
  page.locator(`.light-card .tower-lamp[data-colour="${colour}"][data-on]`).waitFor({ state: 'attached' });

it('the bench shows the screen of a lane beside the barrier that it opens', async () => {
  const bench = await lobby.open('/bench', { viewport: { width: 1366, height: 900 }, hasTouch: false });
  const gateCard = (device: string) => bench.locator('.gate-card').filter({ has: bench.getByText(device, { exact: true }) });
  await gateCard(GATE).locator('.mini-gate').waitFor();
  await gateCard(SPARE).waitFor();
  expect(await gateCard(SPARE).locator('.mini-gate').count()).toBe(0);
});

describe('the light above a lane', () => {
  it('follows the verdict: green lets in, amber is used, red is not valid', async () => {
    const where = await showWithOpenDoors(lobby);
    const [code = ''] = await codesOf(lobby, await orderByPhone(lobby, where, 1));
    const returned = await orderByPhone(lobby, where, 1);
    const [givenBack = ''] = await codesOf(lobby, returned);
    await refund(lobby, returned);
    const bench = await lobby.open('/bench', { viewport: { width: 1366, height: 900 }, hasTouch: false });
    await shines(bench, 'white');
    await expectAccessible(bench, 'the device bench with a light');
    await lobby.present(GATE_SCANNER, code);
    await shines(bench, 'green');
    await shines(bench, 'white');
    await presentAgain(lobby, GATE_SCANNER, code, bench.locator('.light-card .tower-lamp[data-colour="amber"][data-on]'));
    await shines(bench, 'white');
    await lobby.present(GATE_SCANNER, givenBack);
    await shines(bench, 'red');
    await shines(bench, 'white');
  });

  it('is tested by a technician, which is written down, and then shows what the lane says', async () => {
    const bench = await lobby.open('/bench', { viewport: { width: 1366, height: 900 }, hasTouch: false });
    await shines(bench, 'white');
    const page = await lobby.open('/technician', { viewport: { width: 1366, height: 900 }, hasTouch: false });
    await page.getByRole('button', { name: 'English' }).click();
    const light = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: LIGHT }) });
    await light.getByRole('button', { name: 'Test light' }).click();
    await light.getByRole('button', { name: 'Light', exact: true }).click();
    await light.getByText('Test passed').waitFor();
    await shines(bench, 'white');
    const events = page.getByRole('region', { name: 'Latest events' });
    const line = events.getByText(`test light (technician): ${LIGHT}`);
    await line.first().waitFor();
    expect(await line.count()).toBe(1);
  });
});
