import { onTestFinished } from 'vitest';
import { createMemoryBoxOfficeStore } from '#agent/box-office/store/memory/memory-box-office-store.ts';
import { type BoxOfficeWire, createBoxOfficeWire } from '#agent/box-office/wire/box-office-wire.ts';
import { type CommandWish, createIssuedCommands, type IssuedCommands } from '#agent/box-office/wire/issued-commands.ts';
import { makeBrokerCredentials } from '#agent/broker/access.ts';
import { createEmbeddedBroker, type EmbeddedBroker } from '#agent/broker/embedded-broker.ts';
import { type Ledger, openLedger } from '#agent/ledger/ledger.ts';
import { systemClock, systemRandom, systemTimers } from '#agent/runtime/clock.ts';
import { silentLog } from '#agent/runtime/log.ts';
import { ed25519PublicKey, ed25519Signer, generateEd25519KeyPair, signBody } from '#agent/runtime/ticket-crypto.ts';
import type { BrokerAccess } from '#agent/uplink/broker-access.ts';
import { createUplink, type Uplink, type UplinkOptions } from '#agent/uplink/create-uplink.ts';
import { minutes, plus, toIso } from '#core/base/time.ts';
import { ulid } from '#core/base/ulid.ts';
import { afterWord, type CommandRecord } from '#core/box-office/command-record.ts';
import type { Signed } from '#core/contract/box-office/validity.ts';
import { DeviceId, EventId, IdempotencyKey, MachineId, SiteId } from '#core/contract/identifiers.ts';
import { COMMAND_CONTEXT, type Command, type CommandKind } from '#core/contract/wire/command.ts';
import type { EventAck, EventBatch } from '#core/contract/wire/envelope.ts';
import type { EventBody, WireEvent } from '#core/contract/wire/events.ts';
import { runMosquitto } from '#test/support/mosquitto.ts';
import { connectedClient } from '#test/support/raw-mqtt.ts';

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
  watermarks(machine: MachineId, epoch: string): Promise<readonly EventAck[]>;
  /** Deliveries, repeated ones included. */
  deliveries(): number;
}

export function createMemoryReceiver(): MemoryReceiver {
  const kept = new Map<string, WireEvent[]>();
  let deliveries = 0;
  return {
    kept,
    deliveries: () => deliveries,
    watermarks: async (machine, epoch) =>
      (['p0', 'p1'] as const).map((lane) => {
        const through = kept.get(`${machine}/${epoch}/${lane}`)?.length ?? 0;
        return { v: 1, lane, epoch, through, reject: [], at: new Date().toISOString() };
      }),
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

/** Somebody who has come by the box office's credentials at the broker, and speaks as it likes. */
export function pretender({ boxOffice: { url, username = '', password = '' } }: Pick<TestBroker, 'boxOffice'>): ReturnType<typeof connectedClient> {
  return connectedClient(url, { clientId: 'pretender', username, password });
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
  /** What it was asked to do, and did. */
  readonly done: CommandKind[];
}

/** The key of the box office, which signs commands. */
const KEY = generateEd25519KeyPair();
const SIGNER = ed25519Signer(KEY.privateKey);

export function machineEnd(access: BrokerAccess, path = ':memory:', more: Partial<UplinkOptions> = {}): MachineEnd {
  const heads: Signed[] = [];
  const deltas: Signed[] = [];
  const done: CommandKind[] = [];
  const boot = more.boot ?? 'boot-1';
  const ledger = openLedger(path, { clock: systemClock, random: systemRandom, boot });
  const publicKey = ed25519PublicKey(KEY.publicKey);
  if (publicKey === undefined) throw new Error('a key that was just made is one');
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
    boot,
    validity: () => null,
    onValidityHead: (signed) => heads.push(signed),
    onValidityDelta: (signed) => deltas.push(signed),
    reports: {
      devices: () => [
        { device: DeviceId.parse('printer-1'), class: 'ticket-printer', state: 'ready', reasons: [], since: '2026-10-31T12:00:00.000Z' },
      ],
      readings: () => ({ foyer_resident_bytes: 1 }),
      flows: () => [{ name: 'buy', available: false, lost: ['paper'] }],
      clockQuality: () => ({ offMs: -12, errMs: 30, widthMs: 60 }),
    },
    commands: {
      publicKey,
      time: () => ({ earliest: systemClock.wall(), latest: systemClock.wall() }),
      carryOut: async (kind) => {
        done.push(kind);
        return 'done';
      },
    },
    ...more,
  });
  onTestFinished(async () => {
    await uplink.stop();
    ledger.close();
  });
  return { ledger, uplink, heads, deltas, done };
}

let commandsSigned = 0;

export function signTestCommand(
  { machine, kind, by, reason }: Omit<CommandWish, 'key'>,
  more: Partial<Command> = {},
): Pick<CommandRecord, 'command' | 'signed'> {
  commandsSigned += 1;
  const now = systemClock.wall();
  const command: Command = {
    v: 1,
    id: EventId.parse(ulid(now, systemRandom.bytes(10))),
    kind,
    dev: machine,
    n: commandsSigned,
    issuedAt: toIso(now),
    expiresAt: toIso(plus(now, minutes(10))),
    by,
    reason,
    ...more,
  };
  return { command, signed: signBody(SIGNER, COMMAND_CONTEXT, JSON.stringify(command)) };
}

export interface BoxOfficeEnd extends BoxOfficeWire {
  readonly commands: IssuedCommands;
  /** Under a key of its own. */
  command(wish: Omit<CommandWish, 'key'>): Promise<CommandRecord>;
}

export function boxOfficeEnd(broker: TestBroker['boxOffice'], { receive, watermarks }: Pick<MemoryReceiver, 'receive' | 'watermarks'>): BoxOfficeEnd {
  const store = createMemoryBoxOfficeStore();
  const commands = createIssuedCommands({
    run: (work) => store.transaction((tx) => work({ tx, now: systemClock.wall(), publish: () => undefined })),
    random: systemRandom,
    signer: SIGNER,
  });
  /** As the real receiver, in the transaction of the events. */
  const hear = (machine: MachineId, event: WireEvent): Promise<void> =>
    store.transaction(async (tx) => {
      if (event.t !== 'command') return;
      const known = await tx.commands.find(event.d.id ?? '');
      if (known !== undefined) await tx.commands.put(afterWord(known, machine, event));
    });
  const wire = createBoxOfficeWire({
    broker,
    site: SITE,
    receive: async (delivered) => {
      const acks: EventAck[] = [];
      for (const { machine, batch } of delivered) {
        acks.push(await receive(machine, batch));
        for (const event of batch.ev) await hear(machine, event);
      }
      return acks;
    },
    watermarks,
    commands,
    headSigned: async () => SIGNED,
    clock: systemClock,
    timers: systemTimers,
    random: systemRandom,
    log: silentLog,
  });
  onTestFinished(wire.stop);
  return {
    ...wire,
    commands,
    command: async (wish) => {
      const record = await commands.issue({ ...wish, key: IdempotencyKey.parse(`test-${ulid(systemClock.wall(), systemRandom.bytes(10))}`) });
      await wire.send(record);
      return record;
    },
  };
}

/** What one lane of the machine holds unacknowledged. */
export function waiting({ uplink }: MachineEnd): number {
  return uplink.status().lanes.reduce((sum, lane) => sum + lane.waiting, 0);
}
