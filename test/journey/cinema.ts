import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../support/free-port.ts';
import { startMosquitto } from '../support/mosquitto-process.ts';
import { type RunningLobby, startLobby } from '../support/running-lobby.ts';

/** A cinema of machines that stand apart: the box office in the back room, two gates, and Mosquitto between them. */
export interface Cinema {
  readonly office: RunningLobby;
  readonly gates: { readonly a: RunningLobby; readonly b: RunningLobby };
  /** This machine's right to speak to the box office. */
  readonly token: string;
  dispose(): Promise<void>;
}

const SITE = 'site: "36090702"\nscreens: { port: 0 }\n';

export async function startCinema(): Promise<Cinema> {
  const folder = mkdtempSync(join(tmpdir(), 'foyer-cinema-'));
  const running: RunningLobby[] = [];
  const broker = await startMosquitto(folder);
  const dispose = async (): Promise<void> => {
    for (const machine of running.reverse()) await machine.dispose();
    await broker.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  const machine = async (configuration: string): Promise<RunningLobby> => {
    const started = await startLobby({ configuration });
    running.push(started);
    return started;
  };
  try {
    const wire = `broker: { kind: remote, url: "${broker.url}" }\n`;
    const office = await machine(
      `machine: office-1\n${SITE}${wire}boxOffice: { kind: embedded, port: 0, payments: 0, machines: [gate-a, gate-b] }\n`,
    );
    /** What a technician carries from the box office to a gate. */
    const carry = (from: string, to: string): string => {
      const file = join(folder, to);
      writeFileSync(file, readFileSync(join(office.data, 'box-office', from)), { mode: 0o600 });
      return file;
    };
    const validityKey = carry('validity.key.pub', 'validity.key');
    const siteKey = carry('site.key', 'site.key');
    const ports = { a: await freePort(), b: await freePort() };
    const gate = (name: 'a' | 'b', other: 'a' | 'b'): string => `machine: gate-${name}
${SITE}${wire}boxOffice: { kind: remote, url: "${office.addresses.boxOffice}", tokenFile: ${carry(`tokens/gate-${name}`, `token-${name}`)}, validityKeyFile: ${validityKey} }
siteNetwork:
  listen: { host: 127.0.0.1, port: ${ports[name]} }
  keyFile: ${siteKey}
  peers: [{ machine: gate-${other}, host: 127.0.0.1, port: ${ports[other]} }]
gate: { lanes: [{ id: lane-${name}, name: Gate ${name.toUpperCase()}, scanner: scanner-1, gate: turnstile-1 }] }
devices:
  - { id: scanner-1, driver: serial-scanner, link: { kind: simulated } }
  - { id: turnstile-1, driver: modbus-gate, link: { kind: simulated } }
`;
    const a = await machine(gate('a', 'b'));
    const b = await machine(gate('b', 'a'));
    return { office, gates: { a, b }, token: readFileSync(join(folder, 'token-a'), 'utf8').trim(), dispose };
  } catch (cause) {
    await dispose();
    throw cause;
  }
}
