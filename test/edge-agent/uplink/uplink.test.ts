import { describe, expect, test } from 'vitest';
import { eventually } from '#test/support/eventually.ts';
import {
  audit,
  boxOfficeEnd,
  createMemoryReceiver,
  embeddedBroker,
  MACHINE,
  machineEnd,
  mosquittoBroker,
  SIGNED,
  sale,
  waiting,
} from './lobby-wire.ts';

const DEADLINE = 180_000;

const brokers = [
  { name: 'MQTT 5 on Mosquitto', open: () => mosquittoBroker('5') },
  { name: 'MQTT 3.1.1 on Mosquitto', open: () => mosquittoBroker('3.1.1') },
  { name: 'MQTT 3.1.1 on the embedded broker', open: embeddedBroker },
];

describe.each(brokers)('$name', { timeout: DEADLINE }, ({ open }) => {
  test('what was appended before, between and after connections arrives once and in order, however often the broker dies', async () => {
    const broker = await open();
    const receiver = createMemoryReceiver();
    const machine = machineEnd(broker.machine);
    const office = boxOfficeEnd(broker.boxOffice, receiver);
    let appended = 0;
    const append = (count: number): void => {
      for (let i = 0; i < count; i++) {
        appended += 1;
        machine.ledger.transaction(() => machine.ledger.append(sale(`sale-${appended}`)));
      }
    };
    append(450);
    office.start();
    machine.uplink.start();
    for (let round = 0; round < 3; round++) {
      await eventually('connected', () => {
        machine.uplink.nudge();
        office.nudge();
        return machine.uplink.status().state === 'connected' && office.status().state === 'connected';
      });
      append(300);
      await broker.die();
      append(50);
      await broker.revive();
    }
    await eventually('everything is acknowledged', () => {
      machine.uplink.nudge();
      office.nudge();
      return waiting(machine) === 0;
    });
    const kept = receiver.kept.get(`${MACHINE}/${machine.ledger.epoch}/p0`) ?? [];
    expect(kept.map((event) => (event.t === 'sale' ? event.d.saleId : event.t))).toEqual(Array.from({ length: appended }, (_, i) => `sale-${i + 1}`));
  });

  test('validity data come down: the head at each connection, deltas as they are made', async () => {
    const broker = await open();
    const machine = machineEnd(broker.machine);
    const office = boxOfficeEnd(broker.boxOffice, createMemoryReceiver());
    office.start();
    machine.uplink.start();
    await eventually('a head', () => machine.heads.length > 0);
    const large = { ...SIGNED, body: JSON.stringify({ text: 'seat '.repeat(5_000) }) };
    office.publishDelta(large);
    await eventually('a delta', () => machine.deltas.length > 0);
    expect(machine.heads[0]).toEqual(SIGNED);
    expect(machine.deltas).toEqual([large]);
  });

  test('presence follows the machine, and a planned stop is seen at once', async () => {
    const broker = await open();
    const machine = machineEnd(broker.machine);
    const office = boxOfficeEnd(broker.boxOffice, createMemoryReceiver());
    office.start();
    machine.uplink.start();
    await eventually('online', () => office.machines().get(MACHINE)?.online === true);
    await eventually('its hello', () => office.machines().get(MACHINE)?.software === '0.0.0-test');
    await machine.uplink.stop();
    await eventually('offline', () => office.machines().get(MACHINE)?.online === false);
    expect(machine.uplink.status().state).toBe('stopped');
  });

  test('both lanes are delivered, and the technician sees what is acknowledged', async () => {
    const broker = await open();
    const machine = machineEnd(broker.machine);
    const office = boxOfficeEnd(broker.boxOffice, createMemoryReceiver());
    machine.ledger.transaction(() => {
      machine.ledger.append(sale('one'));
      machine.ledger.append(audit('two'));
    });
    expect(machine.uplink.recentEvents(10).map(({ type, acknowledged }) => ({ type, acknowledged }))).toEqual(
      expect.arrayContaining([
        { type: 'sale', acknowledged: false },
        { type: 'audit', acknowledged: false },
      ]),
    );
    office.start();
    machine.uplink.start();
    await eventually('acknowledged', () => waiting(machine) === 0);
    expect(machine.uplink.recentEvents(10).every(({ acknowledged }) => acknowledged)).toBe(true);
    expect(machine.uplink.status().lanes).toEqual([
      { lane: 'p0', waiting: 0, through: 1, dead: 0 },
      { lane: 'p1', waiting: 0, through: 1, dead: 0 },
    ]);
  });

  test('an event that nobody understands becomes a dead letter on both sides, and the lane goes on', async () => {
    const broker = await open();
    const receiver = createMemoryReceiver();
    const machine = machineEnd(broker.machine);
    // A sale is named by 64 characters at most: an event of a program that thought otherwise.
    for (const name of ['one', 'two'.repeat(40), 'three']) machine.ledger.transaction(() => machine.ledger.append(sale(name)));
    boxOfficeEnd(broker.boxOffice, receiver).start();
    machine.uplink.start();
    await eventually('everything is acknowledged, the record of the dead letter included', () => {
      const [facts, records] = machine.uplink.status().lanes;
      return facts?.through === 3 && records?.through === 1;
    });
    expect(machine.uplink.status().lanes[0]).toMatchObject({ waiting: 0, dead: 1 });
    expect((receiver.kept.get(`${MACHINE}/${machine.ledger.epoch}/p0`) ?? []).map(({ t }) => t)).toEqual(['sale', 'audit', 'sale']);
    expect((receiver.kept.get(`${MACHINE}/${machine.ledger.epoch}/p1`) ?? []).map(({ d }) => d)).toMatchObject([{ action: 'outbox-dead-letter' }]);
  });
});
