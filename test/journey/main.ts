import { parseArgs } from 'node:util';
import { tell, understand } from '../command-line.ts';
import { walkLobby } from './journey.ts';
import { walkPowerCuts } from './power-cuts/power-cuts.ts';
import { type StepReport, walkSteps } from './step.ts';
import { walkTwoGates } from './two-gates.ts';

const USAGE = `Walks through a lobby without a screen, step by step with times.

  npm run journey -- [--json]

  --json   one object a line for each step

  For example: npm run journey -- --json

  0: every step held. 1: not so. 2: the command was not understood.`;

/**
 * The command line of the journey. With `--json` standard output is one object a line and nothing else.
 * @param ready sets up and builds what is walked through
 */
export async function main(args: readonly string[], ready: () => void): Promise<number> {
  const read = () => parseArgs({ args: [...args], options: { json: { type: 'boolean', default: false } }, strict: true });
  const asked = understand('journey', USAGE, args, read);
  if (asked.kind === 'tell') return tell(asked);
  const { values } = asked.wanted;
  ready();
  let failed = 0;
  let count = 0;
  const report = (step: StepReport): void => {
    count += 1;
    if (!step.ok) failed += 1;
    const line = values.json
      ? JSON.stringify(step)
      : `${step.ok ? 'ok  ' : 'FAIL'} ${String(step.ms).padStart(6)} ms  ${step.step}${step.detail === '' ? '' : ` – ${step.detail}`}`;
    process.stdout.write(`${line}\n`);
  };
  await walkSteps(walkLobby, report);
  await walkSteps(walkTwoGates, report);
  await walkSteps(walkPowerCuts, report);
  if (!values.json) process.stdout.write(failed === 0 ? `\nEvery step held (${count}).\n` : `\n${failed} of ${count} steps did not hold.\n`);
  return failed === 0 ? 0 : 1;
}
