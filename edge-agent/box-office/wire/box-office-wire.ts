import { FaultError, unreachable } from '#core/base/fault.ts';
import { LIMITS } from '#core/base/limits.ts';
import { err, ok, type Result } from '#core/base/result.ts';
import { toIso } from '#core/base/time.ts';
import type { CommandRecord } from '#core/box-office/command-record.ts';
import type { Signed } from '#core/contract/box-office/validity.ts';
import { MachineId, type SiteId } from '#core/contract/identifiers.ts';
import { type EventAck, HealthDocument, Hello, Presence, Telemetry } from '#core/contract/wire/envelope.ts';
import { parseUpTopic, topic, type UpTopic } from '#core/contract/wire/topic.ts';
import type { Clock, Random, Timers } from '#core/ports/clock.ts';
import type { Log } from '../../runtime/log.ts';
import { addressOf } from '../../uplink/address.ts';
import { type BrokerAccess, credentialsOf } from '../../uplink/broker-access.ts';
import { createConnectionSupervisor, type SupervisorStatus } from '../../uplink/connection-supervisor.ts';
import { createInbox, parseMustIgnore } from '../../uplink/inbox.ts';
import { ConnectionFault, type MqttConnection, openMqttConnection, PACKET_TOO_LARGE, type PublishOptions } from '../../uplink/mqtt-connection.ts';
import { encodePayload } from '../../uplink/payload.ts';
import type { Delivered } from '../events/receive.ts';
import { type BatchDesk, createBatchDesk } from './batch-desk.ts';
import type { CommandLine } from './command-door.ts';
import type { IssuedCommands } from './issued-commands.ts';
import { createMachineRegister, type MachinePresence, type MachineRegister } from './machine-register.ts';
import { type OpenedBatch, openBatch } from './open-batch.ts';

/**
 * The box office's end of the wire: it hands every machine's events to the one who commits them, acknowledges what was committed, and announces validity
 * data. It keeps nothing that matters: what a machine has not had acknowledged, the machine sends again.
 */
export interface BoxOfficeWire extends CommandLine {
  start(): void;
  stop(): Promise<void>;
  nudge(): void;
  /** Retained at the broker. While there is no connection nothing is kept back: the current head is announced at each new one. */
  publishHead(head: Signed): void;
  /** A delta that does not get through is seen as a gap by the next head, and fetched over HTTP. */
  publishDelta(delta: Signed): void;
  machines(): ReadonlyMap<MachineId, MachinePresence>;
  status(): SupervisorStatus;
  /** Messages that were malformed, forged or none of ours. */
  refusedMessages(): number;
}

export interface BoxOfficeWireOptions {
  readonly broker: BrokerAccess;
  readonly site: SiteId;
  /** Commits batches together and answers for each; the same one may come any number of times. Rejects with FaultError when it could not commit. */
  readonly receive: (delivered: readonly Delivered[]) => Promise<readonly EventAck[]>;
  /** How far each lane of this epoch has been kept. Rejects with FaultError when the store could not be asked. */
  readonly watermarks: (machine: MachineId, epoch: string) => Promise<readonly EventAck[]>;
  readonly commands: Pick<IssuedCommands, 'open'>;
  readonly headSigned: () => Promise<Signed>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
}

/** A batch is at most 64 kB before it is compressed; this bounds what a hostile one can unpack to. */
const MESSAGE_BYTES_MAX = 1_048_576;
/** A hundred machines with their windows full, whose batches wait for the store. */
const WAITING_MESSAGES_MAX = 1_600;
const ACK_EXPIRY_SECONDS = 60;
const DELTA_EXPIRY_SECONDS = 600;

export function createBoxOfficeWire(options: BoxOfficeWireOptions): BoxOfficeWire {
  const { broker, site, clock, timers, random, log } = options;
  const register = createMachineRegister(log);
  const batches = createBatchDesk(options.receive, LIMITS.boxOffice.eventsTogether);
  let connection: MqttConnection | undefined;

  const send = async (to: string, message: unknown, how: PublishOptions): Promise<void> => {
    const payload = await encodePayload(JSON.stringify(message));
    if (connection === undefined) return;
    const line = connection;
    try {
      await line.publish(to, payload, how);
    } catch (cause) {
      // What the broker cannot carry is no reason to end the connection for: changes are fetched over HTTP.
      if (cause instanceof ConnectionFault && cause.reasonCode === PACKET_TOO_LARGE) {
        log.warn({ code: 'E-NET-PACKET', topic: to, bytes: payload.length }, cause.message);
        return;
      }
      // Lost with its connection, as the wire may lose anything; a refusal by the broker ends the connection, so that it is seen.
      line.abandon(cause instanceof ConnectionFault ? cause : new ConnectionFault('publishing failed', undefined, { cause }));
    }
  };
  const sendCommand = async ({ command, signed }: CommandRecord): Promise<void> =>
    send(topic.command(addressOf(command.dev)), signed, { qos: 1, expirySeconds: LIMITS.uplink.commandLife / 1_000 });
  /** A box office that was started anew brings what it had not heard of, without a greeting. */
  const sendOpen = async (machine?: MachineId): Promise<void> => {
    try {
      for (const command of await options.commands.open(machine)) await sendCommand(command);
    } catch (cause) {
      if (!(cause instanceof FaultError)) throw cause;
      log.error({ code: cause.fault.code }, 'commands could not be read; they go out with the next greeting');
    }
  };
  const announceHead = async (): Promise<void> => send(topic.validityHead(site), await options.headSigned(), { qos: 1, retain: true });

  const inbox = createInbox({
    bytesMax: MESSAGE_BYTES_MAX,
    waitingMax: WAITING_MESSAGES_MAX,
    log,
    handle: (from, message) => {
      const sender = parseSender(from);
      if (!sender.ok) return sender;
      return takeMessage(options, { register, batches, send, sendOpen, announceHead }, sender.value, message);
    },
  });

  const supervisor = createConnectionSupervisor({
    clock,
    timers,
    random,
    connect: (handlers) =>
      openMqttConnection(
        {
          ...credentialsOf(broker),
          clientId: `box-office-${site}`,
          subscriptions: [topic.everyMachine],
          timers,
        },
        handlers,
      ),
    onUp: (established) => {
      connection = established;
      void announceHead();
      void sendOpen();
    },
    onMessage: (from, payload) => {
      inbox.push(from, payload);
      return undefined;
    },
    onDown: () => {
      connection = undefined;
    },
    onStatus: ({ state, lastFault }) => {
      if (state === 'waiting' && lastFault !== undefined) log.warn({ code: lastFault.code }, lastFault.message);
    },
  });

  return {
    start: supervisor.start,
    nudge: supervisor.nudge,
    stop: async () => {
      await supervisor.stop();
      await inbox.idle();
      await batches.idle();
    },
    publishHead: (head) => void send(topic.validityHead(site), head, { qos: 1, retain: true }),
    publishDelta: (delta) => void send(topic.validityDelta(site), delta, { qos: 1, expirySeconds: DELTA_EXPIRY_SECONDS }),
    send: sendCommand,
    machines: register.all,
    status: supervisor.status,
    refusedMessages: inbox.refused,
  };
}

interface Sender {
  readonly machine: MachineId;
  readonly about: UpTopic;
}

/** The topic alone says who speaks, because the broker's rights hold it; the partition is checked so that one machine has one place only. */
function parseSender(from: string): Result<Sender, string> {
  const about = parseUpTopic(from);
  if (about === undefined) return err('the topic is none of ours');
  const machine = MachineId.parse(about.machine);
  return addressOf(machine).partition === about.partition
    ? ok({ machine, about })
    : err(`${machine} does not belong into partition ${about.partition}`);
}

interface Desk {
  readonly register: MachineRegister;
  readonly batches: BatchDesk;
  readonly send: (to: string, message: unknown, how: PublishOptions) => Promise<void>;
  readonly sendOpen: (machine: MachineId) => Promise<void>;
  readonly announceHead: () => Promise<void>;
}

async function takeMessage(options: BoxOfficeWireOptions, desk: Desk, { machine, about }: Sender, message: unknown): Promise<Result<void, string>> {
  const { register } = desk;
  const now = options.clock.wall();
  switch (about.kind) {
    case 'events':
      return takeEvents(options, desk, machine, about.lane, message);
    case 'presence': {
      const presence = parseMustIgnore(Presence, message);
      if (!presence.ok) return presence;
      register.presence(machine, presence.value, now);
      return ok();
    }
    case 'hello': {
      const hello = parseMustIgnore(Hello, message);
      if (!hello.ok) return hello;
      if (hello.value.dev !== machine) return err(`the hello is signed ${hello.value.dev}`);
      register.hello(machine, hello.value, now);
      await answerHello(options, desk, machine, hello.value);
      return ok();
    }
    case 'health': {
      const health = parseMustIgnore(HealthDocument, message);
      if (!health.ok) return health;
      if (health.value.dev !== machine) return err(`the document is signed ${health.value.dev}`);
      register.health(machine, health.value);
      return ok();
    }
    case 'telemetry': {
      const telemetry = parseMustIgnore(Telemetry, message);
      if (!telemetry.ok) return telemetry;
      if (telemetry.value.dev !== machine) return err(`the telemetry is signed ${telemetry.value.dev}`);
      register.telemetry(machine, telemetry.value);
      return ok();
    }
    default:
      return unreachable(about);
  }
}

/** What the store holds of the machine's lanes, whether that is more or less than the machine believes; what it was asked to do; and the newest head. */
async function answerHello(
  options: BoxOfficeWireOptions,
  { register, batches, send, sendOpen, announceHead }: Desk,
  machine: MachineId,
  hello: Hello,
): Promise<void> {
  // What came before it counts in the answer.
  await batches.idle();
  const to = addressOf(machine);
  let acks: readonly EventAck[] = [];
  try {
    acks = await options.watermarks(machine, hello.epoch);
  } catch (cause) {
    if (!(cause instanceof FaultError)) throw cause;
    options.log.error({ code: cause.fault.code, machine }, 'a hello could not be answered; the machine goes on by itself');
  }
  for (const ack of acks) {
    const answer = { ...register.greeted(machine, ack), sess: hello.sess };
    await send(topic.acknowledgement(to), answer, { qos: 0, expirySeconds: ACK_EXPIRY_SECONDS });
  }
  await sendOpen(machine);
  await announceHead();
}

/** Takes the batch in hand and goes on to the next message; the acknowledgement follows its commit. */
async function takeEvents(
  options: BoxOfficeWireOptions,
  desk: Desk,
  machine: MachineId,
  lane: string,
  message: unknown,
): Promise<Result<void, string>> {
  const opened = openBatch(message, toIso(options.clock.wall()));
  if (!opened.ok) return opened;
  const { batch } = opened.value;
  if (batch.dev !== machine) return err(`the batch is signed ${batch.dev}`);
  if (batch.lane !== lane) return err(`the batch is of lane ${batch.lane}`);
  await desk.batches.room();
  // A defect or a failing store ends the process, as a promise that nobody awaits does.
  void keepAndAnswer(options, desk, machine, opened.value);
  return ok();
}

async function keepAndAnswer(
  options: BoxOfficeWireOptions,
  { register, batches, send }: Desk,
  machine: MachineId,
  { batch, rejected }: OpenedBatch,
): Promise<void> {
  let ack: EventAck;
  try {
    ack = await batches.put({ machine, batch });
  } catch (cause) {
    if (!(cause instanceof FaultError)) throw cause;
    options.log.error(
      { code: cause.fault.code, machine, lane: batch.lane, from: batch.from },
      'a batch could not be kept and was not acknowledged; it will come again',
    );
    return;
  }
  const answer = register.acknowledge(machine, ack, rejected, options.clock.wall());
  await send(topic.acknowledgement(addressOf(machine)), answer, { qos: 0, expirySeconds: ACK_EXPIRY_SECONDS });
}
