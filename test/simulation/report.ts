import type { Outcome } from './outcome.ts';

/** How a run tells a person what it has found. */

export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** The last events, the plan, and how to see it again. */
export function describeFailure(outcome: Outcome): string {
  const { seed, failures, plan, lastLines, hash } = outcome;
  return [
    '',
    ...lastLines,
    '',
    `seed ${seed} broke ${failures.length} promises (hash ${hash}):`,
    ...failures.map(({ checker, how }) => `  ${checker}: ${how}`),
    plan,
    replayCommand(outcome),
    '',
  ].join('\n');
}

export function replayCommand({ seed, canary }: Pick<Outcome, 'seed' | 'canary'>): string {
  return `Again: npm run simulate -- --seed ${seed}${canary === undefined ? '' : ` --canary ${canary}`}`;
}
