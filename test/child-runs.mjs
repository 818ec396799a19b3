// Programs that the stages of `npm test` run: in sight, or beside other work. A run that fails is told with its last lines.
import { spawn } from 'node:child_process';
import { relative } from 'node:path';

/** Enough for the list of failed tests of a vitest project or the findings of a torture. */
const LAST_LINES = 60;
/** The programs write to a pipe and would not know: colours for a terminal, none for a log. */
const COLOUR = process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' };

/**
 * Runs a Node script and shows what it says at once.
 * @returns a promise of its failures: none, or one `{what, lastLines}`
 */
export function runInSight(cwd, script, ...args) {
  return start(cwd, script, args, (chunk) => process.stdout.write(chunk));
}

/** Runs a Node script beside other work; what it says is shown when somebody waits for its end. */
export function runAside(cwd, script, ...args) {
  const said = [];
  const failures = start(cwd, script, args, (chunk) => said.push(chunk));
  return {
    ended: async () => {
      const all = await failures;
      process.stdout.write(Buffer.concat(said));
      return all;
    },
  };
}

function start(cwd, script, args, show) {
  const child = spawn(process.execPath, [script, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...COLOUR } });
  let last = '';
  const take = (chunk) => {
    show(chunk);
    last = (last + chunk.toString('utf8')).split('\n').slice(-LAST_LINES).join('\n');
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      const what = [relative(cwd, script), ...args, signal === null ? `(exit ${code})` : `(${signal})`].join(' ');
      resolve(code === 0 ? [] : [{ what, lastLines: last.trimEnd().split('\n') }]);
    });
  });
}
