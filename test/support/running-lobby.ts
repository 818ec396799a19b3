import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A whole lobby in a process of its own, on free ports, with data of its own: what journeys, browser tests and benchmarks run against. */
export interface RunningLobby {
  readonly data: string;
  /** The addresses that the agent wrote down when it was ready. */
  readonly addresses: LobbyAddresses;
  readonly pid: number;
  /** Resolves with the exit status when the agent ends, whoever ends it; null after a signal. */
  readonly exited: Promise<number | null>;
  /** Everything the agent said on its outputs. */
  output(): string;
  /** Ctrl-C, and the exit status. */
  stop(): Promise<number | null>;
  /** A power cut, as far as a process can have one. */
  kill(): Promise<void>;
  /** Starts again on the same data. */
  restart(): Promise<RunningLobby>;
  /** Stops when needed, and removes the data. */
  dispose(): Promise<void>;
}

export interface LobbyAddresses {
  readonly screens: string;
  readonly boxOffice: string;
  readonly payments: string;
  readonly broker: string;
}

export interface LobbyOptions {
  readonly configuration?: string;
  /** Keep using this folder instead of a new one. */
  readonly data?: string;
  readonly links?: 'memory' | 'pty' | 'tcp';
  /** What starts it, from the root; by default what `npm start` runs, which builds first what is stale. */
  readonly program?: string;
  /** Further words of the command line. */
  readonly arguments?: readonly string[];
  /** Beside what this process has. */
  readonly environment?: Readonly<Record<string, string>>;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const READY_WITHIN_MS = 120_000;

/** The lobby of `npm start`, on ports that the system chooses. */
export function lobbyConfiguration(links: 'memory' | 'pty' | 'tcp' = 'memory'): string {
  const link = `{ kind: simulated, over: ${links} }`;
  return `
machine: lobby-1
site: "36090702"
screens: { port: 0 }
boxOffice: { kind: embedded, port: 0, payments: 0 }
broker: { kind: embedded, port: 0 }
kiosk: { name: K-01, printer: ticket-printer, scanner: kiosk-scanner, terminal: card-terminal }
gate:
  lanes:
    - { id: lane-1, name: Gate 1, scanner: gate-scanner, gate: gate-controller }
devices:
  - { id: ticket-printer, driver: escpos-printer, link: ${link} }
  - { id: kiosk-scanner, driver: serial-scanner, link: ${link} }
  - { id: card-terminal, driver: zvt-terminal, link: ${link} }
  - { id: gate-scanner, driver: serial-scanner, link: ${link} }
  - { id: gate-controller, driver: modbus-gate, link: ${link} }
`;
}

export async function startLobby(options: LobbyOptions = {}): Promise<RunningLobby> {
  const folder = options.data ?? mkdtempSync(join(tmpdir(), 'foyer-'));
  const data = join(folder, 'data');
  mkdirSync(data, { recursive: true });
  const file = join(folder, 'lobby.yaml');
  writeFileSync(file, options.configuration ?? lobbyConfiguration(options.links));
  const child = spawn(
    process.execPath,
    [join(root, options.program ?? 'edge-agent/launch/start.mjs'), '--config', file, '--data', data, ...(options.arguments ?? [])],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...options.environment },
    },
  );
  const said = await readiness(child);
  const addresses: LobbyAddresses = JSON.parse(readFileSync(join(data, 'addresses.json'), 'utf8'));
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const stop = (signal: NodeJS.Signals) => async (): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    return exited;
  };
  return {
    data,
    addresses,
    pid: child.pid ?? 0,
    exited,
    output: said,
    stop: stop('SIGINT'),
    kill: async () => {
      await stop('SIGKILL')();
    },
    restart: async () => {
      await stop('SIGINT')();
      return startLobby({ ...options, data: folder });
    },
    dispose: async () => {
      await stop('SIGINT')();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Resolves when the agent says that it is ready; rejects with all it said when it ends or takes too long. */
function readiness(child: ChildProcess): Promise<() => string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const fail = (why: string): void => reject(new Error(`${why}; the agent said:\n${text}`));
    const limit = setTimeout(() => {
      child.kill('SIGKILL');
      fail(`not ready within ${READY_WITHIN_MS / 1_000} s`);
    }, READY_WITHIN_MS);
    const listen = (chunk: Buffer): void => {
      text += chunk.toString('utf8');
      if (text.includes('Foyer is ready.')) {
        clearTimeout(limit);
        resolve(() => text);
      }
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.once('exit', (status) => {
      clearTimeout(limit);
      fail(`ended with status ${status} before it was ready`);
    });
  });
}
