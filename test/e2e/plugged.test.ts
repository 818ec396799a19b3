import { fileURLToPath } from 'node:url';
import type { Locator, Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { runDevicesCommand } from '#agent/devices/devices-command.ts';
import { runDoctorCommand } from '#agent/devices/doctor-command.ts';
import { localApi } from '#core/contract/local/api.ts';
import { Discovery } from '#core/contract/local/discovery.ts';
import { openBrowser } from '../support/browser.ts';
import { type RunningLobby, startLobby } from '../support/running-lobby.ts';
import { createScreensClient, mustAnswer } from '../support/screens-client.ts';
import { layUsbBed } from '../support/usb/usb-bed.ts';
import { expectAccessibleInBothLanguages } from './accessibility.ts';

/** The whole program with `--devices real` in a USB tree of umockdev's: what a technician sees and does when real things are plugged in. */

const root = fileURLToPath(new URL('../..', import.meta.url));
const SCANNER = { vendor: '0c2e', product: '0caa', manufacturer: 'Honeywell', serial: '19290B0123' };

const device = (page: Page, id: string): Locator => page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: id }) });

async function technicianOf(lobby: RunningLobby): Promise<Page> {
  const browser = await openBrowser();
  onTestFinished(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1366, height: 900 }, reducedMotion: 'reduce' });
  page.setDefaultTimeout(20_000);
  await page.goto(new URL('/technician', lobby.addresses.screens).href);
  await page.getByRole('button', { name: 'English' }).click();
  return page;
}

it('a lobby without devices starts and says what it looked for; what is plugged in is found, assigned, lost, and found again', {
  timeout: 120_000,
}, async () => {
  const bed = await layUsbBed();
  const lobby = await startLobby({ arguments: ['--devices', 'real'], environment: bed.environment });
  onTestFinished(() => lobby.dispose());
  expect(lobby.output()).toContain(
    'Looked for serial ports (/sys/class/tty), HID devices (/sys/class/hidraw) and USB printers (/sys/class/usbmisc).',
  );
  expect(lobby.output()).toMatch(/gate-scanner +not there; looked for Honeywell scanner/);
  expect(lobby.output()).toContain('Nothing is plugged in');

  const page = await technicianOf(lobby);
  const plugged = page.getByRole('region', { name: 'What is plugged in' });
  await plugged.getByText('Nothing: no serial port, no HID device, no USB printer').waitFor();
  await device(page, 'gate-scanner').getByText('Port not found').waitFor();

  // It may be the kiosk's or the gate's, and nobody guesses which door it opens.
  await bed.plug({ node: 'ttyACM0', socket: '1-1.1', ...SCANNER });
  await plugged.getByText('/dev/ttyACM0').waitFor();
  await device(page, 'gate-scanner').getByText('Something is plugged in that it may be').waitFor();
  await expectAccessibleInBothLanguages(page, 'technician, something is plugged in');
  await plugged.getByLabel('This is').selectOption('gate-scanner');
  await plugged.getByText('more than one fits: it has to be said').waitFor();
  await plugged.getByRole('button', { name: 'Assign' }).click();
  await plugged.getByText('is gate-scanner').waitFor();
  await device(page, 'gate-scanner').getByText('Ready').waitFor();

  // What it read is on the line's trace, and nobody can use it.
  await bed.say('ttyACM0', 'F1SECRETTICKET\r');
  const line = device(page, 'gate-scanner');
  await line.getByText('Line trace').click();
  await line.getByRole('button', { name: 'Show' }).click();
  await line.getByText(/← ··( ··)+ 0d/).waitFor();
  const [file] = await Promise.all([page.waitForEvent('download'), line.getByRole('button', { name: 'Save' }).click()]);
  expect(file.suggestedFilename()).toBe('gate-scanner-trace.txt');

  // Out, and into another socket: its serial number names it.
  await bed.unplug('ttyACM0');
  await device(page, 'gate-scanner').getByText('Not there').waitFor();
  await bed.plug({ node: 'ttyACM1', socket: '1-1.4', ...SCANNER });
  await device(page, 'gate-scanner').getByText('Ready').waitFor();

  // The same at a terminal, which asks the agent that runs.
  const call = { words: [], data: lobby.data, root, config: undefined, json: true, language: 'en' } as const;
  const listed = Discovery.parse(JSON.parse((await runDevicesCommand(call)).text));
  expect(listed).toMatchObject({
    told: true,
    ports: [{ path: '/dev/ttyACM1', device: 'gate-scanner', because: ['assigned', 'serial', 'interface', 'vendor-product'] }],
  });
  expect(await runDevicesCommand({ ...call, words: ['assign', 'gate-scanner', '/dev/none'] })).toMatchObject({
    exit: 65,
    text: expect.stringContaining('E-DEV-NO-PORT'),
  });
  expect(await runDevicesCommand({ ...call, words: ['assign', 'gate-scanner', '/dev/ttyACM1'] })).toMatchObject({ exit: 0 });
  const { running, devices } = JSON.parse((await runDoctorCommand(call)).text);
  expect(running).toBe(true);
  expect(devices).toContainEqual(expect.objectContaining({ device: 'gate-scanner', state: 'ready', what: { zh: '正常', en: 'Ready' } }));

  // And after a restart.
  const again = await lobby.restart();
  onTestFinished(() => again.dispose());
  const { discovery, events } = await mustAnswer(createScreensClient(again.addresses.screens), localApi.readTechnician);
  expect(discovery?.devices.find((each) => each.device === 'gate-scanner')).toMatchObject({
    match: 'matched',
    paths: ['/dev/ttyACM1'],
    assigned: true,
  });
  expect(events.map(({ text }) => text)).toContainEqual({
    zh: '指定设备（技术员）：gate-scanner 是 usb 0c2e:0caa, serial number 19290B0123',
    en: 'device assigned (technician): gate-scanner is usb 0c2e:0caa, serial number 19290B0123',
  });
});
