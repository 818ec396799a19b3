import { openBatch } from '#agent/box-office/wire/open-batch.ts';
import { ConnectionFault } from '#agent/uplink/mqtt-connection.ts';
import type { Line } from '#agent/uplink/outbox-pump.ts';
import { FaultError } from '#core/base/fault.ts';
import { instant, toIso } from '#core/base/time.ts';
import { MachineId } from '#core/contract/identifiers.ts';
import type { EventAck } from '#core/contract/wire/envelope.ts';
import type { OutboxLane } from '#core/contract/wire/events.ts';
import { isEndOfLife, type Life } from '../kernel/life.ts';
import type { Network } from '../kernel/network.ts';
import type { Prng } from '../kernel/prng.ts';
import type { Timeline } from '../kernel/timeline.ts';
import { OFFICE, type OfficeHost } from './office-host.ts';
import type { LobbyFault } from './plan.ts';

/**
 * A broker between kiosks and box office that keeps none of its promises: it loses what it has taken (a session without a disk), repeats it, delivers it in
 * another order, refuses, and dies. Only what the box office acknowledges has arrived.
 */
export interface LobbyBroker {
  /** A program has started and keeps its connection up as long as it lives. */
  connect(life: Life, end: UplinkEnd): void;
  /** It falls over, with everything that it has in hand. */
  crash(downFor: number): void;
}

export interface UplinkEnd {
  linkUp(line: Line): void;
  linkDown(): void;
  acknowledged(ack: EventAck): void;
}

export interface BrokerSurroundings {
  readonly timeline: Timeline;
  readonly network: Network;
  readonly chance: Prng;
  readonly office: OfficeHost;
  readonly happens: (fault: LobbyFault, often: number) => boolean;
  readonly wrap: (line: Line, acknowledged: (ack: EventAck) => void) => Line;
  readonly failed: (cause: unknown) => void;
}

const BROKER = 'broker';
const CONNECT_MS = [200, 4_000] as const;
/** A dead line is noticed by its keep-alive. */
const NOTICED_MS = [1_000, 30_000] as const;
const LOOKS_AGAIN_MS = 1_000;
const REORDER_MS = [0, 3_000] as const;
/** What a session keeps for a subscriber that is away. */
const KEPT_MAX = 50;

interface Connection {
  readonly life: Life;
  readonly end: UplinkEnd;
  isUp: boolean;
  session: number;
}

export function createLobbyBroker({ timeline, network, chance, office, happens, wrap, failed }: BrokerSurroundings): LobbyBroker {
  const connections = new Map<string, Connection>();
  /** Taken, and not yet with the box office, which is away. */
  let waiting: (() => void)[] = [];
  let incarnation = 0;
  let isDown = false;

  const isCurrent = (connection: Connection): boolean => !connection.life.isOver && connections.get(connection.life.machine) === connection;

  const toMachine = (machine: string, what: string, arrive: (connection: Connection) => void): void => {
    const born = incarnation;
    if (isDown || happens('broker-loses', 0.15)) return;
    network.post(BROKER, machine, what, () => {
      const connection = connections.get(machine);
      if (born === incarnation && connection !== undefined && isCurrent(connection) && connection.isUp) arrive(connection);
    });
  };

  /** The box office's end: one batch, one transaction, one acknowledgement. */
  const receive = async (machine: string, payload: Uint8Array): Promise<void> => {
    const program = office.program();
    if (program === undefined) return;
    const at = instant(Math.floor(timeline.now()));
    const opened = openBatch(JSON.parse(Buffer.from(payload).toString('utf8')), toIso(at));
    if (!opened.ok) throw new RangeError(`${machine} sent a batch that cannot be opened: ${opened.error}`);
    const ack = await program.receive(MachineId.parse(machine), opened.value.batch);
    if (program.life.isOver) return;
    const answer = program.register.acknowledge(MachineId.parse(machine), ack, opened.value.rejected, at);
    const born = incarnation;
    network.stream(OFFICE, BROKER, `ack of ${machine}`, () => {
      if (isDown || born !== incarnation) return;
      toMachine(machine, `ack ${machine} ${answer.lane}/${answer.through}`, (connection) => connection.end.acknowledged(answer));
    });
  };
  const deliver = (machine: string, payload: Uint8Array): void => {
    network.post(BROKER, OFFICE, `batch of ${machine}`, () => {
      receive(machine, payload).catch((cause: unknown) => {
        // A box office that could not keep it acknowledges nothing; it is sent again.
        if (!isEndOfLife(cause) && !(cause instanceof FaultError)) failed(cause);
      });
    });
  };
  /** A subscriber that comes back gets what was kept for it. */
  const flush = (): void => {
    if (waiting.length === 0) return;
    if (isDown || office.program() === undefined) {
      timeline.at(timeline.now() + LOOKS_AGAIN_MS, 'the broker looks for the box office', flush);
      return;
    }
    for (const go of waiting.splice(0)) go();
  };
  const taken = (machine: string, payload: Uint8Array): void => {
    if (happens('broker-loses', 0.2)) return;
    const born = incarnation;
    const go = (): void => deliver(machine, payload);
    const late = happens('broker-loses', 0.2) ? chance.between(...REORDER_MS) : 0;
    timeline.at(timeline.now() + late, 'the broker forwards', () => {
      if (born !== incarnation || isDown) return;
      if (office.program() !== undefined) {
        go();
        return;
      }
      if (waiting.length === 0) timeline.at(timeline.now() + LOOKS_AGAIN_MS, 'the broker looks for the box office', flush);
      if (waiting.length < KEPT_MAX) waiting.push(go);
    });
  };

  const lineOf = (connection: Connection): Line => {
    const { machine } = connection.life;
    const { session } = connection;
    const isMine = (): boolean => isCurrent(connection) && connection.isUp && connection.session === session;
    const lost = (): void => {
      timeline.at(timeline.now() + chance.between(...NOTICED_MS), 'a broken connection', () => {
        if (isMine()) drop(connection);
      });
    };
    const publish = (lane: OutboxLane, payload: Uint8Array): Promise<void> =>
      new Promise((resolve, reject) => {
        network.stream(
          machine,
          BROKER,
          `publish ${machine} ${lane}`,
          () => {
            if (!isMine() || isDown) return;
            if (happens('broker-refuses', 0.1)) {
              reject(new ConnectionFault('quota exceeded', 0x97));
              return;
            }
            taken(machine, payload);
            network.stream(BROKER, machine, `taken ${machine} ${lane}`, () => (isMine() ? resolve() : undefined), lost);
          },
          lost,
        );
      });
    const line: Line = {
      windowBatches: 8,
      batchBytesMax: 65_536,
      publish,
      publishTelemetry: () => Promise.resolve(),
      abandon: () => {
        if (isMine()) drop(connection);
      },
    };
    return wrap(line, (ack) => {
      if (isMine()) connection.end.acknowledged(ack);
    });
  };
  const drop = (connection: Connection): void => {
    if (!connection.isUp) return;
    connection.isUp = false;
    connection.end.linkDown();
    retry(connection);
  };
  const isOpen = ({ life }: Connection): boolean => !isDown && network.isOpen(life.machine, BROKER) && network.isOpen(BROKER, life.machine);
  const retry = (connection: Connection): void => {
    timeline.at(timeline.now() + chance.between(...CONNECT_MS), 'connecting', () => {
      if (!isCurrent(connection) || connection.isUp) return;
      if (!isOpen(connection) || happens('broker-refuses', 0.3)) {
        retry(connection);
        return;
      }
      connection.isUp = true;
      connection.session++;
      connection.end.linkUp(lineOf(connection));
      watch(connection);
    });
  };
  const watch = (connection: Connection): void => {
    const { session } = connection;
    timeline.at(timeline.now() + chance.between(...NOTICED_MS), 'keep-alive', () => {
      if (!isCurrent(connection) || !connection.isUp || connection.session !== session) return;
      if (isOpen(connection)) watch(connection);
      else drop(connection);
    });
  };
  return {
    connect: (life, end) => {
      const connection: Connection = { life, end, isUp: false, session: 0 };
      connections.set(life.machine, connection);
      retry(connection);
    },
    crash: (downFor) => {
      timeline.note('the broker falls over');
      isDown = true;
      incarnation++;
      waiting = [];
      for (const connection of connections.values()) {
        if (isCurrent(connection)) timeline.at(timeline.now() + chance.between(10, 2_000), 'a connection is reset', () => drop(connection));
      }
      timeline.at(timeline.now() + downFor, 'the broker is back', () => {
        isDown = false;
      });
    },
  };
}
