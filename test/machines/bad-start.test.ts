import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Sqlite from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { lobbyConfiguration, startLobby } from '#test/support/running-lobby.ts';
import { scratchFolder } from '#test/support/scratch.ts';

/** A start that cannot succeed says what is wrong and what to do, changes nothing, and does not go on half way. */

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Ended {
  readonly status: number | null;
  readonly said: string;
}

async function start(...args: readonly string[]): Promise<Ended> {
  return run(process.execPath, [join(root, 'edge-agent/launch/start.mjs'), ...args]);
}

async function run(command: string, args: readonly string[]): Promise<Ended> {
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
    });
  }
  const [status] = await once(child, 'close');
  return { status, said };
}

function withConfiguration(text = lobbyConfiguration()): { readonly folder: string; readonly args: readonly string[]; readonly data: string } {
  const folder = scratchFolder();
  const file = join(folder, 'lobby.yaml');
  const data = join(folder, 'data');
  writeFileSync(file, text);
  return { folder, data, args: ['--config', file, '--data', data] };
}

test('a broken configuration is refused with its line, before a data folder is made', async () => {
  const { args, data } = withConfiguration(lobbyConfiguration().replace('printer: ticket-printer', 'printr: ticket-printer'));
  const { status, said } = await start(...args);
  expect(status).toBe(75);
  expect(said).toMatch(/E-CFG-INVALID/);
  expect(said).toMatch(/lobby\.yaml:7: kiosk\.printr: is not a key of this place/);
  expect(existsSync(data)).toBe(false);
}, 180_000);

test('an unknown option is refused with the usage', async () => {
  const { status, said } = await start('--prot', '80');
  expect(status).toBe(64);
  expect(said).toMatch(/--prot/);
  expect(said).toMatch(/npm start -- /);
}, 180_000);

test('a configuration that is not there is named', async () => {
  const { status, said } = await start('--config', '/nowhere/kiosk.yaml');
  expect(status).toBe(75);
  expect(said).toMatch(/E-CFG-MISSING.*\/nowhere\/kiosk\.yaml/);
}, 180_000);

test.each([
  ['screens', 'screens: { port: 0 }', (port: number) => `screens: { port: ${port} }`, /E-API-PORT/],
  ['box office', 'kind: embedded, port: 0, payments: 0', (port: number) => `kind: embedded, port: ${port}, payments: 0`, /E-BOX-PORT/],
  ['broker', 'broker: { kind: embedded, port: 0 }', (port: number) => `broker: { kind: embedded, port: ${port} }`, /E-NET-PORT/],
] as const)(
  'a port in use (%s) is named',
  async (_, from, to, code) => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
      server.close();
    });
    const address = server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const { args } = withConfiguration(lobbyConfiguration().replace(from, to(port)));
    const { status, said } = await start(...args);
    expect(status).toBe(75);
    expect(said).toMatch(code);
    expect(said).toMatch(String(port));
  },
  180_000,
);

test('a second agent on the same data is refused, and the first goes on', async () => {
  const lobby = await startLobby();
  onTestFinished(() => lobby.dispose());
  const { folder } = withConfiguration();
  const { status, said } = await start('--config', join(folder, 'lobby.yaml'), '--data', lobby.data);
  expect(status).toBe(75);
  expect(said).toMatch(/E-STO-BUSY/);
  expect((await fetch(`${lobby.addresses.screens}/api/lobby`)).status).toBe(200);
}, 90_000);

test('a ledger of a newer version is left as it is', async () => {
  const { args, data } = withConfiguration();
  mkdirSync(data, { recursive: true });
  const file = join(data, 'ledger.db');
  const ledger = new Sqlite(file);
  ledger.exec(`PRAGMA application_id = ${0x4659524c}; PRAGMA user_version = 999; CREATE TABLE future (x)`);
  ledger.close();
  const before = readFileSync(file);
  const { status, said } = await start(...args);
  expect(status).toBe(75);
  expect(said).toMatch(/E-STO-NEWER/);
  expect(readFileSync(file).equals(before)).toBe(true);
}, 180_000);

test('--fresh refuses to empty a folder that holds anything else', async () => {
  const { args, data } = withConfiguration();
  mkdirSync(data, { recursive: true });
  writeFileSync(join(data, 'thesis.txt'), 'years of work');
  const { status, said } = await start(...args, '--fresh');
  expect(status).toBe(75);
  expect(said).toMatch(/E-DAT-FOREIGN.*thesis\.txt/);
  expect(readFileSync(join(data, 'thesis.txt'), 'utf8')).toBe('years of work');
}, 180_000);

test('a full disk is named, and nothing half-made is left running', async () => {
  const { folder, args } = withConfiguration();
  // Every write beyond this many 512-byte blocks fails as on a full disk (RLIMIT_FSIZE, bash's ulimit -f counts 1,024-byte blocks).
  const limited = `trap '' XFSZ; ulimit -f 8; exec "$0" "$@"`;
  const { status, said } = await run('bash', ['-c', limited, process.execPath, join(root, 'edge-agent/launch/start.mjs'), ...args]);
  expect(status).not.toBe(0);
  expect(said).toMatch(/E-STO-(FULL|OPEN)/);
  expect(existsSync(join(folder, 'data', 'addresses.json'))).toBe(false);
}, 180_000);
