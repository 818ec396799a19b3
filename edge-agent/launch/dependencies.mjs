// Brings node_modules up to what package-lock.json asks for. Runs on Node alone, before any package is there.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The oldest Node that kiosks have; package.json `engines` says the same. */
const OLDEST_NODE = [20, 19];

/** Ends the program with a sentence that says what to do. */
export function refuse(message) {
  process.stderr.write(`\n${message}\n`);
  process.exit(1);
}

export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    refuse(`Foyer needs Node ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node}.`);
  }
}

/**
 * Installs when the packages are missing, belong to another lock file, or were built for another Node.
 * @param {string} root
 * @param {(line: string) => void} say
 */
export function installDependencies(root, say) {
  const stamp = join(root, 'node_modules', '.foyer-installed');
  const lock = readFileSync(join(root, 'package-lock.json'));
  const wanted = createHash('sha256').update(lock).update(process.versions.modules).update(process.arch).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  say('Installing the packages (once, or after they changed; the database is compiled, which takes a minute or two) …');
  // Not `npm ci`: it refuses a lock file that lacks the optional binaries of platforms which the registry in use does not carry. The versions are the lock's.
  const npm = spawnSync('npm', ['install', '--no-save', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (npm.error !== undefined) refuse(`npm could not be run (${npm.error.message}). It comes with Node; please install it.`);
  if (npm.status !== 0)
    refuse(
      'npm install failed; its own words are above. A C++ toolchain (Debian: build-essential, python3) and the package registry must be reachable.',
    );
  const probe = spawnSync(process.execPath, ['-e', 'new (require("better-sqlite3"))(":memory:").close()'], { cwd: root, encoding: 'utf8' });
  if (probe.status !== 0) refuse(`The database module was installed and does not load:\n${probe.stderr}`);
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  writeFileSync(stamp, wanted);
}
