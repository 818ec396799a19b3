import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { addressOf } from '#agent/uplink/address.ts';
import { topic } from '#core/contract/wire/topic.ts';
import { eventually } from '#test/support/eventually.ts';
import { runMosquitto } from '#test/support/mosquitto.ts';
import { scratchFolder } from '#test/support/scratch.ts';
import { boxOfficeEnd, createMemoryReceiver, embeddedBroker, MACHINE, machineEnd, sale, waiting } from './lobby-wire.ts';

/** What a real broker may demand or refuse. */
const DEADLINE = 180_000;

describe('a broker that grants little', { timeout: DEADLINE }, () => {
  test('one message at a time, and packets of 20 kB: everything arrives within both', async () => {
    const { url } = await runMosquitto(['max_inflight_messages 1', 'max_packet_size 20000']);
    const receiver = createMemoryReceiver();
    const machine = machineEnd({ url, version: '5' });
    for (let i = 0; i < 10; i++) {
      machine.ledger.transaction(() => Array.from({ length: 40 }, (_, n) => machine.ledger.append(sale(`sale-${i}-${n}-${'x'.repeat(40)}`))));
    }
    boxOfficeEnd({ url, version: '5' }, receiver).start();
    machine.uplink.start();
    await eventually('everything is acknowledged', () => waiting(machine) === 0);
    expect(receiver.kept.get(`${MACHINE}/${machine.ledger.epoch}/p0`)).toHaveLength(400);
    // 400 events of some 170 bytes do not fit three packets of 20 kB before compression, and the broker would have cut a connection that tried.
    expect(machine.uplink.counters().batchesSent).toBeGreaterThan(3);
    expect(machine.uplink.counters().connections).toBe(1);
  });

  test('packets too small for our largest event: it is refused by name, and nothing is sent', async () => {
    const { url } = await runMosquitto(['max_packet_size 4000']);
    const machine = machineEnd({ url, version: '5' });
    machine.ledger.transaction(() => machine.ledger.append(sale('one')));
    machine.uplink.start();
    await eventually('given up', () => machine.uplink.status().lastFault !== undefined);
    expect(machine.uplink.status().lastFault).toContain('4000 bytes');
    expect(machine.uplink.counters().batchesSent).toBe(0);
    expect(waiting(machine)).toBe(1);
  });
});

describe('a broker that refuses', { timeout: DEADLINE }, () => {
  test('the connection: the reason is shown', async () => {
    const { url } = await runMosquitto(['allow_anonymous false']);
    for (const version of ['5', '3.1.1'] as const) {
      const machine = machineEnd({ url, version });
      machine.uplink.start();
      await eventually('refused', () => machine.uplink.status().state === 'waiting');
      expect(machine.uplink.status().lastFault).toMatch(/^E-NET-DENIED/);
    }
  });

  test('the events, by its access list: MQTT 5 says so, and nothing is lost', async () => {
    const rules = join(scratchFolder(), 'acl');
    const address = addressOf(MACHINE);
    writeFileSync(rules, [`topic write ${topic.presence(address)}`, `topic write ${topic.hello(address)}`, 'topic read foyer/v1/#', ''].join('\n'));
    const { url } = await runMosquitto([`acl_file ${rules}`]);
    const machine = machineEnd({ url, version: '5' });
    machine.ledger.transaction(() => machine.ledger.append(sale('one')));
    machine.uplink.start();
    await eventually('refused', () => machine.uplink.status().state === 'waiting');
    expect(machine.uplink.status().lastFault).toMatch(/^E-NET-DENIED/);
    expect(waiting(machine)).toBe(1);
  });

  test('this version of MQTT: the embedded broker speaks 3.1.1 only', async () => {
    const broker = await embeddedBroker();
    const machine = machineEnd({ ...broker.machine, version: '5' });
    machine.uplink.start();
    await eventually('refused', () => machine.uplink.status().state === 'waiting');
    expect(machine.uplink.status().lastFault).toMatch(/^E-NET-VERSION/);
  });

  test('nobody is there at all', async () => {
    const machine = machineEnd({ url: 'mqtt://127.0.0.1:1', version: '5' });
    machine.uplink.start();
    await eventually('refused', () => machine.uplink.status().state === 'waiting');
    expect(machine.uplink.status()).toMatchObject({ broker: 'mqtt://127.0.0.1:1', lastFault: expect.stringContaining('ECONNREFUSED') });
  });

  test('a certificate file that is missing is named, and asked for again', async () => {
    const machine = machineEnd({ url: 'mqtts://127.0.0.1:1', version: '5', caFile: '/nowhere/ca.pem' });
    machine.uplink.start();
    expect(machine.uplink.status().lastFault).toContain('/nowhere/ca.pem');
  });
});

test('user and password of a URL are never shown', async () => {
  const machine = machineEnd({ url: 'mqtt://kiosk:secret@127.0.0.1:1', version: '5' });
  machine.uplink.start();
  await eventually('refused', () => machine.uplink.status().state === 'waiting');
  expect(JSON.stringify(machine.uplink.status())).not.toContain('secret');
});
