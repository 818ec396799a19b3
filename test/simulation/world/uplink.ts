import { createMachineRegister } from '#agent/box-office/wire/machine-register.ts';
import { openBatch } from '#agent/box-office/wire/open-batch.ts';
import { silentLog } from '#agent/runtime/log.ts';
import type { Line } from '#agent/uplink/outbox-pump.ts';
import { instant, toIso } from '#core/base/time.ts';
import type { Signed } from '#core/contract/box-office/validity.ts';
import { MachineId } from '#core/contract/identifiers.ts';
import type { EventAck } from '#core/contract/wire/envelope.ts';
import type { Life } from '../kernel/life.ts';
import type { Network } from '../kernel/network.ts';
import type { Prng } from '../kernel/prng.ts';
import type { Timeline } from '../kernel/timeline.ts';
import type { SimulatedOffice } from './office.ts';

/** A machine's connection through a broker to the box office: batches up, acknowledgements and validity data down. All of it may be lost, late or twice. */
export interface UplinkEnd {
  linkUp(line: Line): void;
  linkDown(): void;
  acknowledged(ack: EventAck): void;
  head(signed: Signed): void;
  delta(signed: Signed): void;
}

export interface Broker {
  /** A program has started and keeps its connection up as long as it lives. */
  connect(life: Life, end: UplinkEnd): void;
}

const CONNECT_MS = [200, 4_000] as const;
/** A dead line is noticed by its keep-alive. */
const NOTICED_MS = [1_000, 30_000] as const;
const OFFICE = 'office';

interface Connection {
  readonly life: Life;
  readonly end: UplinkEnd;
  isUp: boolean;
  /** Counts its connections. */
  session: number;
}

export function createBroker(timeline: Timeline, network: Network, chance: Prng, office: SimulatedOffice): Broker {
  const register = createMachineRegister(silentLog);
  const connections = new Map<string, Connection>();

  const isAlive = (connection: Connection): boolean => !connection.life.isOver && connections.get(connection.life.machine) === connection;
  const toMachine = (connection: Connection, what: string, arrive: () => void): void => {
    network.post(OFFICE, connection.life.machine, what, () => {
      if (isAlive(connection) && connection.isUp) arrive();
    });
  };

  const receive = async (connection: Connection, payload: Uint8Array): Promise<void> => {
    const { machine } = connection.life;
    const at = toIso(instant(Math.floor(timeline.now())));
    const opened = openBatch(JSON.parse(Buffer.from(payload).toString('utf8')), at);
    if (!opened.ok) throw new RangeError(`${machine} sent a batch that cannot be opened: ${opened.error}`);
    const ack = await office.receive(MachineId.parse(machine), opened.value.batch);
    const answer = register.acknowledge(MachineId.parse(machine), ack, opened.value.rejected, instant(timeline.now()));
    toMachine(connection, `ack ${machine} ${answer.lane}/${answer.through}`, () => connection.end.acknowledged(answer));
  };

  const lineOf = (connection: Connection): Line => {
    const { machine } = connection.life;
    const { session } = connection;
    /** A stream with a hole is no stream: the connection ends when one of its ends has waited long enough. */
    const lost = (): void => {
      timeline.at(timeline.now() + chance.between(...NOTICED_MS), 'a broken connection', () => {
        if (isAlive(connection) && connection.session === session) drop(connection);
      });
    };
    return {
      windowBatches: 8,
      batchBytesMax: 65_536,
      publish: (lane, payload) =>
        new Promise((resolve) => {
          const arrived = (): void => {
            // The broker has it; whether it reaches the box office is another matter.
            const taken = (): void => {
              if (isAlive(connection)) resolve();
            };
            network.stream(OFFICE, machine, `taken ${machine} ${lane}`, taken, lost);
            network.post(OFFICE, OFFICE, `batch ${machine} ${lane}`, () => void receive(connection, payload));
          };
          network.stream(machine, OFFICE, `publish ${machine} ${lane}`, arrived, lost);
        }),
      publishTelemetry: () => Promise.resolve(),
      abandon: () => {
        if (isAlive(connection)) drop(connection);
      },
    };
  };
  const drop = (connection: Connection): void => {
    if (!connection.isUp) return;
    connection.isUp = false;
    connection.end.linkDown();
    retry(connection);
  };
  const raise = (connection: Connection): void => {
    connection.isUp = true;
    connection.session++;
    connection.end.linkUp(lineOf(connection));
    void office.head().then((head) => toMachine(connection, 'head', () => connection.end.head(head)));
    watch(connection);
  };
  const isOpen = ({ life }: Connection): boolean => network.isOpen(life.machine, OFFICE) && network.isOpen(OFFICE, life.machine);
  const retry = (connection: Connection): void => {
    timeline.at(timeline.now() + chance.between(...CONNECT_MS), 'connecting', () => {
      if (!isAlive(connection) || connection.isUp) return;
      if (isOpen(connection)) raise(connection);
      else retry(connection);
    });
  };
  const watch = (connection: Connection): void => {
    timeline.at(timeline.now() + chance.between(...NOTICED_MS), 'keep-alive', () => {
      if (!isAlive(connection) || !connection.isUp) return;
      if (isOpen(connection)) watch(connection);
      else drop(connection);
    });
  };

  // The head that is published beside each delta says nothing more than the delta; machines ask for it themselves every 20 s.
  office.onDelta((delta) => {
    for (const connection of connections.values()) toMachine(connection, 'delta', () => connection.end.delta(delta));
  });

  return {
    connect: (life, end) => {
      const connection: Connection = { life, end, isUp: false, session: 0 };
      connections.set(life.machine, connection);
      retry(connection);
    },
  };
}
