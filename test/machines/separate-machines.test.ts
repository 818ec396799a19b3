import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createBoxOfficeClient } from '#agent/box-office-client/box-office-client.ts';
import { systemTimers } from '#agent/runtime/clock.ts';
import { seconds } from '#core/base/time.ts';
import { DeviceId } from '#core/contract/identifiers.ts';
import { localApi } from '#core/contract/local/api.ts';
import { runMosquitto } from '#test/support/mosquitto.ts';
import { type RunningLobby, startLobby } from '#test/support/running-lobby.ts';
import { scratchFolder } from '#test/support/scratch.ts';
import { createScreensClient, mustAnswer } from '#test/support/screens-client.ts';

/** Box office and gate as machines of their own, joined by a broker of somebody else, as in a real cinema. */

const SITE = 'site: "36090702"\nscreens: { port: 0 }\n';

async function machine(configuration: string): Promise<RunningLobby> {
  const running = await startLobby({ configuration });
  onTestFinished(() => running.dispose());
  return running;
}

async function cinema(version: '5' | '3.1.1') {
  const broker = await runMosquitto();
  const wire = `broker: { kind: remote, url: "${broker.url}", version: "${version}" }\n`;
  const office = await machine(`machine: office-1\n${SITE}${wire}boxOffice: { kind: embedded, port: 0, payments: 0, machines: [gate-a] }\n`);
  const secrets = scratchFolder();
  const carry = (from: string, to: string): string => {
    const file = join(secrets, to);
    writeFileSync(file, readFileSync(join(office.data, 'box-office', from)), { mode: 0o600 });
    return file;
  };
  const token = carry('tokens/gate-a', 'token');
  const key = carry('validity.key.pub', 'key');
  const gate = await machine(
    `machine: gate-a\n${SITE}${wire}boxOffice: { kind: remote, url: "${office.addresses.boxOffice}", tokenFile: ${token}, validityKeyFile: ${key} }
gate: { lanes: [{ id: lane-1, name: Gate A, scanner: scanner-1, gate: turnstile-1 }] }
devices:
  - { id: scanner-1, driver: serial-scanner, link: { kind: simulated } }
  - { id: turnstile-1, driver: modbus-gate, link: { kind: simulated } }\n`,
  );
  return { office, gate, token: readFileSync(token, 'utf8').trim() };
}

test.each(['5', '3.1.1'] as const)(
  'a gate on a machine of its own has data, checks, and is acknowledged, over MQTT %s',
  async (version) => {
    const { office, gate, token } = await cinema(version);
    const screens = createScreensClient(gate.addresses.screens);
    const technician = await screens.live('technician');
    const gateView = await screens.live('gate');
    onTestFinished(() => {
      technician.close();
      gateView.close();
    });
    await technician.until(
      'validity data and a connection',
      (message) =>
        message.kind === 'technician' && message.state.validity.version !== null && message.state.uplink.state === 'connected' ? true : undefined,
      20_000,
    );

    await mustAnswer(screens, localApi.present, { params: { device: DeviceId.parse('scanner-1') }, body: { text: '134567890123456789' } });
    const verdict = await gateView.until(
      'the verdict on a payment code',
      (message) => (message.kind === 'gate' ? message.gate.verdict : undefined),
      20_000,
    );
    expect(verdict).toMatchObject({ kind: 'not-a-ticket', reason: 'payment-code', offline: false });

    const boxOffice = createBoxOfficeClient({ url: office.addresses.boxOffice, token, timeout: seconds(5), timers: systemTimers });
    await technician.until(
      'every event acknowledged',
      (message) =>
        message.kind === 'technician' && message.state.events.some(({ type, acknowledged }) => type === 'scan' && acknowledged) ? true : undefined,
      20_000,
    );
    const received = await boxOffice.readReceivedEvents({ query: { after: 0 } });
    expect(received.ok && received.value.events.filter(({ type }) => type === 'scan')).toHaveLength(1);
  },
  120_000,
);

test('a machine with the token of nobody is told so, and what to do', async () => {
  const { office } = await cinema('5');
  const boxOffice = createBoxOfficeClient({ url: office.addresses.boxOffice, token: randomUUID(), timeout: seconds(5), timers: systemTimers });
  const answer = await boxOffice.readSite();
  expect(answer).toMatchObject({ ok: false, error: { kind: 'unauthorised', fault: { code: 'E-BOX-TOKEN' } } });
}, 120_000);
