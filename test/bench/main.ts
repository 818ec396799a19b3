import { parseArgs } from 'node:util';
import { tell, understand } from '../command-line.ts';
import { admission } from './admission.ts';
import { bus } from './bus.ts';
import { claim } from './claim.ts';
import { coldStart } from './cold-start.ts';
import { decode } from './decode.ts';
import { drain } from './drain.ts';
import { idle } from './idle.ts';
import type { Benchmark, Measurement } from './measurement.ts';
import { outbox } from './outbox.ts';
import { printEncode } from './print-encode.ts';
import { recovery } from './recovery.ts';
import { scanToRelease } from './scan-to-release.ts';
import { seatMap } from './seat-map.ts';
import { startup } from './startup.ts';
import { uiSize } from './ui-size.ts';
import { validity } from './validity.ts';

const BENCHMARKS: readonly Benchmark[] = [
  startup,
  scanToRelease,
  admission,
  claim,
  bus,
  validity,
  drain,
  outbox,
  recovery,
  printEncode,
  decode,
  seatMap,
  uiSize,
  coldStart,
  idle,
];

interface Wanted {
  readonly chosen: readonly Benchmark[];
  readonly isJson: boolean;
}

/**
 * The command line of the benchmarks. Figures are never judged here: a ratio is for a person, and for the trend.
 * @param ready installs Debian packages of these names and builds what is measured; which packages are still missing afterwards
 */
export async function main(args: readonly string[], ready: (packages: readonly string[]) => readonly string[]): Promise<number> {
  const asked = understand('bench', usage(), args, () => readArguments(args));
  if (asked.kind === 'tell') return tell(asked);
  const { chosen, isJson } = asked.wanted;
  const missing = ready([...new Set(chosen.flatMap(({ needs = [] }) => needs))]);
  if (missing.length > 0) {
    process.stderr.write(`These Debian packages are needed and could not be installed from here:\n  ${missing.join('\n  ')}\n`);
    return 1;
  }
  for (const benchmark of chosen) {
    if (!isJson) process.stdout.write(`\n${benchmark.name}: ${benchmark.what}\n${row('case', 'metric', 'value', 'floor', 'ratio', 'aim')}\n`);
    await benchmark.run((measurement) => process.stdout.write(`${isJson ? JSON.stringify(measurement) : line(measurement)}\n`));
  }
  return 0;
}

function readArguments(args: readonly string[]): Wanted | string {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { json: { type: 'boolean', default: false } },
    strict: true,
    allowPositionals: true,
  });
  const unknown = positionals.filter((name) => !BENCHMARKS.some((benchmark) => benchmark.name === name));
  if (unknown.length > 0) return `There is no benchmark ${unknown.join(', ')}`;
  return { chosen: positionals.length === 0 ? BENCHMARKS : BENCHMARKS.filter(({ name }) => positionals.includes(name)), isJson: values.json };
}

function usage(): string {
  const width = Math.max(...BENCHMARKS.map(({ name }) => name.length));
  return [
    'Measures the product beside floors of the same run.',
    '',
    '  npm run bench -- [NAME …] [--json]',
    '',
    ...BENCHMARKS.map(({ name, what }) => `  ${name.padEnd(width)}  ${what}`),
    '',
    '  --json   one object a line for each figure',
    '',
    '  For example: npm run bench -- admission claim',
    '',
    '  0: measured. 1: a Debian package is missing. 2: the command was not understood.',
  ].join('\n');
}

function line({ case: name, metric, value, unit, floor, ratio, aim }: Measurement): string {
  return row(name, metric, `${value} ${unit}`, floor === undefined ? '' : `${floor} ${unit}`, ratio === undefined ? '' : `${ratio} ×`, aim ?? '');
}

function row(...cells: readonly string[]): string {
  const widths = [26, 22, 12, 12, 9, 0];
  return cells
    .map((cell, index) => cell.padEnd(widths[index] ?? 0))
    .join(' ')
    .trimEnd();
}
