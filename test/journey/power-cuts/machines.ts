import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BoxOfficeClient, createBoxOfficeClient } from '#agent/box-office-client/box-office-client.ts';
import { systemTimers } from '#agent/runtime/clock.ts';
import { seconds } from '#core/base/time.ts';
import { startMosquitto } from '../../support/mosquitto-process.ts';
import { type RunningLobby, startLobby } from '../../support/running-lobby.ts';
import { createScreensClient, type LiveFeed, type ScreensClient } from '../../support/screens-client.ts';
import { type OfficeLine, openOfficeLine } from './office-line.ts';
import { placeDevices, type StandingDevices } from './standing-devices.ts';

/** One life of an agent: from a start to the next power cut. */
export interface Life {
  readonly lobby: RunningLobby;
  readonly screens: ScreensClient;
  readonly kiosk: LiveFeed;
  readonly gate: LiveFeed;
  /** With this machine's own right to speak. */
  readonly boxOffice: BoxOfficeClient;
}

/** A machine of the lobby, its devices, and its power switch. */
export interface Machine {
  readonly name: string;
  readonly devices: StandingDevices;
  /** To the box office; undefined for the machine that has it inside. */
  readonly line: OfficeLine | undefined;
  life(): Life;
  /** SIGKILL, at once. */
  cutPower(): void;
  /** Resolves when every flow is there again. */
  powerBack(): Promise<Life>;
  dispose(): Promise<void>;
}

/** A box office in the back room with the provider, kiosks with two printers and a card terminal each, and a whole lobby in one program beside them. */
export interface CinemaOfMachines {
  readonly office: RunningLobby;
  readonly kiosks: readonly [Machine, Machine, Machine];
  readonly lobby: Machine;
  dispose(): Promise<void>;
}

const SITE = 'site: "36090702"\nscreens: { port: 0 }\nstorage: { ballastMb: 0 }\n';
const READY_WITHIN_MS = 30_000;
const KIOSKS = ['kiosk-1', 'kiosk-2', 'kiosk-3'] as const;

export async function startMachines(): Promise<CinemaOfMachines> {
  const folder = mkdtempSync(join(tmpdir(), 'foyer-power-'));
  const closers: (() => Promise<void>)[] = [async () => rmSync(folder, { recursive: true, force: true })];
  const dispose = async (): Promise<void> => {
    for (const close of closers.reverse()) await close();
  };
  try {
    const broker = await startMosquitto(folder);
    closers.push(() => broker.kill());
    const wire = `broker: { kind: remote, url: "${broker.url}" }\n`;
    const office = await startLobby({
      configuration: `machine: office-1\n${SITE}${wire}boxOffice: { kind: embedded, port: 0, payments: 0, machines: [${KIOSKS.join(', ')}] }\n`,
    });
    closers.push(() => office.dispose());
    const kiosk = async (name: string): Promise<Machine> => {
      const line = await openOfficeLine(office.addresses.boxOffice);
      const keys = `tokenFile: ${join(office.data, 'box-office/tokens', name)}, validityKeyFile: ${join(office.data, 'box-office/validity.key.pub')}`;
      const machine = await startMachine(name, `${wire}boxOffice: { kind: remote, url: "${line.url}", ${keys} }\n`, line, office);
      closers.push(() => machine.dispose());
      return machine;
    };
    const whole = 'broker: { kind: embedded, port: 0 }\nboxOffice: { kind: embedded, port: 0, payments: 0 }\n';
    const [one, two, three, lobby] = await Promise.all([
      kiosk(KIOSKS[0]),
      kiosk(KIOSKS[1]),
      kiosk(KIOSKS[2]),
      startMachine('lobby-1', whole, undefined, undefined),
    ]);
    closers.push(() => lobby.dispose());
    return { office, kiosks: [one, two, three], lobby, dispose };
  } catch (cause) {
    await dispose();
    throw cause;
  }
}

/** @param office undefined for a machine that has the box office inside */
async function startMachine(name: string, authority: string, line: OfficeLine | undefined, office: RunningLobby | undefined): Promise<Machine> {
  const devices = await placeDevices(name);
  const configuration = `machine: ${name}\n${SITE}${authority}${devicesOf(devices)}`;
  const live = async (lobby: RunningLobby): Promise<Life> => {
    const screens = createScreensClient(lobby.addresses.screens);
    const { data, addresses } = office ?? lobby;
    const token = readFileSync(join(data, 'box-office/tokens', name), 'utf8').trim();
    const boxOffice = createBoxOfficeClient({ url: addresses.boxOffice, token, timeout: seconds(5), timers: systemTimers });
    const kiosk = await screens.live('kiosk');
    const gate = await screens.live('gate');
    await kiosk.until(
      `all flows of ${name}`,
      (message) => (message.kind === 'flows' && message.flows.length > 0 && message.flows.every(({ available }) => available) ? true : undefined),
      READY_WITHIN_MS,
    );
    return { lobby, screens, kiosk, gate, boxOffice };
  };
  let life = await live(await startLobby({ configuration }));
  return {
    name,
    devices,
    line,
    life: () => life,
    cutPower: () => process.kill(life.lobby.pid, 'SIGKILL'),
    powerBack: async () => {
      const { lobby } = life;
      await lobby.exited;
      life = await live(await lobby.restart());
      return life;
    },
    dispose: async () => {
      life.kiosk.close();
      life.gate.close();
      await life.lobby.dispose();
      line?.close();
      await devices.close();
    },
  };
}

function devicesOf({ printers, scanner, terminal, gate }: StandingDevices): string {
  const tcp = (port: number): string => `link: { kind: tcp, host: 127.0.0.1, port: ${port} }`;
  return `kiosk: { name: K, printer: [printer-a, printer-b], scanner: kiosk-scanner, terminal: terminal-1 }
gate: { lanes: [{ id: lane-1, name: Gate, scanner: gate-scanner, gate: turnstile-1 }] }
devices:
  - { id: printer-a, driver: escpos-printer, ${tcp(printers[0].port)} }
  - { id: printer-b, driver: escpos-printer, ${tcp(printers[1].port)} }
  - { id: kiosk-scanner, driver: serial-scanner, link: { kind: simulated } }
  - { id: gate-scanner, driver: serial-scanner, ${tcp(scanner.port)} }
  - { id: turnstile-1, driver: modbus-gate, ${tcp(gate.port)} }
  - { id: terminal-1, driver: zvt-terminal, timeZone: UTC, ${tcp(terminal.port)} }
`;
}
