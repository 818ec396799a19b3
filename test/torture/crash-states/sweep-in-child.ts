import { readFileSync } from 'node:fs';
import type { DatedFact } from '../judge/facts.ts';
import type { FilesAsTold } from '../judge/judge-files.ts';
import { datedFacts } from '../recorder/dated-facts.ts';
import { decodeOperations } from '../recorder/operations.ts';
import { early } from './early-facts.ts';
import { type SweepOptions, type SweepResult, sweep } from './sweep.ts';

/** One worker: sweeps a recording that it reads from a file. Plain data in both directions. */
export interface SweepTask extends Omit<SweepOptions, 'onProgress'> {
  readonly name: string;
  readonly log: string;
  readonly start: readonly (readonly [path: string, file: string])[];
  readonly files: FilesAsTold;
  /** What was known outside before the recording began. */
  readonly told: readonly DatedFact[];
  /** A canary: facts are dated before the sync that makes them durable. */
  readonly isEarly: boolean;
}

export type SweepMessage = { readonly kind: 'progress'; readonly states: number } | { readonly kind: 'done'; readonly result: SweepResult };

async function work({ name, log, start, files, told, isEarly, ...options }: SweepTask): Promise<void> {
  const operations = decodeOperations(readFileSync(log));
  const facts = [...told, ...datedFacts(operations)];
  const recording = {
    name,
    operations,
    files,
    facts: isEarly ? early(operations, facts) : facts,
    start: new Map(start.map(([path, file]) => [path, readFileSync(file)])),
  };
  const send = (message: SweepMessage): void => void process.send?.(message);
  const result = await sweep(recording, { ...options, onProgress: (states) => send({ kind: 'progress', states }) });
  send({ kind: 'done', result });
  process.disconnect();
}

process.once('message', (task: SweepTask) => void work(task));
