import { onTestFinished } from 'vitest';
import { type BoxOfficeWire, createBoxOfficeWire } from '#agent/box-office/wire/box-office-wire.ts';
import { makeBrokerCredentials } from '#agent/broker/access.ts';
import { createEmbeddedBroker, type EmbeddedBroker } from '#agent/broker/embedded-broker.ts';
import { type Ledger, openLedger } from '#agent/ledger/ledger.ts';
import { systemClock, systemRandom, systemTimers } from '#agent/runtime/clock.ts';
import { silentLog } from '#agent/runtime/log.ts';
import { type BrokerAccess, createUplink, type Uplink } from '#agent/uplink/create-uplink.ts';
import type { Signed } from '#core/contract/box-office/validity.ts';
import { MachineId, SiteId } from '#core/contract/identifiers.ts';
import type { EventAck, EventBatch } from '#core/contract/wire/envelope.ts';
import type { EventBody, WireEvent } from '#core/contract/wire/events.ts';
import { runMosquitto } from '#test/support/mosquitto.ts';

/** Both ends of the wire on a real broker, with a box office that keeps its events in memory. */

export const MACHINE = MachineId.parse('kiosk-01');
export const SITE = SiteId.parse('31012345');

export function sale(saleId: string): EventBody {
  return { t: 'sale', d: { saleId, step: 'held' } };
}
export function audit(detail: string): EventBody {
  return { t: 'audit', d: { action: 'session-cleared', by: 'test', detail } };
}

/** The rules of the real receiver: a batch that does not continue its lane is not kept, and an event that is known already has no second effect. */
export interface MemoryReceiver {
  receive(machine: MachineId, batch: EventBatch): Promise<EventAck>;
  /** Every event in the order of its lane. */
  readonly kept: Map<string, WireEvent[]>;
  /** Deliveries, repeated ones included. */
  deliveries(): number;
}

export function createMemoryReceiver(): MemoryReceiver {
  const kept = new Map<string, WireEvent[]>();
  let deliveries = 0;
  return {
    kept,
    deliveries: () => deliveries,
    receive: async (machine, batch) => {
      deliveries += 1;
      const name = `${machine}/${batch.epoch}/${batch.lane}`;
      const lane = kept.get(name) ?? [];
      kept.set(name, lane);
      const next = lane.length + 1;
      if (batch.from <= next) lane.push(...batch.ev.slice(next - batch.from));
      return { v: 1, lane: batch.lane, epoch: batch.epoch, through: lane.length, reject: [], at: new Date().toISOString() };
    },
  };
}

export const SIGNED: Signed = { body: '{"scope":"31012345"}', signature: 'A'.repeat(86) };

/** A broker of one of the two kinds, that can die and come back. */
export interface TestBroker {
  readonly machine: BrokerAccess;
  readonly boxOffice: { url: string; version: '5' | '3.1.1'; username?: string; password?: string };
  die(): Promise<void>;
  revive(): Promise<void>;
}

export async function mosquittoBroker(version: '5' | '3.1.1' = '5'): Promise<TestBroker> {
  const mosquitto = await runMosquitto();
  const access = { url: mosquitto.url, version };
  return { machine: access, boxOffice: access, die: mosquitto.kill, revive: mosquitto.start };
}

export async function embeddedBroker(): Promise<TestBroker & { readonly broker: EmbeddedBroker }> {
  const credentials = makeBrokerCredentials(systemRandom, [MACHINE, MachineId.parse('gate-01')]);
  const broker = createEmbeddedBroker({ port: 0, site: SITE, credentials, log: silentLog });
  await broker.start();
  onTestFinished(broker.stop);
  const url = broker.url();
  return {
    broker,
    machine: { url, version: '3.1.1', username: MACHINE, password: credentials.machines.get(MACHINE) },
    boxOffice: { url, version: '3.1.1', ...credentials.boxOffice },
    die: broker.stop,
    revive: async () => {
      await broker.start();
    },
  };
}

export interface MachineEnd {
  readonly ledger: Ledger;
  readonly uplink: Uplink;
  readonly heads: Signed[];
  readonly deltas: Signed[];
}

export function machineEnd(access: BrokerAccess, path = ':memory:'): MachineEnd {
  const heads: Signed[] = [];
  const deltas: Signed[] = [];
  const ledger = openLedger(path, { clock: systemClock, random: systemRandom, boot: 'boot-1' });
  const uplink = createUplink({
    broker: access,
    machine: MACHINE,
    site: SITE,
    ledger,
    clock: systemClock,
    timers: systemTimers,
    random: systemRandom,
    log: silentLog,
    software: '0.0.0-test',
    boot: 'boot-1',
    validity: () => null,
    onValidityHead: (signed) => heads.push(signed),
    onValidityDelta: (signed) => deltas.push(signed),
  });
  onTestFinished(async () => {
    await uplink.stop();
    ledger.close();
  });
  return { ledger, uplink, heads, deltas };
}

export function boxOfficeEnd(broker: TestBroker['boxOffice'], receive: MemoryReceiver['receive']): BoxOfficeWire {
  const wire = createBoxOfficeWire({
    broker,
    site: SITE,
    receive,
    headSigned: async () => SIGNED,
    clock: systemClock,
    timers: systemTimers,
    random: systemRandom,
    log: silentLog,
  });
  onTestFinished(wire.stop);
  return wire;
}

/** What one lane of the machine holds unacknowledged. */
export function waiting({ uplink }: MachineEnd): number {
  return uplink.status().lanes.reduce((sum, lane) => sum + lane.waiting, 0);
}
