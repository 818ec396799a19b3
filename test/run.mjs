// `npm test`: sets up what the tests need, then runs every check, the quick ones first. `npm test -- unit` runs one stage by name.
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildWhenStale } from '../edge-agent/launch/build.mjs';
import { installDebianPackages } from '../edge-agent/launch/debian-packages.mjs';
import { installDependencies, refuse, requireNode } from '../edge-agent/launch/dependencies.mjs';
import { runAside, runInSight } from './child-runs.mjs';
import { runVitest } from './vitest-stage.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const say = (line) => process.stdout.write(`${line}\n`);
const bin = (name, file) => join(root, 'node_modules', name, file);

const STAGES = [
  {
    name: 'lint',
    title: 'format and lint',
    run: () => node(bin('@biomejs/biome', 'bin/biome'), 'ci', '.', `--colors=${process.stdout.isTTY ? 'force' : 'off'}`),
  },
  { name: 'types', title: 'types and the direction of imports', run: () => node(bin('typescript', 'bin/tsc'), '-b') },
  { name: 'dead', title: 'dead files, exports and packages', run: () => node(bin('knip', 'bin/knip.js')) },
  { name: 'unit', title: 'units and integration', run: () => vitest('node') },
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
      const beside = [torture('io-errors', 'disk-full', 'broker', 'devices'), torture('kill', 'network')].map((args) => runAside(root, ...args));
      const failures = [await node(...torture('crash-states'))];
      for (const { ended } of beside) failures.push(await ended());
      return failures.flat();
    },
  },
  { name: 'browser', title: 'the screens in a real browser', run: () => vitest('browser') },
];

/** Waits for people and programs more than it works: it runs beside the stage before it, and is shown at its turn. */
function startJourney() {
  return runAside(root, join(root, 'test/journey/run.mjs'));
}

function torture(...names) {
  return [join(root, 'test/torture/run.mjs'), ...names, '--short'];
}

async function vitest(project) {
  const { failures, heldAlone: held } = await runVitest(root, project);
  heldAlone.push(...held);
  return failures;
}

function node(...args) {
  return runInSight(root, ...args);
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

// The properties of one run are one draw: `FOYER_PROPERTY_SEED=… npm test -- unit` draws them again.
process.env.FOYER_PROPERTY_SEED ??= String(randomInt(2 ** 31));
say(`\nProperties are drawn with FOYER_PROPERTY_SEED=${process.env.FOYER_PROPERTY_SEED}`);

let journey;
const heldAlone = [];
const report = [];
const failures = [];
for (const [index, stage] of stages.entries()) {
  say(`\n── ${index + 1}/${stages.length} ${stage.title}`);
  const from = performance.now();
  if (stage.beside !== undefined && stages.some(({ name }) => name === stage.beside)) journey = startJourney();
  const failedRuns = await stage.run();
  const held = failedRuns.length === 0;
  report.push({ held, line: `${held ? 'ok  ' : 'FAIL'} ${stage.title} (${((performance.now() - from) / 1_000).toFixed(1)} s)` });
  failures.push(...failedRuns);
  // A broken build makes every later stage fail for the same reason, and a person wants the first.
  if (!held && stage.name === 'types') break;
}
// Said again at the end: whoever reads only the last page of a long log must find the reason there.
for (const { what, lastLines } of failures) say(`\n── what failed: ${what}\n${lastLines.join('\n')}`);
for (const { file, tests } of heldAlone) say(`\n── held only when it ran again, alone: ${file}\n${tests.map((test) => `   ${test}`).join('\n')}`);
const failed = report.filter(({ held }) => !held).length;
say(`\n${report.map(({ line }) => line).join('\n')}\n${report.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
