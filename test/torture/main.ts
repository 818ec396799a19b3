import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { tell, understand } from '../command-line.ts';
import { clearAwayAfter } from './clear-away.ts';
import type { Torture, TortureLine } from './torture.ts';
import { TORTURES } from './tortures.ts';

const EXIT = { held: 0, broken: 1 } as const;
const WORKERS = 2;

/**
 * The command line of the tortures.
 * @param ready installs Debian packages of these names; what is still missing afterwards
 * @returns the exit status: 0 when nothing was lost, doubled or corrupt, and every planted fault was seen
 */
export async function main(args: readonly string[], ready: (packages: readonly string[]) => readonly string[]): Promise<number> {
  const say = (text: string): void => {
    process.stderr.write(`${text}\n`);
  };
  const asked = understand('torture', usage(), args, () => readArguments(args));
  if (asked.kind === 'tell') return tell(asked);
  const { wanted } = asked;
  if (wanted.tortures.length === 0) {
    say(usage());
    return EXIT.held;
  }
  const missing = ready([...new Set(wanted.tortures.flatMap(({ needs }) => needs))]);
  if (missing.length > 0) {
    say(`These Debian packages are needed and could not be installed from here:\n  ${missing.join('\n  ')}`);
    return EXIT.broken;
  }
  const broken: string[] = [];
  for (const torture of wanted.tortures) broken.push(...(await runOne(torture, wanted, say)));
  if (broken.length === 0) return EXIT.held;
  // Said again at the end: the tortures that follow a broken one have pages of their own.
  for (const line of ['', 'What was found:', ...broken]) say(line);
  return EXIT.broken;
}

interface Wanted {
  readonly tortures: readonly Torture[];
  readonly isJson: boolean;
  readonly short: boolean;
  readonly seed: string;
  readonly amount: number | undefined;
  readonly workers: number;
}

function readArguments(args: readonly string[]): Wanted | string {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      short: { type: 'boolean', default: false },
      seed: { type: 'string', default: '1' },
      amount: { type: 'string' },
      states: { type: 'string' },
      workers: { type: 'string', default: `${WORKERS}` },
    },
    strict: true,
    allowPositionals: true,
  });
  const unknown = positionals.filter((name) => !TORTURES.some((torture) => torture.name === name));
  if (unknown.length > 0) return `There is no torture ${unknown.join(', ')}`;
  const amountText = values.amount ?? values.states;
  const [amount, workers] = [amountText === undefined ? undefined : Number(amountText), Number(values.workers)];
  if (amount !== undefined && !(Number.isInteger(amount) && amount > 0)) return `--amount is a number from 1 on, not ${amountText}.`;
  if (!(Number.isInteger(workers) && workers > 0)) return `--workers is a number from 1 on, not ${values.workers}.`;
  const tortures = TORTURES.filter(({ name }) => positionals.includes(name));
  return { tortures, isJson: values.json, short: values.short, seed: values.seed, amount, workers };
}

function usage(): string {
  const width = Math.max(...TORTURES.map(({ name }) => name.length));
  const list = TORTURES.map(({ name, about, amount }) => `  ${name.padEnd(width)}  ${about}\n  ${' '.repeat(width)}  --amount N: ${amount}`);
  return [
    'npm run torture -- NAME … [--short] [--seed S] [--amount N] [--workers N] [--json]',
    '',
    ...list,
    '',
    '  --short    the form that npm test runs',
    '  --seed     the same seed chooses the same faults (1)',
    '  --states   another word for --amount',
    '  --json     one object a line, the last of each torture its sum {torture, runs, lost, doubled, corrupt}',
    '',
    '  For example: npm run torture -- broker devices --short',
    '',
    '  0: nothing was lost, doubled or torn, and every planted fault was seen. 1: not so. 2: the command was not understood.',
  ].join('\n');
}

/** A line that tells of a {@link Finding}, as every torture words it. */
const FINDING = /^(lost|doubled|corrupt|blind): |"kind":"|, finding |^bad, /;
/** Of one torture: what breaks once mostly breaks often. */
const FINDINGS_REPEATED = 10;

/** @returns nothing when it held; otherwise what was found, for people, its sum last */
async function runOne(
  torture: Torture,
  { isJson, short, seed, amount, workers }: Wanted,
  report: (text: string) => void,
): Promise<readonly string[]> {
  const found: string[] = [];
  const say = (text: string): void => {
    report(`  ${text}`);
    if (FINDING.test(text)) found.push(text);
  };
  const scratch = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'foyer-torture-'));
  const tell = (line: TortureLine): void => {
    if (isJson) process.stdout.write(`${JSON.stringify({ torture: torture.name, ...line })}\n`);
    else say(inWords(line));
  };
  const clear = clearAwayAfter(scratch);
  const from = performance.now();
  report(`${torture.name}: ${torture.about}`);
  try {
    const sum = await torture.run({ short, seed, amount, workers, scratch, tell, say });
    const seconds = Math.round((performance.now() - from) / 100) / 10;
    const { runs, lost, doubled, corrupt, blind, ...more } = sum;
    const isHeld = lost + doubled + corrupt === 0 && blind.length === 0;
    for (const what of blind) say(`blind: ${what}`);
    if (sum.skipped !== undefined) report(`${torture.name}: SKIPPED, and nothing is proven. ${sum.skipped}`);
    if (isJson) process.stdout.write(`${JSON.stringify({ torture: torture.name, runs, lost, doubled, corrupt, blind, ...more, seconds })}\n`);
    const inOneLine = `${torture.name}: ${isHeld ? 'held' : 'BROKEN'}. ${inWords({ what: `${runs} runs`, lost, doubled, corrupt, ...more, seconds })}`;
    if (!isJson && sum.skipped === undefined) report(inOneLine);
    return isHeld ? [] : [...found.slice(0, FINDINGS_REPEATED), inOneLine];
  } finally {
    clear();
  }
}

function inWords({ what, ...rest }: TortureLine): string {
  const words = Object.entries(rest)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`);
  return [what, ...words].join(', ');
}
