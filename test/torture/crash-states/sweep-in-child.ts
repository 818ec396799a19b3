import { readFileSync } from 'node:fs';
import type { DatedFact } from '../judge/facts.ts';
import type { FilesAsTold } from '../judge/judge-files.ts';
import { datedFacts } from '../recorder/dated-facts.ts';
import { decodeOperations } from '../recorder/operations.ts';
import { early } from './early-facts.ts';
import { type SweepOptions, type SweepResult, sweep } from './sweep.ts';

/** One worker: sweeps recordings that it reads from files, one after the other. Plain data in both directions. */
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

export type SweepMessage =
  | { readonly kind: 'progress'; readonly states: number }
  | { readonly kind: 'done'; readonly result: SweepResult }
  | { readonly kind: 'failed'; readonly why: string };

const send = (message: SweepMessage): void => void process.send?.(message);

async function work({ name, log, start, files, told, isEarly, ...options }: SweepTask): Promise<void> {
  try {
    const operations = decodeOperations(readFileSync(log));
    const facts = [...told, ...datedFacts(operations)];
    const recording = {
      name,
      operations,
      files,
      facts: isEarly ? early(operations, facts) : facts,
      start: new Map(start.map(([path, file]) => [path, readFileSync(file)])),
    };
    const result = await sweep(recording, { ...options, onProgress: (states) => send({ kind: 'progress', states }) });
    send({ kind: 'done', result });
  } catch (cause) {
    send({ kind: 'failed', why: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause) });
  }
}

process.on('message', (task: SweepTask) => void work(task));
process.once('disconnect', () => process.exit());
