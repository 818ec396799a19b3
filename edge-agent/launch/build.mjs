// Builds the screens and the agent when their sources changed since the last build.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { refuse } from './dependencies.mjs';

const SOURCES = ['edge-agent', 'device-drivers', 'kiosk-ui', 'vite.config.ts', 'package.json', 'package-lock.json'];

/** One hash over names, sizes and times of all sources: quick enough for every start, and any edit changes it. */
function fingerprint(root) {
  const hash = createHash('sha256');
  const visit = (path) => {
    const stat = statSync(path);
    if (stat.isDirectory()) {
      for (const name of readdirSync(path).sort()) visit(join(path, name));
    } else {
      hash.update(`${path}\0${stat.size}\0${stat.mtimeMs}\n`);
    }
  };
  for (const source of SOURCES) visit(join(root, source));
  return hash.digest('hex');
}

/**
 * @param {string} root
 * @param {(line: string) => void} say
 */
export function buildWhenStale(root, say) {
  const stamp = join(root, 'dist', '.built-from');
  const wanted = fingerprint(root);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  for (const [what, args] of [
    ['the screens', ['build', '--logLevel', 'warn']],
    ['the agent', ['build', '--mode', 'agent', '--logLevel', 'warn']],
  ]) {
    say(`Building ${what} …`);
    // Whoever starts this may live in another mode (a test runner sets NODE_ENV), and what is built must not depend on it.
    const env = { ...process.env, NODE_ENV: 'production' };
    const built = spawnSync(process.execPath, [vite, ...args], { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] });
    if (built.status !== 0) refuse(`Building ${what} failed; the reason is above.`);
  }
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(stamp, wanted);
}
