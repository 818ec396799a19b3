// `npm test`: sets up what the tests need, then runs every check, the quick ones first. `npm test -- unit` runs one stage by name.
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildWhenStale } from '../edge-agent/launch/build.mjs';
import { installDebianPackages } from '../edge-agent/launch/debian-packages.mjs';
import { installDependencies, refuse, requireNode } from '../edge-agent/launch/dependencies.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const say = (line) => process.stdout.write(`${line}\n`);
const bin = (name, file) => join(root, 'node_modules', name, file);

const STAGES = [
  { name: 'lint', title: 'format and lint', run: () => node(bin('@biomejs/biome', 'bin/biome'), 'ci', '.') },
  { name: 'types', title: 'types and the direction of imports', run: () => node(bin('typescript', 'bin/tsc'), '-b') },
  { name: 'dead', title: 'dead files, exports and packages', run: () => node(bin('knip', 'bin/knip.js')) },
  { name: 'unit', title: 'units and integration', run: () => node(bin('vitest', 'vitest.mjs'), 'run', '--project', 'node') },
  {
    name: 'simulation',
    title: 'a thousand simulated evenings',
    // Always the same ones, with the canaries; `npm run simulate` runs 5,000, half of them new.
    run: () => node(join(root, 'test/simulation/run.mjs'), '--seeds', '1000', '--fixed'),
    beside: 'journey',
  },
  { name: 'journey', title: 'the journey of an installer, without a screen', run: () => (journey ?? startJourney()).ended() },
  {
    name: 'torture',
    title: 'power cuts, failing and full disks, killed programs, bad networks, lying brokers, broken devices',
    // The short forms. Those beside the first wait for disks, people and barriers more than they work.
    run: async () => {
      const beside = [torture('io-errors', 'disk-full', 'broker', 'devices'), torture('kill', 'network')].map((args) => startAside(...args));
      const statuses = [node(...torture('crash-states'))];
      for (const { ended } of beside) statuses.push(await ended());
      return statuses.find((status) => status !== 0) ?? 0;
    },
  },
  { name: 'browser', title: 'the screens in a real browser', run: () => node(bin('vitest', 'vitest.mjs'), 'run', '--project', 'browser') },
];

/** Waits for people and programs more than it works: it runs beside the stage before it, and is shown at its turn. */
function startJourney() {
  return startAside(join(root, 'test/journey/run.mjs'));
}

function torture(...names) {
  return [join(root, 'test/torture/run.mjs'), ...names, '--short'];
}

/** Runs beside other work; what it says is shown when that has ended. */
function startAside(script, ...args) {
  const folder = mkdtempSync(join(tmpdir(), 'foyer-test-'));
  const file = join(folder, 'said');
  const said = openSync(file, 'w');
  const child = spawn(process.execPath, [script, ...args], { cwd: root, stdio: ['ignore', said, said] });
  const status = new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
  return {
    ended: async () => {
      const code = await status;
      closeSync(said);
      process.stdout.write(readFileSync(file));
      rmSync(folder, { recursive: true });
      return code;
    },
  };
}

function node(script, ...args) {
  return (
    spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, FORCE_COLOR: '0' } })
      .status ?? 1
  );
}

requireNode();
installDependencies(root, say);
const missing = installDebianPackages(say);
if (missing.length > 0) {
  refuse(
    `The tests need these Debian packages, and they could not be installed from here:\n  ${missing.join('\n  ')}\nInstall them with: sudo apt-get install PACKAGE …`,
  );
}
buildWhenStale(root, say);

const wanted = process.argv.slice(2);
const stages = wanted.length === 0 ? STAGES : STAGES.filter(({ name }) => wanted.includes(name));
if (stages.length === 0) refuse(`There is no stage "${wanted.join(' ')}". The stages are: ${STAGES.map(({ name }) => name).join(', ')}.`);

let failed = 0;
let journey;
const report = [];
for (const [index, stage] of stages.entries()) {
  say(`\n── ${index + 1}/${stages.length} ${stage.title}`);
  const from = performance.now();
  if (stage.beside !== undefined && stages.some(({ name }) => name === stage.beside)) journey = startJourney();
  const status = await stage.run();
  const held = status === 0;
  report.push(`${held ? 'ok  ' : 'FAIL'} ${stage.title} (${((performance.now() - from) / 1_000).toFixed(1)} s)`);
  if (!held) {
    failed += 1;
    // A broken build makes every later stage fail for the same reason, and a person wants the first.
    if (stage.name === 'types') break;
  }
}
say(`\n${report.join('\n')}\n${report.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
