import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { FaultError } from '#core/base/fault.ts';
import { runCommand } from './command.ts';
import { compose, type Lobby, type OpenLobby } from './compose.ts';
import { isRecognised } from './composition/port-wishes.ts';
import { readConfiguration } from './configuration/read-configuration.ts';
import { type RealDevices, withRealDevices } from './configuration/real-devices.ts';
import { isDamage } from './ledger/ledger-damage.ts';
import { clearDataFolder } from './runtime/data-folder.ts';
import { diskFault } from './runtime/disk-fault.ts';
import { compileSooner } from './runtime/engine.ts';
import { openLogFile } from './runtime/log-file.ts';
import { raiseSuspicion } from './store/quarantine.ts';
import { StoreUnknownError } from './store/transactor.ts';

/** The program: reads the configuration, composes the lobby, starts it, and stops it in order. */

const USAGE = `Foyer – the software of a cinema's lobby

  npm start -- [--config FILE] [--devices real] [--data DIR] [--fresh]

  --config FILE   this machine's configuration (YAML); without it the whole lobby runs with simulated devices
  --devices real  devices that are plugged in, in the place of simulated ones; says what it looked for and what it found
  --data DIR      where everything is kept (default: .foyer beside the program)
  --fresh         begin again: forget everything in the data folder
  --help          this text
`;

/** Exit codes after sysexits.h: a person's mistake, a defect of ours, a disk that failed or forgot, a fault of the surroundings. */
const EXIT = { usage: 64, defect: 70, store: 74, fault: 75 } as const;

/** How long an orderly stop may take before it is cut short: every part has its own, shorter limits. */
const STOP_WITHIN_MS = 10_000;

/**
 * @param args the command line after `--`
 * @param root the folder of the program, with `dist/` in it
 * @returns whether a lobby runs now; what keeps one from running ends the process
 */
export async function main(args: readonly string[], root: string): Promise<boolean> {
  const started = performance.now();
  let options: ReturnType<typeof parseOptions>;
  try {
    options = parseOptions(args);
  } catch (cause) {
    process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n\n${USAGE}`);
    process.exit(EXIT.usage);
  }
  if (options.help) {
    process.stdout.write(USAGE);
    return false;
  }
  const data = resolve(options.data ?? join(root, '.foyer'));
  try {
    const written = readConfiguration(options.config ?? join(root, 'edge-agent/configuration/examples/lobby.yaml'));
    const real: RealDevices =
      options.devices === 'real' ? withRealDevices(written, isRecognised) : { configuration: written, alternatives: new Map() };
    if (options.fresh) clearDataFolder(data);
    mkdirSync(data, { recursive: true, mode: 0o700 });
    const log = openLogFile(join(data, 'agent.log'));
    const lobby = compose({ ...real, data, root, software: softwareVersion(root), log: log.log });
    stopOnSignals(lobby, () => log.flush());
    stopOnDefect((cause) => {
      log.log.error({ err: cause }, isOfTheStore(cause) ? 'stopped because of the disk' : 'stopped by a defect');
      log.flush();
      // The next start then looks at everything before it uses it.
      if (isDamage(cause))
        for (const folder of [data, join(data, 'box-office')].filter((each) => existsSync(each))) raiseSuspicion(folder, String(cause));
    });
    const open = await lobby.start();
    compileSooner();
    log.log.info({ places: open.places, ms: Math.round(performance.now() - started) }, 'ready');
    process.stdout.write(`${welcome(open, data)}\n`);
    return true;
  } catch (cause) {
    process.stderr.write(`${explain(cause)}\n`);
    return process.exit(cause instanceof FaultError ? EXIT.fault : statusOf(cause));
  }
}

/**
 * What is done at a terminal beside a lobby, running or not.
 * @param args the command line after `foyer`
 * @returns the exit status
 */
export async function command(args: readonly string[], root: string): Promise<number> {
  return runCommand(args, root);
}

function parseOptions(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      config: { type: 'string' },
      devices: { type: 'string', default: 'configured' },
      data: { type: 'string' },
      fresh: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
    strict: true,
    allowPositionals: false,
  });
  if (values.devices !== 'configured' && values.devices !== 'real') throw new Error(`--devices ${values.devices}: there is only \`real\`.`);
  return values;
}

function softwareVersion(root: string): string {
  const manifest: { version: string } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return manifest.version;
}

function isOfTheStore(cause: unknown): boolean {
  return cause instanceof StoreUnknownError || isDamage(cause);
}

function statusOf(cause: unknown): number {
  if (isOfTheStore(cause)) return EXIT.store;
  const isOfTheDisk = diskFault(cause) !== undefined || (cause instanceof FaultError && cause.fault.owner === 'store');
  return isOfTheDisk ? EXIT.fault : EXIT.defect;
}

function explain(cause: unknown): string {
  if (isOfTheStore(cause)) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    return `E-STO-UNKNOWN: ${detail}.\nThe disk failed in the middle of something: nothing was released or printed because of it, and this process stops. The next start looks at what is there and goes on from it.`;
  }
  const fault = cause instanceof FaultError ? cause.fault : diskFault(cause);
  if (fault !== undefined) {
    const { code, message, remedy } = fault;
    return `${code}: ${message}${remedy === undefined ? '' : `\n${remedy}`}`;
  }
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}

function welcome({ places, words }: OpenLobby, data: string): string {
  const width = Math.max(...places.map(({ name }) => name.length));
  const lines = places.map(({ name, url }) => `  ${name.padEnd(width)}  ${url}`);
  return `\nFoyer is ready.\n\n${lines.join('\n')}\n\n${words.map((line) => `${line === '' ? '' : `  ${line}`}\n`).join('')}${words.length === 0 ? '' : '\n'}  Data and log: ${data}\n  Stop with Ctrl-C.\n`;
}

function stopOnSignals(lobby: Lobby, flush: () => void): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(130);
    stopping = true;
    process.stdout.write(`\n${signal}: stopping in order (once more to stop at once) …\n`);
    const limit = setTimeout(() => process.exit(EXIT.fault), STOP_WITHIN_MS);
    lobby.stop().then(
      () => {
        clearTimeout(limit);
        flush();
        process.stdout.write('Stopped.\n');
        process.exit(0);
      },
      (cause: unknown) => {
        process.stderr.write(`${explain(cause)}\n`);
        process.exit(EXIT.defect);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

/** A broken invariant, or a commit whose outcome nobody knows: nothing more may be released or printed by this process. */
function stopOnDefect(record: (cause: unknown) => void): void {
  const die = (cause: unknown): void => {
    process.stderr.write(`${explain(cause)}\n`);
    try {
      record(cause);
    } catch (unwritten) {
      // The disk that has failed the store may fail the log as well; the exit status has to be the same.
      process.stderr.write(`${explain(unwritten)}\n`);
    }
    process.exit(statusOf(cause));
  };
  process.on('uncaughtException', die);
  process.on('unhandledRejection', die);
}
