import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BoxOfficeClient, createBoxOfficeClient } from '#agent/box-office-client/box-office-client.ts';
import { systemTimers } from '#agent/runtime/clock.ts';
import { seconds } from '#core/base/time.ts';
import { freePort } from '../../support/free-port.ts';
import { type Mosquitto, startMosquitto } from '../../support/mosquitto-process.ts';
import { type RunningLobby, startLobby } from '../../support/running-lobby.ts';
import { type OutsideDevices, startDevices } from './devices.ts';
import { createOutsideLog, type OutsideLog } from './outside-log.ts';
import { AGENT, tapWire, type WireTap } from './wire-tap.ts';

/** A machine with a kiosk and a gate, the box office in the back room, and a broker: three programs that can be killed, and everything outside them that cannot. */
export interface Cinema {
  readonly log: OutsideLog;
  readonly devices: OutsideDevices;
  readonly tap: WireTap;
  readonly boxOffice: BoxOfficeClient;
  readonly agent: Part;
  readonly office: Part;
  readonly broker: { kill(): Promise<void>; revive(): Promise<void> };
  /** Fails, with all it said, as soon as a program of ours ends that nobody has killed or stopped. */
  readonly fallen: Promise<never>;
  dispose(): Promise<void>;
}

/** A program of ours that can die and come back on the same data. */
export interface Part {
  readonly data: string;
  /** The present life. Undefined while it is dead. */
  running(): RunningLobby | undefined;
  /** SIGKILL before this returns; resolves when the process is gone. */
  kill(): Promise<void>;
  revive(): Promise<RunningLobby>;
  /** In order, with its exit status. */
  stop(): Promise<number | null>;
}

/** Where the machine finds the broker and the box office; a torture of the network puts itself in between. */
export interface Lines {
  readonly broker: (url: string) => Promise<string>;
  readonly boxOffice: (url: string) => Promise<string>;
}

const SITE = 'site: "36090702"\nscreens: { port: 0 }\nstorage: { ballastMb: 1 }\n';
/** As it is built: a start in the middle of a torture is no time to look for changed sources. */
const PROGRAM = 'test/torture/cinema/run.mjs';
const SAID_CHARACTERS = 4_000;
const DIRECT: Lines = { broker: async (url) => url, boxOffice: async (url) => url };
/** A broker's program, and the MQTT that is spoken to it. */
export interface BrokerOfCinema {
  readonly start: (folder: string) => Promise<BrokerProcess>;
  readonly version: '5' | '3.1.1';
}

export interface BrokerProcess extends Mosquitto {
  /** It and whatever it needed beside it. */
  dispose(): Promise<void>;
}

const MOSQUITTO: BrokerOfCinema = {
  start: async (folder) => {
    const mosquitto = await startMosquitto(folder);
    return { ...mosquitto, dispose: mosquitto.kill };
  },
  version: '5',
};

export async function startCinema(folder: string, lines: Lines = DIRECT, { start, version }: BrokerOfCinema = MOSQUITTO): Promise<Cinema> {
  const log = createOutsideLog();
  let fell: (cause: Error) => void = () => undefined;
  const fallen = new Promise<never>((_, reject) => {
    fell = reject;
  });
  // Whoever looks gets the failure; while nobody looks it is none of the process's.
  fallen.catch(() => undefined);
  const ends: (() => unknown)[] = [];
  const dispose = async (): Promise<void> => {
    for (const end of ends.reverse()) await end();
  };
  try {
    const devices = await startDevices(log);
    ends.push(devices.close);
    const broker = await start(folder);
    ends.push(broker.dispose);
    const tap = tapWire(broker.url, log);
    ends.push(tap.close);
    const [port, payments] = [await freePort(), await freePort()];
    const office = await startPart(
      join(folder, 'office'),
      `machine: office-1\n${SITE}broker: { kind: remote, url: "${broker.url}", version: "${version}" }
boxOffice: { kind: embedded, port: ${port}, payments: ${payments}, machines: [${AGENT}] }\n`,
      fell,
    );
    ends.push(office.kill);
    /** What a technician carries from the box office to a machine. */
    const carry = (from: string): string => {
      const file = join(folder, from.replaceAll('/', '-'));
      copyFileSync(join(office.data, 'box-office', from), file);
      return file;
    };
    const url = `http://127.0.0.1:${port}`;
    const tokenFile = carry(`tokens/${AGENT}`);
    const agent = await startPart(
      join(folder, 'agent'),
      `machine: ${AGENT}\n${SITE}broker: { kind: remote, url: "${await lines.broker(broker.url)}", version: "${version}" }
boxOffice: { kind: remote, url: "${await lines.boxOffice(url)}", tokenFile: ${tokenFile}, validityKeyFile: ${carry('validity.key.pub')} }
kiosk: { name: K-01, printer: ticket-printer, scanner: kiosk-scanner }
gate: { lanes: [{ id: lane-1, name: Gate 1, scanner: gate-scanner, gate: gate-controller }] }
${devices.configuration}`,
      fell,
    );
    ends.push(agent.kill);
    const boxOffice = createBoxOfficeClient({ url, token: readFileSync(tokenFile, 'utf8').trim(), timeout: seconds(5), timers: systemTimers });
    return { log, devices, tap, boxOffice, agent, office, broker: { kill: broker.kill, revive: broker.start }, fallen, dispose };
  } catch (cause) {
    await dispose();
    throw cause;
  }
}

async function startPart(folder: string, configuration: string, fell: (cause: Error) => void): Promise<Part> {
  mkdirSync(folder, { recursive: true });
  const start = async (): Promise<RunningLobby> => {
    const life = await startLobby({ configuration, data: folder, program: PROGRAM });
    void life.exited.then((status) => {
      if (running === life) fell(new Error(`${folder} ended by itself with status ${status}: ${life.output().slice(-SAID_CHARACTERS)}`));
    });
    return life;
  };
  let running: RunningLobby | undefined = await start();
  const { data } = running;
  return {
    data,
    running: () => running,
    kill: async () => {
      const victim = running;
      running = undefined;
      await victim?.kill();
    },
    revive: async () => {
      running = await start();
      return running;
    },
    stop: async () => {
      const last = running;
      running = undefined;
      return last === undefined ? null : last.stop();
    },
  };
}
