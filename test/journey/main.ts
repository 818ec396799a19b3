import { parseArgs } from 'node:util';
import { walkLobby } from './journey.ts';
import { walkPowerCuts } from './power-cuts/power-cuts.ts';
import { type StepReport, walkSteps } from './step.ts';
import { walkTwoGates } from './two-gates.ts';

/** The command line of the journey. With `--json` standard output is one object a line and nothing else. */
export async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { json: { type: 'boolean', default: false } }, strict: true });
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
