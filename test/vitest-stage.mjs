// The stages of `npm test` that vitest runs. What fails is run once more, alone: real serial lines, brokers and browsers share two cores with whatever else the
// machine does. What then holds is told as such at the end of the log, for somebody to look at; it is never silent.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { runInSight } from './child-runs.mjs';

/** More failed files than this are no coincidence. */
const SECOND_TRIES_MAX = 3;

/**
 * Both tries draw the same properties (`FOYER_PROPERTY_SEED`), so that a counterexample fails twice.
 *
 * @returns a promise of `{failures, heldAlone}`: as runInSight has it, and what held at its second try, as `{file, tests}`, each test with the first line of its failure
 */
export async function runVitest(root, project) {
  const folder = mkdtempSync(join(tmpdir(), 'foyer-vitest-'));
  const report = join(folder, 'report.json');
  const run = (...args) => runInSight(root, join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--project', project, ...args);
  try {
    const failures = await run('--reporter=default', '--reporter=json', `--outputFile.json=${report}`);
    if (failures.length === 0) return { failures, heldAlone: [] };
    const failed = failedFiles(root, report);
    if (failed.length === 0 || failed.length > SECOND_TRIES_MAX) return { failures, heldAlone: [] };
    process.stdout.write(`\nOnce more, alone: ${failed.map(({ file }) => file).join(', ')}\n`);
    const again = await run('--maxWorkers=1', ...failed.map(({ file }) => file));
    return again.length === 0 ? { failures: [], heldAlone: failed } : { failures: [...failures, ...again], heldAlone: [] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The files with failed tests, by name; none when vitest failed for another reason (an error outside of every test, an early end). */
function failedFiles(root, report) {
  const { testResults, success } = readReport(report);
  if (success) return [];
  return testResults
    .filter(({ status }) => status === 'failed')
    .map(({ name, assertionResults }) => ({
      file: relative(root, name),
      tests: assertionResults
        .filter(({ status }) => status === 'failed')
        .map(({ fullName, failureMessages }) => `${fullName}: ${failureMessages.join(' ').split('\n')[0]}`),
    }));
}

function readReport(report) {
  try {
    return JSON.parse(readFileSync(report, 'utf8'));
  } catch (error) {
    // vitest itself was ended: there is no report, and the first failure stands.
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return { testResults: [], success: false };
    throw error;
  }
}
