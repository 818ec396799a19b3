import { expect, it, onTestFinished } from 'vitest';
import { systemTimers as timers } from '#agent/runtime/clock.ts';
import { utf8Bytes } from '#core/base/utf8.ts';
import { localApi } from '#core/contract/local/api.ts';
import { createHidPosSimulator } from '#drivers/hid-pos-scanner/hid-pos-simulator.ts';
import { eventuallyAnswers } from '#test/support/eventually.ts';
import { HID_POS_MODEL, startHidBed } from '#test/support/hid/hid-bed.ts';
import { startLobby } from '#test/support/running-lobby.ts';
import { createScreensClient, mustAnswer } from '#test/support/screens-client.ts';

/** The whole program with `--devices real`, and a scanner that comes an hour after it was started and speaks in another way than the configured one. */
const CONFIGURATION = `
machine: lobby-1
site: "36090702"
screens: { port: 0 }
boxOffice: { kind: embedded, port: 0, payments: 0 }
broker: { kind: embedded, port: 0 }
kiosk: { name: K-01, printer: ticket-printer, scanner: kiosk-scanner, terminal: card-terminal }
devices:
  - { id: ticket-printer, driver: escpos-printer, link: { kind: simulated } }
  - { id: kiosk-scanner, driver: serial-scanner, link: { kind: simulated } }
  - { id: card-terminal, driver: zvt-terminal, link: { kind: simulated } }
`;

it('a scanner of another driver is recognised, matched and used when it is plugged in later, and again after it was pulled', {
  timeout: 120_000,
}, async () => {
  const bed = await startHidBed();
  onTestFinished(() => bed.close());
  const lobby = await startLobby({ configuration: CONFIGURATION, arguments: ['--devices', 'real'], environment: bed.environment });
  onTestFinished(() => lobby.dispose());
  expect(lobby.output()).toMatch(/kiosk-scanner +not there; looked for .*scanner in HID-POS mode/);
  const screens = createScreensClient(lobby.addresses.screens);
  const scanner = async (state: string) =>
    eventuallyAnswers(`the scanner is ${state}`, async () => {
      const { devices } = await mustAnswer(screens, localApi.readTechnician);
      const found = devices.find(({ device }) => device === 'kiosk-scanner');
      return found?.state === state ? found : undefined;
    });
  expect(await scanner('absent')).toMatchObject({ driver: 'serial-scanner' });

  const simulator = createHidPosSimulator({ timers, profile: 'generic' });
  const served = await bed.serve(simulator, HID_POS_MODEL);
  onTestFinished(() => served.close());
  expect(await scanner('ready')).toMatchObject({ driver: 'hid-pos-scanner' });
  const { discovery } = await mustAnswer(screens, localApi.readTechnician);
  expect(discovery?.told).toBe(true);
  expect(discovery?.ports).toContainEqual(
    expect.objectContaining({ device: 'kiosk-scanner', bus: 'hid', because: expect.arrayContaining(['usage']) }),
  );

  // It is used: what it reads arrives.
  const framesBefore = (await scanner('ready')).counters.framesIn;
  expect(simulator.present(Uint8Array.from(utf8Bytes('F1SOMETICKET')))).toBe(true);
  await eventuallyAnswers('a code is read', async () => ((await scanner('ready')).counters.framesIn > framesBefore ? true : undefined));

  simulator.setFault('unplugged', true);
  await scanner('absent');
  simulator.setFault('unplugged', false);
  expect(await scanner('ready')).toMatchObject({ driver: 'hid-pos-scanner' });
});
